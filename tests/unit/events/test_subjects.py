"""Subjects, spelled once, and never so that one job's could be taken for another's."""

import pytest

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.events.records import META_KEY, key_of


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        (subjects.requests_of(Kind.VIDEO), "jobs.video.*"),
        (subjects.request(Kind.PORTRAIT, "ab12"), "jobs.portrait.ab12"),
        (subjects.log(Kind.PORTRAIT, JobId("job-1")), "status.portrait.job-1"),
        (subjects.log_of_any_kind(JobId("job-1")), "status.*.job-1"),
        (subjects.owned_prediction("replicate", "p1"), "predictions.replicate.p1"),
        (subjects.webhook(JobId("job-1"), "msg_0a"), "webhooks.job-1.msg_0a"),
        (subjects.deliveries(JobId("job-1")), "deliveries.job-1"),
        (subjects.set_aside("JOBS", 7), "setaside.JOBS.7"),
        (subjects.hints_to("w1"), "hints.w1"),
    ],
)
def test_a_subject_is_spelled_so(said: str, spelled: str) -> None:
    assert said == spelled


def test_the_buckets_own_entry_is_no_jobs() -> None:
    assert "." in META_KEY
    assert key_of(JobId("meta-status")) != META_KEY
