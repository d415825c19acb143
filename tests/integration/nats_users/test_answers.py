"""Where NATS's answers land is for the asker to say, unchecked: so no answer may carry words of the asker's own."""

import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events.records import encode_record
from shared.events.webhooks import encode_message
from shared.jetstream.record_cache import open_record_cache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.topology import (
    BUCKET_STREAM,
    JOBS,
    SET_ASIDE,
    STATUS,
    WEBHOOKS,
    Topology,
    bucket_subject,
    worker_consumer,
)
from shared.jetstream.webhooks import open_unsent_messages
from tests.contract.bus.records_suite import active
from tests.integration.nats_users.conftest import GATEWAY, PORTRAITS, SERVICES, STATUS_SERVICE, VIDEOS, user
from tests.support.eventually import eventually
from tests.support.nats_barrier import read_by_server
from tests.support.nats_server import NatsServer
from tests.unit.events.test_webhooks import MESSAGE

WORDS = b'{"any":"record"}'

OWN = {
    GATEWAY: {JOBS: "jobs.portrait.own", STATUS: "status.portrait.own", "ANSWERS": "answers.own"},
    STATUS_SERVICE: {STATUS: "status.portrait.own", BUCKET_STREAM: "$KV.job_status.own", WEBHOOKS: "webhooks.own.own"},
    PORTRAITS: {STATUS: "status.portrait.own", "PREDICTIONS": "predictions.replicate.own"},
    VIDEOS: {STATUS: "status.video.own", "PREDICTIONS": "predictions.replicate.own"},
}
"""Where each service may write what it likes."""

FOREIGN = {
    GATEWAY: ("$KV.job_status.{}", "webhooks.job.{}", "deliveries.{}", "predictions.replicate.{}"),
    STATUS_SERVICE: ("jobs.portrait.{}", "answers.{}", "deletions.{}", "predictions.replicate.{}"),
    PORTRAITS: ("$KV.job_status.{}", "jobs.video.{}", "status.video.{}", "deletions.{}", "webhooks.job.{}"),
    VIDEOS: ("$KV.job_status.{}", "jobs.portrait.{}", "status.portrait.{}", "deletions.{}", "webhooks.job.{}"),
}
"""Where it may not, with room for a name."""


def questions(stream: str, subject: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield what can be asked so that a message's bytes may come: a name for it, its subject and its body."""
    last, name = json.dumps({"last_by_subj": subject}).encode(), f"pass-{stream}"
    create = {"stream_name": stream, "config": {"name": name, "ack_policy": "none", "mem_storage": True}}
    yield "direct", f"$JS.API.DIRECT.GET.{stream}.{subject}", b""
    yield "direct-by-body", f"$JS.API.DIRECT.GET.{stream}", last
    yield "create", f"$JS.API.CONSUMER.CREATE.{stream}.{name}", json.dumps(create).encode()
    yield "pull", f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}", b"1"
    yield "wrapped", f"$JS.API.STREAM.MSG.GET.{stream}", last


async def lies_at(js: JetStreamContext, subject: str) -> bytes | None:
    """Return the last message on a subject, whatever stream that is of."""
    try:
        found = await js.get_last_msg(await js.find_stream_name_by_subject(subject), subject)
    except NotFoundError:
        return None
    return found.data


@pytest.mark.parametrize("service", SERVICES)
async def test_no_answer_brings_a_services_words_where_it_may_not_write(
    server: NatsServer, js: JetStreamContext, service: str
) -> None:
    asked = []
    async with user(server, service) as client:
        for stream, own in OWN[service].items():
            await client.jetstream().publish(own, WORDS)
            for where in FOREIGN[service]:
                for name, question, body in questions(stream, own):
                    asked.append(where.format(f"{stream}-{name}"))
                    await client.publish(question, body, reply=asked[-1])
        await read_by_server(client)

        async def answered() -> bool:
            # The answers that a service may have show that it was asked at all, and that others have come as well.
            return await lies_at(js, asked[-1]) is not None

        await eventually(answered)
        written = [subject for subject in asked if await lies_at(js, subject) == WORDS]

    assert written == []


async def test_an_answer_is_still_a_request_with_every_right(server: NatsServer, js: JetStreamContext) -> None:
    """What decision 25 has to admit. Red is good news: NATS has learnt to ask whose answer deletes a stream."""

    async def is_gone() -> bool:
        return SET_ASIDE not in {stream.config.name for stream in await js.streams_info()}

    assert not await is_gone()
    async with user(server, PORTRAITS) as client:
        pull = f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{worker_consumer(Kind.PORTRAIT)}"
        await client.publish(pull, b"{", reply=f"$JS.API.STREAM.DELETE.{SET_ASIDE}")
        await read_by_server(client)
        await eventually(is_gone)


@pytest.fixture
async def gateway(server: NatsServer, js: JetStreamContext) -> AsyncIterator[Client]:
    """A gateway's user, with a message of its own in a log. ``js`` has made the streams."""
    async with user(server, GATEWAY) as client:
        yield client


async def delivered_to(gateway: Client, js: JetStreamContext, stream: str, subject: str, body: bytes) -> None:
    """Have a consumer of the gateway's deliver words of its own to a subject of another's stream."""
    await gateway.jetstream().publish("status.portrait.own", body)
    config = {"name": "own", "ack_policy": "none", "mem_storage": True}
    create = json.dumps({"stream_name": STATUS, "config": config}).encode()
    await gateway.request(f"$JS.API.CONSUMER.CREATE.{STATUS}.own", create)
    await gateway.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STATUS}.own", b"1", reply=subject)

    async def stored() -> bool:
        return (await js.stream_info(stream)).state.last_seq > 0

    await eventually(stored)
    assert (await js.get_msg(stream, 1)).subject == "status.portrait.own"


async def test_what_a_consumer_delivers_into_the_bucket_is_no_record(gateway: Client, js: JetStreamContext) -> None:
    async with open_record_cache(gateway, gateway.jetstream(), Topology()) as cache:
        await eventually(lambda: cache.fresh)
        await delivered_to(gateway, js, BUCKET_STREAM, bucket_subject("job-1"), encode_record(active()))
        stored_at = time.monotonic()
        await eventually(lambda: cache.feed.staleness() < time.monotonic() - stored_at)

        assert await cache.get(JobId("job-1")) is None
    assert await JetStreamRecords(js, Topology()).get(JobId("job-1")) is None


async def test_what_a_consumer_delivers_among_webhooks_is_not_sent(
    server: NatsServer, gateway: Client, js: JetStreamContext
) -> None:
    await delivered_to(gateway, js, WEBHOOKS, "webhooks.job-1.msg_1", encode_message(MESSAGE))

    async with (
        user(server, STATUS_SERVICE) as status,
        open_unsent_messages(status, status.jetstream()) as unsent,
    ):
        assert await unsent.pull(10, 30.0) == []

    aside = await js.get_msg(SET_ASIDE, 1)
    assert "lies in status.portrait.own" in (aside.headers or {})["Greenroom-Reason"]
