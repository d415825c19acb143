"""The requests on a real server that is full, restarted or emptied."""

from dataclasses import replace

import pytest
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import JOBS, Topology
from shared.ports.bus import Filed
from shared.ports.job_log import BusFull, BusUnavailable
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer


class TestFull:
    @pytest.fixture
    def topology(self) -> Topology:
        """Room for some thirty requests."""
        return replace(Topology(ack_wait=2.0), jobs_max_bytes=64 * 1024)

    async def test_a_full_stream_refuses_and_recovers_as_work_is_finished(self, js: JetStreamContext) -> None:
        requests = JetStreamRequests(js, "g")
        filed: list[int] = []
        with pytest.raises(BusFull):
            for n in range(1_000):
                filed.append(await requests.file(a_request(f"job-{n}", show={"text": "x" * 1_500}), 0))  # noqa: PERF401
        assert 10 < len(filed) < 60
        refused = a_request("refused", show={"text": "x" * 1_500})
        assert await requests.last_for(refused.kind, refused.claim) is None
        with pytest.raises(BusFull):
            await requests.file(refused, 0)

        for sequence in filed[:2]:
            await requests.remove(sequence)

        assert await requests.file(refused, 0) > filed[-1]
        kept = a_request(f"job-{len(filed) - 1}", show={"text": "x" * 1_500})
        assert await requests.last_for(kept.kind, kept.claim) == Filed(filed[-1], kept), "nothing accepted was lost"


async def test_what_was_filed_outlives_a_killed_server(js: JetStreamContext, server: NatsServer) -> None:
    requests = JetStreamRequests(js, "g")
    filed = [a_request(f"job-{n}") for n in range(50)]
    for request in filed:
        await requests.file(request, 0)
    server.kill()
    await server.start()

    async def back() -> bool:
        try:
            return (await js.stream_info(JOBS)).state.messages == 50
        except Exception:  # noqa: BLE001  # the connection is not back yet
            return False

    assert await eventually(back)
    for request in filed:
        last = await requests.last_for(Kind.PORTRAIT, request.claim)
        assert isinstance(last, Filed)
        assert last.request == request


async def test_without_nats_every_call_says_so_and_nothing_is_sent_later(
    js: JetStreamContext, impatient: JetStreamContext, server: NatsServer
) -> None:
    requests = JetStreamRequests(impatient, "g")
    request = a_request()
    server.stop()
    for call in (
        lambda: requests.file(request, 0),
        lambda: requests.last_for(request.kind, request.claim),
        lambda: requests.remove(1),
    ):
        with pytest.raises(BusUnavailable):
            await call()  # type: ignore[no-untyped-call]
    await server.start()

    async def empty() -> bool:
        try:
            return (await js.stream_info(JOBS)).state.messages == 0
        except Exception:  # noqa: BLE001  # the connection is not back yet
            return False

    assert await eventually(empty)
    assert await requests.last_for(request.kind, request.claim) is None


async def test_removing_while_nats_is_away_is_not_taken_for_gone(js: JetStreamContext, server: NatsServer) -> None:
    requests = JetStreamRequests(js, "g")
    request = a_request()
    sequence = await requests.file(request, 0)
    server.stop()
    with pytest.raises(BusUnavailable):
        await requests.remove(sequence)
    await server.start()

    async def removed() -> bool:
        try:
            await requests.remove(sequence)
        except BusUnavailable:
            return False
        return True

    assert await eventually(removed)
    assert await requests.last_for(request.kind, request.claim) is None
