"""Retrying: one new job for what came to nothing, however often it is asked for."""

import pytest

from gateway.listing import Wanted
from gateway.retrying import MOST_RETRIED, Retrier
from gateway.submission import Submitted, Submitter
from shared.domain.job import Job, cancel
from shared.domain.request import JobRequest
from shared.ports.deletions import Deletion
from tests.support.fakes.answers import MemoryAnswers
from tests.support.fakes.bus import MemoryRequests
from tests.support.jobs import NOON
from tests.unit.gateway_core.bench import Desk


def retrier_at(desk: Desk, requests: MemoryRequests | None = None, most: int = MOST_RETRIED) -> Retrier:
    """Return a gateway's retrier."""
    requests = requests or MemoryRequests(desk.bus, "gateway")
    submitter = Submitter(requests, desk.log, MemoryAnswers(desk.bus))
    return Retrier(requests, submitter, desk.log, desk.lookup, desk.listing, desk.clock, most=most)


@pytest.fixture
def desk() -> Desk:
    """One gateway."""
    return Desk()


async def test_a_retry_that_succeeded_answers_from_then_on(desk: Desk) -> None:
    job, retrier = (await desk.accepted("job-1", failed=True)).job, retrier_at(desk)
    done = await desk.succeed((await retrier.retry(job, None)).entry)

    again = await retrier.retry(job, None)

    assert again == Submitted(done, deduplicated=True, replayed=True)
    assert len(desk.bus.requests) == 2


async def test_a_retry_that_came_to_nothing_is_followed_by_another(desk: Desk) -> None:
    job, retrier = (await desk.accepted("job-1", failed=True)).job, retrier_at(desk)

    first = await desk.fail((await retrier.retry(job, None)).entry)
    second = (await retrier.retry(job, None)).entry
    await desk.log.append(cancel(second.job, NOON), second)
    third = await desk.succeed((await retrier.retry(job, None)).entry)
    await desk.deletions.add(Deletion(third.job.job_id, third.job.request, NOON))
    fourth = (await retrier.retry(job, None)).entry

    made = [first, second, third, fourth]
    assert len({entry.job.job_id for entry in made}) == 4
    assert {entry.job.retry_of for entry in made} == {"job-1"}


async def test_another_prompt_is_another_retry_and_each_answers_for_itself(desk: Desk) -> None:
    job, retrier = (await desk.accepted("job-1", failed=True)).job, retrier_at(desk)
    heron = await desk.succeed((await retrier.retry(job, None, "a heron")).entry)
    plain = await desk.succeed((await retrier.retry(job, None)).entry)

    assert heron.job.job_id != plain.job.job_id
    assert (await retrier.retry(job, None, "a heron")).entry == heron
    assert (await retrier.retry(job, None)).entry == plain


async def test_retrying_all_that_failed_goes_on_where_it_stopped(desk: Desk) -> None:
    retrier = retrier_at(desk, most=100)
    for n in range(120):
        await desk.accepted(f"job-{n}", failed=True)

    first = await retrier.retry_failed(Wanted(), None)
    second = await retrier.retry_failed(Wanted(), None, first.below)
    third = await retrier.retry_failed(Wanted(), None)

    retried = [entry.job.retry_of for entry in (*first.entries, *second.entries)]
    assert retried == [f"job-{n}" for n in reversed(range(120))]
    assert (len(first.entries), second.below) == (100, None)
    assert list(third.entries) == []


async def test_one_whose_request_is_gone_keeps_no_other_from_being_retried(desk: Desk) -> None:
    class Forgetful(MemoryRequests):
        async def at(self, sequence: int) -> JobRequest | None:
            return None if sequence == 1 else await super().at(sequence)

    for name in ("gone", "there"):
        await desk.accepted(name, failed=True)

    retried = await retrier_at(desk, Forgetful(desk.bus, "gateway")).retry_failed(Wanted(), None)

    assert [entry.job.retry_of for entry in retried.entries] == ["there"]


async def test_of_two_calls_for_all_that_failed_only_one_makes_a_job_again(desk: Desk) -> None:
    """The other had found that nobody retried it, and comes to do so when that retry has failed as well."""
    rival = retrier_at(desk)

    class Overtaken(MemoryRequests):
        async def at(self, sequence: int) -> JobRequest | None:
            await desk.fail((await rival.retry(job, None)).entry)
            return await super().at(sequence)

    job: Job = (await desk.accepted("job-1", failed=True)).job

    retried = await retrier_at(desk, Overtaken(desk.bus, "gateway")).retry_failed(Wanted(), None)

    assert list(retried.entries) == []
    assert len(desk.bus.requests) == 2
