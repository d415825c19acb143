"""What the gateway's side of the requests promises, as tests that run over every implementation."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from shared.domain.kinds import Kind
from shared.ports.bus import ClaimMoved, Filed, Requests, Waiting
from shared.ports.job_log import TooLarge
from tests.contract.bus.bench import Later
from tests.support.jobs import a_request

MIB = 1024 * 1024


@dataclass(frozen=True)
class RequestsBench:
    """One bus. ``put_raw`` puts bytes under a portrait's claim; ``after`` passes over what was filed since."""

    requests: Callable[[str], Requests]
    put_raw: Callable[[str, bytes], Later[int]]
    after: Callable[[int], AsyncIterator[Waiting]]


class RequestsSuite:
    async def test_a_claim_nobody_filed_is_free(self, bench: RequestsBench) -> None:
        assert await bench.requests("g").last_for(Kind.PORTRAIT, "free") is None

    async def test_what_was_filed_is_read_back_whole(self, bench: RequestsBench) -> None:
        request = a_request(
            show={"show_title": "Low Tide", "nothing": None, "deep": [{"a": None}, 1.5, "é 🎭"]},
            metadata={"k": "v"},
            custom_prompt="as it is",
            traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
        )

        sequence = await bench.requests("g").file(request, 0)

        assert await bench.requests("g").last_for(request.kind, request.claim) == Filed(sequence, request)

    async def test_the_next_request_of_a_claim_follows_the_last(self, bench: RequestsBench) -> None:
        requests = bench.requests("g")
        first = await requests.file(a_request("a", claim="c"), 0)
        second = await requests.file(a_request("b", claim="c"), first)

        last = await requests.last_for(Kind.PORTRAIT, "c")
        assert isinstance(last, Filed)
        assert (last.sequence, last.request.job_id) == (second, "b")

    @pytest.mark.parametrize("after", [0, 999])
    async def test_filing_after_anything_but_the_last_is_refused(self, bench: RequestsBench, after: int) -> None:
        requests = bench.requests("g")
        first = await requests.file(a_request("a", claim="c"), 0)

        with pytest.raises(ClaimMoved):
            await requests.file(a_request("b", claim="c"), after)

        assert await requests.last_for(Kind.PORTRAIT, "c") == Filed(first, a_request("a", claim="c"))

    async def test_of_many_rivals_one_files(self, bench: RequestsBench) -> None:
        outcomes = await asyncio.gather(
            *(bench.requests(f"g{n}").file(a_request(f"job-{n}", claim="c"), 0) for n in range(30)),
            return_exceptions=True,
        )

        assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, ClaimMoved) for outcome in outcomes) == 29

    async def test_filing_the_same_request_again_finds_it_filed(self, bench: RequestsBench) -> None:
        """As after an answer that was lost."""
        requests, request = bench.requests("g"), a_request()
        sequence = await requests.file(request, 0)

        assert await requests.file(request, 0) == sequence

    async def test_kinds_do_not_share_claims(self, bench: RequestsBench) -> None:
        requests = bench.requests("g")
        await requests.file(a_request("a", Kind.PORTRAIT, claim="c"), 0)
        await requests.file(a_request("b", Kind.VIDEO, claim="c"), 0)

        clip = await requests.last_for(Kind.VIDEO, "c")
        assert isinstance(clip, Filed)
        assert clip.request.job_id == "b"

    async def test_a_removed_request_leaves_its_claim_free(self, bench: RequestsBench) -> None:
        requests = bench.requests("g")
        await requests.remove(await requests.file(a_request("a", claim="c"), 0))

        assert await requests.last_for(Kind.PORTRAIT, "c") is None
        assert await requests.file(a_request("b", claim="c"), 0) > 0

    async def test_removing_what_is_gone_does_nothing(self, bench: RequestsBench) -> None:
        """Two sweeps come to the same request, and the second must go on to the next."""
        requests = bench.requests("g")
        sequence = await requests.file(a_request(), 0)

        await requests.remove(sequence)
        await requests.remove(sequence)
        await requests.remove(sequence + 1_000)

    async def test_nor_does_it_among_others(self, bench: RequestsBench) -> None:
        """A server says it in another way for a hole than for the end of its stream."""
        requests = bench.requests("g")
        filed = [await requests.file(a_request(f"job-{n}"), 0) for n in range(4)]

        for sequence in (filed[3], filed[3], filed[1], filed[1], filed[0], filed[0]):
            await requests.remove(sequence)

        assert [waiting.sequence async for waiting in bench.after(0)] == [filed[2]]

    async def test_an_unreadable_request_is_known_by_its_sequence(self, bench: RequestsBench) -> None:
        requests = bench.requests("g")
        sequence = await bench.put_raw("c", b"nonsense")

        assert await requests.last_for(Kind.PORTRAIT, "c") == sequence
        assert await requests.file(a_request(claim="c"), sequence) > sequence

    async def test_a_document_larger_than_the_bus_carries_is_refused(self, bench: RequestsBench) -> None:
        request = a_request(show={"show_title": "x" * MIB})

        with pytest.raises(TooLarge):
            await bench.requests("g").file(request, 0)

        assert await bench.requests("g").last_for(request.kind, request.claim) is None

    async def test_a_pass_yields_every_request_by_its_headers(self, bench: RequestsBench) -> None:
        filed = [a_request(f"job-{n}", kind) for n, kind in enumerate([*Kind] * 3)]
        sequences = [await bench.requests("g").file(request, 0) for request in filed]

        seen = [waiting async for waiting in bench.after(0)]

        expected = [
            Waiting(sequence, request.kind, request.job_id, request.deadline)
            for sequence, request in zip(sequences, filed, strict=True)
        ]
        assert seen == expected
        assert [waiting async for waiting in bench.after(sequences[2])] == expected[3:]
        assert [waiting async for waiting in bench.after(sequences[-1])] == []

    async def test_a_pass_over_a_stream_that_began_anew_starts_with_it(self, bench: RequestsBench) -> None:
        """The server came back empty, and its sequences count from one again."""
        await bench.requests("g").file(a_request(), 0)

        assert [waiting.job_id async for waiting in bench.after(4_711)] == ["job-1"]

    async def test_a_pass_goes_round_what_was_removed_and_what_has_no_headers(self, bench: RequestsBench) -> None:
        requests = bench.requests("g")
        first, second, _ = [await requests.file(a_request(f"job-{n}"), 0) for n in range(3)]
        await requests.remove(second)
        await bench.put_raw("c", b"nonsense")
        await requests.remove(first)

        assert [waiting.job_id async for waiting in bench.after(0)] == ["job-2"]
