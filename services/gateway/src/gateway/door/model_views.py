"""The catalogue as clients see it: what can be asked for, with all that a page needs to offer it."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.bodies import MAX_BODY_BYTES, MAX_DOCUMENT_BYTES
from gateway.door.batches import MAX_BATCH_BYTES, MAX_ITEMS
from gateway.door.job_bodies import LONGEST_DEADLINE, MAX_METADATA_BYTES, SHORTEST_DEADLINE
from shared.catalogue.catalogue import Catalogue
from shared.catalogue.model import Model, Setting, Value
from shared.domain.kinds import Kind
from shared.views import View

_FIELDS: Mapping[Kind, str] = MappingProxyType({Kind.PORTRAIT: "imageModel", Kind.VIDEO: "modelId"})
_LABELS: Mapping[str, str] = MappingProxyType({"seconds": "Length", "aspectRatio": "Shape", "resolution": "Resolution"})


class ChoiceView(View):
    """One value that a setting can have, and what people call it."""

    value: Value
    label: str


class SettingView(View):
    """One choice a model offers: ``name`` is the field of the body, ``default`` what is used when it is not sent."""

    name: str
    label: str
    default: Value
    choices: list[ChoiceView]


class ModelView(View):
    """A model. ``promptMaxCharacters`` is null without a limit; ``usualSeconds`` is how long it usually takes."""

    id: str
    label: str
    default: bool
    usual_seconds: float
    prompt_max_characters: int | None
    settings: list[SettingView]


class OfferView(View):
    """What can be asked for of one kind. ``field`` is the body's field that names the model."""

    field: str
    default: str
    models: list[ModelView]


class LimitsView(View):
    """What a submit may hold, in bytes and seconds."""

    body_bytes: int
    document_bytes: int
    metadata_bytes: int
    batch_bytes: int
    batch_jobs: int
    min_deadline_seconds: float
    default_deadline_seconds: float
    max_deadline_seconds: float


class ModelsView(View):
    """The whole catalogue, models in the order they should be shown."""

    kinds: dict[Kind, OfferView]
    limits: LimitsView


def models_view(catalogue: Catalogue, deadline_seconds: float) -> ModelsView:
    """Return what is on offer; ``deadline_seconds`` is how long a job has when its client does not say."""
    limits = LimitsView(
        body_bytes=MAX_BODY_BYTES,
        document_bytes=MAX_DOCUMENT_BYTES,
        metadata_bytes=MAX_METADATA_BYTES,
        batch_bytes=MAX_BATCH_BYTES,
        batch_jobs=MAX_ITEMS,
        min_deadline_seconds=SHORTEST_DEADLINE,
        default_deadline_seconds=deadline_seconds,
        max_deadline_seconds=LONGEST_DEADLINE,
    )
    return ModelsView(kinds={kind: _kind(catalogue, kind) for kind in Kind}, limits=limits)


def _kind(catalogue: Catalogue, kind: Kind) -> OfferView:
    default = catalogue.default(kind)
    models = [_model(model, default=model is default) for model in catalogue.models(kind)]
    return OfferView(field=_FIELDS[kind], default=default.key, models=models)


def _model(model: Model, *, default: bool) -> ModelView:
    return ModelView(
        id=model.key,
        label=model.label,
        default=default,
        usual_seconds=model.usual_seconds,
        prompt_max_characters=model.prompt_limit,
        settings=[_setting(setting) for setting in model.settings.values()],
    )


def _setting(setting: Setting) -> SettingView:
    choices = [ChoiceView(value=value, label=_called(setting.name, value)) for value in setting.values]
    return SettingView(name=setting.name, label=_LABELS[setting.name], default=setting.default, choices=choices)


def _called(name: str, value: Value) -> str:
    if name == "seconds":
        return f"{value} s"
    return str(value)[:1].upper() + str(value)[1:]
