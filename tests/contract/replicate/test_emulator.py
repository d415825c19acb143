"""The emulator itself, driven by the official package as others use it: what we are tested against is to be right."""

import asyncio
import io
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from replicate.client import Client
from replicate.exceptions import ReplicateError
from replicate.pagination import async_paginate

from tests.contract.replicate.conftest import TOKEN
from tests.support.eventually import eventually
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator

FLUX = "black-forest-labs/flux-1.1-pro"
VEO = "google/veo-3.1"


@pytest.fixture
async def package(emulator: Emulator) -> AsyncIterator[Client]:
    client = Client(api_token=TOKEN, base_url=emulator.url)
    yield client
    await client._async_client.aclose()


async def test_the_package_runs_a_model(package: Client) -> None:
    output = await package.async_run(FLUX, input={"prompt": "p", "output_format": "png"})
    assert (await fetched(output)).startswith(b"\x89PNG")


async def test_the_package_runs_a_model_that_answers_with_a_list(package: Client) -> None:
    outputs = await package.async_run("bytedance/seedream-4", input={"prompt": "p"})
    assert isinstance(outputs, list)
    assert (await fetched(outputs[0])).startswith(b"\xff\xd8\xff")


async def fetched(output: object) -> bytes:
    """Fetch an output; the package leaves plain http addresses as they are."""
    async with httpx.AsyncClient() as client:
        return (await client.get(str(output))).content


async def test_a_prediction_goes_through_its_states(package: Client, emulator: Emulator) -> None:
    emulator.set(boot={"*": [1.5, 1.5]}, run={"*": [600.0, 600.0]})
    prediction = await package.predictions.async_create(model=FLUX, input={"prompt": "p"})
    assert (prediction.status, prediction.logs, prediction.output) == ("starting", "", None)

    async def is_running() -> bool:
        await prediction.async_reload()
        return prediction.status != "starting"

    await eventually(is_running)
    assert prediction.status == "processing"
    assert prediction.progress is not None
    emulator.finish()
    await prediction.async_reload()
    assert (prediction.status, prediction.error) == ("succeeded", None)
    assert prediction.metrics is not None
    created, completed = (datetime.fromisoformat(at) for at in (prediction.created_at, prediction.completed_at) if at)
    assert prediction.metrics["total_time"] == pytest.approx((completed - created).total_seconds(), abs=0.01)


async def test_the_package_cancels(package: Client, emulator: Emulator) -> None:
    emulator.go(status="silent")
    prediction = await package.predictions.async_create(model=FLUX, input={"prompt": "p"})
    await prediction.async_cancel()
    assert prediction.status == "canceled"


async def test_the_package_waits(package: Client) -> None:
    prediction = await package.predictions.async_create(model=FLUX, input={"prompt": "p"})
    held = await package._async_client.post(
        f"/v1/models/{FLUX}/predictions", json={"input": {"prompt": "p"}}, headers={"Prefer": "wait=5"}
    )
    assert held.json()["status"] == "succeeded"
    await prediction.async_wait()
    assert prediction.status == "succeeded"


async def test_the_list_has_pages_newest_first(package: Client, emulator: Emulator) -> None:
    made = emulator.crowd(250)
    pages = [page async for page in async_paginate(package.predictions.async_list)]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [each.id for page in pages for each in page] == made[::-1]
    assert all(each.logs is None for each in pages[0])


async def test_the_package_uploads(package: Client, emulator: Emulator) -> None:
    data = bytes(range(256)) * 40 + b"\r\n--boundary\r\n"
    file = await package.files.async_create(io.BytesIO(data), filename="a.png", content_type="image/png")
    assert (file.size, file.name, file.content_type) == (len(data), "a.png", "image/png")
    again = await package.files.async_get(file.id)
    assert again.checksums == file.checksums
    assert await package.files.async_delete(file.id)
    with pytest.raises(ReplicateError):
        await package.files.async_get(file.id)


