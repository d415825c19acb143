"""The models' published input schemas, and the 422 that Replicate answers when an input does not fit its model's.

They are written from the models' own pages and know nothing of our catalogue, so that a mistake there shows here.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Input = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One input: ``type`` is string, integer, boolean, uri or uris; ``options`` the values of an enumeration."""

    type: str = "string"
    required: bool = False
    options: tuple[str | int, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Schema:
    """A model: what it makes, the shape of its output (string, list or object), its inputs, what it cannot combine."""

    makes: str
    output: str
    inputs: Mapping[str, Field]
    cannot: Callable[[Input], str | None] = field(default=lambda given: None)


def version_of(model: str) -> str:
    """Return the 64 hex digits of the model's version."""
    return hashlib.sha256(model.encode()).hexdigest()


def _choice(*options: str | int) -> Field:
    return Field("integer" if isinstance(options[0], int) else "string", options=options)


def _references_need_wide_8s(given: Input) -> str | None:
    wide = given.get("aspect_ratio", "16:9") == "16:9" and given.get("duration", 8) == 8
    if given.get("reference_images") and not wide:
        return "Reference images only work with 16:9 aspect ratio and 8-second duration."
    return None


_TEXT = Field(required=True)
_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")

_SORA: dict[str, Field] = {
    "prompt": _TEXT,
    "seconds": _choice(4, 8, 12),
    "aspect_ratio": _choice("portrait", "landscape"),
    "input_reference": Field("uri"),
    "openai_api_key": Field(),
}

SCHEMAS: dict[str, Schema] = {
    "google/nano-banana-pro": Schema(
        "image",
        "string",
        {
            "prompt": _TEXT,
            "image_input": Field("uris"),
            "aspect_ratio": _choice("match_input_image", *_RATIOS),
            "resolution": _choice("1K", "2K", "4K"),
            "output_format": _choice("jpg", "png"),
            "safety_filter_level": _choice("block_low_and_above", "block_medium_and_above", "block_only_high"),
        },
    ),
    "black-forest-labs/flux-1.1-pro": Schema(
        "image",
        "string",
        {
            "prompt": _TEXT,
            "image_prompt": Field("uri"),
            "aspect_ratio": _choice("custom", "1:1", "16:9", "3:2", "2:3", "4:5", "5:4", "9:16", "3:4", "4:3"),
            "width": Field("integer", least=256, most=1440),
            "height": Field("integer", least=256, most=1440),
            "safety_tolerance": Field("integer", least=1, most=6),
            "seed": Field("integer"),
            "prompt_upsampling": Field("boolean"),
            "output_format": _choice("webp", "jpg", "png"),
            "output_quality": Field("integer", least=0, most=100),
        },
    ),
    "openai/gpt-image-1": Schema(
        "image",
        "list",
        {
            "prompt": _TEXT,
            "openai_api_key": Field(),
            "aspect_ratio": _choice("1:1", "3:2", "2:3"),
            "input_fidelity": _choice("low", "high"),
            "input_images": Field("uris"),
            "number_of_images": Field("integer", least=1, most=10),
            "quality": _choice("low", "medium", "high", "auto"),
            "background": _choice("auto", "transparent", "opaque"),
            "output_compression": Field("integer", least=0, most=100),
            "output_format": _choice("png", "jpeg", "webp"),
            "moderation": _choice("auto", "low"),
            "user_id": Field(),
        },
    ),
    "bytedance/seedream-4": Schema(
        "image",
        "list",
        {
            "prompt": _TEXT,
            "image_input": Field("uris"),
            "size": _choice("1K", "2K", "4K", "custom"),
            "aspect_ratio": _choice("match_input_image", "1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"),
            "width": Field("integer", least=1024, most=4096),
            "height": Field("integer", least=1024, most=4096),
            "sequential_image_generation": _choice("disabled", "auto"),
            "max_images": Field("integer", least=1, most=15),
            "enhance_prompt": Field("boolean"),
        },
    ),
    "openai/sora-2": Schema("video", "string", _SORA),
    "openai/sora-2-pro": Schema("video", "string", {**_SORA, "resolution": _choice("standard", "high")}),
    "google/veo-3.1": Schema(
        "video",
        "string",
        {
            "prompt": _TEXT,
            "aspect_ratio": _choice("16:9", "9:16"),
            "duration": _choice(4, 6, 8),
            "image": Field("uri"),
            "last_frame": Field("uri"),
            "reference_images": Field("uris"),
            "negative_prompt": Field(),
            "resolution": _choice("720p", "1080p"),
            "generate_audio": Field("boolean"),
            "seed": Field("integer"),
        },
        _references_need_wide_8s,
    ),
}


def faults_in(schema: Schema, given: object) -> list[dict[str, str]]:
    """Return Replicate's ``invalid_fields``: empty when the input fits."""
    if not isinstance(given, dict):
        return [_invalid("invalid_type", "input", "Invalid type. Expected: object")]
    missing = [name for name, each in schema.inputs.items() if each.required and name not in given]
    return [
        *(_invalid("required", "input", f"{name} is required") for name in missing),
        *(fault for name, value in given.items() if (fault := _fault(schema, name, value)) is not None),
    ]


def problem(faults: list[dict[str, str]]) -> dict[str, object]:
    """Return the body of the 422 that tells of ``faults``."""
    detail = "".join(f"- {each['field']}: {each['description']}\n" for each in faults)
    return {"title": "Input validation failed", "detail": detail, "status": 422, "invalid_fields": faults}


def _invalid(kind: str, name: str, description: str) -> dict[str, str]:
    return {"type": kind, "field": name, "description": description}


def _fault(schema: Schema, name: str, value: object) -> dict[str, str] | None:
    expected, place = schema.inputs.get(name), f"input.{name}"
    if expected is None:
        return _invalid("additional_property_not_allowed", "input", f"Additional property {name} is not allowed")
    if not _typed(expected.type, value):
        return _invalid(
            "invalid_type", place, f"Invalid type. Expected: {expected.type}, given: {type(value).__name__}"
        )
    if expected.options and value not in expected.options:
        options = ", ".join(f'"{each}"' if isinstance(each, str) else str(each) for each in expected.options)
        return _invalid("enum", place, f"{place} must be one of the following: {options}")
    if isinstance(value, int) and expected.least is not None and value < expected.least:
        return _invalid("number_gte", place, f"Must be greater than or equal to {expected.least}")
    if isinstance(value, int) and expected.most is not None and value > expected.most:
        return _invalid("number_lte", place, f"Must be less than or equal to {expected.most}")
    return None


def _typed(name: str, value: object) -> bool:
    match name:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "uri":
            return isinstance(value, str) and value.startswith(("http://", "https://", "data:"))
        case "uris":
            return isinstance(value, list) and all(_typed("uri", each) for each in value)
    return isinstance(value, str)
