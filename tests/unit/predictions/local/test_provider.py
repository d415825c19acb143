"""The local provider's own promises, beside those of every provider: true progress, prompt stops, bounded keeping."""

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shared.domain.failures import FailureCode
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.domain.states import Stage
from shared.ports.provider import Ended, Finished, Order, OutputUnreadable, Portrait, ProviderTrouble, Running
from shared.predictions.local import LocalProvider
from tests.contract.provider_suite import finished, read, settled
from tests.support.samples import png_bytes

AGES = 600.0
"""Seconds no test waits for: a render spread over them is still under way whenever anyone looks."""

_numbers = count(1)


def order(kind: Kind = Kind.PORTRAIT, **fields: Any) -> Order:
    """Return an order unlike all others; a clip is a second long and square."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "job_id": JobId(f"job-{number}"),
        "kind": kind,
        "model": "flux",
        "settings": {"seconds": 1, "aspectRatio": "square"} if kind is Kind.VIDEO else {},
        "prompt": "",
        "deadline": datetime.now(UTC) + timedelta(seconds=900),
        "character": {"character": f"Innkeeper {number}"},
    }
    return Order(**(usual | fields))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
async def provider(folder: Path) -> AsyncIterator[LocalProvider]:
    provider = LocalProvider()
    yield provider
    await provider.close()


@pytest.fixture
async def endless(folder: Path) -> AsyncIterator[LocalProvider]:
    """A provider with room for one render, none of which ever finishes."""
    provider = LocalProvider(render_seconds=AGES, concurrency=1)
    yield provider
    await provider.close()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def begun(provider: LocalProvider, prediction: str) -> None:
    """Return once a thread has taken the render up."""
    async with asyncio.timeout(30):
        while (await provider.poll(prediction)) == Running(Stage.PROVIDER_STARTING, None, 0.15):
            await asyncio.sleep(0.01)


async def test_the_progress_is_the_renderer_s_own_and_never_goes_back(folder: Path) -> None:
    provider = LocalProvider(render_seconds=4.0)
    _, seen = await settled(provider, await provider.start(order()))
    progress = [running.progress for running in seen if running.progress is not None]
    assert progress == sorted(progress)
    assert len(set(progress)) >= 4
    await provider.close()


async def test_render_seconds_spread_the_steps_and_leave_the_picture_alone(folder: Path) -> None:
    brisk, leisurely = LocalProvider(), LocalProvider(render_seconds=1.2)
    same = order()
    began = time.monotonic()
    slow = await finished(leisurely, await leisurely.start(same))
    assert time.monotonic() - began >= 1.2
    fast = await finished(brisk, await brisk.start(same))
    assert await read(brisk.open(fast.outputs[0])) == await read(leisurely.open(slow.outputs[0]))
    await asyncio.gather(brisk.close(), leisurely.close())


async def test_a_render_waits_its_turn(endless: LocalProvider) -> None:
    first, second = await endless.start(order()), await endless.start(order())
    await begun(endless, first)
    assert await endless.poll(second) == Running(Stage.PROVIDER_STARTING, None, 0.15)


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_canceled_render_stops_at_its_next_step(endless: LocalProvider, folder: Path, kind: Kind) -> None:
    prediction = await endless.start(order(kind))
    await begun(endless, prediction)
    await endless.cancel(prediction)
    end, _ = await settled(endless, prediction)
    assert isinstance(end, Ended)
    assert end.canceled
    assert files(folder) == []


async def test_a_canceled_render_that_waits_its_turn_is_over_at_once(endless: LocalProvider) -> None:
    await begun(endless, await endless.start(order()))
    waiting = await endless.start(order())
    await endless.cancel(waiting)
    end = await endless.poll(waiting)
    assert isinstance(end, Ended)
    assert end.canceled


async def test_closing_stops_what_runs_and_removes_what_was_made(folder: Path) -> None:
    provider = LocalProvider(render_seconds=AGES, concurrency=2)
    for kind in (Kind.PORTRAIT, Kind.VIDEO, Kind.PORTRAIT):
        await provider.start(order(kind))
    async with asyncio.timeout(60):
        await provider.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("render")]
    assert list(folder.iterdir()) == []
    with pytest.raises(ProviderTrouble) as caught:
        await provider.start(order())
    assert caught.value.trouble is Trouble.UNAVAILABLE


async def test_the_event_loop_goes_on_while_pictures_are_made(provider: LocalProvider) -> None:
    prediction = await provider.start(order())
    turns = 0
    while isinstance(await provider.poll(prediction), Running):
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 3


async def test_starting_the_same_job_twice_renders_once(provider: LocalProvider) -> None:
    same = order()
    assert await provider.start(same) == await provider.start(same) == f"local-{same.job_id}"
    await finished(provider, f"local-{same.job_id}")


async def test_another_process_renders_the_same_bytes_again(provider: LocalProvider, folder: Path) -> None:
    same = order(Kind.VIDEO)
    prediction = await provider.start(same)
    mine = await finished(provider, prediction)
    other = LocalProvider()
    with pytest.raises(ProviderTrouble):
        await other.poll(prediction)
    await other.attach(prediction, same)
    theirs = await finished(other, prediction)
    assert await read(provider.open(mine.outputs[0])) == await read(other.open(theirs.outputs[0]))
    await other.close()


async def test_an_output_comes_in_chunks(provider: LocalProvider) -> None:
    end = await finished(provider, await provider.start(order()))
    sizes = [len(chunk) async for chunk in provider.open(end.outputs[0])]
    assert max(sizes) == 64 * 1024
    assert len(sizes) > 4


async def test_the_oldest_files_that_were_read_are_let_go_of(folder: Path) -> None:
    provider = LocalProvider(keep=1)
    ends: list[Finished] = []
    for _ in range(3):
        end = await finished(provider, await provider.start(order()))
        ends.append(end)
        await read(provider.open(end.outputs[0]))
    assert len(files(folder)) <= 2
    assert await read(provider.open(ends[-1].outputs[0]))
    with pytest.raises(OutputUnreadable):
        await read(provider.open(ends[0].outputs[0]))
    await provider.close()


async def test_a_file_that_is_being_read_can_be_read_to_its_end(folder: Path) -> None:
    provider = LocalProvider(keep=1)
    first, *others = [await finished(provider, await provider.start(order())) for _ in range(3)]
    slow = provider.open(first.outputs[0])
    start = await anext(slow)
    for other in others:
        await read(provider.open(other.outputs[0]))
    with pytest.raises(OutputUnreadable):
        await read(provider.open(first.outputs[0]))
    assert (start + await read(slow)).endswith(b"IEND\xaeB`\x82")
    await provider.close()


async def test_a_clip_of_something_that_is_no_picture_is_the_request_s_fault(provider: LocalProvider) -> None:
    broken = order(Kind.VIDEO, portrait=Portrait(data=b"no picture at all"))
    end, _ = await settled(provider, await provider.start(broken))
    assert isinstance(end, Ended)
    assert (end.failure.code, end.failure.retryable, end.canceled) == (FailureCode.INPUT_REJECTED, False, False)
    assert end.failure.message == "The portrait cannot be read as a picture."


@pytest.mark.parametrize("portrait", [Portrait(url="https://example.com/mira.png"), Portrait(data=png_bytes()), None])
async def test_a_clip_needs_no_network(provider: LocalProvider, portrait: Portrait | None) -> None:
    end = await finished(provider, await provider.start(order(Kind.VIDEO, portrait=portrait)))
    assert end.outputs[0].endswith(".mp4")


async def test_a_disk_that_takes_no_file_is_a_failure_in_words(provider: LocalProvider, folder: Path) -> None:
    for inner in folder.iterdir():
        shutil.rmtree(inner)
    end, _ = await settled(provider, await provider.start(order()))
    assert isinstance(end, Ended)
    assert end.failure.code is FailureCode.PROVIDER_FAILED
    assert end.failure.message.startswith("The local renderer failed: ")
