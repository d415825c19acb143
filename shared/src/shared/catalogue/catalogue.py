"""Which models there are, and what is made of a wish for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.catalogue.model import Model, Setting, Value
from shared.domain.kinds import Kind


class UnknownModel(KeyError):
    """There is no such model; ``str()`` is a sentence that names those there are."""

    def __init__(self, kind: Kind, key: str, known: list[str]) -> None:
        super().__init__(key)
        self._sentence = f"There is no {kind} model {key!r}; choose one of {', '.join(known)}."

    def __str__(self) -> str:
        return self._sentence


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models of each kind by key, in the order they are shown, and each kind's default."""

    by_kind: Mapping[Kind, Mapping[str, Model]]
    defaults: Mapping[Kind, str]

    def models(self, kind: Kind) -> list[Model]:
        """Return the kind's models in the order they are shown."""
        return list(self.by_kind[kind].values())

    def default(self, kind: Kind) -> Model:
        """Return the model used when none is asked for."""
        return self.by_kind[kind][self.defaults[kind]]

    def get(self, kind: Kind, key: str) -> Model:
        """Return the model clients call ``key``; raises :class:`UnknownModel`."""
        try:
            return self.by_kind[kind][key]
        except KeyError:
            raise UnknownModel(kind, key, list(self.by_kind[kind])) from None

    def resolve(self, kind: Kind, key: str | None, wanted: Mapping[str, object]) -> tuple[Model, dict[str, Value]]:
        """Return the model and settings that will be used, the lenient way: whatever is not on offer is the default.

        ``wanted`` is as a client sent it, any JSON; names that are no setting of the model are passed over.
        """
        model = self.by_kind[kind].get(key) if isinstance(key, str) else None
        model = model or self.default(kind)
        return model, model.settle(wanted)

    def check(self, kind: Kind, key: str | None, wanted: Mapping[str, object]) -> list[tuple[str, str]]:
        """Return what is wrong with a wish, the strict way: pairs of a field and a sentence, none when all is on offer.

        The field is ``model``, or the setting's name. A setting that is None was not asked for. Nothing is said of the
        settings when the model itself is unknown.
        """
        try:
            model = self.default(kind) if key is None else self.get(kind, key)
        except UnknownModel as unknown:
            return [("model", str(unknown))]
        asked = {name: value for name, value in wanted.items() if value is not None}
        return [(name, said) for name, value in asked.items() if (said := _objection(model, name, value))]


def _objection(model: Model, name: str, value: object) -> str | None:
    setting = model.settings.get(name)
    if setting is None:
        return f"{model.label} has no setting {name}."
    return None if setting.offers(value) else _offer(model, setting)


def _offer(model: Model, setting: Setting) -> str:
    choices = ", ".join(str(value) for value in setting.values)
    return f"{model.label} offers {setting.name} {choices}."
