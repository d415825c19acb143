"""What follows from trouble: the whole table."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.failures import Failure, FailureCode
from shared.domain.retry import FIRST_PAUSE, LONGEST_PAUSE, Again, GiveUp, Reconcile, Trouble, decide, pause

FINAL = {
    Trouble.REFUSED: FailureCode.PROVIDER_UNAVAILABLE,
    Trouble.REJECTED: FailureCode.INPUT_REJECTED,
    Trouble.FLAGGED: FailureCode.CONTENT_FLAGGED,
    Trouble.GONE: FailureCode.PROVIDER_FAILED,
}
PASSING = set(Trouble) - set(FINAL)


@pytest.mark.parametrize(("trouble", "paid", "left", "told"), list(product(FINAL, (True, False), (60, 0), (None, 5.0))))
def test_final_trouble_ends_the_job_at_once(trouble: Trouble, paid: bool, left: float, told: float | None) -> None:
    decision = decide(trouble, "No.", tries=1, left=left, retry_after=told, paid=paid)

    assert decision == GiveUp(Failure(FINAL[trouble], "No."))


@pytest.mark.parametrize(("trouble", "paid", "left"), list(product(sorted(PASSING), (True, False), (0, -1.0))))
def test_passing_trouble_at_the_deadline_is_the_providers_absence(trouble: Trouble, paid: bool, left: float) -> None:
    decision = decide(trouble, "Bad gateway.", tries=3, left=left, paid=paid)

    assert isinstance(decision, GiveUp)
    assert decision.failure.code is FailureCode.PROVIDER_UNAVAILABLE
    assert "Bad gateway." in decision.failure.message


@pytest.mark.parametrize(
    ("trouble", "paid", "kind"),
    [
        (Trouble.THROTTLED, True, Again),
        (Trouble.THROTTLED, False, Again),
        (Trouble.UNAVAILABLE, True, Again),
        (Trouble.UNAVAILABLE, False, Again),
        (Trouble.AMBIGUOUS, True, Reconcile),
        (Trouble.AMBIGUOUS, False, Again),
    ],
)
@pytest.mark.parametrize(("told", "waits"), [(None, 0.5), (7.0, 7.0), (0.0, 0.5), (-3.0, 0.5), (3_600.0, 60.0)])
def test_passing_trouble_is_waited_out_and_what_may_have_been_paid_for_is_looked_up_soon(
    trouble: Trouble, paid: bool, kind: type[Again | Reconcile], told: float | None, waits: float
) -> None:
    wait = 0.5 if kind is Reconcile else waits
    assert decide(trouble, "Wait.", tries=1, left=60.0, retry_after=told, paid=paid) == kind(wait)


def test_the_cases_above_are_every_trouble() -> None:
    assert {Trouble.THROTTLED, Trouble.UNAVAILABLE, Trouble.AMBIGUOUS} == PASSING


def test_pauses_double_up_to_their_limit() -> None:
    pauses = [pause(tries) for tries in range(1, 40)]

    assert pauses[:4] == [FIRST_PAUSE, 1.0, 2.0, 4.0]
    assert pauses[-1] == LONGEST_PAUSE
    assert all(after == min(LONGEST_PAUSE, before * 2) for before, after in pairwise(pauses))


@given(
    st.sampled_from(Trouble),
    st.booleans(),
    st.integers(1, 10**9),
    st.floats(-1e6, 1e6),
    st.none() | st.floats(-1e6, 1e12, allow_nan=False),
)
def test_no_decision_waits_past_the_deadline_or_into_the_past(
    trouble: Trouble, paid: bool, tries: int, left: float, told: float | None
) -> None:
    decision = decide(trouble, "Wait.", tries=tries, left=left, retry_after=told, paid=paid)

    if isinstance(decision, GiveUp):
        assert trouble in FINAL or left <= 0
        return
    assert 0 <= decision.seconds <= left
    if isinstance(decision, Reconcile):
        assert (trouble, paid) == (Trouble.AMBIGUOUS, True)
        assert decision.seconds == min(pause(tries), left), "a look is not the call that was to be put off"
    else:
        assert told is None or decision.seconds >= min(max(told, 0.0), left), "no call before Retry-After"
