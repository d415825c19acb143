"""Fault 18: ten messages that cannot be read among five hundred are set aside where an operator sees them."""

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.job import Fact, accept
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.events import subjects
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import BUCKET_STREAM, JOBS, SET_ASIDE, STATUS, Topology, bucket_exists, bucket_subject
from shared.runtime.clock import SystemClock
from status.config import Settings
from status.wiring import Readiness, running
from tests.support.chaos.evidence import Evidence, messages
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Load
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer, client_of

DELAYED_BY = 1.0
ALL, BAD = 500, 10

NONSENSE = (
    b"",
    b"\x00\xff\xfe" * 50,
    b"not json",
    b"[]",
    b"null",
    b'{"jobId": "no-envelope"}',
    b'{"specversion": "0.3", "id": "1", "source": "x", "type": "y", "subject": "z", "data": {}}',
    json.dumps({"specversion": "1.0", "id": "a", "source": "b", "type": "somebody.elses.v1", "data": {}}).encode(),
    b"{" * 5_000,
    b"x" * 300_000,
)


@dataclass(frozen=True)
class SetAside:
    """One message as an operator finds it."""

    subject: str
    reason: str
    came_as: str
    body: bytes


async def set_aside(js: JetStreamContext) -> list[SetAside]:
    found = []
    async for message in messages(js, SET_ASIDE, 1):
        headers = message.headers or {}
        reason, came_as = headers["Greenroom-Reason"], headers["Greenroom-Subject"]
        found.append(SetAside(message.subject, reason, came_as, message.data))
    return found


def assert_all_there(found: Sequence[SetAside], stream: str) -> None:
    """Every bad message is kept whole, once, with a reason and where it lay."""
    mine = [each for each in found if each.subject.startswith(f"setaside.{stream}.")]
    assert sorted(each.body for each in mine) == sorted(NONSENSE)
    assert all(each.reason for each in mine)


@pytest.mark.chaos
async def test_18_unreadable_requests_hold_no_other_up(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0) as stage, client_of(stage.nats) as client:
        js = client.jetstream(timeout=5)
        bad = set(stage.draw.sample(range(ALL), BAD))
        await file_all(js, bad)
        await stage.add("portrait-worker", PROVIDER="blank", CONCURRENCY="20").start()
        evidence = await eventually(lambda: all_ended(stage, ALL - BAD), within=90, every=1.0)
        found = await set_aside(js)

    assert_all_there(found, JOBS)
    assert {each.came_as for each in found} == {subjects.request(Kind.PORTRAIT, f"bad-{n}") for n in range(BAD)}
    starts = sorted(
        event.stored_at for log in evidence.logs.values() for event in log if event.entry.fact is Fact.STARTED
    )
    assert len(starts) == ALL - BAD
    assert longest(starts) <= DELAYED_BY


async def file_all(js: JetStreamContext, bad: set[int]) -> None:
    """Fill the queue: what a gateway files, and by hand, in between, what nobody can read."""
    requests, now = JetStreamRequests(js, "test"), SystemClock().now()
    nonsense = iter(enumerate(NONSENSE))
    for number in range(ALL):
        if number in bad:
            n, body = next(nonsense)
            await js.publish(subjects.request(Kind.PORTRAIT, f"bad-{n}"), body)
        else:
            await requests.file(a_request(f"job-{number}", created_at=now), 0)


async def all_ended(stage: Scene, count: int) -> Evidence | None:
    jobs = (await stage.jobs()).values()
    return await stage.evidence() if sum(job.done for job in jobs) == count else None


def longest(moments: Sequence[datetime]) -> float:
    return max((after - before).total_seconds() for before, after in pairwise(moments))


async def test_18_unreadable_events_hold_no_other_up(js: JetStreamContext, server: NatsServer, seed: int) -> None:
    """The slowest record of a round with bad events is at most a second later than that of a round without."""
    draw, settings, stop = random.Random(seed), Settings(nats_url=(server.url,)), asyncio.Event()
    async with running(settings, stop, Topology(), Readiness()):
        await eventually(lambda: bucket_is_there(js), within=20)
        undisturbed = await slowest_record(js, "before", {})
        places = draw.sample(range(ALL), BAD)
        disturbed = await slowest_record(js, "among", dict(zip(places, NONSENSE, strict=True)))
        found = await eventually(lambda: all_aside(js), within=10)

    assert_all_there(found, STATUS)
    assert disturbed <= undisturbed + DELAYED_BY


async def bucket_is_there(js: JetStreamContext) -> bool:
    return await bucket_exists(js) and await JetStreamRecords(js, Topology()).state() is not None


async def slowest_record(js: JetStreamContext, name: str, bad: Mapping[int, bytes]) -> float:
    """Open so many logs, with ``bad`` messages at some places; return the longest time from an event to its record."""
    job_log = JetStreamJobLog(js, "test")
    written: dict[JobId, int] = {}
    for number in range(ALL):
        job_id = JobId(f"{name}-{number}")
        if number in bad:
            await js.publish(subjects.log(Kind.PORTRAIT, job_id), bad[number])
        else:
            request = a_request(job_id, created_at=SystemClock().now())
            entry = await job_log.append(accept(request, number + 1), None)
            written[job_id] = entry.revision
    recorded: dict[str, datetime] = await eventually(lambda: all_recorded(js, written), within=30)
    stored = {message.metadata.sequence.stream: message.metadata.timestamp async for message in messages(js, STATUS, 1)}
    return max((recorded[job_id] - stored[at]).total_seconds() for job_id, at in written.items())


async def all_recorded(js: JetStreamContext, written: Mapping[JobId, int]) -> dict[str, datetime] | None:
    """Return when each record was last written, once all are."""
    prefix = bucket_subject("")
    found = {
        message.subject.removeprefix(prefix): message.metadata.timestamp
        async for message in messages(js, BUCKET_STREAM, 1)
    }
    return found if found.keys() >= written.keys() else None


@pytest.mark.chaos
async def test_18_unreadable_events_in_running_jobs_logs_spoil_no_job(tmp_path: Path, seed: int) -> None:
    """Half of them lie in logs of nobody's, half at the end of running jobs' logs: those jobs end well all the same."""
    async with scene(tmp_path, seed) as stage:
        load = stage.load(200, per_second=20)
        pauses = [stage.draw.uniform(0.0, 0.5) for _ in range(BAD)]
        async with client_of(stage.nats) as client:
            js = client.jetstream(timeout=5)
            async with stage.running(load, within=60):
                await eventually(lambda: len(load.accepted) > BAD, within=30)
                for (number, body), pause in zip(enumerate(NONSENSE), pauses, strict=True):
                    await asyncio.sleep(pause)
                    await js.publish(a_log(stage, load, number), body)
            found = await eventually(lambda: all_aside(js), within=10)
            evidence = await stage.assert_invariants(load)

    assert_all_there(found, STATUS)
    assert {log[-1].entry.job.status for log in evidence.logs.values()} == {Status.SUCCEEDED}
    assert len(evidence.creations) == len(load.planned)


def a_log(stage: Scene, load: Load, number: int) -> str:
    """Return the subject of nobody's log, or every other time of the log of one of the running jobs."""
    running = sorted(set(load.accepted) - set(load.told))
    if number % 2 == 0 or not running:
        return f"status.video.nobody-{number}"
    planned = load.accepted[stage.draw.choice(running)]
    return f"status.{planned.kind}.{planned.job_id}"


async def all_aside(js: JetStreamContext) -> list[SetAside] | None:
    found = await set_aside(js)
    return found if len(found) >= BAD else None
