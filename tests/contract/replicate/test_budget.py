"""One budget and one pause for all jobs of the process, and few calls for many predictions."""

import asyncio
import time

import pytest

from shared.catalogue import Catalogue
from shared.domain.retry import Trouble
from shared.ports.provider import Finished, ProviderTrouble, Running
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import finished
from tests.contract.replicate.conftest import MakeOrder, provider_at
from tests.support.replicate_emulator.client import Emulator


async def test_creates_keep_to_their_rate(emulator: Emulator, catalogue: Catalogue, order: MakeOrder) -> None:
    async with provider_at(emulator.url, catalogue, creates_per_minute=1200) as provider:
        began = time.monotonic()
        await asyncio.gather(*(provider.start(order()) for _ in range(30)))
    # A tenth of a second's worth, two, may go at once; the others come at twenty a second.
    assert time.monotonic() - began >= 1.35


async def test_a_create_whose_turn_is_far_off_is_put_off_unsent(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    async with provider_at(emulator.url, catalogue, creates_per_minute=6, queue=0.5) as provider:
        await provider.start(order())
        with pytest.raises(ProviderTrouble) as caught:
            await provider.prepare(order())
    assert caught.value.trouble is Trouble.THROTTLED
    assert caught.value.retry_after == pytest.approx(10, abs=1)
    assert len(emulator.calls("create")) == 1


async def test_every_job_keeps_the_pause_one_job_was_told(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    emulator.fail("create", status=429, headers={"retry-after": "1"})
    async with provider_at(emulator.url, catalogue, patience=0.1) as provider:
        assert provider.held_off() == 0.0
        for _ in range(5):
            with pytest.raises(ProviderTrouble) as caught:
                await provider.start(order())
            assert caught.value.trouble is Trouble.THROTTLED
            assert caught.value.retry_after == pytest.approx(1, abs=0.2)
        assert len(emulator.calls("create")) == 1, "nobody calls during the pause"
        assert 0.0 < provider.held_off() <= 1.0
        await asyncio.sleep(caught.value.retry_after or 0)
        await provider.start(order())
    first, second = emulator.calls("create")
    assert second["at"] - first["at"] >= 1


async def test_a_pause_that_begins_between_a_turn_and_its_create_is_kept(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    """The turn had come; but whoever went before was told that nobody may call."""
    emulator.fail("create", status=429, headers={"retry-after": "20"})
    async with provider_at(emulator.url, catalogue) as provider:
        first, second = order(), order()
        for each in (first, second):
            await provider.prepare(each)
        for each in (first, second):
            with pytest.raises(ProviderTrouble) as caught:
                await provider.start(each)
            assert caught.value.trouble is Trouble.THROTTLED
            assert caught.value.retry_after == pytest.approx(20, abs=1)
    assert len(emulator.calls("create")) == 1


async def test_a_short_pause_is_sat_out(emulator: Emulator, catalogue: Catalogue, order: MakeOrder) -> None:
    emulator.fail("create", status=429, headers={"retry-after": "0.4"})
    async with provider_at(emulator.url, catalogue, patience=2) as provider:
        with pytest.raises(ProviderTrouble):
            await provider.start(order())
        await asyncio.gather(*(provider.start(order()) for _ in range(3)))
    first, *rest = (call["at"] for call in emulator.calls("create"))
    assert min(rest) - first >= 0.4


async def test_a_server_errors_retry_after_is_kept_by_all(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    async with provider_at(emulator.url, catalogue, patience=0.1) as provider:
        one, two = await provider.start(order()), await provider.start(order())
        emulator.fail("get", status=503, headers={"retry-after": "20"})
        with pytest.raises(ProviderTrouble):
            await provider.poll(one)
        with pytest.raises(ProviderTrouble) as caught:
            await provider.poll(two)
        assert caught.value.trouble is Trouble.THROTTLED
        assert len(emulator.calls("get")) == 1


async def test_throttled_creates_do_not_hold_up_what_runs(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    async with provider_at(emulator.url, catalogue) as provider:
        prediction = await provider.start(order())
        emulator.fail("create", status=429, headers={"retry-after": "60"})
        with pytest.raises(ProviderTrouble):
            await provider.start(order())
        await finished(provider, prediction)


async def test_replicates_own_limit_is_met_seldom(emulator: Emulator, catalogue: Catalogue, order: MakeOrder) -> None:
    """An account with little credit may create six a minute and is told so each time."""
    emulator.set(creates_per_minute=60)
    async with provider_at(emulator.url, catalogue, patience=5) as provider:

        async def persist() -> None:
            while True:
                try:
                    await provider.start(order())
                except ProviderTrouble as trouble:
                    assert trouble.trouble is Trouble.THROTTLED
                    await asyncio.sleep(trouble.retry_after or 0)
                else:
                    return

        await asyncio.gather(*(persist() for _ in range(3)))
    assert len(emulator.creations()) == 3
    assert len(emulator.calls("create")) <= 8, "nobody storms a door that is shut"


async def test_many_predictions_are_looked_at_with_few_calls(emulator: Emulator, provider: ReplicateProvider) -> None:
    emulator.set(run={"*": [30, 30]})
    predictions = emulator.crowd(400)
    seen = await asyncio.gather(*(provider.poll(each) for each in predictions))
    assert all(isinstance(each, Running) for each in seen)
    assert len(emulator.calls("list")) == 4
    assert len(emulator.calls("get")) == 4


async def test_a_few_are_asked_for_one_by_one_and_show_their_progress(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.set(boot={"*": [0, 0]}, run={"*": [5, 5]})
    predictions = [await provider.start(order()) for _ in range(3)]
    await asyncio.sleep(0.3)
    for now in await asyncio.gather(*(provider.poll(each) for each in predictions)):
        assert isinstance(now, Running)
        assert now.progress is not None
    assert emulator.calls("list") == []


async def test_in_a_crowd_each_shows_its_progress_in_turn(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.set(boot={"*": [0, 0]}, run={"*": [30, 30]})
    async with asyncio.timeout(20):
        predictions = [await provider.start(order()) for _ in range(24)]
        told: set[int] = set()
        while len(told) < 24:
            seen = await asyncio.gather(*(provider.poll(each) for each in predictions))
            told |= {n for n, now in enumerate(seen) if isinstance(now, Running) and now.progress is not None}
    assert len(emulator.calls("list")) <= 7


async def test_what_is_not_on_the_first_pages_is_asked_for_by_itself(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.set(run={"*": [0, 0]}, page_size=5)
    old = await provider.start(order())
    others = [await provider.start(order()) for _ in range(12)]
    watched = [old, *others[:1], *others[-8:]]
    emulator.finish()
    seen = await asyncio.gather(*(provider.poll(each) for each in watched))
    assert all(isinstance(each, Finished) for each in seen)


async def test_a_list_that_fails_is_no_reason_not_to_look(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.set(run={"*": [0, 0]})
    predictions = [await provider.start(order()) for _ in range(20)]
    emulator.finish()
    emulator.fail("list", status=500, times=None)
    seen = await asyncio.gather(*(provider.poll(each) for each in predictions))
    assert all(isinstance(each, Finished) for each in seen)


async def test_a_look_that_hangs_holds_up_no_other(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.go(status="silent")
    stuck, other = await provider.start(order()), await provider.start(order())
    emulator.fail("get", "hang", match=stuck, seconds=9)
    waiting = asyncio.create_task(provider.poll(stuck))
    for _ in range(5):
        assert isinstance(await provider.poll(other), Running)
    assert not waiting.done()
    waiting.cancel()


async def test_a_look_without_an_answer_is_given_up_soon(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    async with provider_at(emulator.url, catalogue, look=0.2) as provider:
        prediction = await provider.start(order())
        emulator.fail("get", "hang", seconds=1)
        with pytest.raises(ProviderTrouble) as caught:
            await provider.poll(prediction)
    assert caught.value.trouble is Trouble.UNAVAILABLE


async def test_polling_alone_leaves_room_in_the_budget(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    emulator.go(status="silent")
    async with provider_at(emulator.url, catalogue, reads_per_minute=600) as provider:
        prediction = await provider.start(order())
        began = time.monotonic()
        for _ in range(9):
            await provider.poll(prediction)
        took = time.monotonic() - began
    # Ten a second are allowed; the first may come at once.
    assert len(emulator.calls("get")) == 9
    assert took >= 8 * 0.16


async def test_one_lost_prediction_spoils_no_other_look(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    predictions = [await provider.start(order()) for _ in range(9)]
    emulator.fail("get", status=404, match=predictions[4], times=None)
    emulator.fail("list", status=500, times=None)
    seen = await asyncio.gather(*(provider.poll(each) for each in predictions), return_exceptions=True)
    assert [isinstance(each, ProviderTrouble) for each in seen] == [n == 4 for n in range(9)]


async def test_two_looks_at_the_same_share_a_call(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    prediction = await provider.start(order())
    await asyncio.gather(*(provider.poll(prediction) for _ in range(10)))
    assert len(emulator.calls("get")) == 1


async def test_a_look_is_never_older_than_the_question(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.go(status="silent")
    prediction = await provider.start(order())
    emulator.fail("get", "hang", seconds=0.3)
    early = asyncio.create_task(provider.poll(prediction))
    await asyncio.sleep(0.1)
    late = asyncio.create_task(provider.poll(prediction))
    with pytest.raises(ProviderTrouble):
        await early
    assert isinstance(await late, Running)


async def test_giving_up_one_look_leaves_the_others_theirs(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    prediction = await provider.start(order())
    emulator.fail("get", "hang", seconds=0.2, after=True)
    one, two = (asyncio.create_task(provider.poll(prediction)) for _ in range(2))
    await asyncio.sleep(0.05)
    one.cancel()
    with pytest.raises(ProviderTrouble):
        await two
    assert one.cancelled()


async def test_closing_answers_who_still_looks(emulator: Emulator, catalogue: Catalogue, order: MakeOrder) -> None:
    emulator.fail("get", "hang", seconds=1)
    async with provider_at(emulator.url, catalogue) as provider:
        prediction = await provider.start(order())
        looking = asyncio.create_task(provider.poll(prediction))
        await asyncio.sleep(0.05)
    with pytest.raises(ProviderTrouble) as caught:
        await looking
    assert caught.value.trouble is Trouble.UNAVAILABLE


async def test_thousands_run_at_once(emulator: Emulator, catalogue: Catalogue) -> None:
    emulator.set(run={"*": [600, 600]})
    predictions = emulator.crowd(3000)
    async with provider_at(emulator.url, catalogue, reads_per_minute=3000) as provider:
        began = time.monotonic()
        seen = await asyncio.gather(*(provider.poll(each) for each in predictions))
    assert all(isinstance(each, Running) for each in seen)
    # One by one they would take a minute of the budget.
    assert time.monotonic() - began < 15
    assert len(emulator.calls()) <= 38
