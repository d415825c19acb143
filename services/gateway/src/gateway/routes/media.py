"""The media: ``/media/<name>``, from the store or by a redirect to it. The name is the permission to read."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from shared.http.problem import Problem, problems
from shared.http.ranges import Span, Unsatisfiable, if_range_holds, none_match, requested_span
from shared.ports.media import MediaFile, MediaMissing, StoredFiles, StoreUnavailable

SIGNED_SECONDS = 3600.0
"""How long a redirect's address can be used: time for the longest clip, begun late."""

ASKED_AGAIN_AFTER = 120.0
"""How long a browser may keep a redirect: it may lead to what is deleted, or be signed with a role's keys that end. Yet
enough for a page that shows its pictures again."""

_IMMUTABLE = "public, max-age=31536000, immutable"
_SHOWN_ANYWHERE = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
}
"""Any site's page may show a file to whoever has its address; opened by itself, it shows itself and runs nothing."""

_RETRY_AFTER = 5.0


class ServedMedia(StoredFiles, Protocol):
    """Stored files that may have addresses of its own."""

    @property
    def origin(self) -> str | None:
        """The scheme, host and port of those addresses; None when there are none."""
        ...

    async def sign(self, name: str, seconds: float) -> str | None:
        """Return an address good for that long, None when we are to serve the file; raises ``StoreUnavailable``."""
        ...


def _shown(name: str, where: str, what: str, example: str) -> dict[str, Any]:
    about = {"name": name, "in": where, "required": where == "path", "description": what, "schema": {"type": "string"}}
    return about | {"example": example}


def _told(what: str, *headers: str) -> dict[str, Any]:
    """Describe an answer without content."""
    return {"description": what, "headers": {name: {"schema": {"type": "string"}} for name in headers}}


def _sent(what: str, *headers: str) -> dict[str, Any]:
    """Describe an answer that is bytes."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return _told(what, *headers) | {"content": {"image/*": binary, "video/*": binary}}


_NAME = _shown("name", "path", "The file's name, as an outputUrl ends with", "3f9c0d5e.png")
_IF_NONE_MATCH = _shown("If-None-Match", "header", "Validators of copies already held", '"5f-1"')
_RANGE = _shown("Range", "header", "One range of bytes; several are answered with the whole", "bytes=0-1023")
_IF_RANGE = _shown("If-Range", "header", "The validator that the range is meant for", '"5f-1"')

_UNCHANGED = _told("The copy held is the file", "ETag", "Cache-Control")
_OF_GET: dict[int | str, dict[str, Any]] = {
    200: _sent("The whole file", "ETag", "Accept-Ranges", "Cache-Control"),
    206: _sent("The range asked for", "ETag", "Accept-Ranges", "Cache-Control", "Content-Range"),
    302: _told("The store's own address of the file, for a while", "Location", "Cache-Control"),
    304: _UNCHANGED,
    **problems(404, 416, 503),
}
_OF_HEAD: dict[int | str, dict[str, Any]] = {
    200: _told("The file's length, type and validator", "ETag", "Accept-Ranges", "Cache-Control", "Content-Length"),
    304: _UNCHANGED,
    404: _told("There is no such file"),
    503: _told("The store is away", "Retry-After"),
}


def media_router(store: ServedMedia) -> APIRouter:
    """Return the routes of ``/media/{name}``: GET, with ranges, and HEAD, which is always answered here."""
    router = APIRouter(tags=["media"])

    # The name is read from the path as it is: every text is one, so there is no 422 to declare.
    @router.get(
        "/media/{name}",
        response_class=Response,
        responses=_OF_GET,
        openapi_extra={"parameters": [_NAME, _IF_NONE_MATCH, _RANGE, _IF_RANGE]},
        summary="An output, whole or in part",
    )
    async def get_media(request: Request) -> Response:
        file = await _find(store, request)
        if not _wanted(request, file):
            return _unchanged(file)
        return await _elsewhere(store, file) or await _serve(store, file, request)

    @router.head(
        "/media/{name}",
        response_class=Response,
        responses=_OF_HEAD,
        openapi_extra={"parameters": [_NAME, _IF_NONE_MATCH]},
        summary="What an output is",
    )
    async def head_media(request: Request) -> Response:
        file = await _find(store, request)
        return Response(headers=_headers(file, file.size)) if _wanted(request, file) else _unchanged(file)

    return router


async def _find(store: ServedMedia, request: Request) -> MediaFile:
    try:
        return await store.head(request.path_params["name"])
    except MediaMissing:
        raise _missing() from None
    except StoreUnavailable as error:
        raise _away() from error


def _wanted(request: Request, file: MediaFile) -> bool:
    header = ", ".join(request.headers.getlist("if-none-match"))
    return none_match(header or None, file.etag)


def _unchanged(file: MediaFile) -> Response:
    return Response(status_code=304, headers={"ETag": file.etag, "Cache-Control": _IMMUTABLE, **_SHOWN_ANYWHERE})


async def _elsewhere(store: ServedMedia, file: MediaFile) -> Response | None:
    try:
        address = await store.sign(file.name, SIGNED_SECONDS)
    except StoreUnavailable as error:
        raise _away() from error
    kept = {"Cache-Control": f"private, max-age={ASKED_AGAIN_AFTER:.0f}", **_SHOWN_ANYWHERE}
    return RedirectResponse(address, status_code=302, headers=kept) if address else None


async def _serve(store: ServedMedia, file: MediaFile, request: Request) -> Response:
    asked = _span(file, request)
    span = asked or Span(0, file.size)
    headers = _headers(file, span.length) | ({"Content-Range": asked.content_range(file.size)} if asked else {})
    body = await _begun(store.read(file.name, span.start, span.end))
    return StreamingResponse(body, status_code=206 if asked else 200, headers=headers)


def _span(file: MediaFile, request: Request) -> Span | None:
    if not if_range_holds(request.headers.get("if-range"), file.etag):
        return None
    try:
        return requested_span(request.headers.get("range"), file.size)
    except Unsatisfiable as error:
        sentence = f"The file has {file.size} bytes, and none of them is in the range asked for."
        raise Problem(416, "range_unsatisfiable", sentence, headers={"Content-Range": error.content_range}) from None


async def _begun(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Fetch the first piece while the answer can still be another one, and return them all."""
    try:
        first = await anext(pieces, b"")
    except MediaMissing:
        raise _missing() from None
    except StoreUnavailable as error:
        raise _away() from error
    return _chain(first, pieces)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield first
    async for piece in rest:
        yield piece


def _headers(file: MediaFile, length: int) -> dict[str, str]:
    return {
        "Content-Type": file.content_type,
        "Content-Length": str(length),
        "Accept-Ranges": "bytes",
        "ETag": file.etag,
        "Cache-Control": _IMMUTABLE,
        **_SHOWN_ANYWHERE,
    }


def _missing() -> Problem:
    return Problem(404, "not_found", "There is no such file: it was deleted, its time has passed, or it never was.")


def _away() -> Problem:
    sentence = "Greenroom cannot reach its media store just now; try again in a moment."
    return Problem(503, "unavailable", sentence, retry_after=_RETRY_AFTER)
