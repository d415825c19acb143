"""Faults 8 and 9 over a cluster of three servers: its leaders are killed, and services are cut off from all of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from shared.domain.states import Status
from shared.jetstream.topology import BUCKET_STREAM, FOLDER, JOBS, STATUS
from tests.support.chaos.cutting import Cable, cable_to
from tests.support.chaos.evidence import Evidence, queues
from tests.support.chaos.process import Process
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Load
from tests.support.eventually import eventually
from tests.support.nats_cluster import Cluster
from tests.support.nats_server import client_of

DOWN_FOR = 20.0
"""Seconds that a killed server stays away, so that it is two that do the work and not a third just come back."""
LONGEST_PAUSE = 11.0
"""Seconds: those who follow wait 4 to 9 s, drawn by lot, before they stand for election; the rest is ours."""
CUT_FOR = 60.0
CAUGHT_UP_WITHIN = 10.0
ANSWERED_BEFORE = 1.0
"""Seconds after the cut in which an answer may still be one that was known before it."""


def cluster_of(stage: Scene) -> Cluster:
    assert isinstance(stage.nats, Cluster)
    return stage.nats


@dataclass(frozen=True)
class Loss:
    """A server that was away: from when, and until when."""

    killed_at: datetime
    back_at: datetime


async def lose_leaders(cluster: Cluster, load: Load) -> list[Loss]:
    """Kill whoever leads the logs, or the requests, and leave it dead for a while, until all is submitted."""
    losses: list[Loss] = []
    while not load.all_submitted.is_set():
        leader = await cluster.leader((STATUS, JOBS)[len(losses) % 2])
        killed_at = datetime.now(UTC)
        leader.kill()
        await asyncio.sleep(DOWN_FOR)  # the fault
        losses.append(Loss(killed_at, datetime.now(UTC)))
        await leader.start()
        # Else the next would be the second that is away.
        await cluster.whole((STATUS, JOBS, BUCKET_STREAM))
    return losses


def pauses(evidence: Evidence) -> list[float]:
    """Return the seconds between each event and the next, over all jobs."""
    times = sorted(event.stored_at for log in evidence.logs.values() for event in log)
    return [(after - before).total_seconds() for before, after in pairwise(times)]


@pytest.mark.chaos
@pytest.mark.timeout(400)
async def test_8_a_cluster_whose_leaders_are_killed_only_pauses(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, clustered=True) as stage:
        load = stage.load(600, per_second=5)
        async with stage.running(load, within=300):
            losses = await lose_leaders(cluster_of(stage), load)
        evidence = await stage.assert_invariants(load)

    longest = sorted(pauses(evidence))[-len(losses) :]
    print(f"{len(losses)} losses, pauses of {longest} s")  # noqa: T201  # pytest shows it with -rP, and on failure
    assert len(losses) >= 4
    ends = [log[-1].stored_at for log in evidence.logs.values()]
    for loss in losses:
        # With two servers left, and no third to help them, jobs come to their ends.
        assert any(loss.killed_at + timedelta(seconds=LONGEST_PAUSE) < end < loss.back_at for end in ends), loss
    assert len(evidence.creations) == len(load.planned)
    assert {log[-1].entry.job.status for log in evidence.logs.values()} == {Status.SUCCEEDED}
    assert longest[-1] <= LONGEST_PAUSE


@asynccontextmanager
async def cut_off(stage: Scene) -> AsyncIterator[tuple[dict[str, Process], Sequence[Cable]]]:
    """Yield one of each service, by its role, and the cables by which alone they reach the cluster.

    Another of each, but for the status service, reaches it as ever. All of them are started.
    """
    ports = [server.port for server in cluster_of(stage).servers]
    async with AsyncExitStack() as stack:
        cables, far = [], {}
        for role in ("gateway", "status", "portrait-worker", "video-worker"):
            cables.append(await stack.enter_async_context(cable_to(ports)))
            far[role] = stage.add(role, f"{role}-far", NATS_URL=cables[-1].url)
        for role in ("gateway", "portrait-worker", "video-worker"):
            stage.add(role)
        await stage.start()
        yield far, cables


async def folded_up(stage: Scene) -> bool:
    """Whether the status service has folded all there is."""
    async with client_of(stage.nats) as client:
        [folder] = [queue for queue in await queues(client.jetstream(timeout=5)) if queue.name == FOLDER]
    return folder.pending + folder.in_hand == 0


async def holds_some(stage: Scene, worker: Process) -> bool:
    return len(await stage.held_by(worker)) >= 3


@pytest.mark.chaos
@pytest.mark.timeout(400)
async def test_9_services_cut_off_for_a_minute_say_so_and_catch_up(tmp_path: Path, seed: int) -> None:
    """One of each service is cut off, the only status service among them; another gateway and other workers are not."""
    clock = asyncio.get_running_loop().time
    async with (
        scene(tmp_path, seed, gateways=0, status=0, portrait_workers=0, video_workers=0, clustered=True) as stage,
        cut_off(stage) as (far, cables),
    ):
        load = stage.load(200, per_second=20)
        door = f"http://127.0.0.1:{far['gateway'].ready_port}"
        workers = [far["portrait-worker"], far["video-worker"]]
        async with stage.running(load, within=240):
            for worker in workers:
                await eventually(partial(holds_some, stage, worker), within=60)
            for cable in cables:
                cable.cut()
            began = clock()
            await asyncio.sleep(CUT_FOR)  # the fault
            for cable in cables:
                cable.mend()
            mended = clock()
            await asyncio.gather(*(each.ready(within=CAUGHT_UP_WITHIN) for each in far.values()))
            await eventually(partial(folded_up, stage), within=CAUGHT_UP_WITHIN - (clock() - mended))
        evidence = await stage.assert_invariants(load)
        fenced = {role: await far[f"{role}-worker"].counted(role, "fenced") for role in ("portrait", "video")}

    at_the_door = [each for each in load.answered if each.url.startswith(door)]
    during = [each.status for each in at_the_door if began + ANSWERED_BEFORE < each.at < mended]
    assert during, "somebody asked"
    assert set(during) == {503}
    assert min(each.at for each in at_the_door if each.at > mended and each.status != 503) - mended <= CAUGHT_UP_WITHIN
    assert min(fenced.values()) >= 1, fenced
    assert len(evidence.creations) == len(load.planned)
