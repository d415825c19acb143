"""What every log of jobs promises, as tests that run over each of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline, progressed, request_cancel, start
from shared.domain.kinds import Kind
from shared.domain.states import Stage
from shared.events.envelope import MAX_EVENT_BYTES
from shared.ports.job_log import Fenced, JobLog, LogUnreadable, TooLarge
from tests.contract.bus.bench import Later
from tests.support.jobs import NOON, a_request


@dataclass(frozen=True)
class LogBench:
    """One bus. ``log`` opens it as the named process; ``put_raw`` writes bytes into a portrait's log."""

    log: Callable[[str], JobLog]
    put_raw: Callable[[str, bytes], Later[object]]


class JobLogSuite:
    async def test_what_was_appended_is_the_last_entry(self, bench: LogBench) -> None:
        log = bench.log("one")

        opened = await log.append(accept(a_request(), 7), None)
        started = await log.append(start(opened.job, "w", "local", NOON), opened)

        assert await log.last(JobId("job-1")) == started
        assert started.revision > opened.revision

    async def test_an_unknown_job_has_no_log(self, bench: LogBench) -> None:
        assert await bench.log("one").last(JobId("nobody")) is None

    async def test_logs_do_not_mix(self, bench: LogBench) -> None:
        log = bench.log("one")
        first, second = [await log.append(accept(a_request(name), 1), None) for name in ("a", "a-b")]

        assert await log.last(JobId("a")) == first
        assert await log.last(JobId("a-b")) == second

    async def test_of_many_rivals_one_writes_the_next_entry(self, bench: LogBench) -> None:
        opened = await bench.log("gateway").append(accept(a_request(), 1), None)

        outcomes = await asyncio.gather(
            *(bench.log(f"w{n}").append(start(opened.job, f"w{n}", "local", NOON), opened) for n in range(20)),
            return_exceptions=True,
        )

        winners = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        fenced = [outcome for outcome in outcomes if isinstance(outcome, Fenced)]
        assert len(winners) == 1
        assert [error.last for error in fenced] == winners * 19

    async def test_of_many_rivals_one_opens_the_log(self, bench: LogBench) -> None:
        outcomes = await asyncio.gather(
            *(bench.log(f"g{n}").append(accept(a_request(), n), None) for n in range(1, 11)), return_exceptions=True
        )

        assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, Fenced) for outcome in outcomes) == 9

    async def test_a_job_id_opens_one_log_over_both_kinds(self, bench: LogBench) -> None:
        log = bench.log("one")
        portrait = await log.append(accept(a_request("same", Kind.PORTRAIT), 1), None)

        with pytest.raises(Fenced) as fenced:
            await log.append(accept(a_request("same", Kind.VIDEO), 2), None)

        assert fenced.value.last == portrait
        assert await log.last(JobId("same")) == portrait

    async def test_a_stale_writer_is_shown_the_last_entry_and_writes_nothing(self, bench: LogBench) -> None:
        log = bench.log("one")
        opened = await log.append(accept(a_request(), 1), None)
        started = await log.append(start(opened.job, "w1", "local", NOON), opened)
        asked = await log.append(request_cancel(started.job, NOON), started)

        with pytest.raises(Fenced) as fenced:
            await bench.log("two").append(progressed(started.job, Stage.RENDERING, 5, NOON), started)

        assert fenced.value.last == asked
        assert await log.last(JobId("job-1")) == asked

    async def test_a_log_that_is_gone_fences_with_nothing(self, bench: LogBench) -> None:
        log = bench.log("one")
        opened = await log.append(accept(a_request("other"), 1), None)
        vanished = accept(a_request("gone"), 1)

        with pytest.raises(Fenced) as fenced:
            await log.append(start(vanished.job, "w", "local", NOON), opened)

        assert fenced.value.last is None

    async def test_appending_the_same_fact_again_finds_its_own_entry(self, bench: LogBench) -> None:
        """As after an answer that was lost: written once, and the writer is told where."""
        log = bench.log("one")
        opened = await log.append(accept(a_request(), 1), None)
        change = fail(opened.job, past_deadline(opened.job), NOON)
        ended = await log.append(change, opened)

        assert await log.append(change, opened) == ended

    async def test_the_same_fact_from_another_process_is_a_rivals(self, bench: LogBench) -> None:
        opened = await bench.log("one").append(accept(a_request(), 1), None)
        change = fail(opened.job, past_deadline(opened.job), NOON)
        ended = await bench.log("one").append(change, opened)

        with pytest.raises(Fenced) as fenced:
            await bench.log("two").append(change, opened)

        assert fenced.value.last == ended

    async def test_an_event_over_the_limit_is_refused_and_not_written(self, bench: LogBench) -> None:
        log = bench.log("one")
        request = a_request(metadata={"k": "x" * MAX_EVENT_BYTES})

        with pytest.raises(TooLarge):
            await log.append(accept(request, 1), None)

        assert await log.last(JobId("job-1")) is None

    async def test_a_log_that_ends_in_nonsense_is_unreadable(self, bench: LogBench) -> None:
        await bench.put_raw("job-1", b"nonsense")

        with pytest.raises(LogUnreadable):
            await bench.log("one").last(JobId("job-1"))
