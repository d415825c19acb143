"""Server-sent events on the wire, and the answer that carries them: written once for all, over when nobody reads."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.types import Message, Scope

from gateway.live_fanout import News, TooManyWaiting
from gateway.live_streams import Hello, Opened, Quiet, Told
from gateway.routes.event_stream import SEND_WITHIN, EventStream, frames
from shared.domain.fold import Entry
from shared.domain.job import accept
from shared.http.problem import Problem
from shared.ports.job_log import BusUnavailable
from shared.ports.records import Record
from shared.views import JobView, Views
from tests.support.jobs import a_request

SCOPE: Scope = {"type": "http", "method": "GET", "asgi": {"spec_version": "2.3"}}
HERE = "http://here.test"


class CountingViews(Views):
    """Views that count what they make."""

    made = 0

    def job(self, record: Record) -> JobView:
        self.made += 1
        return super().job(record)


def some_news() -> News:
    opened = accept(a_request(metadata={"line": "one\ntwo"}), 1)
    return News(Record(Entry(7, opened.fact, opened.job), None))


async def tell(*told: Told, then: Exception | None = None) -> AsyncGenerator[Told, None]:
    for each in told:
        yield each
    if then is not None:
        raise then


async def written(*told: Told, base: str = HERE, views: Views | None = None) -> list[str]:
    return [frame.decode() async for frame in frames(tell(*told), views or Views(base), base)]


async def test_each_thing_has_its_form() -> None:
    opened, hello, job, quiet, quiet_at = await written(Opened(), Hello(5), some_news(), Quiet(None), Quiet(9))

    assert opened == "retry: 3000\n\n"
    assert hello == "id: 5\nevent: hello\ndata: {}\n\n"
    assert quiet == ": keep-alive\n\n"
    assert quiet_at == ": keep-alive\nid: 9\n\n"
    lines = job.split("\n")
    assert lines[:2] == ["id: 7", "event: job"]
    assert lines[3:] == ["", ""], "the data is one line, whatever the job says"
    assert json.loads(lines[2].removeprefix("data: "))["metadata"] == {"line": "one\ntwo"}


async def test_what_is_told_again_has_no_id() -> None:
    news = some_news()
    first, again = await written(news, News(news.record, retold=True))

    assert again == first.removeprefix("id: 7\n")


async def test_news_are_written_once_for_all_who_reach_us_at_one_address() -> None:
    news, views, elsewhere = some_news(), CountingViews(HERE), CountingViews("https://else.test")
    first = [await written(news, views=views) for _ in range(100)]
    other = await written(news, base="https://else.test", views=elsewhere)

    assert (views.made, elsewhere.made) == (1, 1)
    assert all(frame == first[0] for frame in first)
    assert "https://else.test/v1/jobs/job-1" in other[0]


async def test_too_many_is_an_answer() -> None:
    with pytest.raises(Problem) as refused:
        await anext(frames(tell(then=TooManyWaiting()), Views(HERE), HERE))

    assert (refused.value.status, refused.value.code) == (503, "no_capacity")
    assert refused.value.retry_after


class Connection:
    """A client's end. ``stuck`` makes everything sent wait; ``leave`` ends it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.stuck = False
        self._left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.sent.append(message)

    def leave(self) -> None:
        self._left.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def whole(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


class Chunks:
    """What is to be sent: ``count`` chunks, then nothing for ever, or what ``then`` says. Knows when it is let go."""

    def __init__(self, count: int, then: Exception | None = None, *, ends: bool = False) -> None:
        self.closed = False
        self._count, self._then, self._ends = count, then, ends

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        try:
            for number in range(self._count):
                yield b"%d" % number
            if self._then is not None:
                raise self._then
            if not self._ends:
                await asyncio.Event().wait()
        finally:
            self.closed = True


async def serve(chunks: Chunks, connection: Connection) -> None:
    await EventStream(chunks())(SCOPE, connection.receive, connection.send)


async def test_what_comes_is_sent_and_the_answer_ends_with_it() -> None:
    chunks, connection = Chunks(3, ends=True), Connection()
    await serve(chunks, connection)

    assert (connection.body, connection.whole, chunks.closed) == (b"012", True, True)


async def test_when_the_client_leaves_everything_is_let_go() -> None:
    chunks, connection = Chunks(1), Connection()
    serving = asyncio.create_task(serve(chunks, connection))
    await asyncio.sleep(1)
    assert not chunks.closed
    connection.leave()
    await serving

    assert chunks.closed


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    chunks, connection = Chunks(2), Connection()
    serving = asyncio.create_task(serve(chunks, connection))
    connection.sent.append({"type": "before"})
    await asyncio.sleep(0)
    connection.stuck = True
    await serving

    assert chunks.closed
    assert not connection.whole, "an answer that is not whole makes the server close the connection"
    assert asyncio.get_running_loop().time() < SEND_WITHIN + 1


async def test_trouble_before_the_beginning_is_answered_as_such() -> None:
    connection = Connection()
    with pytest.raises(BusUnavailable):
        await serve(Chunks(0, BusUnavailable("away")), connection)

    assert connection.sent == []


async def test_trouble_later_ends_the_stream_in_good_order() -> None:
    chunks, connection = Chunks(2, BusUnavailable("away")), Connection()
    await serve(chunks, connection)

    assert (connection.body, connection.whole, chunks.closed) == (b"01", True, True)
