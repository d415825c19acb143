"""One model: its name at Replicate, what it takes, and how an order in our words becomes its input."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.domain.kinds import Kind

Value = str | int
"""A setting's value in our words: ``8``, ``"portrait"``."""

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_REF = re.compile(rf"(?P<model>{_NAME}/{_NAME})(:(?P<pinned>[A-Za-z0-9]+))?|(?P<version>[0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Ref:
    """What Replicate calls the model: ``owner/name`` (its newest version), that with a version, or a bare version."""

    model: str | None
    version: str | None

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read ``owner/name``, ``owner/name:version`` or 64 hex digits; raises ValueError."""
        found = _REF.fullmatch(text)
        if found is None:
            raise ValueError("must be owner/name, owner/name:version, or a version's 64 hex digits")
        return cls(found["model"], found["pinned"] or found["version"])


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice a model offers. ``values`` maps our words to the model's; ``input`` is its name for it.

    Without ``input`` there is nothing to send: the model has just the one value, and the record says which.
    """

    name: str
    default: Value
    values: Mapping[Value, Value]
    input: str | None = None

    def offers(self, value: object) -> bool:
        """Whether ``value`` is one of ours, of the right type: ``True`` is not ``1`` and ``8.0`` is not ``8``."""
        return any(type(value) is type(ours) and value == ours for ours in self.values)

    def settle(self, wanted: object) -> Value:
        """Return ``wanted`` where it is offered, else the default."""
        return wanted if isinstance(wanted, str | int) and self.offers(wanted) else self.default


@dataclass(frozen=True, slots=True)
class ImageInput:
    """One way to hand a model its start image: alone or as a list of one, while ``when`` holds of the settings."""

    input: str
    as_list: bool = False
    when: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def fits(self, settings: Mapping[str, Value]) -> bool:
        """Whether this way is open with these settings."""
        return all(settings.get(name) == value for name, value in self.when.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model clients may ask for by ``key``. ``prompt_limit`` is in characters, ``usual_seconds`` per prediction."""

    kind: Kind
    key: str
    label: str
    ref: Ref
    prompt_input: str
    usual_seconds: float
    prompt_limit: int | None = None
    start_image: tuple[ImageInput, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    fixed: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def settle(self, wanted: Mapping[str, object]) -> dict[str, Value]:
        """Return the settings that will be used: what is wanted where offered, else the default; all of them."""
        return {name: setting.settle(wanted.get(name)) for name, setting in self.settings.items()}

    def inputs(self, prompt: str, settings: Mapping[str, Value], image: str | None = None) -> dict[str, object]:
        """Build the model's input. ``image`` is an address or a data URI; ``prompt`` goes in whole."""
        used = self.settle(settings)
        sent = {s.input: s.values[used[name]] for name, s in self.settings.items() if s.input}
        return {**self.fixed, **sent, **self._image(used, image), self.prompt_input: prompt}

    def image_input(self, settings: Mapping[str, Value]) -> ImageInput | None:
        """Return the way the start image is handed over with these settings; None when the model takes none."""
        used = self.settle(settings)
        return next((way for way in self.start_image if way.fits(used)), None)

    def _image(self, used: Mapping[str, Value], image: str | None) -> dict[str, object]:
        way = self.image_input(used)
        if way is None or image is None:
            return {}
        return {way.input: [image] if way.as_list else image}
