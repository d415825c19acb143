"""A clip's prompt: format, style, logline, character, scene; the scene whole but for the words models refuse."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.kinds import Kind
from tests.support.documents import character_document, show_document
from tests.support.jobs import a_request
from tests.support.json_documents import json_values, mangled
from video_worker.minors import neutral
from video_worker.prompt import video_prompt

GOLDEN = Path(__file__).parent / "golden"
MEDIUM = "Hand-drawn 2D animation with watercolor backgrounds"
SETTINGS: dict[str, str | int] = {"seconds": 8, "aspectRatio": "portrait", "resolution": "720p"}


def prompt(max_chars: int | None = None, **asked: Any) -> str:
    usual = {"show": show_document(), "character": character_document(), "settings": SETTINGS}
    return video_prompt(a_request(kind=Kind.VIDEO, **(usual | asked)), max_chars)


def with_scene(scene: str) -> dict[str, Any]:
    return character_document() | {"showcase_scene_prompt": scene}


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("hand_drawn", {"show": show_document(50_000)}),
        (
            "realistic_unguarded",
            {
                "show": show_document(50_000, realistic=True),
                "guardrails": False,
                "settings": {"seconds": 4, "aspectRatio": "landscape"},
            },
        ),
    ],
)
def test_reads_like_the_golden_prompt(name: str, asked: dict[str, Any]) -> None:
    assert prompt(**asked) + "\n" == (GOLDEN / f"{name}.txt").read_text()


@pytest.mark.parametrize("guardrails", [True, False])
def test_length_and_orientation_then_style_logline_character_scene(guardrails: bool) -> None:
    built = prompt(guardrails=guardrails)
    assert built.startswith("Video clip, 8 seconds long, portrait orientation (vertical, 9:16).\nStyle: ")
    parts = ["Style: ", "Logline: ", "Character: Mara Vance", "Scene: "]
    assert sorted(parts, key=built.index) == parts


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"seconds": 4, "aspectRatio": "landscape"},
            "Video clip, 4 seconds long, landscape orientation (widescreen, 16:9).",
        ),
        ({"seconds": 6, "aspectRatio": "square"}, "Video clip, 6 seconds long, square format (1:1)."),
        ({"seconds": 6}, "Video clip, 6 seconds long."),
        ({}, "Video clip."),
    ],
)
def test_only_known_settings_are_stated(asked: dict[str, str | int], said: str) -> None:
    assert prompt(settings=asked).splitlines()[0] == said


def test_guarded_the_style_is_repeated_as_a_requirement() -> None:
    assert f"Required style: {MEDIUM}" in prompt()
    assert "Required style" not in prompt(guardrails=False)


def test_photographic_skin_fabric_and_light_are_asked_for_when_unguarded_and_realistic_only() -> None:
    wanted = "Photographic skin, fabric and light"
    realistic = show_document(realistic=True)
    assert wanted in prompt(show=realistic, guardrails=False)
    assert wanted not in prompt(show=realistic)
    assert wanted not in prompt(guardrails=False)


def test_words_for_minors_are_replaced_in_every_field() -> None:
    show = show_document() | {"show_logline": "A boy keeps the lamps."}
    character = with_scene("The girl lifts her lamp.") | {"metadata": {"name": "Mara", "role": "child hero"}}
    built = prompt(show=show, character=character, seed={"age_range": "12"})
    assert "Logline: A person keeps the lamps." in built
    assert "Character: Mara; woman; young; human" in built
    assert "The person lifts her lamp." in built
    assert not re.search(r"(?i)\b(?:boy|girl|child|12)\b", built)


def test_the_scene_is_otherwise_whole() -> None:
    scene = "  She waits.\n\n#d9a441 light on Lantern Row;  nothing moves.  "
    assert scene in prompt(character=with_scene(scene))


@pytest.mark.parametrize("max_chars", [4_000, 1_000, 300])
def test_other_parts_make_room_for_the_scene(max_chars: int) -> None:
    scene = "She waits, and waits; " * 12 + "then runs."
    built = prompt(max_chars, character=with_scene(scene))
    assert scene in built
    assert len(built) <= max_chars


def test_a_scene_longer_than_the_limit_goes_alone_and_whole() -> None:
    scene = "She waits. " * 100
    assert prompt(500, character=with_scene(scene)) == scene


def test_the_format_outlives_the_documents() -> None:
    built = prompt(320)
    assert built.startswith("Video clip, 8 seconds long")
    assert "Palette" not in built


def test_colour_codes_outside_the_scene_become_words() -> None:
    built = prompt()
    assert "#" not in built
    assert "Palette: navy, ochre, slate blue, cream" in built


def test_a_given_picture_is_named_as_the_likeness() -> None:
    assert "looks exactly as in the given picture" in prompt()
    assert "looks exactly as in the given picture" not in prompt(portrait_url=None)


def test_a_retrys_own_prompt_stands_for_all_but_refused_words() -> None:
    assert prompt(10, custom_prompt="  A boy waits on the pier.  ") == "  A person waits on the pier.  "


@given(mangled(show_document(3_000)), mangled(character_document(size_bytes=2_500)), json_values(), st.booleans())
def test_any_documents_give_a_prompt(show: Any, character: Any, seed: Any, guardrails: bool) -> None:
    asked = {"show": show, "character": character, "seed": seed, "guardrails": guardrails}
    request = a_request(kind=Kind.VIDEO, **{name: json.loads(json.dumps(value)) for name, value in asked.items()})
    assert video_prompt(request, None).startswith("Video clip")
    assert video_prompt(request, None) == video_prompt(request, None)


@given(st.text(min_size=1, max_size=400).filter(str.strip), st.integers(0, 2_000), st.booleans())
def test_the_scene_is_whole_and_the_limit_kept(scene: str, limit: int, guardrails: bool) -> None:
    built = prompt(limit, character=with_scene(scene), guardrails=guardrails)
    assert neutral(scene) in built
    assert len(built) <= max(limit, len(neutral(scene)))
