"""What a worker's side of the requests promises, as tests that run over every implementation.

The most deliveries in these tests are three.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest

from shared.domain.kinds import Kind
from shared.events.codec import Unreadable
from shared.ports.bus import Delivery, RequestQueue, Requests
from tests.contract.bus.bench import Later
from tests.support.eventually import eventually
from tests.support.jobs import a_request

MOST = 3


@dataclass(frozen=True)
class WorkerSide:
    """One worker's process. ``die`` ends its beats, as SIGKILL would."""

    queue: RequestQueue
    die: Callable[[], None]


@dataclass(frozen=True)
class QueueBench:
    """One bus. ``worker`` opens a worker's side of a kind; ``put_raw`` puts bytes among the portraits' requests.

    ``set_aside`` returns what an operator finds there, each with its reason. ``lease`` is in seconds: over a server,
    more than a busy machine stands still.
    """

    requests: Requests
    worker: Callable[[Kind], AbstractAsyncContextManager[WorkerSide]]
    put_raw: Callable[[str, bytes], Later[int]]
    set_aside: Callable[[], Later[list[tuple[bytes, str]]]]
    now: Callable[[], float]
    lease: float


async def one(queue: RequestQueue, timeout: float = 5.0) -> Delivery:
    """Pull until there is one."""
    deliveries = await queue.pull(1, timeout)
    assert len(deliveries) == 1, "nothing was delivered"
    return deliveries[0]


