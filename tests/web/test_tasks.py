"""The background tasks, from the corner of any view: watched, canceled, made again, cleared, and kept over a reload."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.eventually import eventually
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import running
from tests.support.stack import Stack, running_stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.queue import QueueView
from tests.web.pages.tasks import PATIENCE, TasksPanel
from tests.web.visit import MIRA, OTTO, TEO, Visitor, cast_of

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

QUICK, LONG = (0.2, 0.3), (600.0, 600.0)
"""Seconds that the provider takes; the latter are over once the test says so."""


@pytest.fixture(scope="module")
def provider() -> Iterator[Emulator]:
    """An emulated Replicate, which can be told to fail."""
    with running() as control:
        yield control


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(browser: Browser, provider: Emulator, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A Greenroom whose jobs can go wrong."""
    settings = {"PROVIDER": "replicate", "REPLICATE_API_TOKEN": "r8_test", "REPLICATE_BASE_URL": provider.url}
    async with running_stack(tmp_path_factory.mktemp("tasks"), **settings) as whole:
        yield whole


@pytest.fixture
def emulator(provider: Emulator) -> Emulator:
    """The same, as it is at its start."""
    provider.reset()
    provider.set(run={"*": QUICK})
    return provider


async def _begins(visitor: Visitor, *names: str) -> TasksPanel:
    """Open the sample show and have portraits made of some of its characters."""
    panel = TasksPanel(await visitor.opens())
    for name in names:
        await panel.has_made(name)
    return panel


async def test_a_job_is_watched_from_its_start_to_its_end(visitor: Visitor, emulator: Emulator) -> None:
    emulator.set(run={"*": LONG})
    panel = await _begins(visitor, MIRA)
    await expect(panel.toggle).to_have_accessible_name("Background tasks: 1 running")
    await visitor.goes("#/queue")

    await panel.opens()
    row = panel.row(MIRA)
    await row.is_in("active")
    await expect(panel.root.get_by_role("link", name="Low Tide Hotel")).to_be_visible()
    await expect(row.elapsed).to_have_text(re.compile(r"^[0-9]:[0-5][1-9]$"))
    await expect(row.progress).to_have_attribute("value", re.compile(r"\d+"), timeout=PATIENCE)
    await is_accessible(panel.page)
    await shot(panel.page, "tasks-running")

    emulator.finish()
    await row.is_in("succeeded")
    await expect(row.progress).to_be_hidden()
    await expect(panel.toggle).to_have_accessible_name("Background tasks: 1 finished")
    await panel.root.get_by_role("link", name="Low Tide Hotel").click()
    await expect(panel.root).to_be_hidden()
    await expect(panel.page).to_have_url(re.compile("#/shows/low-tide-hotel"))
    await expect(panel.page.get_by_role("img", name=f"Portrait of {MIRA}")).to_be_visible(timeout=PATIENCE)


async def test_a_job_is_canceled_and_made_again(visitor: Visitor, emulator: Emulator) -> None:
    emulator.go(status="silent", times=1)
    panel = await _begins(visitor, MIRA)
    await panel.opens()
    row = panel.row(MIRA)
    await row.is_in("active")
    await eventually(emulator.creations)

    await row.button("Cancel").click()
    await row.is_in("canceled")
    await expect(row.button("Cancel")).to_be_hidden()
    await expect(row.button("Retry")).to_be_focused()
    await panel.generate(TEO).evaluate("button => button.click()")  # a hand's click outside would close the panel
    await panel.row(TEO).is_in("succeeded")
    await is_accessible(panel.page)
    await shot(panel.page, "tasks-ended")
    await row.button("Retry").click()

    await row.is_in("succeeded")
    assert len(emulator.creations()) == 3


