"""Reading the second door's bodies: what is taken, and what is refused by its name."""

import json
from dataclasses import asdict, replace
from ipaddress import IPv6Address
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.door.job_bodies import Door
from gateway.door.job_schemas import NAMES, job_schemas
from gateway.drafts import Draft
from gateway.routes.app_bodies import PortraitBody, VideoBody
from shared.catalogue.loading import load
from shared.domain.kinds import Kind
from shared.domain.webhook_url import BadWebhookUrl, WebhookRule
from shared.http.problem import Problem

CATALOGUE, SIGNED = load(), WebhookRule(signed=True)
DOOR = Door(CATALOGUE, SIGNED, {"https://greenroom.test"}, "", "a trace")
PORTRAIT, VIDEO = Kind.PORTRAIT, Kind.VIDEO
FIELDS = [
    *("show", "character", "jobId", "showId", "imageModel", "modelId", "seconds", "aspectRatio", "resolution"),
    *("portraitUrl", "customPrompt", "seed", "metadata", "deadlineSeconds", "webhook", "surprise"),
]
DOSSIER = {"character": "Mira", "showcase_scene_prompt": "walks the pier"}
GOOD: dict[Kind, dict[str, Any]] = {
    PORTRAIT: {"show": {"show_title": "Low Tide"}, "character": DOSSIER},
    VIDEO: {"show": {}, "character": DOSSIER, "portraitUrl": "https://example.com/p.png"},
}


def validator_of(kind: Kind) -> jsonschema_rs.Draft202012Validator:
    schemas = job_schemas(CATALOGUE, SIGNED)
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{NAMES[kind]}", "components": {"schemas": schemas}}
    )


VALIDATORS = {kind: validator_of(kind) for kind in Kind}


def drafted(kind: Kind, **changes: Any) -> Draft:
    return DOOR.draft(kind, {**GOOD[kind], **changes})


