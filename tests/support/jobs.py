"""Requests and jobs to test with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.claims import claim_of
from shared.domain.ids import JobId
from shared.domain.job import Output
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest, fingerprint

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def a_request(job_id: str = "job-1", kind: Kind = Kind.PORTRAIT, **changes: Any) -> JobRequest:
    """Return a request made at noon, or as changed; its content and claim follow from what it asks for."""
    at = changes.pop("created_at", NOON)
    asked: dict[str, Any] = {
        "show": {"show_title": "Low Tide"},
        "character": {"character": job_id, "showcase_scene_prompt": "walks along the pier"},
        "model": "flux" if kind is Kind.PORTRAIT else "openai/sora-2",
        "settings": {},
        "guardrails": True,
        "custom_prompt": None,
        "seed": {},
        "portrait_url": None if kind is Kind.PORTRAIT else "https://example.com/p.png",
    } | {name: changes.pop(name) for name in list(changes) if name in _CONTENT}
    content = fingerprint(kind, **asked)
    claim = claim_of("", kind, changes.get("show_id"), changes.get("character_id"), content)
    request = JobRequest(
        job_id=JobId(job_id),
        kind=kind,
        owner="",
        claim=claim,
        content=content,
        created_at=at,
        deadline=at + timedelta(minutes=15),
        **asked,
    )
    return replace(request, **changes)


_CONTENT = {"show", "character", "model", "settings", "guardrails", "custom_prompt", "seed", "portrait_url"}


def an_output(name: str = "abc.png") -> Output:
    """Return a stored picture."""
    return Output(name=name, content_type="image/png", bytes=10, sha256="0" * 64, width=2, height=3)
