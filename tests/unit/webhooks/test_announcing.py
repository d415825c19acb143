"""Each status a client wants to hear of becomes one message, which says of the job what a poll says."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, Fact, Job, accept, fail, start, succeed
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.ports.job_log import BusUnavailable
from shared.ports.records import Record
from shared.views import Views
from status.retention import Retention
from status.webhooks.announcing import MOST_BYTES, Announcer, body_of
from tests.support.fakes.batches import MemoryBatches
from tests.support.jobs import NOON, a_request, an_output
from tests.unit.webhooks.bench import Bench

URL = "https://client.example/in?key=1"
VIEWS, RETENTION = Views("https://greenroom.example"), Retention(timedelta(minutes=30))


def life(job_id: str = "job-1", **changes: Any) -> list[Entry]:
    """A job's events from acceptance to success; it has a webhook for everything."""
    fields = {"webhook": Webhook(URL, tuple(Status))} | changes
    moves: list[Change] = [accept(a_request(job_id, **fields), 7)]
    moves.append(start(moves[-1].job, "w1", "local", NOON + timedelta(seconds=2)))
    moves.append(succeed(moves[-1].job, an_output(), NOON + timedelta(seconds=9)))
    return [Entry(n, move.fact, move.job) for n, move in enumerate(moves, 1)]


def announcer(bench: Bench, events: MemoryBatches[Entry]) -> Announcer:
    return Announcer(events, bench.server, bench.clock, RETENTION, VIEWS)


async def test_each_status_becomes_one_message(bench: Bench) -> None:
    events = MemoryBatches(life())
    await announcer(bench, events).once()

    messages = [each.message for each in bench.server.waiting.values()]
    assert [message.status for message in messages] == [Status.STARTING, Status.PROCESSING, Status.SUCCEEDED]
    assert {(message.url, message.job_id, message.request) for message in messages} == {(URL, "job-1", 7)}
    assert len({message.webhook_id for message in messages}) == 3
    assert events.batches[-1].said == "ack"


async def test_an_event_that_comes_twice_or_to_two_announces_once(bench: Bench) -> None:
    for _ in range(2):
        await announcer(bench, MemoryBatches(life() + life())).once()

    assert len(bench.server.waiting) == 3


async def test_what_was_delivered_is_not_announced_again(bench: Bench) -> None:
    await announcer(bench, MemoryBatches(life())).once()
    async with bench.delivering():
        await bench.over()
    await announcer(bench, MemoryBatches(life())).once()
    async with bench.delivering():
        await bench.over()

    assert len(bench.endpoints.heard) == 3


async def test_a_jobid_used_again_is_another_job(bench: Bench) -> None:
    later = life(created_at=NOON + timedelta(days=2))
    await announcer(bench, MemoryBatches(life() + later)).once()

    assert len(bench.server.waiting) == 6


async def test_jobs_without_a_webhook_say_nothing(bench: Bench) -> None:
    await announcer(bench, MemoryBatches(life(webhook=None))).once()

    assert bench.server.waiting == {}


async def test_while_nats_is_away_events_wait(bench: Bench) -> None:
    events = MemoryBatches(life())
    bench.server.away = True
    with pytest.raises(BusUnavailable):
        await announcer(bench, events).once()
    assert events.batches[-1].said == "hand_back"

    bench.server.away = False
    await announcer(bench, events).once()
    assert len(bench.server.waiting) == 3


def test_the_body_says_what_a_poll_says() -> None:
    entry = life(metadata={"order": "12"})[-1]
    body = json.loads(body_of(entry, RETENTION, VIEWS))

    polled = VIEWS.job(Record(entry, NOON + timedelta(minutes=30, seconds=9)))
    assert body == {
        "type": "job.succeeded",
        "timestamp": "2026-01-05T12:00:09Z",
        "data": polled.model_dump(mode="json", by_alias=True),
    }
    assert body["data"]["outputUrl"] == "https://greenroom.example/media/abc.png"
    assert body["data"]["metadata"] == {"order": "12"}


def test_no_document_no_prompt_and_nothing_of_the_inside_is_in_the_body() -> None:
    entry = life(custom_prompt="a very secret prompt")[-1]
    body = body_of(entry, RETENTION, VIEWS)

    for inside in ("secret prompt", "Low Tide", "showcase_scene_prompt", URL, "holder", entry.job.claim, "owner"):
        assert inside not in body


def failed(words: str, metadata: dict[str, str], names: str) -> Job:
    request = a_request("j" * 128, metadata=metadata, show_id=names, character_id=names, character_name=names)
    accepted = accept(replace(request, job_id=JobId("j" * 128)), 1).job
    return fail(accepted, Failure(FailureCode.PROVIDER_FAILED, words), NOON).job


@given(
    st.sampled_from("aé漢🦊"),
    st.integers(0, 16),
    st.sampled_from("aé漢🦊"),
)
def test_a_body_is_thin_whatever_the_job(letter: str, count: int, other: str) -> None:
    metadata = {f"{n}{other * 62}": letter * 512 for n in range(count)}
    job = failed(letter * 5_000, metadata, other * 256)
    body = body_of(Entry(1, Fact.FAILED, job), RETENTION, VIEWS)

    assert len(body.encode()) <= MOST_BYTES
    assert json.loads(body)["data"]["metadata"] in (metadata, {})
    assert json.loads(body)["data"]["error"]["message"]


def test_usual_metadata_goes_along() -> None:
    metadata = {f"key-{n}": "v" * 512 for n in range(16)}
    assert json.loads(body_of(life(metadata=metadata)[-1], RETENTION, VIEWS))["data"]["metadata"] == metadata