class QueueSuite:
    async def test_requests_come_oldest_first_and_whole(self, bench: QueueBench) -> None:
        filed = [a_request(f"job-{n}") for n in range(3)]
        sequences = [await bench.requests.file(request, 0) for request in filed]

        async with bench.worker(Kind.PORTRAIT) as worker:
            taken = [await one(worker.queue) for _ in filed]

            assert [delivery.request() for delivery in taken] == filed
            assert [delivery.sequence for delivery in taken] == sequences
            assert {delivery.delivered for delivery in taken} == {1}
            assert not any(delivery.is_last for delivery in taken)

    async def test_no_pull_brings_more_than_was_asked_for(self, bench: QueueBench) -> None:
        for n in range(5):
            await bench.requests.file(a_request(f"job-{n}"), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            sizes: list[int] = []
            while sum(sizes) < 5:
                sizes.append(len(await worker.queue.pull(2, 5.0)))

            assert max(sizes) <= 2
            assert await worker.queue.pull(2, 0.5) == []

    async def test_a_pull_waits_for_its_time_when_there_is_nothing(self, bench: QueueBench) -> None:
        async with bench.worker(Kind.PORTRAIT) as worker:
            began = bench.now()

            assert await worker.queue.pull(1, 0.6) == []

            assert 0.5 <= bench.now() - began < 10

    async def test_a_waiting_pull_is_woken_by_a_request(self, bench: QueueBench) -> None:
        async with bench.worker(Kind.PORTRAIT) as worker:
            pulling = asyncio.create_task(worker.queue.pull(3, 60.0))
            await asyncio.sleep(0.2)
            began = bench.now()
            await bench.requests.file(a_request(), 0)

            assert len(await pulling) == 1
            assert bench.now() - began < 30

    async def test_kinds_are_queues_of_their_own(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request("clip", Kind.VIDEO), 0)

        async with bench.worker(Kind.PORTRAIT) as portraits, bench.worker(Kind.VIDEO) as videos:
            assert await portraits.queue.pull(1, 0.3) == []
            assert (await one(videos.queue)).request().job_id == "clip"

    async def test_workers_of_a_kind_share_without_doubling(self, bench: QueueBench) -> None:
        for n in range(20):
            await bench.requests.file(a_request(f"job-{n}"), 0)

        async with bench.worker(Kind.PORTRAIT) as left, bench.worker(Kind.PORTRAIT) as right:
            taken: list[Delivery] = []

            async def pull_until_there_are_twenty(queue: RequestQueue) -> None:
                while len(taken) < 20:
                    taken.extend(await queue.pull(1, 0.4))

            await asyncio.gather(*(pull_until_there_are_twenty(side.queue) for side in (left, right)))

            assert sorted(each.request().job_id for each in taken) == sorted(f"job-{n}" for n in range(20))
            assert [await side.queue.pull(1, 0.4) for side in (left, right)] == [[], []]

    async def test_what_is_acknowledged_is_delivered_no_more(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            await (await one(worker.queue)).ack()

            assert await worker.queue.pull(1, bench.lease + 0.7) == []

    async def test_what_is_handed_back_comes_at_once(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as first, bench.worker(Kind.PORTRAIT) as second:
            delivery = await one(first.queue)
            began = bench.now()
            await delivery.hand_back()
            again = await one(second.queue)

            assert bench.now() - began < bench.lease / 2
            assert (again.sequence, again.delivered) == (delivery.sequence, 2)

    async def test_what_is_handed_back_for_later_comes_then(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            began = bench.now()
            await (await one(worker.queue)).hand_back(0.8)
            await one(worker.queue)

            assert 0.7 <= bench.now() - began < bench.lease * 0.9

    async def test_a_worker_that_lives_keeps_what_it_holds(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as holder, bench.worker(Kind.PORTRAIT) as other:
            delivery = await one(holder.queue)

            assert await other.queue.pull(1, bench.lease * 1.6) == []
            await eventually(lambda: delivery.lease_age() < bench.lease / 2)

    async def test_a_dead_workers_requests_go_to_another_within_the_lease(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as dying, bench.worker(Kind.PORTRAIT) as other:
            delivery = await one(dying.queue)
            began = bench.now()
            dying.die()
            again = await one(other.queue, bench.lease * 2)

            assert (again.sequence, again.delivered) == (delivery.sequence, 2)
            assert bench.now() - began < bench.lease * 1.5
            assert delivery.lease_age() >= bench.lease / 2

    async def test_what_is_let_go_in_silence_goes_to_another_within_the_lease(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as first, bench.worker(Kind.PORTRAIT) as second:
            delivery = await one(first.queue)
            delivery.let_go()

            assert delivery.lease_age() == float("inf")
            assert (await one(second.queue, bench.lease * 2)).delivered == 2

    async def test_a_confirmed_lease_is_new(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            delivery = await one(worker.queue)
            worker.die()
            await asyncio.sleep(0.4)
            assert delivery.lease_age() >= 0.4

            asked = bench.now()
            await delivery.confirm()

            assert delivery.lease_age() <= bench.now() - asked

    async def test_the_last_delivery_says_so_and_is_the_last(self, bench: QueueBench) -> None:
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            said = []
            for _ in range(MOST):
                delivery = await one(worker.queue)
                said.append((delivery.delivered, delivery.is_last))
                await delivery.hand_back()

            assert said == [(1, False), (2, False), (3, True)]
            assert await worker.queue.pull(1, 0.5) == []

    async def test_nonsense_is_set_aside_with_its_reason_and_holds_nobody_up(self, bench: QueueBench) -> None:
        await bench.put_raw("c", b"nonsense")
        await bench.requests.file(a_request(), 0)

        async with bench.worker(Kind.PORTRAIT) as worker:
            poison, good = await one(worker.queue), await one(worker.queue)
            with pytest.raises(Unreadable) as unreadable:
                poison.request()
            await poison.set_aside(f"{unreadable.value}\r\nmore: lines")

            assert good.request().job_id == "job-1"
            [(body, reason)] = await bench.set_aside()
            assert body == b"nonsense"
            assert "no CloudEvent" in reason
            assert await worker.queue.pull(1, bench.lease + 0.7) == []

    async def test_a_request_taken_out_of_the_stream_comes_no_more(self, bench: QueueBench) -> None:
        first = await bench.requests.file(a_request("job-1"), 0)
        await bench.requests.file(a_request("job-2"), 0)
        await bench.requests.remove(first)

        async with bench.worker(Kind.PORTRAIT) as worker:
            assert (await one(worker.queue)).request().job_id == "job-2"
            assert await worker.queue.pull(1, 0.3) == []
