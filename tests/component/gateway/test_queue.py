"""``GET /v1/queue`` in each state, and what the jobs themselves then say of their wait."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from gateway.routes.queue import QueueView
from shared.domain.ids import JobId
from shared.domain.job import Change, Job, hand_back, start, succeed
from shared.domain.kinds import Kind
from shared.jetstream.job_log import JetStreamJobLog
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, PORTRAIT
from tests.support.attendance import Attendance, attended
from tests.support.eventually import eventually
from tests.support.fakes.workers import a_load
from tests.support.jobs import an_output
from tests.support.markdown import page
from tests.support.nats_server import NatsServer

PLENTY = 30.0


class Logs:
    """Writes in jobs' logs what a test has workers write."""

    def __init__(self, js: JetStreamContext) -> None:
        self._log = JetStreamJobLog(js, "hand")

    async def say(self, job_id: str, *steps: Any) -> Job:
        """Extend a job's log, one event for each step."""
        last = await self._log.last(JobId(job_id))
        assert last is not None
        for step in steps:
            change: Change = step(last.job, datetime.now(UTC))
            last = await self._log.append(change, last)
        return last.job


@pytest.fixture
async def logs(js: JetStreamContext) -> Logs:
    """The jobs' logs."""
    return Logs(js)


@pytest.fixture
async def workers(server: NatsServer) -> AsyncIterator[Attendance]:
    """Nobody, at first."""
    async with attended(server) as attendance:
        yield attendance


async def submitted(http: httpx.AsyncClient, name: str) -> str:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "showId": "low-tide", "characterId": name})
    assert answer.status_code == 202
    return str(answer.json()["jobId"])


async def queues(http: httpx.AsyncClient) -> dict[str, Any]:
    """Return what is said of the queues, once anything is known of them."""

    async def look() -> dict[str, Any] | None:
        answer = await http.get("/v1/queue")
        assert answer.status_code in (200, 503), answer.text
        return answer.json()["kinds"] if answer.status_code == 200 else None

    found: dict[str, Any] = await eventually(look, within=PLENTY)
    return found


async def portraits(http: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await queues(http))["portrait"]
    return found


async def job(http: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await http.get(f"/v1/jobs/{job_id}")).json()
    return found


async def portraits_that(http: httpx.AsyncClient, **wanted: Any) -> dict[str, Any]:
    """Return the portraits' queue once it is as wanted."""

    async def look() -> dict[str, Any] | None:
        found = await portraits(http)
        return found if found.items() >= wanted.items() else None

    found: dict[str, Any] = await eventually(look, within=PLENTY)
    return found


def taken(worker: str) -> Any:
    return lambda job, at: start(job, worker, "local", at)


async def test_without_workers_it_says_so_and_so_do_the_jobs(http: httpx.AsyncClient) -> None:
    first, second = await submitted(http, "mira"), await submitted(http, "juno")

    queue = await portraits_that(http, queued=2)

    assert queue["state"] == "no_workers"
    assert queue["stateDetail"] == "No portrait worker is running; 2 jobs wait until one starts."
    assert (queue["running"], queue["workers"]) == (0, [])
    assert queue["oldestWaitSeconds"] >= 0
    assert (queue["medianRunSeconds"], queue["endedLastMinute"]) == (None, 0)
    jobs = [await job(http, job_id) for job_id in (first, second)]
    assert [each["queuePosition"] for each in jobs] == [1, 2]
    assert {each["detail"] for each in jobs} == {"No portrait worker is running; the job starts as soon as one does."}
    assert [each["eta"] for each in jobs] == [None, None]
    polled = (await http.get(f"{PORTRAIT}/status", params={"jobId": second})).json()
    assert (polled["queuePosition"], polled["detail"]) == (2, jobs[1]["detail"])


async def test_an_empty_queue_of_both_kinds(http: httpx.AsyncClient) -> None:
    kinds = await queues(http)

    assert set(kinds) == {"portrait", "video"}
    for kind, queue in kinds.items():
        assert queue["stateDetail"] == f"No {kind} worker is running; what is asked for waits until one starts."
        assert (queue["queued"], queue["oldestWaitSeconds"]) == (0, None)


async def test_with_workers_all_is_well(http: httpx.AsyncClient, workers: Attendance) -> None:
    waits = await submitted(http, "mira")
    workers.be(a_load("w1", running=1), a_load("w2", running=2), a_load("v1", Kind.VIDEO))
    queue = await portraits_that(http, state="ok", running=3)

    assert queue["stateDetail"] is None
    assert queue["queued"] == 1
    assert {worker["id"]: (worker["running"], worker["capacity"]) for worker in queue["workers"]} == {
        "w1": (1, 2),
        "w2": (2, 2),
    }
    assert all(set(worker) == {"id", "running", "capacity", "since"} for worker in queue["workers"])
    waiting = await job(http, waits)
    assert (waiting["queuePosition"], waiting["detail"], waiting["eta"]) == (1, None, None)


