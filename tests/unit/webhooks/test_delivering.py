"""Messages are delivered when they are due, and none waits for somebody else's endpoint."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.domain.webhooks import PAUSES, TRY_FOR, Outcome
from status.webhooks.hosts import MOST
from tests.support.fakes.webhooks import LEASE, answering, silent
from tests.unit.webhooks.bench import DEAD, LIVE, Bench


async def test_what_is_heard_is_told_once(bench: Bench) -> None:
    messages = await bench.announce(LIVE, 50)
    async with bench.delivering():
        await bench.over()

    assert sorted(heard for _, _, heard in bench.endpoints.heard) == sorted(each.webhook_id for each in messages)
    assert bench.meters.counts == {Outcome.DELIVERED: 50}


async def test_what_fails_is_told_again_under_the_same_id_until_it_is_heard(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = answering(500, 503, 200)
    (message,) = await bench.announce(LIVE)
    async with bench.delivering():
        await bench.over()

    first, second, third = bench.endpoints.times(message.webhook_id)
    assert [second - first, third - second] == pytest.approx([5.1, 30.1], abs=0.1)
    assert bench.server.outcomes("job-1") == [Outcome.RETRYING, Outcome.RETRYING, Outcome.DELIVERED]


async def test_an_endpoint_that_stays_silent_is_tried_more_and_more_seldom(bench: Bench) -> None:
    bench.endpoints.behaviours[DEAD] = silent
    (message,) = await bench.announce(DEAD)
    async with bench.delivering():
        await asyncio.sleep(2_700)

    between = [later - earlier - 15.0 for earlier, later in pairwise(bench.endpoints.times(message.webhook_id))]
    assert between == pytest.approx(list(PAUSES[:5]), abs=0.1)


async def test_it_is_given_up_when_the_day_is_over(bench: Bench) -> None:
    bench.endpoints.behaviours[DEAD] = silent
    (message,) = await bench.announce(DEAD, age=TRY_FOR - timedelta(seconds=90))
    async with bench.delivering():
        await bench.over()

    assert len(bench.endpoints.times(message.webhook_id)) == 3
    assert bench.meters.counts == {Outcome.RETRYING: 2, Outcome.GAVE_UP: 1}


async def test_410_stops_at_once(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = answering(410)
    await bench.announce(LIVE)
    async with bench.delivering():
        await bench.over()

    assert len(bench.endpoints.heard) == 1
    assert bench.server.outcomes("job-1") == [Outcome.STOPPED]


async def test_a_silent_endpoint_does_not_delay_a_live_one(bench: Bench) -> None:
    bench.endpoints.behaviours[DEAD] = silent
    await bench.announce(DEAD, 800, "dead")
    async with bench.delivering():
        await asyncio.sleep(60)
        began = bench.clock.monotonic()
        live = await bench.announce(LIVE, 20, "live")
        await asyncio.sleep(5)

    assert all(bench.endpoints.times(each.webhook_id)[0] - began < 2 for each in live)
    assert bench.endpoints.most_at_once[DEAD] <= MOST


async def test_of_a_hundred_silent_endpoints_none_delays_a_live_one_for_long(bench: Bench) -> None:
    for number in range(100):
        bench.endpoints.behaviours[f"{number}.{DEAD}"] = silent
        await bench.announce(f"{number}.{DEAD}", 5, f"dead-{number}")
    async with bench.delivering():
        await asyncio.sleep(120)
        began = bench.clock.monotonic()
        live = await bench.announce(LIVE, 20, "live")
        await asyncio.sleep(40)

    assert all(bench.endpoints.times(each.webhook_id)[0] - began < 20 for each in live)


async def test_an_endpoint_found_silent_gets_one_try_at_a_time_until_it_answers(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = silent
    await bench.announce(LIVE, 100)
    async with bench.delivering():
        await asyncio.sleep(40)
        assert bench.endpoints.at_once[LIVE] <= 1

        bench.endpoints.behaviours[LIVE] = answering(200, seconds=1.0)
        bench.endpoints.most_at_once.clear()
        await bench.over()

    assert bench.endpoints.most_at_once[LIVE] == MOST
    assert bench.meters.counts[Outcome.DELIVERED] == 100


async def test_a_burst_to_one_endpoint_goes_as_fast_as_it_answers(bench: Bench) -> None:
    await bench.announce(LIVE, 400)
    began = bench.clock.monotonic()
    async with bench.delivering():
        await bench.over()

    assert bench.clock.monotonic() - began < 3 * 400 * 0.1 / MOST
    assert len(bench.endpoints.heard) == 400


async def test_no_more_are_in_hand_than_there_is_room_for(bench: Bench) -> None:
    for number in range(20):
        bench.endpoints.behaviours[f"{number}.{LIVE}"] = answering(200, seconds=1.0)
        await bench.announce(f"{number}.{LIVE}", 5, f"job-{number}")
    async with bench.delivering(at_once=10):
        while not bench.server.done():
            assert sum(bench.endpoints.at_once.values()) <= 10
            await asyncio.sleep(0.1)

    assert len(bench.endpoints.heard) == 100


async def test_two_deliverers_tell_each_once(bench: Bench) -> None:
    await bench.announce(LIVE, 200)
    async with bench.delivering(2):
        await bench.over()

    assert len({heard for _, _, heard in bench.endpoints.heard}) == len(bench.endpoints.heard) == 200


async def test_a_drain_gives_up_what_is_in_flight_and_the_next_one_takes_it_up_at_once(bench: Bench) -> None:
    bench.endpoints.behaviours[DEAD] = silent
    (message,) = await bench.announce(DEAD)
    async with bench.delivering():
        await asyncio.sleep(3)
        began = bench.clock.monotonic()
    assert bench.clock.monotonic() - began < 2
    assert bench.server.outcomes("job-1") == []

    bench.endpoints.behaviours[DEAD] = answering(200)
    async with bench.delivering():
        await asyncio.sleep(1)
    assert bench.server.outcomes("job-1") == [Outcome.DELIVERED]
    assert len(bench.endpoints.times(message.webhook_id)) == 2


async def test_what_a_killed_deliverer_held_goes_to_another(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = silent
    await bench.announce(LIVE, 5)
    await bench.killed_after(5)

    bench.endpoints.behaviours[LIVE] = answering(200)
    began = bench.clock.monotonic()
    async with bench.delivering():
        await bench.over()
    assert bench.clock.monotonic() - began < LEASE + 5
    assert bench.meters.counts == {Outcome.DELIVERED: 5}


async def test_the_schedule_outlives_its_deliverer(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = answering(500, 500, 500, 200)
    (message,) = await bench.announce(LIVE)
    for _ in range(40):
        async with bench.delivering():
            await asyncio.sleep(10)

    between = [later - earlier for earlier, later in pairwise(bench.endpoints.times(message.webhook_id))]
    assert between == pytest.approx([5, 30, 120], abs=2)


async def test_an_alarm_that_comes_too_early_is_set_again(bench: Bench) -> None:
    bench.endpoints.behaviours[LIVE] = answering(500, 500, 200)
    (message,) = await bench.announce(LIVE)
    async with bench.delivering():
        await asyncio.sleep(8)
        for _ in range(5):
            bench.server.waiting[message.webhook_id].due = 0.0
            await asyncio.sleep(1)
        await bench.over()

    second, third = bench.endpoints.times(message.webhook_id)[1:]
    assert third - second == pytest.approx(30.1, abs=0.1)


async def test_a_try_that_could_not_be_written_down_is_made_again_under_the_same_id(bench: Bench) -> None:
    (message,) = await bench.announce(LIVE)
    bench.server.lose_writes = 1
    async with bench.delivering():
        await bench.over()

    assert len(bench.endpoints.times(message.webhook_id)) == 2
    assert bench.server.outcomes("job-1") == [Outcome.DELIVERED]


async def test_deliveries_go_on_when_nats_is_back(bench: Bench) -> None:
    await bench.announce(LIVE, 20)
    bench.server.away = True
    async with bench.delivering():
        await asyncio.sleep(30)
        assert bench.endpoints.heard == []
        bench.server.away = False
        await bench.over()

    assert bench.meters.counts == {Outcome.DELIVERED: 20}
