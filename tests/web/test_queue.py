"""The queue: jobs on their way from the line over the desks to the tray, and what it says when they do not move."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.app import App, portrait_body
from tests.support.eventually import eventually
from tests.support.stack import Stack, running_stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.queue import QueueView
from tests.web.slowly import slowly_rendered
from tests.web.visit import Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

NO_WORKER = "No portrait worker is running; the job starts as soon as one does."

MANY = 1_000
"""Jobs that wait at once."""

FEW_NODES = 150
"""Tokens that a board may have on the page, however many jobs there are."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A Greenroom that makes one thing of a kind at a time, slowly enough to be watched."""
    folder = tmp_path_factory.mktemp("queue")
    async with running_stack(folder, LOCAL_RENDER_SECONDS="1.5", CONCURRENCY="1") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def app(stack: Stack) -> AsyncIterator[App]:
    """Somebody else, who uses the API."""
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=30, trust_env=False) as http:
        yield App(http)


async def _watches(visitor: Visitor) -> QueueView:
    page = await visitor.opens("#/queue")
    view = QueueView(page)
    await view.is_known()
    return view


async def test_nothing_to_do_is_said(visitor: Visitor) -> None:
    view = await _watches(visitor)

    for board in (view.portraits, view.clips):
        await board.counts("waiting", "0")
        await expect(board.caption).to_have_text("Nothing waits, and nothing is being made.")
        await expect(board.desks).to_have_count(1)
        await expect(board.desks.locator(".desk-load")).to_have_text("0 of 1")
    assert await view.page.title() == "Queue · Greenroom"
    await is_accessible(view.page)
    await shot(view.page, "queue-empty", whole=True)


async def test_jobs_wait_without_a_worker_and_then_run_and_end_in_turn(
    visitor: Visitor, stack: Stack, app: App
) -> None:
    await stack.services["portrait-worker"].stop()
    view = await _watches(visitor)
    board = view.portraits
    await expect(board.why).to_have_text("No portrait worker is running; what is asked for waits until one starts.")
    await expect(board.desks).to_have_text("No worker")
    await visitor.brings({"id": "tide", "title": "Low Tide"})

    await app.portrait("Juno", showId="elsewhere", characterId="juno")
    await app.portrait("Mira", showId="tide", characterId="mira")
    await board.holds("Juno", "waiting")
    await board.holds("Mira", "waiting")
    await board.counts("waiting", "2")
    await expect(board.token("Juno")).to_have_accessible_name(f"Juno, portrait: waiting, number 1. {NO_WORKER}")
    await expect(board.token("Mira")).to_have_accessible_name(f"Mira, portrait (yours): waiting, number 2. {NO_WORKER}")
    await expect(board.why).to_have_text("No portrait worker is running; 2 jobs wait until one starts.")
    await expect(view.clips.why).to_be_hidden()
    await is_accessible(view.page)
    await shot(view.page, "queue-no-workers", whole=True)

    async with slowly_rendered(stack):
        await board.holds("Juno", "running")
        await shot(view.page, "queue-running", whole=True)
        await expect(board.token("Mira")).to_have_accessible_name(
            re.compile(r"^Mira, portrait \(yours\): waiting, number 1")
        )
        await expect(board.why).to_be_hidden()
    await board.holds("Juno", "ended")
    await board.holds("Mira", "ended")
    await expect(board.token("Mira")).to_have_accessible_name("Mira, portrait (yours): succeeded")
    await board.counts("waiting", "0")
    await board.counts("running", "0")
    await board.counts("ended", "2")

    await board.token("Mira").click()
    await expect(view.page).to_have_url(f"{stack.base_url}/page/#/shows/tide")


async def test_what_ended_before_is_in_the_tray(visitor: Visitor, app: App) -> None:
    job_id = await app.portrait("Wren")
    await app.end("portrait", job_id)

    view = await _watches(visitor)

    await view.portraits.holds("Wren", "ended")


async def test_without_the_stream_the_tokens_move_all_the_same(visitor: Visitor, app: App) -> None:
    visitor.expects_trouble = True
    await visitor.context.route("**/v1/events*", lambda route: route.abort())
    view = await _watches(visitor)

    await app.portrait("Oskar")

    await view.portraits.holds("Oskar", "ended")


