"""How a portraitUrl is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.portrait_url import BadPortraitUrl, OwnMedia, PassThrough, understand

BASES = ("https://greenroom.example/studio", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    "url",
    [
        "/media/3f9c.png",
        "/media/3f9c.png?v=2",
        "/media/3f9c.png#top",
        "/studio/media/3f9c.png",
        "https://greenroom.example/studio/media/3f9c.png",
        "https://greenroom.example:443/studio/media/3f9c.png",
        "HTTPS://Greenroom.Example/studio/media/3f9c.png?download=1",
        "http://127.0.0.1:8000/media/3f9c.png",
    ],
)
def test_our_own_address_is_read_from_the_store(url: str) -> None:
    assert understand(url, BASES) == OwnMedia("3f9c.png")


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/portraits/mira.png?size=2&sig=%2Fab",
        "https://cdn.example/media/3f9c.png",
        "https://greenroom.example/media/3f9c.png",
        "https://greenroom.example:8443/studio/media/3f9c.png",
        "https://greenroom.example.evil.example/studio/media/3f9c.png",
        "https://greenroom.example/studio/other/3f9c.png",
        "https://127.0.0.1:8000/media/3f9c.png",
        "https://10.0.0.7/mira.png",
        "https://localhost/mira.png",
        "https://[::1]/mira.png",
        "https://user:secret@cdn.example/mira.png",
        "https://bücher.example/mira.png",
        "HTTPS://CDN.example/Mira.PNG",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/svg+xml;charset=utf-8;base64,PHN2Zy8+",
        "DATA:image/JPEG;BASE64,/9j/4AAQ",
    ],
)
def test_what_the_provider_is_to_fetch_passes_through_as_it_is(url: str) -> None:
    assert understand(url, BASES) == PassThrough(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mira.png",
        "media/3f9c.png",
        "//greenroom.example/studio/media/3f9c.png",
        "http://cdn.example/mira.png",
        "http://127.0.0.1:9000/media/3f9c.png",
        "http://127.0.0.1:8000/elsewhere/3f9c.png",
        "ftp://cdn.example/mira.png",
        "file:///etc/passwd",
        "file:///media/3f9c.png",
        "javascript:alert(1)",
        "https://",
        "https:///mira.png",
        "https:mira.png",
        "https://[::1/mira.png",
        "https://cdn.example:http/mira.png",
        "https://cdn.example:99999/mira.png",
        "https://cdn.example/mira smith.png",
        " https://cdn.example/mira.png",
        "https://cdn.example\\@evil.example/mira.png",
        "https://cdn.example/mira.png\n",
        "data:text/html;base64,PGI+",
        "data:image/png,notbase64",
        "data:image/png;base64,",
        "data:image/png;base64,!!!!",
        "data:,",
        "/media/",
        "/media",
        "/media/a/b.png",
        "/media/../secrets.png",
        "/media/..",
        "/media/%2e%2e%2fsecrets.png",
        "/media/noextension",
        "/other/3f9c.png",
        "https://greenroom.example/studio/media/../x.png",
    ],
)
def test_anything_else_is_refused_in_words(url: str) -> None:
    with pytest.raises(BadPortraitUrl, match=r"^portraitUrl .+\.$"):
        understand(url, BASES)


def test_without_a_base_only_a_relative_address_is_ours() -> None:
    assert understand("/media/3f9c.png", ()) == OwnMedia("3f9c.png")
    with pytest.raises(BadPortraitUrl):
        understand("http://127.0.0.1:8000/media/3f9c.png", ())


@pytest.mark.parametrize("base", ["", "nonsense", "http://[::1", "http://host:port", "http://host:99999999"])
def test_a_base_that_cannot_be_read_is_nobodys(base: str) -> None:
    assert understand("https://cdn.example/media/3f9c.png", [base]) == PassThrough("https://cdn.example/media/3f9c.png")
    assert understand("/media/3f9c.png", [base]) == OwnMedia("3f9c.png")


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "/media/", "data:image/png;base64,", "//"]))
def test_whatever_is_sent_is_understood_or_refused(text: str, start: str) -> None:
    try:
        understood = understand(start + text, BASES)
    except BadPortraitUrl:
        return
    match understood:
        case OwnMedia(name):
            assert "/" not in name
        case PassThrough(url):
            assert url == start + text
            assert url.lower().startswith(("https://", "data:image/"))
