"""The bodies of the second door: as on the first, and strict. Whatever is not on offer is refused by its name."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from gateway.door.fields import SENTENCES, Text, refusal, refuse_crowd, scene_wrong, wrong_fields
from gateway.door.filing import settled
from gateway.drafts import Draft
from gateway.routes.app_bodies import PortraitBody, VideoBody
from shared.catalogue.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.domain.portrait_url import BadPortraitUrl
from shared.domain.request import ENDS, Webhook
from shared.domain.states import Status
from shared.domain.webhook_url import MAX_URL, BadWebhookUrl, WebhookRule
from shared.http.problem import FieldProblem

MAX_METADATA_BYTES = 10 * 1024
"""All of a job's metadata as JSON: it goes with each of the job's events, and those hold 64 KiB."""

SHORTEST_DEADLINE, LONGEST_DEADLINE = 10.0, 43_200.0
"""Seconds."""

_STRICT = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False)

_SENTENCES: Mapping[str, str] = {
    **SENTENCES,
    "/imageModel": "imageModel must be the name of a portrait model.",
    "/modelId": "modelId must be the name of a video model.",
    "/seed": "seed must be an object of texts: gender, age_range, species_hint, key_visual_trait.",
    "/metadata": "metadata must be an object of at most 16 texts: names of 1 to 64 characters, values of at most 512.",
    "/deadlineSeconds": f"deadlineSeconds must be a number from {SHORTEST_DEADLINE:.0f} to {LONGEST_DEADLINE:.0f}.",
    "/webhook": "webhook must be an object: a url, and perhaps events.",
    "/webhook/url": f"webhook.url must be an address of at most {MAX_URL} characters.",
    "/webhook/events": f"webhook.events must be a list of one or more of {', '.join(Status)}.",
}


class SeedBody(BaseModel):
    """A few words to go by where the dossier is silent."""

    model_config = ConfigDict(extra="forbid")

    gender: str | None = None
    age_range: str | None = None
    species_hint: str | None = None
    key_visual_trait: str | None = None


class WebhookBody(BaseModel):
    """Where to call back, and of which statuses: of the job's end when none are named."""

    model_config = _STRICT

    url: Annotated[str, StringConstraints(strict=True, max_length=MAX_URL)]
    events: Annotated[list[Status], Field(min_length=1)] | None = None

    def webhook(self) -> Webhook:
        """Return it, each status once."""
        return Webhook(self.url, tuple(dict.fromkeys(self.events)) if self.events else ENDS)


MetadataName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
MetadataText = Annotated[str, StringConstraints(max_length=512)]


class JobFields(BaseModel):
    """What the second door takes besides. None of it shapes the result, so none of it is the job's content."""

    model_config = _STRICT

    metadata: Annotated[
        Annotated[dict[MetadataName, MetadataText], Field(max_length=16)] | None,
        Field(description="Comes back with the job; at most 10 KiB of JSON."),
    ] = None
    deadline_seconds: Annotated[
        Annotated[float, Field(strict=True, ge=SHORTEST_DEADLINE, le=LONGEST_DEADLINE)] | None,
        Field(description="From acceptance; then the job is stopped, and fails."),
    ] = None
    webhook: WebhookBody | None = None

    def fields(self) -> dict[str, Any]:
        """Return them as a draft has them."""
        return {
            "metadata": self.metadata or {},
            "deadline_seconds": self.deadline_seconds,
            "webhook": self.webhook.webhook() if self.webhook else None,
        }


def _seed(value: object) -> dict[str, Any]:
    return {} if value is None else SeedBody.model_validate(value).model_dump(exclude_none=True)


def _whole(value: object) -> object:
    # JSON knows one kind of number: 8.0 is 8 there.
    return int(value) if isinstance(value, float) and value.is_integer() else value


