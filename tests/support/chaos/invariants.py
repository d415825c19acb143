"""The seven promises, checked against the evidence. Each check returns what broke, a sentence and the job's log."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from shared.domain.fold import fold
from shared.domain.job import Fact
from shared.domain.states import Status, may_follow, rank
from tests.support.chaos.evidence import Event, Evidence
from tests.support.chaos.workload import Load, Seen

_SHOWN = 5
_ACTIVE = ("starting", "processing")
_OPENING = (Fact.ACCEPTED, Fact.STARTED)


def no_accepted_job_is_missing(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I1."""
    for job_id in load.accepted:
        if job_id not in evidence.logs:
            yield job_id, "was accepted and has no log"
        if job_id not in evidence.records:
            yield job_id, "was accepted and has no record"
        if any(seen.status is None for seen in load.seen.get(job_id, [])):
            yield job_id, "was accepted and then unknown to a poll"


def every_job_ends_once(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I2: one terminal event, nothing after it, and everybody was told of that end."""
    for job_id, log in evidence.logs.items():
        ends = [event.entry for event in log if event.entry.job.done]
        if len(ends) != 1:
            yield job_id, f"has {len(ends)} ends"
        elif not log[-1].entry.job.done:
            yield job_id, "went on after its end"
        else:
            told = {
                seen.status for seen in load.seen.get(job_id, []) if seen.status and Status(seen.status).is_terminal
            }
            if told - {ends[0].job.status.value}:
                yield job_id, f"ended {ends[0].job.status} and was told as {told}"


def no_poller_sees_a_status_go_back(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I3; and an output's address, once told, stays the same."""
    for job_id, seen in load.seen.items():
        for poller in {each.poller for each in seen}:
            one = [each for each in seen if each.poller == poller]
            for before, after in pairwise(one):
                if _goes_back(before, after):
                    yield job_id, f"poller {poller} saw {before.status} and then {after.status}"


def _goes_back(before: Seen, after: Seen) -> bool:
    if before.status is None or after.status is None:
        return before.status is not None
    old, new = Status(before.status), Status(after.status)
    return rank(new) < rank(old) or (old.is_terminal and (new is not old or before.output_url != after.output_url))


def nothing_is_paid_twice(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I4: at most one creation a job, and the one it succeeded with; none without a job."""
    claimed = 0
    for job_id, planned in load.accepted.items():
        made = [str(each["id"]) for each in evidence.made_for(planned.marker)]
        claimed += len(made)
        if len(made) > 1:
            yield job_id, f"was created {len(made)} times"
        log = evidence.logs.get(job_id)
        if log and log[-1].entry.job.status is Status.SUCCEEDED and made != [log[-1].entry.job.prediction]:
            yield job_id, f"succeeded with prediction {log[-1].entry.job.prediction}, not with its own {made}"
    if claimed != len(evidence.creations):
        yield "", f"{len(evidence.creations) - claimed} predictions belong to no job"


def records_equal_the_fold(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I5."""
    for job_id, log in evidence.logs.items():
        record, folded = evidence.records.get(job_id), fold(event.entry for event in log)
        if record is not None and record.entry != folded:
            yield job_id, f"is recorded as {record.entry} and folds to {folded}"


def nothing_is_left_over(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I6: no queue holds anything, no prediction runs for a job that has ended."""
    for queue in evidence.queues:
        if queue.pending or queue.in_hand:
            yield "", f"{queue.name} has {queue.pending} waiting and {queue.in_hand} in somebody's hands"
    for job_id, planned in load.accepted.items():
        log = evidence.logs.get(job_id)
        for each in evidence.made_for(planned.marker) if log and log[-1].entry.job.done else ():
            if each["status"] in _ACTIVE:
                yield job_id, f"has ended and its prediction {each['id']} is {each['status']}"


def logs_are_linear(load: Load, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """I7: acceptance first, each event a legal successor of the one before, each worker's written while it held."""
    for job_id, log in evidence.logs.items():
        if log[0].entry.fact is not Fact.ACCEPTED:
            yield job_id, f"begins with {log[0].entry.fact}"
        for before, after in pairwise(log):
            wrong = _breaks(before, after)
            if wrong:
                yield job_id, f"{wrong} at {after.entry.revision}"


def _breaks(before: Event, after: Event) -> str | None:
    old, new = before.entry.job, after.entry.job
    if after.entry.fact is Fact.ACCEPTED:
        return "is accepted twice"
    if not may_follow(new.status, old.status):
        return f"goes from {old.status} to {new.status}"
    if new.request != old.request or new.created_at != old.created_at or new.updated_at < old.updated_at:
        return "contradicts itself"
    if old.prediction not in (None, new.prediction) or old.media_token not in (None, new.media_token):
        return "forgets its prediction or its output's name"
    if _by_a_worker(after) and after.entry.fact not in _OPENING and old.holder != after.source:
        return f"is written by {after.source} while {old.holder} holds it"
    return None


def _by_a_worker(event: Event) -> bool:
    return "-worker-" in event.source


Check = Callable[[Load, Evidence], Iterable[tuple[str, str]]]

ALL: dict[str, Check] = {
    "I1 no accepted job is missing": no_accepted_job_is_missing,
    "I2 one end each, never changed": every_job_ends_once,
    "I3 no poller sees a status go back": no_poller_sees_a_status_go_back,
    "I4 nothing is paid twice": nothing_is_paid_twice,
    "I5 the records equal the fold": records_equal_the_fold,
    "I6 nothing is left over": nothing_is_left_over,
    "I7 every event follows its job's acceptance": logs_are_linear,
}


def broken(load: Load, evidence: Evidence) -> str:
    """Check all; return what broke in words with the logs concerned, or nothing."""
    said = []
    for name, check in ALL.items():
        found = list(check(load, evidence))
        if found:
            said.append(f"{name}: broken {len(found)} times")
            said += [f"{job_id} {what}\n{evidence.show(job_id) if job_id else ''}" for job_id, what in found[:_SHOWN]]
    return "\n".join(said)
