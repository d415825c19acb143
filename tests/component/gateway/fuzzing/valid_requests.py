"""Hooks of schemathesis, for what OpenAPI cannot say of a request, and for our time: ADR 16."""

import itertools
from typing import Any

import schemathesis

_numbers = itertools.count()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make a valid request one that the interface's prose allows, too."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    _use_a_fresh_key(case)
    _wait_a_second_at_most(case)


def _use_a_fresh_key(case: Any) -> None:
    """Give each submit an Idempotency-Key of its own, and no jobId beside it.

    A key belongs to one request and stands for its jobId: another request with it is refused.
    """
    for name in [name for name in case.headers or {} if name.lower() == "idempotency-key"]:
        case.headers[name] = f"{next(_numbers)}-{case.headers[name]}"[:255]
        if isinstance(case.body, dict):
            case.body.pop("jobId", None)


def _wait_a_second_at_most(case: Any) -> None:
    """Nobody works here: a wait of a minute would last a minute."""
    if isinstance((case.query or {}).get("wait"), int):
        case.query["wait"] = min(case.query["wait"], 1)
