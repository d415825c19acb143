"""A create's turn: waited for before its intent is written, used up by the create, and no good when it is old."""

import pytest

from shared.domain.ids import JobId
from shared.domain.retry import Trouble
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.budget import Budget
from shared.predictions.replicate.turns import GOOD_FOR, Turns
from tests.unit.replicate.clock import ManualClock

ONE, TWO = JobId("one"), JobId("two")


def turns(clock: ManualClock) -> Turns:
    return Turns(Budget(60, clock, patience=2.0, queue=60.0, spread=0.0).take, clock)


async def test_a_turn_is_waited_for_once() -> None:
    clock = ManualClock()
    all_turns = turns(clock)
    await all_turns.wait(ONE)
    await all_turns.wait(TWO)
    assert clock.passed == pytest.approx(1.0)

    await all_turns.use(TWO)
    await all_turns.use(ONE)

    assert clock.passed == pytest.approx(1.0), "nothing is waited for between an intent and its create"


async def test_a_turn_that_was_not_used_in_time_has_passed() -> None:
    clock = ManualClock()
    all_turns = turns(clock)
    await all_turns.wait(ONE)
    await clock.sleep(GOOD_FOR)

    with pytest.raises(ProviderTrouble) as caught:
        await all_turns.use(ONE)

    assert caught.value.trouble is Trouble.THROTTLED
    await all_turns.wait(ONE)
    await all_turns.use(ONE)


async def test_whoever_waited_for_no_turn_waits_for_it_when_it_is_used() -> None:
    clock = ManualClock()
    all_turns = turns(clock)
    await all_turns.use(ONE)
    await all_turns.use(ONE)
    assert clock.passed == pytest.approx(1.0)
