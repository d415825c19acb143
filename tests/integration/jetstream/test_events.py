"""What the status service does with events it cannot read: one that no Greenroom wrote leaves the job's log."""

import json

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.job import accept, start
from shared.events.codec import encode_change
from shared.jetstream.events import open_events
from shared.jetstream.job_log import JetStreamJobLog
from shared.ports.job_log import LogUnreadable
from tests.support.jobs import NOON, a_request

NEWER = {
    "specversion": "1.0",
    "id": "n",
    "source": "worker-of-next-year",
    "type": "greenroom.job.paused.v1",
    "subject": "job-1",
    "time": "2027-01-01T00:00:00Z",
    "data": {"jobId": "job-1"},
}


async def test_nonsense_leaves_the_log_and_the_job_goes_on(client: Client, js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "one")
    opened = await log.append(accept(a_request(), 1), None)
    await js.publish("status.portrait.job-1", b"nonsense")
    with pytest.raises(LogUnreadable):
        await log.last(JobId("job-1"))

    async with open_events(client, js) as events:
        batch = await events.next_batch()

    assert [entry.revision for entry in batch.items] == [opened.revision]
    assert await log.last(JobId("job-1")) == opened
    assert (await log.append(start(opened.job, "w", "local", NOON), opened)).job.holder == "w"
    aside = await js.get_last_msg("SETASIDE", "setaside.STATUS.2")
    assert aside.data == b"nonsense"
    assert "no CloudEvent" in (aside.headers or {})["Greenroom-Reason"]


async def test_an_event_of_a_newer_release_is_copied_and_stays(client: Client, js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "one")
    await log.append(accept(a_request(), 1), None)
    await js.publish("status.portrait.job-1", json.dumps(NEWER).encode())

    async with open_events(client, js) as events:
        await events.next_batch()

    assert (await js.get_msg("STATUS", 2)).data == json.dumps(NEWER).encode()
    assert "paused" in ((await js.get_last_msg("SETASIDE", "setaside.STATUS.2")).headers or {})["Greenroom-Reason"]
    with pytest.raises(LogUnreadable):
        await log.last(JobId("job-1"))


async def test_an_event_in_another_kinds_log_leaves_it(client: Client, js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "one")
    opened = await log.append(accept(a_request(), 1), None)
    told = encode_change(start(opened.job, "w", "local", NOON), "forged", "a worker of the other kind")
    await js.publish("status.video.another", told.body)
    with pytest.raises(LogUnreadable, match=r"of portrait job-1 lies in status.video.another"):
        await log.last(JobId("another"))

    async with open_events(client, js) as events:
        batch = await events.next_batch()

    assert [entry.revision for entry in batch.items] == [opened.revision]
    assert await log.last(JobId("another")) is None
