"""The bodies of the app's door: strict where a mistake would cost, lenient where the app itself is."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError
from pydantic.alias_generators import to_camel

from gateway.door.fields import JobIdText, Name, Text, refusal, scene_wrong, wrong_fields
from gateway.drafts import Draft
from shared.domain.kinds import Kind


def _object_or_nothing(value: object) -> object:
    return value if isinstance(value, dict) else {}


class AppBody(BaseModel):
    """What both kinds take. Unknown fields are ignored: the app sends whole documents."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)

    show: Annotated[dict[str, Any], Field(description="The show's blueprint.")]
    character: Annotated[dict[str, Any], Field(description="The character's dossier.")]
    job_id: Annotated[JobIdText | None, Field(description="The client's idempotency key.")] = None
    stylization_guardrails: StrictBool | None = None
    show_id: Name | None = None
    character_id: Name | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """Check a body; raises a problem, 400, with a sentence for each wrong field."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise refusal(400, "bad_request", wrong_fields(error)) from None


class PortraitBody(AppBody):
    """``POST /api/characters/portrait``."""

    custom_prompt: Annotated[Text | None, Field(description="Replaces the built prompt.")] = None
    image_model: Annotated[Any, Field(description="A portrait model's name; any other is the default.")] = None
    seed: Annotated[
        dict[str, Any],
        BeforeValidator(_object_or_nothing, json_schema_input_type=Any),
        Field(description="Used where the dossier is silent."),
    ] = Field(default_factory=dict)

    def draft(self, traceparent: str) -> Draft:
        """Return what is asked for."""
        return Draft(
            kind=Kind.PORTRAIT,
            show=self.show,
            character=self.character,
            model=self.image_model if isinstance(self.image_model, str) else None,
            guardrails=self.stylization_guardrails is not False,
            custom_prompt=self.custom_prompt or None,
            seed=self.seed,
            show_id=self.show_id or None,
            character_id=self.character_id or None,
            job_id=self.job_id,
            traceparent=traceparent,
        )


class VideoBody(AppBody):
    """``POST /api/characters/video``."""

    portrait_url: Annotated[Text, Field(min_length=1, description="https, data:image or our own /media address.")]
    model_id: Annotated[Any, Field(description="A video model's name; any other is the default.")] = None
    seconds: Annotated[Any, Field(description="A length the model offers, else its default.")] = None
    aspect_ratio: Annotated[Any, Field(description="portrait, landscape or square, else the default.")] = None
    resolution: Annotated[Any, Field(description="A resolution the model offers, else its default.")] = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """Check a body, its scene too; raises a problem, 400."""
        body = super().read(data)
        if wrong := scene_wrong(body.character):
            raise refusal(400, "bad_request", wrong)
        return body

    def draft(self, traceparent: str) -> Draft:
        """Return what is asked for."""
        wanted = {"seconds": self.seconds, "aspectRatio": self.aspect_ratio, "resolution": self.resolution}
        return Draft(
            kind=Kind.VIDEO,
            show=self.show,
            character=self.character,
            model=self.model_id if isinstance(self.model_id, str) else None,
            settings={name: value for name, value in wanted.items() if value is not None},
            guardrails=self.stylization_guardrails is not False,
            portrait_url=self.portrait_url,
            show_id=self.show_id or None,
            character_id=self.character_id or None,
            job_id=self.job_id,
            traceparent=traceparent,
        )