async def test_all_that_failed_is_made_again_and_cleared(visitor: Visitor, emulator: Emulator) -> None:
    """All that the panel lists, of each show: what somebody cleared from it before is not paid for again."""
    emulator.go(status="failed", error="CUDA out of memory", times=4)
    panel = await _begins(visitor, MIRA, TEO, OTTO)
    await visitor.goes(f"#/shows/{await visitor.brings(cast_of(1, 'Second act'))}")
    await panel.has_made("Extra 1")
    await panel.opens()
    for name in (MIRA, TEO, OTTO, "Extra 1"):
        await panel.row(name).is_in("failed")
        await expect(panel.row(name).reason).to_contain_text("CUDA out of memory")
    await panel.row(OTTO).button("Clear").click()
    await expect(panel.toggle).to_have_accessible_name("Background tasks: 3 failed")
    await expect(panel.group("Low Tide Hotel").locator(".task")).to_have_count(2)
    await expect(panel.group("Second act").locator(".task-name")).to_have_text(["Extra 1’s portrait"])
    await is_accessible(panel.page)
    await shot(panel.page, "tasks-failed")

    await visitor.reloads()
    await panel.opens()
    await expect(panel.rows).to_have_count(3)
    await expect(panel.group("Second act").locator(".task")).to_have_count(1)
    await panel.retry_all.click()

    for name in (MIRA, TEO, "Extra 1"):
        await panel.row(name).is_in("succeeded")
    await expect(panel.retry_all).to_have_attribute("aria-disabled", "true")
    await panel.row("Extra 1").button("Clear").click()
    await expect(panel.rows).to_have_count(2)
    await expect(panel.group("Second act")).to_have_count(0)
    await panel.row(TEO).button("Clear").click()
    await expect(panel.rows).to_have_count(1)
    await expect(panel.row(MIRA).button("Clear")).to_be_focused()
    await panel.clear_finished.click()
    await expect(panel.rows).to_have_count(0)
    await expect(panel.root).to_contain_text("Nothing is being made.")
    await is_accessible(panel.page)
    await shot(panel.page, "tasks-empty")
    assert len(emulator.creations()) == 7


async def test_a_reload_keeps_what_runs(visitor: Visitor, emulator: Emulator) -> None:
    emulator.set(run={"*": LONG})
    panel = await _begins(visitor, MIRA)
    await panel.opens()
    await panel.row(MIRA).is_in("active")
    await eventually(emulator.creations)

    await visitor.reloads()
    await panel.opens()

    await panel.row(MIRA).is_in("active")
    emulator.finish()
    await panel.row(MIRA).is_in("succeeded")
    assert len(emulator.creations()) == 1


async def test_without_the_stream_the_panel_goes_on_by_polling(visitor: Visitor, emulator: Emulator) -> None:
    await visitor.context.route("**/v1/events*", lambda route: route.abort())
    visitor.expects_trouble = True
    panel = await _begins(visitor, MIRA)
    await panel.opens()

    await panel.row(MIRA).is_in("succeeded")
    assert visitor.traffic.polls
    assert len(emulator.creations()) == 1


async def test_the_keyboard_comes_in_and_goes_back(visitor: Visitor, emulator: Emulator) -> None:
    panel = await _begins(visitor)
    await panel.toggle.focus()
    await panel.page.keyboard.press("Enter")
    await expect(panel.root).to_be_visible()
    await expect(panel.root.get_by_role("heading", name="Background tasks")).to_be_focused()

    await panel.page.keyboard.press("Tab")
    await expect(panel.root.get_by_role("button", name="Close the background tasks")).to_be_focused()
    await panel.page.keyboard.press("Escape")

    await expect(panel.root).to_be_hidden()
    await expect(panel.toggle).to_be_focused()


async def test_on_a_phone_it_is_a_sheet_from_below(visitor: Visitor, emulator: Emulator) -> None:
    panel = await _begins(visitor, MIRA)
    await panel.page.set_viewport_size({"width": 390, "height": 844})
    await panel.opens()
    await panel.row(MIRA).is_in("succeeded")
    await panel.root.evaluate("panel => Promise.allSettled(panel.getAnimations().map(({ finished }) => finished))")

    box = await panel.root.bounding_box()
    assert box
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    assert await panel.page.evaluate("document.documentElement.scrollWidth") <= 390
    await is_accessible(panel.page)


async def test_the_queue_says_when_the_provider_holds_everything_back(visitor: Visitor, emulator: Emulator) -> None:
    emulator.fail("create", status=429, headers={"Retry-After": "4"}, times=None)
    await _begins(visitor, OTTO)
    await visitor.goes("#/queue")
    view = QueueView(visitor.page)

    await expect(view.portraits.why).to_contain_text("lets no portrait begin before", timeout=PATIENCE)
    await expect(view.portraits.own_token(OTTO)).to_have_accessible_name(re.compile("waits its turn|waiting"))
    await is_accessible(view.page)
    await shot(view.page, "queue-throttled", whole=True)
    emulator.heal()
    await view.portraits.holds_own(OTTO, "ended")
    await expect(view.portraits.why).to_be_hidden(timeout=PATIENCE)
    assert len(emulator.creations()) == 1
