"""What the bodies of both doors share: their common types, and a sentence for each field that can be wrong."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError

from shared.http.problem import FieldProblem, Problem

JobIdText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
Name = Annotated[str, StringConstraints(max_length=256)]
Text = Annotated[str, StringConstraints(strict=True)]

_DOCUMENTS = frozenset({"show", "character"})
_MOST_PARTS = 200
"""Fields of a body and of what lies in it, documents aside: four times what a job with everything has."""

SENTENCES: Mapping[str, str] = {
    "/show": "show must be an object: the show's blueprint.",
    "/character": "character must be an object: the character's dossier.",
    "/jobId": "jobId must be 1 to 128 letters, digits, underscores or hyphens.",
    "/customPrompt": "customPrompt must be text.",
    "/stylizationGuardrails": "stylizationGuardrails must be true or false.",
    "/showId": "showId must be text of at most 256 characters.",
    "/characterId": "characterId must be text of at most 256 characters.",
    "/portraitUrl": "portraitUrl is required: the address of the portrait that the clip starts from.",
    "/character/showcase_scene_prompt": "character.showcase_scene_prompt is required: the scene that the clip shows.",
}
"""By JSON pointer, what is said of a field that is missing or wrong."""


def pointer_to(path: Iterable[int | str]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in a document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def wrong_fields(error: ValidationError, sentences: Mapping[str, str] = SENTENCES) -> list[FieldProblem]:
    """Return each field that did not validate, once, with the sentence of it or of what it lies in."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False, include_context=False):
        path = [part for part in item["loc"] if part != "[key]"]
        unknown = item["type"] == "extra_forbidden"
        said = f"There is no field {'.'.join(map(str, path))}." if unknown else _sentence(pointer_to(path), sentences)
        found.setdefault(pointer_to(path), said)
    return [FieldProblem(pointer=pointer, detail=sentence) for pointer, sentence in found.items()]


def refuse_crowd(data: Mapping[str, Any]) -> None:
    """Refuse a body with more parts than any job has, before each is told to be wrong; raises a problem, 422."""
    waiting = [value for name, value in data.items() if name not in _DOCUMENTS]
    parts = len(waiting)
    while waiting and parts <= _MOST_PARTS:
        value = waiting.pop()
        if isinstance(value, dict | list):
            parts += len(value)
            waiting += islice(value.values() if isinstance(value, dict) else value, _MOST_PARTS)
    if parts > _MOST_PARTS:
        sentence = f"Beside show and character there are more than {_MOST_PARTS} fields; no job has so many."
        raise refusal(422, "invalid_request", [FieldProblem(pointer="", detail=sentence)])


def _sentence(pointer: str, sentences: Mapping[str, str]) -> str:
    place = pointer
    while place and place not in sentences:
        place = place.rpartition("/")[0]
    return sentences[place] if place else f"{pointer[1:]} is wrong."


def scene_wrong(character: Mapping[str, Any]) -> list[FieldProblem]:
    """Return what is wrong with a clip's scene: nothing, or that there is none."""
    scene, pointer = character.get("showcase_scene_prompt"), "/character/showcase_scene_prompt"
    told = isinstance(scene, str) and scene.strip()
    return [] if told else [FieldProblem(pointer=pointer, detail=SENTENCES[pointer])]


def refusal(status: int, code: str, wrong: list[FieldProblem]) -> Problem:
    """Return one problem that names every wrong field; its sentence is theirs together."""
    return Problem(status, code, " ".join(dict.fromkeys(field.detail for field in wrong)), errors=wrong)
