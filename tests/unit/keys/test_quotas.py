"""An owner's limits: what counts, for how long, and what another gateway's word adds."""

from datetime import timedelta

import pytest

from gateway.caller import Limits
from gateway.door.limits import headers_of
from gateway.limited import LimitedRequests
from gateway.quotas import OverLimit, Quotas
from shared.domain.fold import Entry
from shared.domain.job import Change, Job, accept, cancel
from shared.ports.event_feed import Heard
from tests.support.fakes.bus import MemoryBus, MemoryRequests
from tests.support.fakes.clock import ManualClock
from tests.support.jobs import NOON, a_request

LIMITS = {"ada": Limits(submits_per_minute=3, active_jobs=2), "ben": Limits(submits_per_minute=3, active_jobs=2)}


def quotas(clock: ManualClock) -> Quotas:
    return Quotas(LIMITS.get, clock)


def a_job(number: int, owner: str = "ada") -> Job:
    return accept(a_request(f"job-{number}", owner=owner), number).job


def told(kept: Quotas, *changes: Change) -> None:
    entries = [Entry(at, change.fact, change.job) for at, change in enumerate(changes, 1)]
    kept.hear(Heard(entries, len(entries)))


def accepted(number: int, owner: str = "ada") -> Change:
    return accept(a_request(f"job-{number}", owner=owner), number)


def room(kept: Quotas, owner: str = "ada") -> tuple[int, int]:
    standing = kept.standing(owner)
    assert standing is not None
    return standing.submits, standing.jobs


def test_in_any_minute_there_are_so_many_submits_and_no_more() -> None:
    clock = ManualClock()
    kept = quotas(clock)
    for _ in range(3):
        kept.submit("ada")
        clock.advance(10)

    with pytest.raises(OverLimit) as caught:
        kept.submit("ada")
    kept.submit("ben")

    assert (caught.value.code, caught.value.retry_after) == ("rate_limited", 30.0)
    clock.advance(30)
    kept.submit("ada")
    with pytest.raises(OverLimit) as again:
        kept.submit("ada")
    assert again.value.retry_after == 10.0


@pytest.mark.parametrize(("most", "jobs"), [(1, "1 job"), (2, "2 jobs")])
def test_a_limit_is_told_in_a_sentence(most: int, jobs: str) -> None:
    kept = Quotas(lambda owner: Limits(submits_per_minute=most, active_jobs=most), ManualClock())
    for number in range(1, most + 1):
        kept.submit("ada")
        with kept.filing(a_request(f"job-{number}", owner="ada")) as filed:
            filed(number)

    with pytest.raises(OverLimit) as submit:
        kept.submit("ada")
    with pytest.raises(OverLimit) as active, kept.filing(a_request("job-9", owner="ada")):
        pytest.fail("there was no room")

    assert str(submit.value) == f"This key's owner may submit {jobs} a minute; try again in 60 s."
    active_jobs = jobs.replace(" ", " active ")
    assert str(active.value) == f"This key's owner has {active_jobs}, and may have no more; wait for one to end."


def test_what_others_accepted_counts_and_what_was_filed_here_counts_once() -> None:
    kept = quotas(ManualClock())
    kept.submit("ada")
    with kept.filing(a_request("job-1", owner="ada")) as filed:
        filed(1)

    told(kept, accepted(1), accepted(2))

    assert room(kept) == (1, 0)
    told(kept, accepted(1), accepted(2), cancel(a_job(2), NOON))
    assert room(kept) == (1, 1)


def test_a_job_has_its_room_from_its_filing_to_its_end() -> None:
    kept = quotas(ManualClock())
    with kept.filing(a_request("job-1", owner="ada")) as filed:
        assert room(kept) == (3, 1)
        filed(1)
    with kept.filing(a_request("job-2", owner="ada")):
        pass  # a rival was quicker: it was never filed
    assert room(kept) == (3, 1)
    with kept.filing(a_request("job-2", owner="ada")) as filed:
        filed(2)

    with pytest.raises(OverLimit) as caught, kept.filing(a_request("job-3", owner="ada")):
        pytest.fail("there was no room")

    assert caught.value.code == "too_many_jobs"
    kept.withdraw(1)
    told(kept, cancel(a_job(2), NOON))
    assert room(kept) == (3, 2)


def test_an_end_that_is_heard_before_the_filing_leaves_nothing_behind() -> None:
    kept = quotas(ManualClock())
    with kept.filing(a_request("job-1", owner="ada")) as filed:
        told(kept, cancel(a_job(1), NOON))
        filed(1)
    kept.note(a_job(1))

    assert room(kept) == (3, 2)


def test_of_what_others_accepted_only_the_last_minute_is_remembered() -> None:
    clock = ManualClock()
    kept = quotas(clock)
    for number in range(1, 1_001):
        told(kept, accepted(number))
        clock.advance(10)

    assert len(kept._accounts["ada"].submits) <= 7  # what is asked for it trims it


def test_what_was_active_before_is_noted_and_costs_no_submit() -> None:
    kept = quotas(ManualClock())
    kept.note(a_job(1))
    kept.note(cancel(a_job(2), NOON).job)

    assert room(kept) == (3, 1)


def test_a_job_long_past_its_deadline_holds_no_room() -> None:
    clock = ManualClock()
    kept = quotas(clock)
    for number in (1, 2):
        kept.note(a_job(number))

    clock.advance(timedelta(minutes=17).total_seconds())

    assert room(kept) == (3, 2)


def test_another_log_begins_another_count() -> None:
    kept = quotas(ManualClock())
    told(kept, accepted(1), accepted(2))

    kept.hear(Heard([], 0))

    assert room(kept) == (3, 2)


def test_who_is_not_limited_is_not_counted() -> None:
    kept = quotas(ManualClock())
    for _ in range(10):
        kept.submit("eve")

    assert kept.standing("eve") is None
    assert headers_of(None) == {}


def test_what_is_left_is_said_as_the_draft_has_it() -> None:
    clock = ManualClock()
    kept = quotas(clock)
    fresh = headers_of(kept.standing("ada"))
    kept.submit("ada")
    clock.advance(14.5)
    kept.submit("ada")

    used = headers_of(kept.standing("ada"))

    assert fresh["RateLimit-Policy"] == used["RateLimit-Policy"] == '"submits";q=3;w=60, "active-jobs";q=2'
    assert fresh["RateLimit"] == '"submits";r=3, "active-jobs";r=2'
    assert used["RateLimit"] == '"submits";r=1;t=46, "active-jobs";r=2'


async def test_a_retry_is_a_submit_too() -> None:
    kept = quotas(ManualClock())
    requests = LimitedRequests(MemoryRequests(MemoryBus()), kept)

    await requests.file(a_request("job-1", owner="ada", claim="a"), 0)
    await requests.file(a_request("job-2", owner="ada", claim="b", retry_of="job-1"), 0)

    assert room(kept) == (2, 0)
    with pytest.raises(OverLimit):
        await requests.file(a_request("job-3", owner="ada", claim="c"), 0)
