"""The second door's bodies for the OpenAPI document: exactly what is taken, with the models that are on offer here.

A schema may be narrower than the door (an address in capitals is taken, too), and never wider: whatever fits is
accepted, but for what no schema can say (that a jobId was used before, or that metadata is too large altogether).
"""

from collections.abc import Mapping
from typing import Any

from gateway.door.batches import MAX_ITEMS
from gateway.door.job_bodies import PortraitJob, VideoJob
from shared.catalogue.catalogue import Catalogue
from shared.catalogue.model import Model
from shared.catalogue.reading import SETTINGS
from shared.domain.kinds import Kind
from shared.domain.webhook_url import MAX_URL, WebhookRule

Schema = dict[str, Any]

NAMES: Mapping[Kind, str] = {Kind.PORTRAIT: "PortraitJob", Kind.VIDEO: "VideoJob"}
"""What the document calls each kind's body."""

_PORT = r"(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_REST = r"([/?][!-\[\]-~]*)?$"
_PUBLIC_HOST = rf"({_LABEL}\.)+[A-Za-z]{{2,24}}{_PORT}"
_ANY_HOST = rf"{_LABEL}(\.{_LABEL})*{_PORT}"
_HEXTET = r"[0-9A-Fa-f]{1,4}"
_END_OF_V6 = rf"((:{_HEXTET}){{7}}|(:{_HEXTET}){{0,3}}::({_HEXTET}(:{_HEXTET}){{0,2}})?)"
# All that is given out to the public lies in 2000::/3, and all from 2400:: on is nothing else.
_PUBLIC_V6 = rf"\[2[4-9A-Fa-f][0-9A-Fa-f]{{2}}{_END_OF_V6}\]{_PORT}"
_ANY_V6 = rf"\[({_HEXTET}{_END_OF_V6}|::({_HEXTET}(:{_HEXTET}){{0,2}})?)\]{_PORT}"
_OWN_NAMES = r"^https://[^/?]*\.([Ll][Oo][Cc][Aa][Ll]([Hh][Oo][Ss][Tt])?|[Ii][Nn][Tt][Ee][Rr][Nn][Aa][Ll]|[Ll][Aa][Nn]|[Aa][Rr][Pp][Aa])(:|/|\?|$)"
_PORTRAITS = (
    rf"^https://{_PUBLIC_HOST}{_REST}",
    r"^data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2}$",
    r"^/media/[A-Za-z0-9_-]{1,200}\.[a-z0-9]{2,5}$",
)


def job_schemas(catalogue: Catalogue, webhooks: WebhookRule) -> dict[str, Schema]:
    """Return the schemas of both bodies, and of what they refer to, by their names among the components."""
    portrait = PortraitJob.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    video = VideoJob.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    parts: dict[str, Schema] = portrait.pop("$defs") | video.pop("$defs")
    parts["WebhookBody"]["properties"]["url"] = _webhook_url(webhooks)
    portrait["properties"]["imageModel"] |= {"enum": [*_keys(catalogue, Kind.PORTRAIT), None]}
    portrait["properties"]["imageModel"].pop("anyOf")
    require_scene_and_portrait(video)
    _offer_models(video, catalogue)
    if not webhooks.signed:
        for body in (portrait, video):
            body["properties"]["webhook"] = {"type": "null", "description": "Webhooks are not set up here."}
        del parts["WebhookBody"]
    bodies = {NAMES[Kind.PORTRAIT]: portrait, NAMES[Kind.VIDEO]: video}
    return parts | bodies | {"BatchBody": _batch(bodies)}


_WITH_SCENE: Schema = {
    "required": ["showcase_scene_prompt"],
    "properties": {"showcase_scene_prompt": {"type": "string", "pattern": r"\S", "description": "The scene."}},
}


def require_scene_and_portrait(video: Schema) -> None:
    """Say in the schema of a clip's body, at either door, which addresses and which dossiers will do."""
    video["properties"]["portraitUrl"] |= {"anyOf": [{"pattern": pattern} for pattern in _PORTRAITS]}
    video["properties"]["character"] |= _WITH_SCENE


def _keys(catalogue: Catalogue, kind: Kind) -> list[str]:
    return [model.key for model in catalogue.models(kind)]


def _offer_models(video: Schema, catalogue: Catalogue) -> None:
    """Let a clip's settings be those of its model: one alternative for each."""
    fields = video["properties"]
    for name in ("modelId", *SETTINGS[Kind.VIDEO]):
        fields[name] = {"description": fields[name]["description"]}
    default = catalogue.default(Kind.VIDEO)
    video["anyOf"] = [_alternative(model, default=model is default) for model in catalogue.models(Kind.VIDEO)]


def _alternative(model: Model, *, default: bool) -> Schema:
    offered: Schema = {"modelId": {"enum": [model.key, None] if default else [model.key]}}
    for name in SETTINGS[Kind.VIDEO]:
        setting = model.settings.get(name)
        offered[name] = {"enum": [*setting.values, None]} if setting else {"type": "null"}
    alternative = {"title": model.label, "properties": offered}
    return alternative if default else alternative | {"required": ["modelId"]}


def _batch(schemas: Mapping[str, Schema]) -> Schema:
    """Return the schema of a batch: whatever an entry is, it is answered for itself, so anything may be one."""
    jobs = [{"title": f"A {kind}", **_with_kind(schemas[name], kind)} for kind, name in NAMES.items()]
    anything: Schema = {"title": "Anything else, which is refused in its place"}
    items = {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": {"anyOf": [*jobs, anything]}}
    return {"type": "object", "properties": {"jobs": items}, "required": ["jobs"], "additionalProperties": False}


def _with_kind(body: Schema, kind: Kind) -> Schema:
    return {
        **body,
        "properties": {"kind": {"const": kind}, **body["properties"]},
        "required": ["kind", *body["required"]],
    }


def _webhook_url(rule: WebhookRule) -> Schema:
    if rule.allow_private:
        return {"type": "string", "maxLength": MAX_URL, "pattern": rf"^https?://({_ANY_HOST}|{_ANY_V6}){_REST}"}
    pattern = rf"^https://({_PUBLIC_HOST}|{_PUBLIC_V6}){_REST}"
    return {"type": "string", "maxLength": MAX_URL, "pattern": pattern, "not": {"pattern": _OWN_NAMES}}
