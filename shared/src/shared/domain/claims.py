"""Content and claims: when two requests ask for the same thing."""

import hashlib
import json
from collections.abc import Mapping

from shared.domain.kinds import Kind


def content_hash(kind: Kind, content: Mapping[str, object]) -> str:
    """Return 64 hex digits that are equal exactly when all that shapes the result is equal.

    ``content`` is JSON data; the order of its keys does not matter, the order of its lists does.
    """
    canonical = json.dumps([kind.value, content], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def claim_of(owner: str, kind: Kind, show_id: str | None, character_id: str | None, content: str) -> str:
    """Return the 32 hex digits that name "this character's portrait" (or clip), a subject token.

    The same character means the same show and character ids when both are sent, else the same ``content`` hash.
    """
    named = show_id and character_id
    parts = [owner, kind.value, "id", show_id, character_id] if named else [owner, kind.value, "content", content]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
