"""What each NATS user may do and what it may not, asked of the server with the configuration that is deployed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import APIError

from shared.domain.kinds import Kind
from shared.jetstream.topology import BUCKET_STREAM, JOBS, STATUS, worker_consumer
from tests.integration.nats_users.conftest import GATEWAY, PORTRAITS, SERVICES, STATUS_SERVICE, VIDEOS, user
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer, Users

WORKERS = (PORTRAITS, VIDEOS)
NOBODY = ()


@dataclass(frozen=True)
class Action:
    """Something that can be asked of NATS by publishing, and the services that may."""

    what: str
    subject: str
    may: tuple[str, ...]


ACTIONS = (
    Action("file a request", "jobs.portrait.claim", (GATEWAY,)),
    Action("keep what a jobId is answered with", "answers.job", (GATEWAY,)),
    Action("write in a portrait's log", "status.portrait.job", (GATEWAY, STATUS_SERVICE, PORTRAITS)),
    Action("write in a clip's log", "status.video.job", (GATEWAY, STATUS_SERVICE, VIDEOS)),
    Action("write a record", "$KV.job_status.job", (STATUS_SERVICE,)),
    Action("ask for a job's deletion", "deletions.job", (GATEWAY,)),
    Action("own a prediction", "predictions.replicate.p", WORKERS),
    Action("tell a client", "webhooks.job.id", (STATUS_SERVICE,)),
    Action("say what a client was told", "deliveries.job", (STATUS_SERVICE,)),
    Action("set a request aside", "setaside.JOBS.1", WORKERS),
    Action("set an event aside", "setaside.STATUS.1", (STATUS_SERVICE,)),
    Action("announce a portrait worker", "workers.portrait.w", (PORTRAITS,)),
    Action("announce a video worker", "workers.video.w", (VIDEOS,)),
    Action("call the workers", "workers.rollcall", (GATEWAY,)),
    Action("nudge a worker", "hints.w", (GATEWAY,)),
    # the workers' consumers
    Action("take a portrait's request", "$JS.API.CONSUMER.MSG.NEXT.JOBS.portrait-worker", (PORTRAITS,)),
    Action("take a clip's request", "$JS.API.CONSUMER.MSG.NEXT.JOBS.video-worker", (VIDEOS,)),
    Action("acknowledge a portrait's request", "$JS.ACK.JOBS.portrait-worker.1.1.1.1.0", (PORTRAITS,)),
    Action("acknowledge a clip's request", "$JS.ACK.JOBS.video-worker.1.1.1.1.0", (VIDEOS,)),
    Action("make the portraits' consumer", "$JS.API.CONSUMER.DURABLE.CREATE.JOBS.portrait-worker", (STATUS_SERVICE,)),
    Action("change it", "$JS.API.CONSUMER.CREATE.JOBS.portrait-worker", (STATUS_SERVICE,)),
    Action("change its filter", "$JS.API.CONSUMER.CREATE.JOBS.portrait-worker.jobs.video.*", (STATUS_SERVICE,)),
    Action("delete it", "$JS.API.CONSUMER.DELETE.JOBS.portrait-worker", NOBODY),
    Action("pause it", "$JS.API.CONSUMER.PAUSE.JOBS.portrait-worker", NOBODY),
    # the status service's
    Action("take an event to fold", "$JS.API.CONSUMER.MSG.NEXT.STATUS.status", (STATUS_SERVICE,)),
    Action("acknowledge one", "$JS.ACK.STATUS.status.1.1.1.1.0", (STATUS_SERVICE,)),
    Action("take a deletion", "$JS.API.CONSUMER.MSG.NEXT.DELETIONS.status-deletions", (STATUS_SERVICE,)),
    Action("take a client's message", "$JS.API.CONSUMER.MSG.NEXT.WEBHOOKS.deliveries", (STATUS_SERVICE,)),
    Action("change the folder's consumer", "$JS.API.CONSUMER.CREATE.STATUS.status", (STATUS_SERVICE,)),
    # passes over a stream
    Action("pass over the requests", "$JS.API.CONSUMER.CREATE.JOBS.0a1b", (GATEWAY, STATUS_SERVICE)),
    Action("pass over the events", "$JS.API.CONSUMER.CREATE.STATUS.0a1b.status.>", (GATEWAY, STATUS_SERVICE)),
    Action("make a consumer named by the request's body", "$JS.API.CONSUMER.CREATE.JOBS", NOBODY),
    # streams
    Action("make a stream", "$JS.API.STREAM.CREATE.MINE", (STATUS_SERVICE,)),
    Action("change a stream", "$JS.API.STREAM.UPDATE.JOBS", (STATUS_SERVICE,)),
    Action("delete a request", "$JS.API.STREAM.MSG.DELETE.JOBS", (GATEWAY, STATUS_SERVICE)),
    Action("delete an event", "$JS.API.STREAM.MSG.DELETE.STATUS", (STATUS_SERVICE,)),
    Action("delete a deletion", "$JS.API.STREAM.MSG.DELETE.DELETIONS", NOBODY),
    *(
        Action(f"{verb.lower()} {name}", f"$JS.API.STREAM.{verb}.{name}", NOBODY)
        for name in (JOBS, STATUS, BUCKET_STREAM)
        for verb in ("DELETE", "PURGE", "SNAPSHOT", "RESTORE")
    ),
    Action("depose a stream's leader", "$JS.API.STREAM.LEADER.STEPDOWN.JOBS", NOBODY),
    Action("depose the cluster's leader", "$JS.API.META.LEADER.STEPDOWN", NOBODY),
    Action("read a request", "$JS.API.STREAM.MSG.GET.JOBS", (GATEWAY, STATUS_SERVICE)),
    Action("read what clients are told", "$JS.API.STREAM.MSG.GET.WEBHOOKS", (STATUS_SERVICE,)),
    Action("have an event's very bytes sent anywhere", "$JS.API.DIRECT.GET.STATUS.status.portrait.job", NOBODY),
    Action("have a request's", "$JS.API.DIRECT.GET.JOBS", NOBODY),
    # others
    *(Action(f"answer in place of NATS to {user}", f"_INBOX.{user}.x.y", NOBODY) for user in SERVICES),
    Action("ask the servers", "$SYS.REQ.SERVER.PING", NOBODY),
)

HEARD = {
    ">": NOBODY,
    "_INBOX.>": NOBODY,
    "_INBOX.*.>": NOBODY,
    "$SYS.>": NOBODY,
    "$JS.>": NOBODY,
    "$KV.>": NOBODY,
    "jobs.>": NOBODY,
    "status.>": NOBODY,
    "workers.*.*": (GATEWAY,),
    "workers.rollcall": WORKERS,
    "hints.*": WORKERS,
    **{f"_INBOX.{user}.>": (user,) for user in SERVICES},
}
"""What can be listened to, and the services that may."""

LAST = "what.nobody.may"
"""Asked last: its refusal comes when all others have come."""


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_publish_what_it_needs_and_no_more(server: NatsServer, service: str) -> None:
    refused: list[str] = []
    async with user(server, service, refused) as client:
        for action in ACTIONS:
            await client.publish(action.subject, b"")
        await client.publish(LAST, b"")
        await eventually(lambda: LAST in refused)

    # nats-py shows the server's words in small letters
    allowed = {action.what for action in ACTIONS if action.subject.lower() not in refused}
    assert allowed == {action.what for action in ACTIONS if service in action.may}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_hears_its_own_answers_and_nobody_elses(server: NatsServer, service: str) -> None:
    refused: list[str] = []
    async with user(server, service, refused) as client:
        for subject in HEARD:
            await client.subscribe(subject)
        await client.subscribe(LAST)
        await eventually(lambda: LAST in refused)

    allowed = {subject for subject in HEARD if subject.lower() not in refused}
    assert allowed == {subject for subject, may in HEARD.items() if service in may}


@pytest.mark.parametrize("service", [GATEWAY, *WORKERS])
async def test_only_the_status_service_writes_records(server: NatsServer, js: JetStreamContext, service: str) -> None:
    async with user(server, service) as client:
        with pytest.raises(nats.errors.TimeoutError):
            await client.jetstream(timeout=0.2).publish("$KV.job_status.job", b"{}", stream=BUCKET_STREAM)

    assert (await js.stream_info(BUCKET_STREAM)).state.messages == 0


async def test_a_worker_gets_no_request_of_the_other_kind(server: NatsServer, js: JetStreamContext) -> None:
    await js.publish("jobs.video.claim", b"a request")
    async with user(server, PORTRAITS) as client:
        with pytest.raises(nats.errors.TimeoutError):
            await client.request(f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{worker_consumer(Kind.VIDEO)}", b"1", timeout=0.2)

    assert (await js.consumer_info(JOBS, worker_consumer(Kind.VIDEO))).delivered.stream_seq == 0


async def test_nobody_but_status_alters_the_workers_consumers(server: NatsServer, js: JetStreamContext) -> None:
    name = worker_consumer(Kind.PORTRAIT)
    before = await js.consumer_info(JOBS, name)
    # Without a name in the subject, JetStream goes by the one in the body.
    config = ConsumerConfig(name=name, ack_policy=AckPolicy.EXPLICIT, max_deliver=1).as_dict()
    request = json.dumps({"stream_name": JOBS, "config": config}).encode()
    async with user(server, GATEWAY) as client:
        for subject in (f"$JS.API.CONSUMER.CREATE.{JOBS}", f"$JS.API.CONSUMER.CREATE.{JOBS}.{name}"):
            with pytest.raises(nats.errors.TimeoutError):
                await client.request(subject, request, timeout=0.2)

    assert (await js.consumer_info(JOBS, name)).config == before.config


async def test_the_system_user_sees_servers_and_no_jobs(server: NatsServer) -> None:
    async with user(server, "system") as client:
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        await client.publish("$SYS.REQ.SERVER.PING", b"", reply=inbox)
        assert b'"server"' in (await answers.next_msg(timeout=5)).data
        with pytest.raises(APIError, match="not enabled for account"):
            await client.jetstream().streams_info()


@pytest.mark.parametrize("known_by", ["nothing", "a password", "a key that nobody knows"])
async def test_a_stranger_is_not_let_in(server: NatsServer, tmp_path: Path, known_by: str) -> None:
    logins: dict[str, dict[str, Any]] = {
        "nothing": {},
        "a password": {"user": GATEWAY, "password": "a guess"},
        "a key that nobody knows": {"nkeys_seed": str(Users(tmp_path / "others").seed(GATEWAY))},
    }

    with pytest.raises(nats.errors.Error, match="Authorization Violation"):
        await nats.connect(server.url, allow_reconnect=False, error_cb=unheard, **logins[known_by])


async def unheard(_: Exception) -> None:
    """What nats-py reports is raised as well."""
