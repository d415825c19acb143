"""Keys and limits in the OpenAPI document: which calls need a key, and what is answered to who may not, or no more."""

from typing import Any

from gateway.door.access import is_open
from gateway.door.describing import header
from shared.http.problem import problems

Described = dict[str, Any]

_SCHEME = "key"
_FILING = ("portrait", "video", "jobs:batch", "retry", "jobs:retryFailed")
_CHALLENGE = {"WWW-Authenticate": header("`Bearer`, and what was wrong with the key if there was one")}
_LEFT = {
    "RateLimit-Policy": header("The owner's limits: submits in any minute, and active jobs"),
    "RateLimit": header("What is left of each: r, and t the seconds until there is more"),
}


def require_keys(document: Described) -> None:
    """Say of every call that is not open that it needs a key, and what follows from that."""
    schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[_SCHEME] = {"type": "http", "scheme": "bearer", "description": "A key that the operator gave you."}
    for path, methods in document["paths"].items():
        if not is_open(path):
            for method, operation in methods.items():
                _require(operation, method, filing=method == "post" and path.endswith(_FILING))


def _require(operation: Described, method: str, *, filing: bool) -> None:
    operation["security"] = [{_SCHEME: []}]
    answers = operation["responses"]
    answers |= _problem(401, **_CHALLENGE)
    if method not in ("get", "head"):
        answers |= _problem(403)
    if method == "post":
        for answer in answers.values():
            answer.setdefault("headers", {}).update({} if answer.get("description") in _REFUSED else _LEFT)
    if filing:
        answers |= _problem(429, **_LEFT)


_REFUSED = ("Unauthorized", "Forbidden")


def _problem(status: int, **headers: Described) -> Described:
    answer = dict(problems(status)[status])
    return {str(status): answer | {"headers": {**answer.get("headers", {}), **headers}}}
