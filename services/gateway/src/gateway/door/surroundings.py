"""What stands around every route, and in which order: each treats the answers of all that stand within it."""

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from gateway.door.access import Guard
from gateway.door.limits import headers_of
from gateway.keys.ring import KeyRing
from gateway.quotas import Quotas
from shared.http.patience import PatientBodies
from shared.http.problem import Bugs
from shared.http.protection import CarefulHeaders
from shared.http.request_ids import RequestIds

_METHODS = ("GET", "HEAD", "POST", "DELETE")
_TAKEN = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Prefer",
    "Range",
    "X-Request-ID",
    "traceparent",
)
_SHOWN = (
    "Accept-Ranges",
    "Content-Length",
    "Content-Range",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
)
_KEPT_FOR = 600


def guard(app: FastAPI, keys: KeyRing | None, quotas: Quotas) -> None:
    """Let only those in who have a key, if there are keys; what breaks within is answered within."""
    app.add_middleware(Bugs)
    app.add_middleware(PatientBodies)
    app.add_middleware(Guard, keys=keys, announce=lambda owner: headers_of(quotas.standing(owner)))


def surround(app: FastAPI, origins: Sequence[str]) -> None:
    """Name requests, be careful with browsers, and let pages of other ``origins`` call. Last of all: it is outermost.

    A page of theirs is answered even where nobody is let in, or it could not tell why.
    """
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=_METHODS,
            allow_headers=_TAKEN,
            expose_headers=_SHOWN,
            max_age=_KEPT_FOR,
        )
    app.add_middleware(CarefulHeaders, vary_by_origin=bool(origins))
    app.add_middleware(RequestIds)
