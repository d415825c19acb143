"""Making a key: random, shown once, and kept only as what it hashes to."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.keys.file import KeysError, keys_in

_PREFIX = "gr_"
_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to hand out, and its entry in the keys file."""

    key: str
    entry: dict[str, Any]


def new_key(owner: str, **more: Any) -> NewKey:
    """Make a key of 256 random bits. Not salted or stretched: of that many bits nobody guesses any."""
    key = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    entry = {"sha256": hashlib.sha256(key.encode()).hexdigest(), "owner": owner, **more}
    return NewKey(key, entry)


def add_entry(path: Path, entry: dict[str, Any]) -> None:
    """Add an entry to a file, which is made if it is not there; raises :class:`KeysError`, and then changes nothing.

    Whoever reads meanwhile finds the file as it was or as it is then, never half of it.
    """
    try:
        known = _known(path)
    except OSError as error:
        raise KeysError(f"{path}: cannot be read: {error.strerror}.") from None
    lines = [json.dumps(each) for each in [*known, entry]]
    text = "[\n  " + ",\n  ".join(lines) + "\n]\n"
    keys_in(path, text.encode())
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text)
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KeysError(f"{path}: cannot be written: {error.strerror}.") from None


def _known(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    raw = path.read_bytes()
    keys_in(path, raw)
    known: list[dict[str, Any]] = json.loads(raw)
    return known
