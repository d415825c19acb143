"""The budget of calls: its rate, its order, its pauses."""

import asyncio
import random

import pytest

from shared.predictions.replicate.budget import LONGEST_PAUSE, SPREAD, Budget, Exhausted
from tests.unit.replicate.clock import ManualClock


def budget(clock: ManualClock, per_minute: float = 600, patience: float = 2.0, queue: float = 60.0) -> Budget:
    """Return a budget whose calls arrive as they are sent."""
    return Budget(per_minute, clock, patience=patience, queue=queue, spread=0.0)


async def times_of(calls: int, taking: Budget, clock: ManualClock) -> list[float]:
    taken = []
    for _ in range(calls):
        await taking.take()
        taken.append(clock.passed)
    return taken


async def test_a_tenth_of_a_seconds_worth_goes_at_once_and_the_rest_at_the_rate() -> None:
    clock = ManualClock()
    taken = await times_of(20, budget(clock, per_minute=3000), clock)
    assert taken[4] == 0
    assert taken[5] == pytest.approx(1 / 50, rel=0.02)
    assert taken[19] == pytest.approx(15 / 50, rel=0.02)


async def test_a_turn_that_is_taken_late_costs_no_other_its_time() -> None:
    class Late(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds + 0.05)

    clock = Late()
    taken = await times_of(100, budget(clock, per_minute=600), clock)
    assert taken[-1] == pytest.approx(9.85, abs=0.1)


async def test_a_process_that_stood_still_sends_no_more_at_once_than_a_provider_takes() -> None:
    """Replicate takes one second's worth at once; what a stall of most of a second held up arrives together."""
    clock = ManualClock()
    sent = await times_of(200, budget(clock, per_minute=3000), clock)
    arrived = [max(at, 0.85) for at in sent]
    left, since = 50.0, 0.0
    for at in arrived:
        left, since = min(50.0, left + (at - since) * 50) - 1, at
        assert left >= 0


@pytest.mark.parametrize("per_minute", [1, 6, 60, 600, 3000])
async def test_no_minute_holds_more_than_it_may(per_minute: int) -> None:
    clock = ManualClock()
    taken = await times_of(3 * per_minute, budget(clock, per_minute, patience=600, queue=600), clock)
    assert all(later - taken[n] >= 60 - 1e-6 for n, later in enumerate(taken[per_minute:]))


@pytest.mark.parametrize("per_minute", [60, 600, 3000])
async def test_no_minute_of_the_providers_holds_more_either(per_minute: int) -> None:
    """It counts calls as they arrive, and some are held up on the way: by chance, or all of the first second's."""
    clock, chance = ManualClock(), random.Random(per_minute)
    sent = await times_of(3 * per_minute, Budget(per_minute, clock, patience=600, queue=600), clock)
    for held_up in ([chance.uniform(0, SPREAD) for _ in sent], [SPREAD if at < 1 else 0.0 for at in sent]):
        arrived = sorted(at + late for at, late in zip(sent, held_up, strict=True))
        assert all(later - arrived[n] >= 60 - 1e-6 for n, later in enumerate(arrived[per_minute:]))


async def test_what_was_not_used_is_not_saved_up() -> None:
    clock = ManualClock()
    taking = budget(clock)
    await clock.sleep(3600)
    assert (await times_of(21, taking, clock))[20] == pytest.approx(3601.81, abs=0.02)


async def test_less_than_one_a_second_goes_one_by_one() -> None:
    clock = ManualClock()
    assert await times_of(3, budget(clock, per_minute=6), clock) == [0, pytest.approx(10), pytest.approx(20)]


async def test_a_pause_holds_everybody_and_then_lets_them_go_one_by_one() -> None:
    clock = ManualClock()
    taking = budget(clock, patience=100)
    taking.pause(30)
    taken = await times_of(5, taking, clock)
    assert taken == [pytest.approx(each, abs=0.01) for each in (30, 30.1, 30.2, 30.3, 30.4)]


async def test_a_pause_of_no_length_pays_for_no_call() -> None:
    """Whoever is refused and told to come back at once comes back at the rate all the same."""
    clock = ManualClock()
    taking = budget(clock, per_minute=60)
    taken = []
    for _ in range(5):
        await taking.take()
        taken.append(clock.passed)
        taking.pause(0.0)
    assert taken == [pytest.approx(each) for each in (0, 1, 2, 3, 4)]


async def test_no_answer_stops_the_process_for_a_day() -> None:
    taking = budget(ManualClock())
    taking.pause(86_400.0)
    assert taking.held_off() == LONGEST_PAUSE


async def test_a_shorter_pause_does_not_cut_a_longer_one() -> None:
    clock = ManualClock()
    taking = budget(clock, patience=100)
    taking.pause(30)
    taking.pause(5)
    assert await times_of(1, taking, clock) == [30]


async def test_a_long_pause_is_told_rather_than_waited_for() -> None:
    clock = ManualClock()
    taking = budget(clock)
    taking.pause(30)
    with pytest.raises(Exhausted) as caught:
        await taking.take()
    assert (caught.value.wait, caught.value.told) == (30, True)
    assert clock.slept == []


async def test_a_long_queue_is_told_rather_than_joined() -> None:
    clock = ManualClock()
    taking = budget(clock, per_minute=6, queue=2.0)
    await taking.take()
    with pytest.raises(Exhausted) as caught:
        await taking.take()
    assert caught.value.wait == pytest.approx(10)
    assert not caught.value.told


async def test_who_came_first_goes_first() -> None:
    clock = ManualClock()
    taking = budget(clock, per_minute=60)
    went = []

    async def go(name: int) -> None:
        await taking.take()
        went.append(name)

    await asyncio.gather(*(go(n) for n in range(20)))
    assert went == list(range(20))


async def test_a_pause_that_begins_while_waiting_is_kept() -> None:
    """The one at the head wakes to find that somebody was told to wait meanwhile."""

    class Interrupted(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if len(self.slept) == 1:
                taking.pause(50)

    clock = Interrupted()
    taking = budget(clock, per_minute=60)
    await taking.take()
    with pytest.raises(Exhausted) as caught:
        await taking.take()
    assert caught.value.told


async def test_giving_up_a_place_in_the_queue_frees_it() -> None:
    class Stuck(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    clock = Stuck()
    taking = budget(clock, per_minute=60, queue=2.5)
    await taking.take()
    waiting = [asyncio.create_task(taking.take()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Exhausted):
        await taking.take()
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    clock.passed = 1.0
    await taking.take()


async def test_the_rest_of_a_pause_can_be_asked_for() -> None:
    clock = ManualClock()
    taking = budget(clock)
    assert taking.held_off() == 0.0

    taking.pause(10.0)
    await clock.sleep(4.0)
    assert taking.held_off() == pytest.approx(6.0)

    await clock.sleep(7.0)
    assert taking.held_off() == 0.0
