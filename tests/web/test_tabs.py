"""Tabs of one browser, with its real locks and channels: one of them listens for all, and another when it cannot."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.pages.show import ShowView
from tests.web.visit import MIRA, PATIENCE, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

_TELL = "what => document.dispatchEvent(new Event(what))"
_HANG = "seconds => setTimeout(() => { const end = Date.now() + seconds * 1000; while (Date.now() < end); }, 50)"


@pytest_asyncio.fixture(loop_scope="session")
async def tabs(visitor: Visitor, stack: Stack) -> AsyncIterator[list[Page]]:
    """Three tabs with the same show, in which a portrait waits for its worker; the first of them listens."""
    await stack.services["portrait-worker"].stop()
    opened = [await visitor.opens()]
    opened += [await visitor.opens(f"#/shows/{visitor.show_id}") for _ in range(2)]
    await ShowView(opened[1]).card(MIRA).generate.click()
    for page in opened:
        await expect(ShowView(page).card(MIRA).cancel()).to_be_visible()
    await eventually(lambda: len(visitor.traffic.streams) == 1, within=PATIENCE / 1_000)
    yield opened
    await stack.start()


async def test_the_next_tab_listens_when_the_one_that_did_is_closed(
    visitor: Visitor, stack: Stack, tabs: list[Page]
) -> None:
    first, *others = tabs
    await first.close()

    await eventually(lambda: len(visitor.traffic.streams) >= 2, within=PATIENCE / 1_000)
    await stack.start()
    for page in others:
        await ShowView(page).card(MIRA).shows_picture()

    assert len(visitor.traffic.posts) == 1


async def test_a_tab_that_is_told_of_its_freezing_gives_way_and_catches_up(
    visitor: Visitor, stack: Stack, tabs: list[Page]
) -> None:
    """Told by hand: a headless browser shows all its tabs, and freezes none that is shown."""
    first, *others = tabs
    await first.evaluate(_TELL, "freeze")

    await eventually(lambda: len(visitor.traffic.streams) >= 2, within=PATIENCE / 1_000)
    await stack.start()
    for page in others:
        await ShowView(page).card(MIRA).shows_picture()

    await first.evaluate(_TELL, "resume")
    await ShowView(first).card(MIRA).shows_picture()


async def test_a_tab_that_hangs_loses_the_lead_to_one_that_is_looked_at(
    visitor: Visitor, stack: Stack, tabs: list[Page]
) -> None:
    first, *others = tabs
    await first.evaluate(_HANG, 8)

    await eventually(lambda: len(visitor.traffic.streams) >= 2, within=PATIENCE / 1_000)
    await stack.start()
    for page in (*others, first):
        await ShowView(page).card(MIRA).shows_picture()
    assert len(visitor.traffic.posts) == 1