WRONG: list[tuple[Kind, dict[str, Any], str, str]] = [
    (PORTRAIT, {"show": []}, "/show", "show must be an object"),
    (PORTRAIT, {"character": None}, "/character", "character must be an object"),
    (PORTRAIT, {"jobId": "no spaces"}, "/jobId", "jobId must be"),
    (PORTRAIT, {"job_id": "one"}, "/job_id", "no field job_id"),
    (PORTRAIT, {"a/b~c": 1}, "/a~1b~0c", "no field a/b~c"),
    (PORTRAIT, {"portraitUrl": "https://example.com/p.png"}, "/portraitUrl", "no field portraitUrl"),
    (PORTRAIT, {"imageModel": "dall-e"}, "/imageModel", "nano-banana-pro, flux, gpt-image, seedream"),
    (PORTRAIT, {"imageModel": {}}, "/imageModel", "imageModel must be"),
    (PORTRAIT, {"customPrompt": 7}, "/customPrompt", "customPrompt must be text"),
    (PORTRAIT, {"stylizationGuardrails": "no"}, "/stylizationGuardrails", "true or false"),
    (PORTRAIT, {"showId": "s" * 257}, "/showId", "at most 256"),
    (PORTRAIT, {"seed": "female"}, "/seed", "seed must be an object"),
    (PORTRAIT, {"seed": {"mood": "sad"}}, "/seed/mood", "no field seed.mood"),
    (PORTRAIT, {"seed": {"gender": 1}}, "/seed/gender", "seed must be an object"),
    (PORTRAIT, {"metadata": {"k": 1}}, "/metadata/k", "metadata must be"),
    (PORTRAIT, {"metadata": {"": "v"}}, "/metadata/", "names of 1 to 64"),
    (PORTRAIT, {"metadata": {"k" * 65: "v"}}, "/metadata/" + "k" * 65, "names of 1 to 64"),
    (PORTRAIT, {"metadata": {"k": "v" * 513}}, "/metadata/k", "at most 512"),
    (PORTRAIT, {"metadata": {str(n): "" for n in range(17)}}, "/metadata", "at most 16"),
    (PORTRAIT, {"metadata": {str(n): "🎭" * 512 for n in range(16)}}, "/metadata", "10 KiB"),
    (PORTRAIT, {f"field {n}": 1 for n in range(80_000)}, "", "more than 200 fields"),
    (PORTRAIT, {"seed": {f"field {n}": 1 for n in range(80_000)}}, "", "more than 200 fields"),
    (PORTRAIT, {"webhook": {"url": "https://a.example", "events": ["soon"] * 80_000}}, "", "more than 200 fields"),
    (PORTRAIT, {"deadlineSeconds": 9.9}, "/deadlineSeconds", "10 to 43200"),
    (PORTRAIT, {"deadlineSeconds": 43_200.1}, "/deadlineSeconds", "10 to 43200"),
    (PORTRAIT, {"deadlineSeconds": "60"}, "/deadlineSeconds", "must be a number"),
    (PORTRAIT, {"deadlineSeconds": True}, "/deadlineSeconds", "must be a number"),
    (PORTRAIT, {"webhook": "https://example.com"}, "/webhook", "webhook must be an object"),
    (PORTRAIT, {"webhook": {"url": "ftp://example.com"}}, "/webhook/url", "https"),
    (PORTRAIT, {"webhook": {"url": "https://127.0.0.1/"}}, "/webhook/url", "public"),
    (PORTRAIT, {"webhook": {"url": "https://e.com/" + "x" * 2048}}, "/webhook/url", "2048"),
    (PORTRAIT, {"webhook": {"url": "https://example.com", "secret": "s"}}, "/webhook/secret", "no field"),
    (PORTRAIT, {"webhook": {"url": "https://example.com", "events": []}}, "/webhook/events", "starting, processing"),
    (PORTRAIT, {"webhook": {"url": "https://example.com", "events": ["done"]}}, "/webhook/events/0", "succeeded"),
    (VIDEO, {"customPrompt": "a cat"}, "/customPrompt", "no field customPrompt"),
    (VIDEO, {"portraitUrl": "http://elsewhere.example/p.png"}, "/portraitUrl", "https"),
    (VIDEO, {"portraitUrl": "/media/no-extension"}, "/portraitUrl", "stored file"),
    (VIDEO, {"character": {}}, "/character/showcase_scene_prompt", "showcase_scene_prompt is required"),
    (VIDEO, {"modelId": "openai/sora-9"}, "/modelId", "openai/sora-2, openai/sora-2-pro, google/veo-3.1"),
    (VIDEO, {"seconds": 5}, "/seconds", "Sora 2 offers seconds 4, 8, 12"),
    (VIDEO, {"seconds": "8"}, "/seconds", "4, 8, 12"),
    (VIDEO, {"modelId": "google/veo-3.1", "seconds": 12}, "/seconds", "4, 6, 8"),
    (VIDEO, {"aspectRatio": "square"}, "/aspectRatio", "portrait, landscape"),
    (VIDEO, {"resolution": "1080p"}, "/resolution", "standard"),
]


@pytest.mark.parametrize(("kind", "change", "pointer", "words"), WRONG)
def test_a_wrong_field_is_named(kind: Kind, change: dict[str, Any], pointer: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        drafted(kind, **change)

    assert (refused.value.status, refused.value.code) == (422, "invalid_request")
    assert [field.pointer for field in refused.value.errors] == [pointer]
    assert words in refused.value.error
    assert not VALIDATORS[kind].is_valid({**GOOD[kind], **change}) or "KiB" in words, "the document must say so, too"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (PORTRAIT, {"imageModel": "seedream", "customPrompt": "a cat", "stylizationGuardrails": False}),
        (PORTRAIT, {"seed": {"gender": "female", "age_range": None}, "metadata": {"k" * 64: "v" * 512}}),
        (PORTRAIT, dict.fromkeys(["jobId", "showId", "imageModel", "seed", "metadata", "deadlineSeconds", "webhook"])),
        (PORTRAIT, {"webhook": {"url": "https://hooks.example.com:8443/greenroom?x=1", "events": ["processing"]}}),
        (VIDEO, {"modelId": "google/veo-3.1", "seconds": 6, "aspectRatio": "landscape", "resolution": "720p"}),
        (VIDEO, {"portraitUrl": "data:image/png;base64,aGVsbG8="}),
        (VIDEO, {"portraitUrl": "/media/abc.png"}),
        (VIDEO, {"deadlineSeconds": 10, "seconds": None}),
    ],
)
def test_what_is_right_is_taken_and_documented(kind: Kind, change: dict[str, Any]) -> None:
    drafted(kind, **change)

    assert VALIDATORS[kind].is_valid({**GOOD[kind], **change})