async def test_held_off_by_the_provider(http: httpx.AsyncClient, workers: Attendance) -> None:
    waits = await submitted(http, "mira")
    until = datetime.now(UTC) + timedelta(minutes=5)
    workers.be(a_load("w1", throttled_until=until), a_load("w2", throttled_until=until + timedelta(hours=1)))
    queue = await portraits_that(http, state="throttled", queued=1)

    assert queue["stateDetail"] == (
        f"The provider (local) lets no portrait begin before {until:%H:%M:%S} UTC; 1 job waits until then."
    )
    assert f"{until:%H:%M:%S} UTC" in (await job(http, waits))["detail"]
    workers.be(a_load("w1", throttled_until=until), a_load("w2"))
    assert (await portraits_that(http, state="ok"))["stateDetail"] is None


async def test_what_was_measured_makes_times(http: httpx.AsyncClient, logs: Logs, workers: Attendance) -> None:
    workers.be(a_load("w1"))
    for name in ("a", "b", "c"):
        done = await submitted(http, name)
        await logs.say(
            done,
            lambda job, at: start(job, "w1", "local", at - timedelta(seconds=30)),
            lambda job, at: succeed(job, an_output(), at + timedelta(seconds=10)),
        )
    queue = await portraits_that(http, endedLastMinute=3, queued=0, state="ok")
    assert 10 <= queue["medianRunSeconds"] < PLENTY

    runs, waits = await submitted(http, "mira"), await submitted(http, "juno")
    await logs.say(runs, taken("w1"))
    await eventually(lambda: _is(http, runs, status="processing"), within=PLENTY)

    running, waiting = await job(http, runs), await job(http, waits)
    assert datetime.fromisoformat(running["eta"]) > datetime.fromisoformat(running["startedAt"])
    assert datetime.fromisoformat(waiting["eta"]) > datetime.now(UTC)
    assert waiting["queuePosition"] == 1


async def _is(http: httpx.AsyncClient, job_id: str, **wanted: Any) -> bool:
    return (await job(http, job_id)).items() >= wanted.items()


async def test_positions_fall_as_jobs_are_taken_or_end(
    http: httpx.AsyncClient, logs: Logs, workers: Attendance
) -> None:
    jobs = [await submitted(http, f"c{n}") for n in range(4)]
    await eventually(lambda: _is(http, jobs[3], queuePosition=4), within=PLENTY)

    await logs.say(jobs[0], taken("w1"))
    await eventually(lambda: _is(http, jobs[3], queuePosition=3), within=PLENTY)
    await http.post(f"/v1/jobs/{jobs[2]}/cancel")
    await eventually(lambda: _is(http, jobs[3], queuePosition=2), within=PLENTY)

    assert [(await job(http, each))["queuePosition"] for each in jobs] == [None, 1, None, 2]


async def test_a_job_whose_worker_went_away_says_so_and_its_validator_changes(
    http: httpx.AsyncClient, logs: Logs, workers: Attendance
) -> None:
    left = await submitted(http, "mira")
    workers.be(a_load("w1", running=1))
    await logs.say(left, taken("w1"))
    await eventually(lambda: _is(http, left, status="processing", detail=None), within=PLENTY)
    held = (await http.get(f"/v1/jobs/{left}")).headers["etag"]
    workers.be()

    await eventually(lambda: _explained(http, left), within=PLENTY, every=0.25)
    answer = await http.get(f"/v1/jobs/{left}", headers={"if-none-match": held})
    assert answer.status_code == 200, "what explains the wait is part of what is shown"
    assert answer.json()["detail"] == (
        "The worker that had this job went away, and no portrait worker is running; "
        "the job goes on as soon as one does."
    )
    again = await http.get(f"/v1/jobs/{left}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_job_handed_back_to_nobody_says_so(http: httpx.AsyncClient, logs: Logs, workers: Attendance) -> None:
    left = await submitted(http, "mira")
    await logs.say(left, taken("w1"), hand_back)

    found = await eventually(lambda: _explained(http, left), within=PLENTY)

    assert found == (
        "The worker that had this job stopped, and no portrait worker is running; the job goes on as soon as one does."
    )


async def _explained(http: httpx.AsyncClient, job_id: str) -> str | None:
    found = await job(http, job_id)
    return found["detail"] if found["status"] == "processing" else None


async def test_where_nothing_is_to_be_known_it_is_503(http: httpx.AsyncClient, server: NatsServer) -> None:
    await portraits(http)
    server.kill()

    async def refused() -> httpx.Response | None:
        answer = await http.get("/v1/queue")
        return answer if answer.status_code != 200 else None

    answer = await eventually(refused, within=PLENTY)

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) >= 1


async def test_operators_see_the_same(http: httpx.AsyncClient, workers: Attendance) -> None:
    await submitted(http, "mira")
    workers.be(a_load("w1", running=2))
    await portraits_that(http, state="ok", queued=1)

    metrics = (await http.get("/metrics")).text

    assert 'greenroom_jobs_queued{kind="portrait"} 1.0' in metrics
    assert 'greenroom_jobs_running{kind="portrait"} 2.0' in metrics
    assert 'greenroom_workers{kind="portrait"} 1.0' in metrics
    assert 'greenroom_workers{kind="video"} 0.0' in metrics
    assert 'greenroom_oldest_wait_seconds{kind="portrait"}' in metrics


def test_the_guides_example_has_every_field() -> None:
    [example] = page("docs/http-api.md").blocks("json", "The queue")

    assert QueueView.model_validate_json(example).model_dump(mode="json", by_alias=True) == json.loads(example)
