"""The keys file: a JSON list with an object for each key, which never holds a key, only what it hashes to.

What is wrong with a file is said by the number of its entry and the field, and never by quoting it: an operator may
have put a key where its hash belongs.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from gateway.caller import ACTIVE_JOBS, SUBMITS_PER_MINUTE, Caller, Limits
from shared.domain.ids import parse_owner

MOST_BYTES = 4 * 1024 * 1024
"""A file of some twenty thousand keys; what is larger is another file."""


class KeysError(ValueError):
    """A keys file cannot be used; the message names the file, the entry and the field, and says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a file says: by each key's SHA-256 (32 bytes) who comes with it, and each owner's limits."""

    callers: Mapping[bytes, Caller]
    limits: Mapping[str, Limits]


class KeyEntry(BaseModel):
    """One key. Limits are its owner's: said with one of the owner's keys they hold for all, said twice they agree."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
    owner: Annotated[str, AfterValidator(parse_owner)]
    submits_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    active_jobs: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    read_only: bool = False
    note: str | None = None


_ENTRIES = TypeAdapter(list[KeyEntry])
_SAID: Mapping[str, str] = {
    "sha256": "must be the SHA-256 of a key, 64 hex digits",
    "owner": "must be 1 to 64 letters, digits, underscores or hyphens",
    "submitsPerMinute": "must be a whole number from 1 to 1000000",
    "activeJobs": "must be a whole number from 1 to 1000000",
    "readOnly": "must be true or false",
    "note": "must be text",
}


def read_keys(path: Path) -> Keys:
    """Read a file; raises :class:`KeysError`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise KeysError(f"{path}: cannot be read: {error.strerror}.") from None
    if len(raw) > MOST_BYTES:
        raise KeysError(f"{path}: is over {MOST_BYTES // 1024 // 1024} MiB; is it the right file?")
    return keys_in(path, raw)


def keys_in(path: Path, raw: bytes) -> Keys:
    """Read what a file holds; raises :class:`KeysError`."""
    return _gathered(path, _entries(path, raw))


def _entries(path: Path, raw: bytes) -> list[KeyEntry]:
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise KeysError(f"{path}: is not JSON{where}.") from None
    if not isinstance(data, list):
        raise KeysError(f"{path}: must be a JSON list with an object for each key.")
    try:
        return _ENTRIES.validate_python(data)
    except ValidationError as error:
        raise KeysError(f"{path}: {_wrong(error)}.") from None


def _wrong(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    number, field = int(first["loc"][0]) + 1, str(first["loc"][1]) if len(first["loc"]) > 1 else ""
    if not field:
        return f"entry {number} must be an object: sha256, owner, and perhaps limits"
    if first["type"] == "extra_forbidden":
        return f"entry {number} has a field that there is none of; there are {', '.join(_SAID)}"
    return f"entry {number}: {field} " + ("is missing" if first["type"] == "missing" else _SAID[field])


def _gathered(path: Path, entries: Sequence[KeyEntry]) -> Keys:
    callers: dict[bytes, Caller] = {}
    if not entries:
        raise KeysError(f"{path}: has no keys, so nobody could come in; make one with `python -m gateway.keys new`.")
    for number, entry in enumerate(entries, 1):
        digest = bytes.fromhex(entry.sha256)
        if digest in callers:
            raise KeysError(f"{path}: entry {number} is a key that an entry before it has; remove one of them.")
        callers[digest] = Caller(entry.owner, entry.read_only)
    by_owner: defaultdict[str, list[KeyEntry]] = defaultdict(list)
    for entry in entries:
        by_owner[entry.owner].append(entry)
    return Keys(callers, {owner: _limits(path, owner, own) for owner, own in by_owner.items()})


def _limits(path: Path, owner: str, own: Sequence[KeyEntry]) -> Limits:
    submits = {entry.submits_per_minute for entry in own if entry.submits_per_minute is not None}
    active = {entry.active_jobs for entry in own if entry.active_jobs is not None}
    for field, said in (("submitsPerMinute", submits), ("activeJobs", active)):
        if len(said) > 1:
            raise KeysError(f"{path}: the keys of {owner} name different {field}; limits are an owner's, name one.")
    return Limits(submits.pop() if submits else SUBMITS_PER_MINUTE, active.pop() if active else ACTIVE_JOBS)
