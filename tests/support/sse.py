"""A listener of server-sent events, after the HTML standard's rules for reading them."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, its data as JSON, and the id that was the last one by then."""

    name: str
    data: Any
    id: str | None


@dataclass(slots=True)
class Listener:
    """One open stream. ``last_id`` is what a browser would send on reconnecting; ``comments`` are what was said aside.

    ``retry`` is the pause before that, in milliseconds.
    """

    response: httpx.Response
    last_id: str | None = None
    retry: int | None = None
    comments: list[str] = field(default_factory=list)

    async def events(self) -> AsyncIterator[Event]:
        """Yield events as they come, to the end of the stream."""
        name, data = "message", list[str]()
        async for line in self.response.aiter_lines():
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match key:
                case "" if not line:
                    if data:
                        yield Event(name, json.loads("\n".join(data)), self.last_id)
                    name, data = "message", []
                case "":
                    self.comments.append(value)
                case "id":
                    self.last_id = value
                case "event":
                    name = value
                case "data":
                    data.append(value)
                case "retry":
                    self.retry = int(value)


@asynccontextmanager
async def listening(
    http: httpx.AsyncClient, path: str, last_id: str | None = None, extra: Mapping[str, str] | None = None, **more: Any
) -> AsyncIterator[Listener]:
    """Yield a stream that must be one: 200 and of the right type."""
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id is not None else {})
    headers |= extra or {}
    async with http.stream("GET", path, headers=headers, timeout=httpx.Timeout(60.0), **more) as response:
        assert response.status_code == 200, (await response.aread()).decode()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Listener(response, last_id)
