"""``Idempotency-Key``: the same key is the same job, and no other request's."""

import asyncio
from typing import Any

import httpx

from gateway.door.idempotency import job_id_of
from tests.component.gateway.conftest import Stored
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, GOOD_VIDEO, posted
from tests.component.gateway.test_app_door_errors import assert_nothing_stored, assert_problem

PORTRAIT, VIDEO = "/v1/jobs/portrait", "/v1/jobs/video"


async def send(http: httpx.AsyncClient, key: str, path: str = PORTRAIT, **changes: Any) -> httpx.Response:
    good = GOOD_PORTRAIT if path == PORTRAIT else GOOD_VIDEO
    return await posted(http, {**good, **changes}, path, headers={"idempotency-key": key})


async def test_a_key_sent_again_is_the_same_job_and_the_answer_says_so(http: httpx.AsyncClient, stored: Stored) -> None:
    first = await send(http, "my_key:_1")
    again = await send(http, "my_key:_1")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["jobId"] == again.json()["jobId"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await stored.requests() == 1


async def test_a_replay_after_the_end_is_200(http: httpx.AsyncClient, stored: Stored) -> None:
    first = await send(http, "k")
    await http.post(f"/v1/jobs/{first.json()['jobId']}/cancel")

    again = await send(http, "k")

    assert (again.status_code, again.json()["status"]) == (200, "canceled")
    assert again.headers["idempotency-replayed"] == "true"
    assert await stored.requests() == 1


async def test_a_key_with_other_content_is_refused(http: httpx.AsyncClient, stored: Stored) -> None:
    await send(http, "k")

    for other in (await send(http, "k", customPrompt="a cat"), await send(http, "k", VIDEO)):
        assert_problem(other, 422, "idempotency_key_reuse", "k was already used")
    assert await stored.requests() == 1


async def test_a_running_job_found_by_another_key_is_no_replay(http: httpx.AsyncClient) -> None:
    first = await send(http, "one")

    second = await send(http, "two")

    assert second.json()["jobId"] == first.json()["jobId"]
    assert "idempotency-replayed" not in second.headers


async def test_and_that_key_is_spent(http: httpx.AsyncClient, stored: Stored) -> None:
    running = (await send(http, "one")).json()["jobId"]
    await send(http, "two")
    await http.post(f"/v1/jobs/{running}/cancel")

    again, other = await send(http, "two"), await send(http, "two", customPrompt="a cat")

    assert (again.status_code, again.json()["jobId"], again.json()["status"]) == (200, running, "canceled")
    assert again.headers["idempotency-replayed"] == "true"
    assert_problem(other, 422, "idempotency_key_reuse", "two was already used")
    assert await stored.requests() == 1

    await http.delete(f"/v1/jobs/{running}")
    assert_problem(await send(http, "two"), 410, "job_pruned", "no longer kept")


async def test_a_key_and_a_job_id_are_one_too_many(http: httpx.AsyncClient, stored: Stored) -> None:
    problem = assert_problem(await send(http, "k", jobId="one"), 422, "invalid_request", "not both")

    assert [field["pointer"] for field in problem["errors"]] == ["/jobId"]
    await assert_nothing_stored(stored)


async def test_what_is_no_key_is_400(http: httpx.AsyncClient, stored: Stored) -> None:
    for key in ("", "two words", "k" * 256, "clé"):
        headers = [(b"idempotency-key", key.encode("latin-1"))]
        assert_problem(await http.post(PORTRAIT, json=GOOD_PORTRAIT, headers=headers), 400, "bad_request", "visible")
    twice = [("idempotency-key", "a"), ("idempotency-key", "b")]
    assert_problem(await http.post(PORTRAIT, json=GOOD_PORTRAIT, headers=twice), 400, "bad_request", "given once")
    await assert_nothing_stored(stored)


async def test_the_longest_key_of_any_characters_is_taken(http: httpx.AsyncClient) -> None:
    key = "".join(map(chr, range(0x21, 0x7F))).ljust(255, "~")

    assert (await send(http, key)).status_code == 202


async def test_fifty_calls_with_one_key_at_once_make_one_job(http: httpx.AsyncClient, stored: Stored) -> None:
    answers = await asyncio.gather(*(send(http, "k") for _ in range(50)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await stored.requests() == 1


def test_a_key_is_its_owners_alone() -> None:
    assert job_id_of("mira", "k") == job_id_of("mira", "k")
    assert len({job_id_of("mira", "k"), job_id_of("juno", "k"), job_id_of("mira", "l"), job_id_of("mir", "ak")}) == 4
