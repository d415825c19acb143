"""Many submits in one call: a few at a time, one jobId's in their order, each answered for itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Any

from gateway.bodies import MAX_BODY_BYTES
from gateway.door.fields import refusal
from shared.domain.kinds import Kind
from shared.http.problem import FieldProblem, Problem

MAX_ITEMS = 100

MAX_BATCH_BYTES = 8 * 1024 * 1024
"""A whole batch: a hundred jobs with documents of 80 KiB. Each of them may still be as large as one sent alone."""

_AT_ONCE = 16
_MOST_TOLD = 20

Item = Any
"""One entry of ``jobs``, any JSON."""


def items_of(body: dict[str, Any]) -> list[Item]:
    """Return a batch's entries, unread; raises :class:`Problem` 422 when there are none, too many or other fields."""
    others = islice((name for name in body if name != "jobs"), _MOST_TOLD)
    wrong = [FieldProblem(pointer=f"/{name}", detail=f"There is no field {name}: a batch has jobs.") for name in others]
    items = body.get("jobs")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        wrong.append(FieldProblem(pointer="/jobs", detail=f"jobs must be a list of 1 to {MAX_ITEMS} jobs."))
    if wrong or not isinstance(items, list):
        raise refusal(422, "invalid_request", wrong)
    return items


def split(item: Item) -> tuple[Kind, dict[str, Any]]:
    """Return an entry's kind and its body as it would be sent alone; raises :class:`Problem` 413 and 422."""
    if not isinstance(item, dict):
        sentence = "Each of jobs must be an object: a job's body with its kind."
        raise refusal(422, "invalid_request", [FieldProblem(pointer="", detail=sentence)])
    if len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_BODY_BYTES:
        raise Problem(413, "too_large", f"The job is over {MAX_BODY_BYTES // 1024} KiB.")
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in tuple(Kind):
        sentence = f"kind must be one of {', '.join(Kind)}."
        raise refusal(422, "invalid_request", [FieldProblem(pointer="/kind", detail=sentence)])
    return Kind(kind), {name: value for name, value in item.items() if name != "kind"}


async def each(items: Sequence[Item], handle: Callable[[int], Awaitable[None]]) -> None:
    """Handle every entry by its index, several at once; those of one jobId one after the other, as they stand."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def in_order(indexes: list[int]) -> None:
        async with room:
            for index in indexes:
                await handle(index)

    async with asyncio.TaskGroup() as group:
        for indexes in _chains(items):
            group.create_task(in_order(indexes))


def _chains(items: Sequence[Item]) -> list[list[int]]:
    chains: dict[object, list[int]] = {}
    for index, item in enumerate(items):
        named = item.get("jobId") if isinstance(item, dict) else None
        chains.setdefault(named if isinstance(named, str) else index, []).append(index)
    return list(chains.values())
