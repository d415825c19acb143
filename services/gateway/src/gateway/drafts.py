"""From what a client asked for to the request that is filed: defaults filled in, content hashed, claim named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from shared.catalogue.catalogue import Catalogue
from shared.documents.character import character_name
from shared.domain.claims import claim_of
from shared.domain.ids import parse_job_id
from shared.domain.kinds import Kind
from shared.domain.request import Document, JobRequest, Webhook, fingerprint
from shared.ports.clock import Clock, Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A checked request body. ``job_id`` is what the client calls it, if anything; ``settings`` are as it sent them."""

    kind: Kind
    show: Document
    character: Document
    model: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    guardrails: bool = True
    custom_prompt: str | None = None
    seed: Document = field(default_factory=dict)
    portrait_url: str | None = None
    show_id: str | None = None
    character_id: str | None = None
    job_id: str | None = None
    owner: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    deadline_seconds: float | None = None
    traceparent: str | None = None
    webhook: Webhook | None = None


class Drafting:
    """Makes requests of drafts. ``deadline_seconds`` is how long a job has when its client does not say."""

    def __init__(self, catalogue: Catalogue, clock: Clock, ids: Ids, deadline_seconds: float) -> None:
        self.catalogue = catalogue
        self._clock = clock
        self._ids = ids
        self.deadline_seconds = deadline_seconds

    def request(self, draft: Draft) -> JobRequest:
        """Return the request to file. A model or setting not on offer becomes the default."""
        model, settings = self.catalogue.resolve(draft.kind, draft.model, draft.settings)
        content = fingerprint(
            draft.kind,
            show=draft.show,
            character=draft.character,
            model=model.key,
            settings=settings,
            guardrails=draft.guardrails,
            custom_prompt=draft.custom_prompt,
            seed=draft.seed,
            portrait_url=draft.portrait_url,
        )
        now = self._clock.now()
        return JobRequest(
            job_id=parse_job_id(draft.job_id or self._ids.new(), draft.owner),
            kind=draft.kind,
            owner=draft.owner,
            claim=claim_of(draft.owner, draft.kind, draft.show_id, draft.character_id, content),
            content=content,
            show=draft.show,
            character=draft.character,
            model=model.key,
            settings=settings,
            guardrails=draft.guardrails,
            custom_prompt=draft.custom_prompt,
            seed=draft.seed,
            portrait_url=draft.portrait_url,
            show_id=draft.show_id,
            character_id=draft.character_id,
            character_name=character_name(draft.character),
            created_at=now,
            deadline=now + timedelta(seconds=draft.deadline_seconds or self.deadline_seconds),
            metadata=draft.metadata,
            traceparent=draft.traceparent,
            webhook=draft.webhook,
        )
