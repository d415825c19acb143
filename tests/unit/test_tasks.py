"""Stopping tasks for sure: whatever loses a cancellation, and whoever is cancelled while stopping."""

import asyncio
from collections.abc import Callable

import pytest

from shared.tasks import AGAIN, Expired, stop, within


async def losing(cancellations: int, ended: Callable[[], None]) -> None:
    """Go on through so many cancellations, as a wait that loses them does; call ``ended`` at the end."""
    try:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if cancellations == 0:
                    raise
                cancellations -= 1
    finally:
        ended()


async def test_a_lost_cancellation_is_said_again() -> None:
    task = asyncio.create_task(losing(2, lambda: None))
    await asyncio.sleep(0)

    await stop([task])

    assert task.cancelled()


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_who_is_cancelled_while_stopping_leaves_no_task_behind(times: int) -> None:
    told: list[str] = []
    stopping = asyncio.create_task(within(losing(3, lambda: told.append("child ended")), 60))
    stopping.add_done_callback(lambda _: told.append("owner ended"))
    for _ in range(times):
        await asyncio.sleep(AGAIN / 5)
        stopping.cancel()

    await asyncio.wait({stopping})

    assert told == ["child ended", "owner ended"]
    assert stopping.cancelled()


async def test_what_takes_too_long_is_stopped() -> None:
    told: list[str] = []

    with pytest.raises(Expired):
        await within(losing(1, lambda: told.append("ended")), 0.01)

    assert told == ["ended"]


async def test_what_a_stopped_task_raised_is_not_raised_again() -> None:
    async def broken() -> None:
        raise ValueError("its own business")

    task = asyncio.create_task(broken())

    await stop([task])

    assert task.done()
