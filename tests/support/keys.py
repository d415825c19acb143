"""Keys to test with: two owners', one that only reads, and one that nobody has."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ADA, BEN, READER, WRONG = "gr_ada-key", "gr_ben-key", "gr_ada-reads", "gr_nobodys-key"
OWNERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (ADA, {"owner": "ada"}),
    (BEN, {"owner": "ben"}),
    (READER, {"owner": "ada", "readOnly": True}),
)


def entry(key: str, **fields: Any) -> dict[str, Any]:
    """Return a key's entry."""
    return {"sha256": hashlib.sha256(key.encode()).hexdigest(), **fields}


def keys_file(folder: Path, limits: Mapping[str, Any] | None = None) -> Path:
    """Write a keys file of all three, with ``limits`` for each owner; return where."""
    path = folder / "keys.json"
    entries = [entry(key, **fields, **(limits or {})) for key, fields in OWNERS]
    path.write_text(json.dumps(entries))
    return path


def bearing(key: str) -> dict[str, str]:
    """Return the header that carries a key."""
    return {"Authorization": f"Bearer {key}"}