async def test_an_input_that_does_not_fit_is_refused_field_by_field(package: Client) -> None:
    answer = await package._async_client.post(
        f"/v1/models/{VEO}/predictions", json={"input": {"duration": 5, "resolution": 720, "speed": 1}}
    )
    assert answer.status_code == 422
    assert {(each["field"], each["type"]) for each in answer.json()["invalid_fields"]} == {
        ("input", "required"),
        ("input.duration", "enum"),
        ("input.resolution", "invalid_type"),
        ("input", "additional_property_not_allowed"),
    }


@pytest.mark.parametrize(
    "given",
    [
        {"duration": 4, "reference_images": ["https://example.com/a.png"]},
        {"aspect_ratio": "9:16", "reference_images": ["https://example.com/a.png"]},
    ],
)
async def test_veo_fails_on_references_it_cannot_take(package: Client, given: dict[str, object]) -> None:
    prediction = await package.predictions.async_create(model=VEO, input={"prompt": "p", **given})
    await prediction.async_wait()
    assert prediction.status == "failed"
    assert "16:9" in str(prediction.error)


@pytest.mark.parametrize(("token", "said"), [("", "an authentication"), ("wrong", "a valid authentication")])
async def test_a_token_is_asked_for(emulator: Emulator, token: str, said: str) -> None:
    async with httpx.AsyncClient(base_url=emulator.url, headers={"Authorization": f"Bearer {token}".strip()}) as client:
        answer = await client.get("/v1/predictions")
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")
    assert said in answer.json()["detail"]


async def test_an_unknown_model_version_or_prediction(package: Client) -> None:
    with pytest.raises(ReplicateError, match="could not be found"):
        await package.predictions.async_create(model="no/body", input={"prompt": "p"})
    with pytest.raises(ReplicateError, match="does not exist"):
        await package.predictions.async_create(version="0" * 64, input={"prompt": "p"})
    with pytest.raises(ReplicateError, match="could not be found"):
        await package.predictions.async_get("nobody")


@pytest.mark.parametrize(("after", "status"), [("5s", "starting"), ("1h2m3s", "starting"), ("4", None), ("soon", None)])
async def test_a_prediction_may_have_a_deadline(package: Client, after: str, status: str | None) -> None:
    answer = await package._async_client.post(
        f"/v1/models/{FLUX}/predictions", json={"input": {"prompt": "p"}}, headers={"Cancel-After": after}
    )
    assert answer.status_code == (400 if status is None else 201)


async def test_the_limits_answer_as_replicate_does(package: Client, emulator: Emulator) -> None:
    emulator.set(creates_per_minute=6)
    await package.predictions.async_create(model=FLUX, input={"prompt": "p"})
    answer = await package._async_client.post(f"/v1/models/{FLUX}/predictions", json={"input": {"prompt": "p"}})
    assert answer.status_code == 429
    assert answer.json() == {
        "detail": "Request was throttled. Your rate limit resets in ~10s.",
        "status": 429,
        "retry_after": 10,
    }


async def test_the_ledger_tells_each_creation_once(package: Client, emulator: Emulator) -> None:
    for prompt in ("a cat", "a dog", "a cat"):
        await package.predictions.async_create(model=FLUX, input={"prompt": prompt})
    assert [each["prompt"] for each in emulator.creations()] == ["a cat", "a dog", "a cat"]
    assert len(emulator.creations("cat")) == 2
    emulator.reset()
    assert emulator.creations() == []


async def test_faults_strike_as_ordered(package: Client, emulator: Emulator) -> None:
    emulator.fail("create", status=500, skip=1, times=2, match="cat")

    async def status(prompt: str) -> int:
        path = f"/v1/models/{FLUX}/predictions"
        return int((await package._async_client.post(path, json={"input": {"prompt": prompt}})).status_code)

    assert [await status(each) for each in ("cat", "dog", "cat", "cat", "cat")] == [201, 201, 500, 500, 201]


