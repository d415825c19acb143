"""Reading a request's body: JSON, an object, of bearable size and depth, in text that can be written down again."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request

from shared.domain.request import Document
from shared.http.problem import Problem

MAX_BODY_BYTES = 768 * 1024
"""A whole body: what it becomes must fit NATS's 1 MiB with room to spare."""

MAX_DOCUMENT_BYTES = 256 * 1024
"""Show and character together."""

MAX_DEPTH = 64

_JSON_SUFFIX = re.compile(r"application/[a-z0-9!#$&^_.-]+\+json")


async def read_body(request: Request) -> dict[str, Any]:
    """Return the body as JSON data, whatever the client calls it; raises :class:`Problem` 400 or 413."""
    return parse_body(await read_capped(request, MAX_BODY_BYTES))


async def read_json(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return a body that says that it is JSON, at most ``limit`` bytes; raises :class:`Problem` 413 or 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not _JSON_SUFFIX.fullmatch(media_type):
        sentence = "The body must be JSON, and its Content-Type must say so: application/json."
        raise Problem(415, "unsupported_media_type", sentence, headers={"Accept-Post": "application/json"})
    return await read_capped(request, limit)


def parse_body(raw: bytes) -> dict[str, Any]:
    """Return a body's JSON data; raises :class:`Problem` 400."""
    try:
        text = raw.decode("utf-8-sig")
        data = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeError:
        raise _bad("The body has text that is not valid Unicode.") from None
    except RecursionError:
        raise _bad("The body's JSON is nested too deeply.") from None
    except ValueError as error:
        raise _bad(f"The body is not valid JSON: {error}.") from None
    if not isinstance(data, dict):
        raise _bad("The body must be a JSON object.")
    if _is_deeper_than(MAX_DEPTH, data):
        raise _bad(f"The body's JSON is nested more than {MAX_DEPTH} levels deep.")
    return data


def check_documents(show: Document, character: Document) -> None:
    """Refuse documents that are too large together; raises :class:`Problem` 413."""
    size = len(json.dumps([show, character], ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_DOCUMENT_BYTES:
        limit = MAX_DOCUMENT_BYTES // 1024
        sentence = f"show and character are {size // 1024} KiB together; at most {limit} KiB are taken."
        raise Problem(413, "too_large", sentence)


async def read_capped(request: Request, limit: int) -> bytes:
    """Return the body, at most ``limit`` bytes; raises :class:`Problem` 413."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            sentence = f"The body is over {limit // 1024} KiB. Send smaller documents, and a portrait by its address."
            raise Problem(413, "too_large", sentence)
    return bytes(body)


def _is_deeper_than(most: int, data: object) -> bool:
    # A batch may have millions of values: one iterator for each level, nothing for each value.
    levels: list[Iterator[object]] = [iter((data,))]
    while levels:
        for value in levels[-1]:
            if len(levels) > most:
                return True
            if isinstance(value, dict | list):
                levels.append(iter(value.values() if isinstance(value, dict) else value))
                break
        else:
            levels.pop()
    return False


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _bad(sentence: str) -> Problem:
    return Problem(400, "bad_request", sentence)
