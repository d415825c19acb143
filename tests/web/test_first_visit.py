"""Somebody's first minutes: the sample show, the first portrait, and how little has to be loaded for that."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from tests.support.stack import Stack
from tests.web.gallery import shot
from tests.web.pages.library import Library
from tests.web.visit import MIRA, PATIENCE, Visitor, visiting

pytestmark = [pytest.mark.web, pytest.mark.motion, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

FIRST_LOAD_BYTES = 150_000
SAMPLE = "Low Tide Hotel"

_NOTHING_AHEAD = """
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (run, ms, ...more) => (ms === 8_000 ? 0 : setTimeout(run, ms, ...more));
"""
"""Keeps back what the router fetches ahead after eight seconds, which a busy machine may need for the first view."""

_LOADED = """() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const files = entries.filter(({ name }) => !/\\/(?:media|v1)\\//.test(name));
    return Object.fromEntries(files.map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]));
}"""


async def test_the_first_portrait_is_one_click_away(visitor: Visitor) -> None:
    page = await visitor.opens()
    await expect(page.get_by_role("heading", level=1)).to_have_text(SAMPLE)
    await expect(page.get_by_role("button", name=re.compile("^Generate: "))).to_have_count(7)

    await page.get_by_role("button", name=f"Generate: portrait of {MIRA}").click()

    picture = page.get_by_role("img", name=re.compile(MIRA))
    await expect(picture).to_have_class(re.compile(r"\bthere\b"), timeout=PATIENCE)
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert visitor.traffic.answers == [202]


async def test_until_its_view_is_there_the_page_shows_its_outline(visitor: Visitor) -> None:
    asked = asyncio.Event()

    async def hold(route: Route) -> None:
        await asked.wait()
        await route.continue_()

    await visitor.context.route("**/show/view.js", hold)
    page = visitor.page = await visitor.context.new_page()
    visitor.traffic.watch(page)
    await page.goto(visitor.base_url)

    await expect(page.locator(".opening")).to_be_visible()
    await expect(page.get_by_role("main")).to_have_attribute("aria-busy", "true")
    await shot(page, "opening")
    asked.set()
    await visitor.is_drawn()
    await expect(page.locator(".opening")).to_have_count(0)


async def test_a_later_visit_begins_in_the_library(visitor: Visitor) -> None:
    page = await visitor.opens()
    await page.close()

    page = await visitor.opens()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Shows")
    await expect(Library(page).tiles).to_have_count(1)
    await Library(page).tile(SAMPLE).link.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(SAMPLE)


async def test_tabs_that_are_all_the_first_add_one_sample(visitor: Visitor) -> None:
    pages = [await visitor.context.new_page() for _ in range(3)]
    for page in pages:
        visitor.traffic.watch(page)

    await asyncio.gather(*(page.goto(visitor.base_url) for page in pages))
    for page in pages:
        await expect(page.get_by_role("heading", level=1)).to_be_visible()

    await visitor.opens("#/")
    await expect(Library(visitor.page).tiles).to_have_count(1)


async def test_an_address_that_names_a_view_is_kept(visitor: Visitor) -> None:
    page = await visitor.opens("#/queue")
    await expect(page).to_have_title("Queue · Greenroom")

    await page.get_by_role("link", name="Shows").click()

    await expect(Library(page).tile(SAMPLE).root).to_be_visible()


async def test_visitors_of_one_server_have_samples_of_their_own(
    visitor: Visitor, browser: Browser, stack: Stack
) -> None:
    await visitor.opens()
    async with visiting(browser, stack.base_url) as other:
        await other.opens()

        assert visitor.show_id.startswith("low-tide-hotel-")
        assert other.show_id.startswith("low-tide-hotel-")
        assert visitor.show_id != other.show_id


async def test_the_first_load_is_light(visitor: Visitor) -> None:
    """Everything the browser had to fetch before the first portrait could be asked for, as it came over the line."""
    await visitor.context.add_init_script(_NOTHING_AHEAD)
    page = await visitor.opens()
    await page.wait_for_load_state("networkidle")

    files: dict[str, int] = await page.evaluate(_LOADED)

    assert "/page/sample.json" in files
    assert not [name for name in files if name.startswith("/page/queue/")], "the queue is loaded when it is opened"
    assert sum(files.values()) < FIRST_LOAD_BYTES, files


async def test_what_was_not_there_when_the_page_came_is_offered_again(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    await visitor.context.route("**/sample.json", lambda route: route.abort())
    page = await visitor.opens()
    await expect(Library(page).empty).to_be_visible()

    await visitor.context.unroute("**/sample.json")
    await page.get_by_role("button", name="Add the sample show").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(SAMPLE)