@pytest.mark.parametrize("call", ["create", "list", "get", "cancel", "upload"])
async def test_a_cut_connection_answers_nothing(package: Client, emulator: Emulator, call: str) -> None:
    emulator.fail(call, "cut")
    method, path = {
        "create": ("POST", f"/v1/models/{FLUX}/predictions"),
        "list": ("GET", "/v1/predictions"),
        "get": ("GET", "/v1/predictions/x"),
        "cancel": ("POST", "/v1/predictions/x/cancel"),
        "upload": ("POST", "/v1/files"),
    }[call]
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await package._async_client.request(method, path, json={"input": {"prompt": "p"}} if method == "POST" else None)


async def test_chance_is_seeded(emulator: Emulator, package: Client) -> None:
    async def statuses() -> list[int]:
        emulator.reset()
        emulator.fail("list", status=500, times=None, chance=0.3)
        return [(await package._async_client.get("/v1/predictions")).status_code for _ in range(40)]

    first = await statuses()
    assert await statuses() == first
    assert 4 <= first.count(500) <= 24


async def test_a_call_that_is_named_suffers_what_was_ordered_for_it(package: Client, emulator: Emulator) -> None:
    emulator.fail("create", status=500, times=None)
    emulator.fail("create", status=418, match="cat")

    with pytest.raises(ReplicateError) as raised:
        await package.models.predictions.async_create(FLUX, input={"prompt": "a cat"})

    assert raised.value.status == 418


@pytest.mark.parametrize("fault", [{"on": "create", "do": "explode"}, {"on": "tea"}, {"on": "get", "tea": 1}])
async def test_a_mistake_in_a_fault_is_told(emulator: Emulator, fault: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"explode|tea"):
        emulator.fail(**fault)  # type: ignore[arg-type]


async def test_a_mistake_in_a_setting_or_an_outcome_is_told(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="tea"):
        emulator.set(tea=1)
    with pytest.raises(ValueError, match="tea"):
        emulator.go(tea=1)


async def test_webhooks_come_signed_as_often_as_asked(package: Client, emulator: Emulator) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    emulator.set(webhook_copies=1, run={"*": [600.0, 600.0]})
    receiver = await asyncio.start_server(receive, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{receiver.sockets[0].getsockname()[1]}/hook"
    async with receiver:
        for events in (["start", "completed"], ["completed"]):
            await package.predictions.async_create(
                model=FLUX, input={"prompt": "p"}, webhook=url, webhook_events_filter=events
            )
        await eventually(lambda: len(got) == 1, within=30)
        emulator.finish()
        await eventually(lambda: len(got) == 3, within=30)
    assert sorted(json.loads(body)["status"] for _, body in got) == ["processing", "succeeded", "succeeded"]
    assert all(headers["webhook-signature"].startswith("v1,") for headers, _ in got)
    assert len({headers["webhook-id"] for headers, _ in got}) == 3


def test_it_runs_as_a_process_of_its_own() -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "tests.support.replicate_emulator",
        "--port",
        str(port),
        "--settings",
        '{"seed": 7}',
    ]
    with (
        subprocess.Popen(command, stderr=subprocess.DEVNULL) as process,
        Emulator(f"http://127.0.0.1:{port}") as emulator,
    ):
        try:
            assert emulator_answers(emulator, within=100)
        finally:
            process.terminate()


def emulator_answers(emulator: Emulator, within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            return emulator.creations() == []
        except httpx.TransportError:
            time.sleep(0.05)
    return False


async def test_a_while_after_its_end_a_predictions_data_is_gone(package: Client, emulator: Emulator) -> None:
    emulator.set(data_kept=0.0)
    ran = await package.models.predictions.async_create(FLUX, input={"prompt": "p"})
    assert ran.input == {"prompt": "p"}
    await ran.async_wait()
    listed = (await package.predictions.async_list()).results[0]
    alone = await package.predictions.async_get(ran.id)
    for each in (listed, alone):
        assert (each.status, each.input, each.output) == ("succeeded", {}, None)
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{emulator.url}/delivery/{ran.id}/out-0.jpg")).status_code == 404
        head = {"Authorization": f"Bearer {TOKEN}"}
        told = (await client.get(f"{emulator.url}/v1/predictions/{ran.id}", headers=head)).json()
    assert told["data_removed"] is True
    assert told["logs"] == ""