class PortraitJob(PortraitBody, JobFields):
    """A picture that is wanted."""

    model_config = _STRICT

    image_model: Annotated[Text | None, Field(description="One of GET /v1/models; the default when none is named.")] = (
        None
    )
    seed: Annotated[
        dict[str, Any],
        BeforeValidator(_seed, json_schema_input_type=SeedBody | None),
        Field(description="Used where the dossier is silent."),
    ] = Field(default_factory=dict)


class VideoJob(VideoBody, JobFields):
    """A clip that is wanted."""

    model_config = _STRICT

    model_id: Annotated[Text | None, Field(description="One of GET /v1/models; the default when none is named.")] = None
    seconds: Annotated[Any, BeforeValidator(_whole), Field(description="A length that the model offers.")] = None
    aspect_ratio: Annotated[Any, Field(description="A shape that the model offers.")] = None
    resolution: Annotated[Any, Field(description="A resolution that the model offers.")] = None
    portrait_url: Annotated[
        Text, Field(description="Any https address, a data:image one in base64, or our own below /media/.")
    ]


@dataclass(frozen=True, slots=True)
class Door:
    """What a body is read with: what is on offer and allowed, the addresses we are reached at, whose call it is."""

    catalogue: Catalogue
    webhooks: WebhookRule
    bases: Collection[str]
    owner: str
    traceparent: str

    def draft(self, kind: Kind, data: dict[str, Any]) -> Draft:
        """Return what a body asks for; raises a problem, 422, that names everything wrong with it."""
        body: PortraitJob | VideoJob
        refuse_crowd(data)
        try:
            body = PortraitJob.model_validate(data) if kind is Kind.PORTRAIT else VideoJob.model_validate(data)
        except ValidationError as error:
            raise refusal(422, "invalid_request", wrong_fields(error, _SENTENCES)) from None
        draft = replace(body.draft(self.traceparent), owner=self.owner, **body.fields())
        wrong = [*_metadata_wrong(draft), *self._not_on_offer(body), *self._never_delivered(draft)]
        if isinstance(body, VideoJob):
            wrong += scene_wrong(body.character)
            draft, unfit = self._settled(draft, body.portrait_url)
            wrong += unfit
        if wrong:
            raise refusal(422, "invalid_request", wrong)
        return draft

    def _not_on_offer(self, body: PortraitJob | VideoJob) -> list[FieldProblem]:
        """Return a field for each wish that the catalogue cannot fulfil, by the name that the client gave it."""
        if isinstance(body, PortraitJob):
            kind, name, model, settings = Kind.PORTRAIT, "imageModel", body.image_model, {}
        else:
            kind, name, model = Kind.VIDEO, "modelId", body.model_id
            settings = {"seconds": body.seconds, "aspectRatio": body.aspect_ratio, "resolution": body.resolution}
        wrong = self.catalogue.check(kind, model, settings)
        return [
            FieldProblem(pointer=f"/{name if field == 'model' else field}", detail=sentence)
            for field, sentence in wrong
        ]

    def _never_delivered(self, draft: Draft) -> list[FieldProblem]:
        try:
            if draft.webhook is not None:
                self.webhooks.check(draft.webhook.url)
        except BadWebhookUrl as error:
            return [FieldProblem(pointer="/webhook/url", detail=str(error))]
        return []

    def _settled(self, draft: Draft, url: str) -> tuple[Draft, list[FieldProblem]]:
        try:
            return replace(draft, portrait_url=settled(url, self.bases)), []
        except BadPortraitUrl as error:
            return draft, [FieldProblem(pointer="/portraitUrl", detail=str(error))]


def _metadata_wrong(draft: Draft) -> list[FieldProblem]:
    if len(json.dumps(dict(draft.metadata), ensure_ascii=False).encode()) <= MAX_METADATA_BYTES:
        return []
    sentence = f"metadata must be at most {MAX_METADATA_BYTES // 1024} KiB of JSON."
    return [FieldProblem(pointer="/metadata", detail=sentence)]
