"""Deleting: the record and the media are gone, and stay so; what is active is left alone. And timelines."""

import json
import shutil
from pathlib import Path

import httpx
import pytest
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.topology import Topology
from shared.ports.records import Record
from tests.component.gateway.endings import FLAGGED, Hands, hands
from tests.component.gateway.test_app_door import PORTRAIT
from tests.component.gateway.test_app_door_errors import assert_problem
from tests.support.nats_server import NatsServer


@pytest.fixture
def work(http: httpx.AsyncClient, js: JetStreamContext, tmp_path: Path) -> Hands:
    """A worker's hands."""
    return hands(http, js, tmp_path / "media")


async def test_a_deleted_job_is_gone_with_its_output(http: httpx.AsyncClient, work: Hands) -> None:
    job_id, other = await work.portrait(), await work.portrait(character={"character": "Bo"})
    await work.succeed(job_id)
    output = (await http.get(f"/v1/jobs/{job_id}")).json()["outputUrl"]
    assert (await http.get(output)).status_code == 200

    answer = await http.delete(f"/v1/jobs/{job_id}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await http.get(output)).status_code == 404
    for path in ("", "/timeline"):
        assert_problem(await http.get(f"/v1/jobs/{job_id}{path}"), 410, "job_pruned", "no longer kept")
    assert (await http.get(f"{PORTRAIT}/status", params={"jobId": job_id})).json()["status"] is None
    assert [job["jobId"] for job in (await http.get("/v1/jobs")).json()["jobs"]] == [other]
    assert (await http.get("/v1/jobs", params={"ids": job_id})).json()["jobs"] == []


async def test_deleting_again_is_410_and_finishes_what_was_broken_off(
    http: httpx.AsyncClient, work: Hands, tmp_path: Path
) -> None:
    job_id = await work.portrait()
    await work.succeed(job_id)
    await http.delete(f"/v1/jobs/{job_id}")
    (tmp_path / "media" / "abc.png").write_bytes(b"left behind")

    again = await http.delete(f"/v1/jobs/{job_id}")

    assert_problem(again, 410, "job_pruned", "no longer kept")
    assert not (tmp_path / "media" / "abc.png").exists()


async def test_a_status_service_that_is_away_is_waited_for_and_the_deletion_stays_written(
    http: httpx.AsyncClient, js: JetStreamContext, topology: Topology, work: Hands
) -> None:
    job_id = await work.portrait()
    records, entry = JetStreamRecords(js, topology), await work.succeed(job_id)
    await records.make()
    await records.put(Record(entry, None), None, None)

    answer = await http.delete(f"/v1/jobs/{job_id}")

    assert assert_problem(answer, 503, "unavailable", "ask again")["retryable"] is True
    assert int(answer.headers["retry-after"]) >= 1
    await records.remove(JobId(job_id))
    assert (await http.delete(f"/v1/jobs/{job_id}")).status_code in (204, 410), (
        "as soon as this gateway has heard of it"
    )
    assert_problem(await http.get(f"/v1/jobs/{job_id}"), 410, "job_pruned", "no longer kept")


async def test_a_media_store_that_is_away_is_told_of(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait()
    await work.succeed(job_id)
    shutil.rmtree(work.media)
    work.media.write_text("no folder")

    for _ in range(2):
        assert_problem(await http.delete(f"/v1/jobs/{job_id}"), 503, "unavailable", "media store")


async def test_an_active_job_is_not_deleted(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait()
    assert_problem(await http.delete(f"/v1/jobs/{job_id}"), 409, "job_active", "starting")
    await work.take(job_id)
    assert_problem(await http.delete(f"/v1/jobs/{job_id}"), 409, "job_active", "processing")

    await work.fail(job_id)

    assert (await http.delete(f"/v1/jobs/{job_id}")).status_code == 204


async def test_who_is_not_known_cannot_be_deleted(http: httpx.AsyncClient, server: NatsServer) -> None:
    for name in ("nobody", "no.body"):
        assert_problem(await http.delete(f"/v1/jobs/{name}"), 404, "job_not_found", "no such job")

    server.stop()

    assert_problem(await http.delete("/v1/jobs/nobody"), 503, "unavailable", "job store")


async def test_a_character_whose_job_was_deleted_can_be_asked_for_again(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait()
    await work.succeed(job_id)
    await http.delete(f"/v1/jobs/{job_id}")

    assert await work.portrait() != job_id


async def test_a_timeline_tells_every_event_in_order(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait(jobId="one", showId="tide", characterId="mira")
    await work.take(job_id)
    await work.fail(job_id)

    answer = await http.get(f"/v1/jobs/{job_id}/timeline")

    events = answer.json()["events"]
    facts = ["accepted", "started", "submitting", "submitted", "failed"]
    assert [event["type"] for event in events] == [f"greenroom.job.{fact}.v1" for fact in facts]
    assert [event["data"]["status"] for event in events] == ["starting", *["processing"] * 3, "failed"]
    assert {event["subject"] for event in events} == {job_id}
    assert {event["specversion"] for event in events} == {"1.0"}
    assert len({event["id"] for event in events}) == len(events)
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    assert events[1]["data"]["worker"] == "w1"
    assert events[-1]["data"]["error"] == {"code": FLAGGED.code, "message": FLAGGED.message}


async def test_a_timeline_keeps_secrets(http: httpx.AsyncClient, work: Hands) -> None:
    """An output's name is the permission to read it; the rest is the workers' own business."""
    job_id = await work.portrait()
    entry = await work.take(job_id)

    told = (await http.get(f"/v1/jobs/{job_id}/timeline")).text

    job = entry.job
    assert job.media_token
    for secret in (job.media_token, job.prediction, job.content, job.claim):
        assert secret is not None
        assert secret not in told
    assert not {"owner", "claim", "content", "request", "deaths"} & set(json.loads(told)["events"][0]["data"])


async def test_a_timeline_ends_with_the_outputs_address(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait()
    await work.succeed(job_id)

    events = (await http.get(f"/v1/jobs/{job_id}/timeline")).json()["events"]

    assert [event["data"]["outputUrl"] for event in events[:-1]] == [None] * (len(events) - 1)
    assert events[-1]["data"]["outputUrl"] == (await http.get(f"/v1/jobs/{job_id}")).json()["outputUrl"]


async def test_nobodys_timeline_is_404_and_without_nats_it_is_503(http: httpx.AsyncClient, server: NatsServer) -> None:
    assert_problem(await http.get("/v1/jobs/nobody/timeline"), 404, "job_not_found", "no such job")

    server.stop()

    assert_problem(await http.get("/v1/jobs/nobody/timeline"), 503, "unavailable", "job store")
