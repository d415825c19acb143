"""A poll right after 202 finds the job, though no status service has seen it."""

import httpx

from tests.component.gateway.test_app_door import PORTRAIT, got, posted
from tests.support.documents import character_document, show_document


async def test_two_hundred_polls_right_after_their_submits(http: httpx.AsyncClient) -> None:
    show = show_document(15_000)
    seen = []
    for number in range(200):
        body = {"show": show, "character": character_document(f"c{number}", 5_000)}
        accepted = await posted(http, body)
        polled = await got(http, f"{PORTRAIT}/status?jobId={accepted.json()['jobId']}")
        whole = await got(http, f"/v1/jobs/{accepted.json()['jobId']}")
        seen.append((accepted.status_code, polled.json()["status"], whole.status_code))

    assert seen == [(202, "starting", 200)] * 200
