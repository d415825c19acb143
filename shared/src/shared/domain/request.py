"""The request document: all that a client asked for, as it waits in ``JOBS``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.domain.claims import content_hash
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.states import Status

Document = Mapping[str, Any]
"""A client's JSON object, whole and unchecked: a show, a character, a seed."""


ENDS = tuple(status for status in Status if status.is_terminal)
"""What a webhook announces when its client does not say: the job's end, whichever it is."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a client wants to be called back, an http(s) address, and the statuses that it wants to hear of."""

    url: str
    events: tuple[Status, ...] = ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """One accepted request. ``model`` and ``settings`` are what will be used, the defaults already filled in."""

    job_id: JobId
    kind: Kind
    owner: str
    claim: str
    content: str
    show: Document
    character: Document
    model: str
    settings: Mapping[str, str | int]
    guardrails: bool = True
    custom_prompt: str | None = None
    seed: Document = field(default_factory=dict)
    portrait_url: str | None = None
    show_id: str | None = None
    character_id: str | None = None
    character_name: str | None = None
    created_at: datetime
    deadline: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_of: JobId | None = None
    traceparent: str | None = None
    webhook: Webhook | None = None


def fingerprint(
    kind: Kind,
    *,
    show: Document,
    character: Document,
    model: str,
    settings: Mapping[str, str | int],
    guardrails: bool,
    custom_prompt: str | None,
    seed: Document,
    portrait_url: str | None,
) -> str:
    """Hash all that shapes the result, and nothing else (not metadata, ids, the deadline or the webhook)."""
    return content_hash(
        kind,
        {
            "show": show,
            "character": character,
            "model": model,
            "settings": dict(settings),
            "guardrails": guardrails,
            "customPrompt": custom_prompt,
            "seed": seed,
            "portraitUrl": portrait_url,
        },
    )