def test_our_own_portrait_is_the_same_by_any_of_our_names() -> None:
    draft = drafted(VIDEO, portraitUrl="https://greenroom.test/media/abc.png?download")

    assert draft.portrait_url == "/media/abc.png"


def test_both_doors_ask_for_the_same() -> None:
    portrait = {**GOOD[PORTRAIT], "imageModel": "flux", "seed": {"gender": "female"}, "jobId": "one", "showId": "s"}
    video = {**GOOD[VIDEO], "modelId": "google/veo-3.1", "seconds": 6, "characterId": "mira"}

    first = [PortraitBody.read(portrait).draft("a trace"), VideoBody.read(video).draft("a trace")]

    assert [DOOR.draft(PORTRAIT, portrait), DOOR.draft(VIDEO, video)] == first


@given(
    kind=st.sampled_from(Kind),
    changes=st.dictionaries(
        st.sampled_from(FIELDS),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
            max_leaves=4,
        )
        | st.sampled_from(["flux", "google/veo-3.1", 8, 12, "landscape", "standard", "https://example.com/", DOSSIER]),
        max_size=4,
    ),
)
def test_what_the_document_allows_is_taken_and_nothing_breaks(kind: Kind, changes: dict[str, Any]) -> None:
    body = {**GOOD[kind], **changes}
    try:
        draft = DOOR.draft(kind, body)
    except Problem as problem:
        assert problem.status == 422
        assert problem.errors
        assert not VALIDATORS[kind].is_valid(body), problem.error
    else:
        json.dumps(asdict(replace(draft, metadata=dict(draft.metadata))))
        assert VALIDATORS[kind].is_valid(body)


RULES = [SIGNED, WebhookRule(signed=True, allow_private=True)]
URLS = [job_schemas(CATALOGUE, rule)["WebhookBody"]["properties"]["url"] for rule in RULES]


@pytest.mark.parametrize(
    "host", ["2606:2800:220:1::1", "2a00:1450:4001:830::", "2620:fe::FE", "2600:1:2:3:4:5:6:7", "2c0f:fb50::9:0:1"]
)
def test_a_hook_may_be_at_an_ipv6_address_and_the_document_says_so(host: str) -> None:
    url = f"https://[{host}]:8443/in"
    for rule, schema in zip(RULES, URLS, strict=True):
        rule.check(url)
        assert jsonschema_rs.is_valid(schema, url)


@pytest.mark.parametrize("host", ["::1", "::", "fd00::1", "fe80::1", "2001:db8::1", "2002:7f00:1::1", "::ffff:a00:1"])
def test_unless_the_public_cannot_reach_that(host: str) -> None:
    url = f"https://[{host}]/in"
    with pytest.raises(BadWebhookUrl):
        SIGNED.check(url)
    assert [jsonschema_rs.is_valid(schema, url) for schema in URLS] == [False, True]


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_that_the_document_allows_is_taken(address: IPv6Address) -> None:
    for url in (f"https://[{address}]/in", f"https://[{address.exploded}]/in"):
        for rule, schema in zip(RULES, URLS, strict=True):
            if jsonschema_rs.is_valid(schema, url):
                rule.check(url)


@pytest.mark.parametrize("kind", list(Kind))
def test_without_a_secret_the_document_offers_no_webhook(kind: Kind) -> None:
    schemas = job_schemas(CATALOGUE, WebhookRule(signed=False))
    body = schemas[NAMES[kind]]

    assert body["properties"]["webhook"]["type"] == "null"
    assert "WebhookBody" not in schemas
