"""A key that is withdrawn while somebody listens or waits with it: what comes after that is not for them."""

import asyncio
import json
from pathlib import Path

from nats.js import JetStreamContext

from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import Topology
from tests.component.gateway.endings import Hands
from tests.component.gateway.live import gateway
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, PORTRAIT
from tests.component.gateway.test_keys import assert_refused
from tests.support.eventually import eventually
from tests.support.keys import ADA, READER, bearing, entry, keys_file
from tests.support.nats_server import NatsServer
from tests.support.sse import listening


async def test_a_stream_ends_when_its_key_is_withdrawn(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    keys = keys_file(tmp_path)
    async with gateway(server, topology, tmp_path, api_keys_file=keys) as served:

        async def said(name: str) -> None:
            body = {**GOOD_PORTRAIT, "jobId": name, "customPrompt": f"of {name}"}
            assert (await served.http.post(PORTRAIT, json=body, headers=bearing(ADA))).status_code == 202

        async def withdrawn() -> bool:
            return (await served.http.get("/v1/jobs", headers=bearing(READER))).status_code == 401

        async with (
            listening(served.http, "/v1/events", extra=bearing(READER)) as reader,
            listening(served.http, "/v1/events", extra=bearing(ADA)) as writer,
        ):
            looks, stays = reader.events(), writer.events()
            await said("before")
            assert [(await anext(looks)).name for _ in range(2)] == ["hello", "job"]
            others = [each for each in json.loads(keys.read_text()) if "readOnly" not in each]
            keys.write_text(json.dumps(others))
            await eventually(withdrawn)

            await said("after")

            assert [event async for event in looks] == []
            assert [(await anext(stays)).name for _ in range(3)] == ["hello", "job", "job"]


async def test_who_waits_with_a_key_that_is_withdrawn_is_told_nothing_of_the_job(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    keys = keys_file(tmp_path)
    async with gateway(server, topology, tmp_path, api_keys_file=keys) as served:

        async def withdrawn() -> bool:
            return (await served.http.get("/v1/jobs", headers=bearing(ADA))).status_code == 401

        wish, waits = {**GOOD_PORTRAIT, "jobId": "hers"}, {"Prefer": "wait=60"}
        asked = [asyncio.create_task(served.http.post("/v1/jobs/portrait", json=wish, headers=bearing(ADA) | waits))]
        await eventually(lambda: served.listeners() == 1)
        tag = (await served.http.get("/v1/jobs/hers", headers=bearing(ADA))).headers["etag"]
        for key, more in ((ADA, {}), (ADA, {"If-None-Match": tag}), (READER, {})):
            waiting = served.http.get("/v1/jobs/hers", headers=bearing(key) | waits | more)
            asked.append(asyncio.create_task(waiting))
        await eventually(lambda: served.listeners() == len(asked))
        kept = [each for each in json.loads(keys.read_text()) if each["sha256"] != entry(ADA)["sha256"]]
        keys.write_text(json.dumps(kept))
        await eventually(withdrawn)

        await Hands(served.http, JetStreamJobLog(js, "worker"), tmp_path / "media").fail("ada=hers")
        *refused, reader = await asyncio.gather(*asked)

    for answer in refused:
        assert_refused(answer, 401, "key_unknown")
    assert (reader.status_code, reader.json()["status"]) == (200, "failed")
