"""``GET /v1/jobs``: which jobs are listed, in which order, a page at a time, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from shared.domain.job import accept
from shared.events import subjects
from shared.events.codec import encode_request
from shared.jetstream.requests import JetStreamRequests
from tests.component.gateway.endings import Hands, hands
from tests.component.gateway.test_app_door_errors import assert_problem
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer


@pytest.fixture
def work(http: httpx.AsyncClient, js: JetStreamContext, tmp_path: Path) -> Hands:
    """A worker's hands."""
    return hands(http, js, tmp_path / "media")


async def listed(http: httpx.AsyncClient, **query: Any) -> list[str]:
    """Return the jobIds of a page that is the only one."""
    answer = await http.get("/v1/jobs", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["nextCursor"] is None
    return [job["jobId"] for job in answer.json()["jobs"]]


async def cast(work: Hands) -> dict[str, str]:
    """Ask for some jobs of two shows; return the jobIds by what they are."""
    made = {
        "mira": await work.portrait(character={"character": "Mira"}, showId="tide", characterId="mira"),
        "juno": await work.portrait(character={"character": "Juno"}, showId="tide", characterId="juno"),
        "clip": await work.video(showId="tide", characterId="mira"),
        "other": await work.portrait(character={"character": "Bo"}, showId="réef & co", characterId="bo"),
        "bare": await work.portrait(character={"character": "Pip"}),
    }
    await work.fail(made["juno"])
    await work.take(made["clip"])
    return made


async def test_nothing_accepted_is_an_empty_list(http: httpx.AsyncClient) -> None:
    assert await listed(http) == []


async def test_jobs_are_listed_newest_first_and_whole(http: httpx.AsyncClient, work: Hands) -> None:
    made = await cast(work)

    answer = await http.get("/v1/jobs")

    assert [job["jobId"] for job in answer.json()["jobs"]] == list(made.values())[::-1]
    assert answer.json()["jobs"][1] == (await http.get(f"/v1/jobs/{made['other']}")).json()


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "video"}, ["clip"]),
    ({"kind": "portrait"}, ["bare", "other", "juno", "mira"]),
    ({"status": "failed"}, ["juno"]),
    ({"status": ["failed", "processing"]}, ["clip", "juno"]),
    ({"status": "succeeded"}, []),
    ({"showId": "tide"}, ["clip", "juno", "mira"]),
    ({"showId": "réef & co"}, ["other"]),
    ({"characterId": "mira"}, ["clip", "mira"]),
    ({"showId": "tide", "characterId": "mira"}, ["clip", "mira"]),
    ({"showId": "tide", "characterId": "mira", "kind": "portrait"}, ["mira"]),
    ({"showId": "tide", "status": "starting"}, ["mira"]),
    ({"showId": "nowhere"}, []),
]


async def test_filters_leave_out_what_does_not_fit(http: httpx.AsyncClient, work: Hands) -> None:
    made = await cast(work)

    for query, expected in FILTERS:
        assert await listed(http, **query) == [made[name] for name in expected], query


async def test_ids_name_the_jobs_and_unknown_ones_are_left_out(http: httpx.AsyncClient, work: Hands) -> None:
    made = await cast(work)
    ids = ",".join([made["mira"], "nobody", made["bare"], "not a jobId", made["mira"], made["juno"]])

    assert await listed(http, ids=ids) == [made["bare"], made["juno"], made["mira"]]
    assert await listed(http, ids=ids, status="failed") == [made["juno"]]


async def pages(http: httpx.AsyncClient, work: Hands, **query: Any) -> list[list[str]]:
    """Return the jobIds of every page of three, while jobs are added between them."""
    found: list[list[str]] = []
    while True:
        page = (await http.get("/v1/jobs", params={"limit": 3, **query})).json()
        found.append([job["jobId"] for job in page["jobs"]])
        if page["nextCursor"] is None:
            return found
        query["cursor"] = page["nextCursor"]
        await work.portrait(character={"character": f"late {len(found)} {query.get('ids')}"})


async def test_pages_follow_each_other_though_jobs_are_added(http: httpx.AsyncClient, work: Hands) -> None:
    ids = [await work.portrait(character={"character": f"c{n}"}) for n in range(7)]
    expected = [ids[6:3:-1], ids[3:0:-1], [ids[0]]]

    assert await pages(http, work) == expected
    assert await pages(http, work, ids=",".join(ids)) == expected


async def test_a_request_that_is_nobodys_job_is_not_listed(http: httpx.AsyncClient, js: JetStreamContext) -> None:
    """Its gateway died before the log was opened, or the log belongs to another request."""
    await JetStreamRequests(js, "dead").file(a_request("orphan"), 0)

    assert await listed(http) == []


async def test_what_an_older_release_filed_is_listed_though_its_headers_say_less(
    http: httpx.AsyncClient, js: JetStreamContext, work: Hands
) -> None:
    """What they leave open, the record answers."""
    request = a_request("old", show_id="tide", character_id="mira", created_at=datetime.now(UTC))
    body = encode_request(request, "id", "an older gateway").body
    headers = {"Greenroom-Job": request.job_id, "Greenroom-Deadline": request.deadline.isoformat()}
    ack = await js.publish(subjects.request(request.kind, request.claim), body, headers=headers)
    await work.log.append(accept(request, ack.seq), None)

    assert await listed(http, showId="tide") == ["old"]
    assert await listed(http, showId="reef") == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"limit": 0}, "limit"),
    ({"limit": 101}, "limit"),
    ({"limit": "many"}, "limit"),
    ({"kind": "poem"}, "kind"),
    ({"status": "done"}, "status"),
    ({"status": ["failed", "done"]}, "status"),
    ({"showId": ""}, "showId"),
    ({"characterId": "c" * 257}, "characterId"),
    ({"ids": ",".join(f"job-{n}" for n in range(101))}, "at most 100"),
    ({"showID": "tide"}, "showID"),
]
NO_CURSORS = ("", "x", "YmVsb3cgMA", "YmVsb3cgNQ==", "YmVsb3cgNR", "é", "b" * 400, "LTU")


async def test_a_query_that_cannot_be_meant_is_refused(http: httpx.AsyncClient) -> None:
    for query, words in REFUSED:
        assert_problem(await http.get("/v1/jobs", params=query), 422, "invalid_request", words)


async def test_a_cursor_nobody_gave_out_is_refused(http: httpx.AsyncClient) -> None:
    for cursor in NO_CURSORS:
        answer = await http.get("/v1/jobs", params={"cursor": cursor})
        assert_problem(answer, 400, "cursor_invalid", "begin again")


async def test_without_nats_the_list_says_so(http: httpx.AsyncClient, server: NatsServer) -> None:
    server.stop()

    problem = assert_problem(await http.get("/v1/jobs"), 503, "unavailable", "job store")
    assert problem["retryable"] is True
