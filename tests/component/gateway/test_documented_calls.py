"""Every ``curl`` in the documentation goes to a route there is, and those of the HTTP guide are answered as it says."""

import json

import httpx
import pytest

from gateway.config import Settings
from tests.support.markdown import Call, calls, page, pages

GUIDE = page("docs/http-api.md")
DOCUMENTED = [
    pytest.param(call, id=f"{one.name}: {call.method} {call.target}")
    for one in pages()
    for block in one.blocks("sh")
    for call in calls(block)
]


async def send(http: httpx.AsyncClient, call: Call) -> httpx.Response:
    # Nobody works here, so nobody is waited for.
    headers = {name: value for name, value in call.headers.items() if name != "Prefer"}
    return await http.request(call.method, call.target, content=call.body, headers=headers)


def the_call(below: str) -> Call:
    (block,) = GUIDE.blocks("sh", below)
    (call,) = calls(block)
    return call


@pytest.mark.parametrize("call", DOCUMENTED)
async def test_every_curl_names_a_route(http: httpx.AsyncClient, call: Call) -> None:
    answer = await send(http, call)

    assert answer.status_code != 405
    unknown = answer.status_code == 404 and call.method != "HEAD" and "at this address" in answer.text
    assert not unknown, answer.text


async def test_the_portrait_is_accepted_as_the_guide_says(http: httpx.AsyncClient) -> None:
    answer = await send(http, the_call("Ask for a portrait"))

    assert answer.status_code == 202
    assert answer.json() == json.loads(GUIDE.blocks("json", "Ask for a portrait")[0])
    for below in ("Poll", "A job, whole"):
        block = GUIDE.blocks("sh", below)[0]
        assert (await send(http, next(calls(block)))).json()["status"] == "starting"


async def test_the_clip_is_accepted_with_the_settings_of_the_guide_and_can_be_stopped(http: httpx.AsyncClient) -> None:
    call = the_call("Ask for a clip")
    accepted = await send(http, call)
    job = (await http.get(f"/v1/jobs/{accepted.json()['jobId']}")).json()
    stopped = await send(http, the_call("Stop a job"))

    sent = json.loads(call.body or "")
    assert accepted.status_code == 202
    assert job["model"] == sent["modelId"]
    assert job["settings"] == {name: sent[name] for name in ("seconds", "aspectRatio", "resolution")}
    assert (stopped.status_code, stopped.json()["status"]) == (200, "canceled")


async def test_the_second_door_takes_what_the_guide_sends(http: httpx.AsyncClient) -> None:
    portrait = await send(http, the_call("Submit at the second door"))
    again = await send(http, the_call("Submit at the second door"))
    batch = await send(http, the_call("Many at once"))

    assert (portrait.status_code, portrait.json()["metadata"]) == (202, {"page": "cast"})
    assert again.headers["idempotency-replayed"] == "true"
    assert [result["status"] for result in batch.json()["results"]] == [202, 422]


async def test_the_error_is_the_one_in_the_guide(http: httpx.AsyncClient) -> None:
    answer = await send(http, the_call("Errors"))

    expected = json.loads(GUIDE.blocks("json", "Errors")[0])
    assert answer.status_code == expected["status"]
    assert {**answer.json(), "requestId": ""} == {**expected, "requestId": ""}


def test_the_guides_port_is_the_default() -> None:
    assert Settings.model_fields["port"].default == 8000
