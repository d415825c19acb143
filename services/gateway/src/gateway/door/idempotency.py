"""``Idempotency-Key``: a client's own name for one request, which stands for the jobId that it did not choose."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace

from gateway.drafts import Draft
from shared.http.problem import FieldProblem, Problem

MAX_KEY = 255
_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY}}}")


def read_key(values: Sequence[str]) -> str | None:
    """Return the key among a request's header values, None for no header; raises :class:`Problem` 400."""
    if not values:
        return None
    if len(values) > 1 or not _KEY.fullmatch(values[0]):
        sentence = f"Idempotency-Key must be given once, as 1 to {MAX_KEY} visible ASCII characters."
        raise Problem(400, "bad_request", sentence)
    return values[0]


def job_id_of(owner: str, key: str) -> str:
    """Return the jobId that a key stands for: the same for the same owner and key, unlike any other's."""
    return "key-" + hashlib.sha256(json.dumps([owner, key]).encode()).hexdigest()[:40]


def keyed(draft: Draft, key: str | None) -> Draft:
    """Return the draft under its key's jobId; raises :class:`Problem` 422 when it has a jobId of its own."""
    if key is None:
        return draft
    if draft.job_id is not None:
        sentence = "Send a jobId in the body or an Idempotency-Key, not both: the key stands for the jobId."
        raise Problem(
            422, "invalid_request", sentence, errors=[FieldProblem(pointer="/jobId", detail="The key stands for it.")]
        )
    return replace(draft, job_id=job_id_of(draft.owner, key))


def reused(key: str) -> Problem:
    """Return what answers a key that was already used for another request."""
    sentence = f"Idempotency-Key {key} was already used for another request; choose a new one."
    return Problem(422, "idempotency_key_reuse", sentence)
