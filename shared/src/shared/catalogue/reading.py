"""One model's table, checked field by field into a :class:`Model`."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.catalogue.model import ImageInput, Model, Ref, Setting, Value
from shared.domain.kinds import Kind

SETTINGS: Mapping[Kind, Mapping[str, type]] = MappingProxyType(
    {
        Kind.PORTRAIT: MappingProxyType({}),
        Kind.VIDEO: MappingProxyType({"seconds": int, "aspectRatio": str, "resolution": str}),
    }
)
"""The settings clients can send for each kind, and the type of their values: a model can offer no others."""

_FIELDS = ("label", "ref", "usual_seconds", "prompt", "start_image", "settings", "fixed")


class Broken(ValueError):
    """A field is missing or wrong; the message starts with the field's name."""


def read_model(kind: Kind, key: str, fields: object) -> Model:
    """Return the model its table describes; raises :class:`Broken`."""
    table = _table(fields, "the model", _FIELDS)
    prompt = _table(table.get("prompt", {}), "prompt", ("input", "max_characters"))
    settings = _settings(kind, table.get("settings", {}))
    return Model(
        kind=kind,
        key=key,
        label=_text(table, "label"),
        ref=_ref(table),
        prompt_input=_text(prompt, "input", "prompt.input"),
        prompt_limit=_limit(prompt),
        usual_seconds=_seconds(table),
        start_image=_images(table.get("start_image", []), settings),
        settings=settings,
        fixed=MappingProxyType(dict(_table(table.get("fixed", {}), "fixed"))),
    )


def _table(value: object, where: str, known: tuple[str, ...] | None = None) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Broken(f"{where}: must be a table")
    for name in value:
        if known is not None and name not in known:
            raise Broken(f"{where}: unknown field {name!r}; there are {', '.join(known)}")
    return value


def _text(table: Mapping[str, object], name: str, where: str | None = None) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise Broken(f"{where or name}: must be text")
    return value


def _ref(table: Mapping[str, object]) -> Ref:
    try:
        return Ref.parse(_text(table, "ref"))
    except Broken:
        raise
    except ValueError as wrong:
        raise Broken(f"ref: {wrong}") from wrong


def _seconds(table: Mapping[str, object]) -> float:
    value = table.get("usual_seconds", 60)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise Broken("usual_seconds: must be a number above 0")
    return float(value)


def _limit(prompt: Mapping[str, object]) -> int | None:
    value = prompt.get("max_characters")
    if value is not None and (type(value) is not int or value < 1):
        raise Broken("prompt.max_characters: must be a whole number above 0")
    return value


def _settings(kind: Kind, fields: object) -> Mapping[str, Setting]:
    known = SETTINGS[kind]
    table = _table(fields, "settings", tuple(known))
    return MappingProxyType({name: _setting(name, known[name], table[name]) for name in known if name in table})


def _setting(name: str, wanted: type, fields: object) -> Setting:
    where = f"settings.{name}"
    table = _table(fields, where, ("input", "default", "values"))
    values = _values(where, wanted, table.get("values"))
    default = table.get("default")
    if type(default) is not wanted or not isinstance(default, str | int) or default not in values:
        raise Broken(f"{where}.default: must be one of {', '.join(map(str, values))}, not {default!r}")
    theirs = _text(table, "input", f"{where}.input") if "input" in table else None
    return Setting(name, default, values, theirs)


def _values(where: str, wanted: type, given: object) -> Mapping[Value, Value]:
    if not isinstance(given, dict | list) or not given:
        raise Broken(f"{where}.values: must be a list, or a table from ours to theirs, that is not empty")
    pairs = given.items() if isinstance(given, dict) else ((each, each) for each in given)
    return MappingProxyType({_ours(where, wanted, ours): _theirs(where, theirs) for ours, theirs in pairs})


def _ours(where: str, wanted: type, value: object) -> Value:
    # TOML's keys are always text, so whole numbers of ours are written as text where they are mapped.
    if wanted is int and isinstance(value, str) and value.isdecimal():
        return int(value)
    if type(value) is not wanted or not isinstance(value, str | int):
        raise Broken(f"{where}.values: {value!r} must be {'text' if wanted is str else 'a whole number'}")
    return value


def _theirs(where: str, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Broken(f"{where}.values: {value!r} is neither text nor a whole number")
    return value


def _images(given: object, settings: Mapping[str, Setting]) -> tuple[ImageInput, ...]:
    if not isinstance(given, list):
        raise Broken("start_image: must be a list of tables")
    ways = tuple(_image(each, settings) for each in given)
    if ways and ways[-1].when:
        raise Broken("start_image: the last way must have no conditions, or some settings would lose the picture")
    return ways


def _image(fields: object, settings: Mapping[str, Setting]) -> ImageInput:
    table = _table(fields, "start_image", ("input", "list", "when"))
    when = _table(table.get("when", {}), "start_image.when")
    for name, value in when.items():
        if name not in settings or not settings[name].offers(value):
            raise Broken(f"start_image.when: {name} = {value!r} is nothing this model offers")
    as_list = table.get("list", False)
    if not isinstance(as_list, bool):
        raise Broken("start_image.list: must be true or false")
    kept = {name: value for name, value in when.items() if isinstance(value, str | int)}
    return ImageInput(_text(table, "input", "start_image.input"), as_list, MappingProxyType(kept))
