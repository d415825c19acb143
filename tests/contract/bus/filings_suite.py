"""What the index of jobs promises, as tests that run over every implementation."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.kinds import Kind
from shared.ports.bus import Requests
from shared.ports.filings import Filing, FilingIndex, Window
from tests.contract.bus.bench import Later
from tests.support.jobs import a_request

PLENTY = 10_000


@dataclass(frozen=True)
class FilingsBench:
    """One bus: its requests, and their index. ``put_raw`` puts bytes under a portrait's claim."""

    requests: Requests
    index: FilingIndex
    put_raw: Callable[[str, bytes], Later[int]]

    async def file(self, count: int, kind: Kind = Kind.PORTRAIT, first: int = 0) -> list[int]:
        """File so many requests; return their sequences."""
        return [await self.requests.file(a_request(f"{kind}-{n}", kind), 0) for n in range(first, first + count)]

    async def seen(
        self, below: int | None = None, budget: int = PLENTY, kind: Kind | None = None, claim: str | None = None
    ) -> list[Window]:
        """Return all windows."""
        return [window async for window in self.index.newest_first(below, budget, kind, claim)]


def sequences(windows: list[Window]) -> list[int]:
    """Return what the windows hold, as it came."""
    return [filing.sequence for window in windows for filing in window.filings]


class FilingsSuite:
    async def test_nothing_filed_is_no_window(self, bench: FilingsBench) -> None:
        assert await bench.seen() == []

    async def test_everything_filed_is_seen_once_newest_first(self, bench: FilingsBench) -> None:
        filed = await bench.file(30)

        windows = await bench.seen()

        assert sequences(windows) == filed[::-1]
        assert [window.last for window in windows] == [False] * (len(windows) - 1) + [True]

    async def test_the_headers_say_whose_a_request_is(self, bench: FilingsBench) -> None:
        told = a_request("a", Kind.VIDEO, owner="o/1 é", show_id="low tide: 100%\r\n", character_id="mirá 🎭")
        bare = a_request("b")
        first, second = await bench.requests.file(told, 0), await bench.requests.file(bare, 0)

        [window] = await bench.seen()

        assert list(window.filings) == [
            Filing(second, Kind.PORTRAIT, bare.job_id, "", None, None),
            Filing(first, Kind.VIDEO, told.job_id, told.owner, told.show_id, told.character_id),
        ]

    async def test_what_lies_at_or_above_the_cursor_is_left_out(self, bench: FilingsBench) -> None:
        filed = await bench.file(10)

        assert sequences(await bench.seen(below=filed[6])) == filed[5::-1]
        assert await bench.seen(below=filed[0]) == []
        assert sequences(await bench.seen(below=filed[-1] + 1_000)) == filed[::-1]

    async def test_what_was_removed_leaves_a_hole(self, bench: FilingsBench) -> None:
        filed = await bench.file(12)
        for sequence in (filed[0], filed[5], filed[6], filed[11]):
            await bench.requests.remove(sequence)

        left = [sequence for n, sequence in enumerate(filed) if n not in (0, 5, 6, 11)]
        assert sequences(await bench.seen()) == left[::-1]

    async def test_when_all_was_removed_nothing_is_seen(self, bench: FilingsBench) -> None:
        for sequence in await bench.file(3):
            await bench.requests.remove(sequence)

        assert sequences(await bench.seen()) == []

    async def test_a_kinds_requests_are_all_seen(self, bench: FilingsBench) -> None:
        await bench.file(8)
        clips = await bench.file(3, Kind.VIDEO)
        await bench.file(8, first=8)

        seen = [filing for window in await bench.seen(kind=Kind.VIDEO) for filing in window.filings]

        assert [filing.sequence for filing in seen if filing.kind is Kind.VIDEO] == clips[::-1]

    async def test_a_claims_requests_are_seen_and_no_others(self, bench: FilingsBench) -> None:
        await bench.file(20)
        mine = a_request("mine", claim="c")
        first = await bench.requests.file(mine, 0)
        await bench.file(20, first=20)
        second = await bench.requests.file(a_request("mine-2", claim="c"), first)

        assert sequences(await bench.seen(kind=Kind.PORTRAIT, claim="c")) == [second, first]
        assert sequences(await bench.seen(kind=Kind.VIDEO, claim="c")) == []

    async def test_no_more_is_looked_at_than_the_budget(self, bench: FilingsBench) -> None:
        filed = await bench.file(30)

        windows = await bench.seen(budget=11)

        assert sum(window.looked for window in windows) <= 11
        assert sequences(windows) == [sequence for sequence in filed[::-1] if sequence >= windows[-1].floor]
        assert not windows[-1].last
        assert sequences(windows) + sequences(await bench.seen(below=windows[-1].floor)) == filed[::-1]

    async def test_nor_to_see_that_a_hole_is_all_that_is_left_below_the_cursor(self, bench: FilingsBench) -> None:
        filed = await bench.file(30)
        await bench.requests.remove(filed[20])

        for budget in (1, 2, 5, 20, 21):
            windows = await bench.seen(below=filed[21], budget=budget)
            assert sum(window.looked for window in windows) <= budget
            assert sequences(windows) == [sequence for sequence in filed[19::-1] if sequence >= windows[-1].floor]

    async def test_what_names_no_job_is_passed_over(self, bench: FilingsBench) -> None:
        filed = await bench.file(2)
        await bench.put_raw("c", b"nonsense")

        assert sequences(await bench.seen()) == filed[::-1]

    async def test_a_request_is_read_again_by_its_sequence(self, bench: FilingsBench) -> None:
        request = a_request(metadata={"k": "v"})
        sequence = await bench.requests.file(request, 0)
        nonsense = await bench.put_raw("c", b"nonsense")

        assert await bench.requests.at(sequence) == request
        assert await bench.requests.at(nonsense) is None
        await bench.requests.remove(sequence)
        assert await bench.requests.at(sequence) is None
        assert await bench.requests.at(sequence + 1_000) is None
