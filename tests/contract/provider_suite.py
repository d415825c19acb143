"""What every provider promises, as tests that run over each of them.

A provider's own test file derives from :class:`ProviderSuite` and gives one fixture, ``bench``::

    class TestLocal(ProviderSuite):
        @pytest.fixture
        async def bench(self) -> AsyncIterator[Bench]: ...
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.domain.states import Stage
from shared.ports.provider import (
    Ended,
    Finished,
    Observation,
    Order,
    OutputUnreadable,
    Provider,
    ProviderTrouble,
    Running,
)

PATIENCE = 30.0
"""Seconds any one prediction of a test may take; a bench should be set to take far less."""


@dataclass(frozen=True)
class Bench:
    """One provider to be tried.

    ``order`` makes a new valid order of a kind, unlike every other in its prompt and job id. ``successor`` opens a
    second provider over the same world, as the worker that takes over has it. ``unknown_output`` looks like one of its
    outputs but leads nowhere. ``finds`` is False for a provider whose predictions end with its process.
    """

    provider: Provider
    order: Callable[[Kind], Order]
    successor: Callable[[], AbstractAsyncContextManager[Provider]]
    unknown_output: str
    finds: bool = True


async def settled(provider: Provider, prediction: str) -> tuple[Observation, list[Running]]:
    """Poll as a worker does until the prediction is over; return the end and everything seen on the way."""
    seen: list[Running] = []
    async with asyncio.timeout(PATIENCE):
        while isinstance(now := await provider.poll(prediction), Running):
            seen.append(now)
            await asyncio.sleep(now.look_again)
    return now, seen


async def finished(provider: Provider, prediction: str) -> Finished:
    """Poll until the prediction is over and insist that it went well."""
    end, _ = await settled(provider, prediction)
    assert isinstance(end, Finished), end
    return end


async def read(chunks: AsyncIterator[bytes]) -> bytes:
    """Return a whole output."""
    return b"".join([chunk async for chunk in chunks])


def looks_like(kind: Kind, data: bytes) -> bool:
    """Whether ``data`` begins as a picture, or as an MP4 clip, does."""
    if kind is Kind.VIDEO:
        return data[4:8] == b"ftyp"
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or data[8:12] == b"WEBP"


@pytest.mark.parametrize("kind", list(Kind))
class ProviderSuite:
    """The promises. Each runs for each kind."""

    async def test_an_order_becomes_an_output(self, bench: Bench, kind: Kind) -> None:
        end = await finished(bench.provider, await bench.provider.start(bench.order(kind)))
        data = await read(bench.provider.open(end.outputs[0]))
        assert looks_like(kind, data), data[:16]

    async def test_what_is_said_on_the_way_is_in_bounds(self, bench: Bench, kind: Kind) -> None:
        _, seen = await settled(bench.provider, await bench.provider.start(bench.order(kind)))
        for running in seen:
            assert running.stage in (Stage.PROVIDER_STARTING, Stage.RENDERING)
            assert running.progress is None or 0 <= running.progress <= 99
            assert 0 < running.look_again <= 60

    async def test_the_end_stays_the_end(self, bench: Bench, kind: Kind) -> None:
        prediction = await bench.provider.start(bench.order(kind))
        end = await finished(bench.provider, prediction)
        assert await bench.provider.poll(prediction) == end

    async def test_an_output_can_be_read_again(self, bench: Bench, kind: Kind) -> None:
        end = await finished(bench.provider, await bench.provider.start(bench.order(kind)))
        assert await read(bench.provider.open(end.outputs[0])) == await read(bench.provider.open(end.outputs[0]))

    async def test_an_output_can_be_put_down_half_read(self, bench: Bench, kind: Kind) -> None:
        end = await finished(bench.provider, await bench.provider.start(bench.order(kind)))
        async for _ in bench.provider.open(end.outputs[0]):
            break
        assert await read(bench.provider.open(end.outputs[0]))

    async def test_an_output_that_is_not_there_is_unreadable(self, bench: Bench, kind: Kind) -> None:
        with pytest.raises(OutputUnreadable) as caught:
            await read(bench.provider.open(bench.unknown_output))
        assert str(caught.value)

    async def test_a_cancel_ends_it(self, bench: Bench, kind: Kind) -> None:
        prediction = await bench.provider.start(bench.order(kind))
        await bench.provider.cancel(prediction)
        end, _ = await settled(bench.provider, prediction)
        # A provider that answers at once may have finished before it was asked to stop.
        assert isinstance(end, Finished) or (isinstance(end, Ended) and end.canceled), end

    async def test_a_cancel_that_comes_late_or_twice_changes_nothing(self, bench: Bench, kind: Kind) -> None:
        prediction = await bench.provider.start(bench.order(kind))
        end = await finished(bench.provider, prediction)
        await bench.provider.cancel(prediction)
        await bench.provider.cancel(prediction)
        assert await bench.provider.poll(prediction) == end

    async def test_a_prediction_nobody_knows_is_gone(self, bench: Bench, kind: Kind) -> None:
        with pytest.raises(ProviderTrouble) as caught:
            await bench.provider.poll("0000000000000000000000000")
        assert caught.value.trouble is Trouble.GONE

    async def test_canceling_a_prediction_nobody_knows_does_nothing(self, bench: Bench, kind: Kind) -> None:
        await bench.provider.cancel("0000000000000000000000000")

    async def test_another_worker_takes_over(self, bench: Bench, kind: Kind) -> None:
        order = bench.order(kind)
        prediction = await bench.provider.start(order)
        async with bench.successor() as successor:
            await successor.attach(prediction, order)
            end = await finished(successor, prediction)
            assert looks_like(kind, await read(successor.open(end.outputs[0])))

    async def test_attaching_twice_is_attaching_once(self, bench: Bench, kind: Kind) -> None:
        order = bench.order(kind)
        prediction = await bench.provider.start(order)
        await bench.provider.attach(prediction, order)
        await bench.provider.attach(prediction, order)
        await finished(bench.provider, prediction)

    async def test_what_was_made_for_an_order_is_found(self, bench: Bench, kind: Kind) -> None:
        since = datetime.now(UTC) - timedelta(seconds=1)
        order = bench.order(kind)
        prediction = await bench.provider.start(order)
        async with bench.successor() as successor:
            assert await successor.find(order, since) == ([prediction] if bench.finds else [])

    async def test_what_was_made_for_another_order_is_not_found(self, bench: Bench, kind: Kind) -> None:
        since = datetime.now(UTC) - timedelta(seconds=1)
        await bench.provider.start(bench.order(kind))
        assert await bench.provider.find(bench.order(kind), since) == []

    async def test_many_at_once_all_finish(self, bench: Bench, kind: Kind) -> None:
        predictions = await asyncio.gather(*(bench.provider.start(bench.order(kind)) for _ in range(5)))
        assert len(set(predictions)) == 5
        await asyncio.gather(*(finished(bench.provider, each) for each in predictions))

    async def test_closing_twice_is_closing_once(self, bench: Bench, kind: Kind) -> None:
        async with bench.successor() as successor:
            await successor.close()
            await successor.close()
