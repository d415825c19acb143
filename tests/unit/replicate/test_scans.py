"""One reading of the list serves all who look for something at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.retry import Trouble
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.api import Document, Page
from shared.predictions.replicate.scans import Scans

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def made(seconds_ago: float) -> Document:
    return {"id": f"p{seconds_ago:g}", "created_at": (NOW - timedelta(seconds=seconds_ago)).isoformat()}


class List:
    """Pages of three, one a turn; the whole list is ``predictions``, newest first."""

    def __init__(self, *ages: float) -> None:
        self.predictions = [made(age) for age in ages]
        self.read: list[str | None] = []
        self.trouble: ProviderTrouble | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def page(self, cursor: str | None) -> Page:
        self.read.append(cursor)
        as_asked = list(self.predictions)
        await self.open.wait()
        if self.trouble is not None:
            raise self.trouble
        at = int(cursor or 0)
        return Page(as_asked[at : at + 3], str(at + 3) if at + 3 < len(as_asked) else None)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


async def test_it_reads_no_further_than_is_asked_for() -> None:
    listed = List(*range(1, 20))
    found = await Scans(listed.page).since(ago(4.5))

    assert [each["id"] for each in found] == ["p1", "p2", "p3", "p4"]
    assert listed.read == [None, "3"]


async def test_many_who_ask_while_one_reads_share_the_next_reading() -> None:
    listed = List(*range(1, 20))
    listed.open.clear()
    scans = Scans(listed.page)
    first = asyncio.create_task(scans.since(ago(2.5)))
    await asyncio.sleep(0)
    others = [asyncio.create_task(scans.since(ago(n + 0.5))) for n in range(1, 6)]
    await asyncio.sleep(0)
    # Made after the first reading had begun: only the next one may be asked about it.
    listed.predictions.insert(0, made(0.5))
    listed.open.set()

    found = await asyncio.gather(*others)

    assert [len(each) for each in found] == [2, 3, 4, 5, 6]
    assert len(await first) == 2
    assert listed.read.count(None) == 2, "one reading for the first, one for all the others"


async def test_trouble_is_told_to_all_who_waited_and_to_nobody_after_them() -> None:
    listed = List(1, 2)
    listed.trouble = ProviderTrouble(Trouble.UNAVAILABLE, "away")
    scans = Scans(listed.page)
    told = await asyncio.gather(*(scans.since(ago(5)) for _ in range(3)), return_exceptions=True)
    assert told == [listed.trouble] * 3

    listed.trouble = None
    assert len(await scans.since(ago(5))) == 2


async def test_whoever_leaves_takes_the_answer_from_nobody() -> None:
    listed = List(1, 2)
    listed.open.clear()
    scans = Scans(listed.page)
    leaving, staying = (asyncio.create_task(scans.since(ago(5))) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    listed.open.set()

    assert len(await staying) == 2


async def test_closed_in_the_middle_it_leaves_nobody_waiting() -> None:
    listed = List(1, 2)
    listed.open.clear()
    scans = Scans(listed.page)
    asking = [asyncio.create_task(scans.since(ago(5))) for _ in range(2)]
    await asyncio.sleep(0)
    later = asyncio.create_task(scans.since(ago(5)))
    await asyncio.sleep(0)

    await scans.aclose()

    for each in [*asking, later]:
        with pytest.raises(ProviderTrouble):
            await each
