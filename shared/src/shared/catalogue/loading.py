"""Reading the catalogue: the shipped file, and an operator's own laid over it.

The operator's file has the same form (see ``models.toml``). A model it names anew is added; of a model that is already
there only the fields it gives are replaced (``fixed`` and each of ``settings`` field by field, everything else whole).
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from shared.catalogue.catalogue import Catalogue
from shared.catalogue.model import Model
from shared.catalogue.reading import Broken, read_model
from shared.domain.kinds import Kind

Table = dict[str, object]

_OPEN = ("fixed", "prompt", "settings")
"""The fields of a model that an operator's file adds to rather than replaces."""


class CatalogueError(ValueError):
    """A catalogue file cannot be used; the message names the file, the model and the field."""


def load(extra: Path | None = None) -> Catalogue:
    """Return the shipped catalogue with the file ``extra`` laid over it; raises :class:`CatalogueError`."""
    shipped = _parse("models.toml", resources.files("shared.catalogue").joinpath("models.toml").read_text("utf-8"))
    if extra is None:
        return _build("models.toml", shipped, shipped)
    own = _parse(str(extra), _read(extra))
    return _build(str(extra), _laid_over(shipped, own, str(extra)), own)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}") from error


def _parse(file: str, text: str) -> Table:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file}: not TOML: {error}") from error
    for name, table in tables.items():
        if name not in ("defaults", *Kind):
            raise CatalogueError(f"{file}: {name}: unknown table; there are defaults, {', '.join(Kind)}")
        if not isinstance(table, dict):
            raise CatalogueError(f"{file}: {name}: must be a table")
    return tables


def _laid_over(shipped: Table, own: Table, file: str) -> Table:
    merged: Table = {"defaults": {**_table(shipped, "defaults"), **_table(own, "defaults")}}
    for kind in Kind:
        models = dict(_table(shipped, kind))
        for key, fields in _table(own, kind).items():
            if not isinstance(fields, dict):
                raise CatalogueError(f"{file}: {kind} model {key!r}: must be a table")
            models[key] = _model_over(_table(models, key), fields)
        merged[kind] = models
    return merged


def _model_over(old: Table, new: Table) -> Table:
    return {**old, **{name: _field_over(name, old.get(name), value) for name, value in new.items()}}


def _field_over(name: str, old: object, new: object) -> object:
    if name not in _OPEN or not isinstance(old, dict) or not isinstance(new, dict):
        return new
    if name != "settings":
        return {**old, **new}
    return {**old, **{each: _setting_over(old.get(each), value) for each, value in new.items()}}


def _setting_over(old: object, new: object) -> object:
    return {**old, **new} if isinstance(old, dict) and isinstance(new, dict) else new


def _table(tables: Mapping[str, object], name: str) -> Table:
    found = tables.get(name, {})
    return found if isinstance(found, dict) else {}


def _build(file: str, tables: Table, own: Table) -> Catalogue:
    by_kind: dict[Kind, Mapping[str, Model]] = {}
    for kind in Kind:
        models = _table(tables, kind)
        # A model the operator's file does not touch can only be broken by us.
        by_kind[kind] = MappingProxyType(
            {key: _model(file if key in _table(own, kind) else "models.toml", kind, key, models[key]) for key in models}
        )
    defaults = {kind: _default(file, kind, _table(tables, "defaults"), by_kind[kind]) for kind in Kind}
    _only(file, "defaults", _table(tables, "defaults"))
    return Catalogue(MappingProxyType(by_kind), MappingProxyType(defaults))


def _model(file: str, kind: Kind, key: str, fields: object) -> Model:
    try:
        return read_model(kind, key, fields)
    except Broken as broken:
        raise CatalogueError(f"{file}: {kind} model {key!r}: {broken}") from broken


def _default(file: str, kind: Kind, defaults: Table, models: Mapping[str, Model]) -> str:
    key = defaults.get(kind)
    if not isinstance(key, str) or key not in models:
        raise CatalogueError(f"{file}: defaults: {kind}: must be one of {', '.join(models)}, not {key!r}")
    return key


def _only(file: str, where: str, table: Table) -> None:
    for name in table:
        if name not in tuple(Kind):
            raise CatalogueError(f"{file}: {where}: {name}: unknown kind; there are {', '.join(Kind)}")