async def test_an_absent_server_leaves_the_last_picture_and_says_so(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    view = await _watches(visitor)
    await visitor.context.route("**/v1/queue", lambda route: route.abort())

    await expect(view.trouble).to_have_text("The server does not answer. This is how it was before.", timeout=20_000)
    await view.portraits.counts("waiting", "0")
    await is_accessible(view.page)
    await shot(view.page, "queue-away", whole=True)
    await visitor.context.unroute("**/v1/queue")
    await view.root.get_by_role("button", name="Ask again").click()

    await expect(view.trouble).to_be_empty()


async def test_a_thousand_jobs_are_readable(visitor: Visitor, stack: Stack, app: App) -> None:
    await stack.services["portrait-worker"].stop()
    # Each of the two by itself: of what is asked for at once, the order is the server's.
    for batch in (range(1), range(1, 2), *(range(max(first, 2), first + 100) for first in range(0, MANY, 100))):
        await _enqueue(app, batch)
    view = await _watches(visitor)
    board = view.portraits

    await board.counts("waiting", "1,000")
    await expect(board.token("Guest 0")).to_have_accessible_name(
        f"Guest 0, portrait: waiting, number 1. {NO_WORKER}", timeout=30_000
    )
    seen = await board.zone("waiting").count()
    assert 20 <= seen <= FEW_NODES
    await expect(board.fold).to_have_text(f"+ {MANY - seen} more")
    assert await board.tokens.count() <= FEW_NODES

    await _can_be_walked_along(view)
    words = await view.in_words()
    waiting = words.get_by_role("row", name="Waiting")
    await expect(waiting).to_contain_text("1,000")
    await waiting.evaluate("row => { row.isBeingRead = true; }")
    await expect(words.get_by_role("listitem").first).to_contain_text("Guest 0, portrait: waiting, number 1")

    await is_accessible(view.page)
    await view.page.evaluate("scrollTo(0, 0)")
    await shot(view.page, "queue-thousand", whole=True)

    await stack.services["portrait-worker"].start()
    await expect(board.desks.locator(".desk-load")).to_have_text("1 of 1")
    await expect(waiting).not_to_contain_text("1,000")
    assert await waiting.evaluate("row => row.isBeingRead")
    # The tray stands still from here on: the first guest would leave it for later ones.
    await stack.services["portrait-worker"].stop()
    try:
        await is_accessible(view.page)

        await view.page.set_viewport_size({"width": 390, "height": 844})
        assert await view.page.evaluate("document.documentElement.scrollWidth") <= 390
        await expect(board.token("Guest 0")).to_be_visible()
    finally:
        await stack.start()


async def _can_be_walked_along(view: QueueView) -> None:
    """One tab stop, from which the arrow keys go on; each token is named where sighted people read it, too."""
    keyboard, board = view.page.keyboard, view.portraits
    assert await board.root.locator(".token[tabindex='0']").count() == 1
    await board.token("Guest 0").focus()
    await keyboard.press("ArrowLeft")
    await expect(board.token("Guest 1")).to_be_focused()
    await expect(board.caption).to_contain_text("Guest 1, portrait: waiting, number 2")
    await keyboard.press("ArrowRight")
    await expect(board.token("Guest 0")).to_be_focused()


@pytest.mark.motion
async def test_motion_stops_for_those_who_want_none(visitor: Visitor, app: App) -> None:
    view = await _watches(visitor)
    await app.portrait("Vera")
    token = view.portraits.tokens.first
    await expect(token).to_be_visible(timeout=30_000)
    duration = "token => getComputedStyle(token).transitionDuration"

    assert "0.9s" in await token.evaluate(duration)
    await view.page.emulate_media(reduced_motion="reduce")
    assert await token.evaluate(duration) == "0s"


async def test_a_crowd_at_the_desks_stands_in_the_order_of_its_progress(visitor: Visitor) -> None:
    view = await _watches(visitor)
    zone = {"x": 0, "y": 0, "width": 340, "height": 170}
    jobs = [{"jobId": str(n), "progress": n} for n in range(100)]
    stand = """async ([running, zone]) => {
        const { place } = await import("/page/queue/places.js");
        const zones = { waiting: zone, running: zone, ended: zone };
        return place({ waiting: [], running, ended: [] }, zones).map(({ job, x, y }) => [job.progress, x, y]);
    }"""

    few = await view.page.evaluate(stand, [[jobs[0], jobs[50]], zone])
    many = await view.page.evaluate(stand, [jobs, zone])

    assert [(progress, x) for progress, x, _ in few] == [(0, 0), (50, 153)]
    assert [progress for progress, _, _ in many] == list(range(99, 49, -1)), "as many as there is room for"
    assert len({(x, y) for _, x, y in many}) == 50
    assert sorted((x for _, x, _ in many), reverse=True) == [x for _, x, _ in many], "the furthest is the most right"


async def test_a_time_without_a_fraction_is_not_the_latest_of_its_second(visitor: Visitor) -> None:
    view = await _watches(visitor)
    second, own = "2026-11-29T12:00:00", {"kind": "portrait", "status": "processing", "done": False}
    told = [
        own | {"jobId": "second", "startedAt": f"{second}.000001Z", "updatedAt": f"{second}Z", "progress": 1},
        own | {"jobId": "first", "startedAt": f"{second}Z", "updatedAt": f"{second}Z", "progress": 1},
        own | {"jobId": "second", "startedAt": f"{second}.000001Z", "updatedAt": f"{second}.000009Z", "progress": 9},
    ]
    stand = """async jobs => {
        const { Crowd } = await import("/page/queue/crowd.js");
        const crowd = new Crowd();
        for (const job of jobs) crowd.note(job);
        return crowd.line("portrait").running.map(({ jobId, progress }) => [jobId, progress]);
    }"""

    assert await view.page.evaluate(stand, told) == [["first", 1], ["second", 9]]


async def _enqueue(app: App, numbers: range) -> None:
    """Ask for many at once; what a busy server has no time for is asked for again, under its id."""
    jobs: list[dict[str, Any]] = [
        {"kind": "portrait", "jobId": f"guest-{number}", **portrait_body(f"Guest {number}")} for number in numbers
    ]

    async def all_taken() -> bool:
        results = (await app.http.post("/v1/jobs:batch", json={"jobs": jobs})).json()["results"]
        assert {result["status"] for result in results} <= {202, 503}
        jobs[:] = [job for job, result in zip(jobs, results, strict=True) if result["status"] == 503]
        return not jobs

    await eventually(all_taken, within=60)
