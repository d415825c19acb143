"""A server that wants a key: the page asks for one when it is told so, and goes on with what was begun."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.keys import ADA, entry, keys_file
from tests.support.stack import Stack, running_stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.show import ShowView
from tests.web.visit import MIRA, OTTO, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


TWICE = "gr_twice-a-minute"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Greenroom with a file of keys."""
    folder = tmp_path_factory.mktemp("stack")
    keys: Path = keys_file(tmp_path_factory.mktemp("keys"))
    keys.write_text(json.dumps([*json.loads(keys.read_text()), entry(TWICE, owner="twice", submitsPerMinute=2)]))
    async with running_stack(folder, LOCAL_RENDER_SECONDS="0.2", API_KEYS_FILE=str(keys)) as running:
        yield running


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="This server asks for a key")


async def _gives(page: Page, key: str) -> None:
    await _dialog(page).get_by_label("API key").fill(key)
    await _dialog(page).get_by_role("button", name="Use this key").click()


async def test_a_key_is_asked_for_and_what_was_begun_goes_on(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await expect(_dialog(page)).to_be_visible()
    await is_accessible(page)
    await shot(page, "key")
    await page.keyboard.press("Escape")

    await mira.generate.click()
    await expect(mira.status).to_have_text("Sending")
    await expect(visitor.banner).to_contain_text("This server wants a key.")
    await visitor.banner.get_by_role("button", name="Enter a key").click()
    await _gives(page, "two words")
    await expect(_dialog(page).locator(".wrong")).to_contain_text("it has no spaces")
    await _gives(page, "not-one-of-theirs")
    await expect(_dialog(page).locator(".wrong")).to_have_text("The server does not know this key.")
    await _gives(page, ADA)

    await mira.shows_picture()
    assert len(visitor.traffic.job_ids) == 1
    assert await page.evaluate("localStorage.getItem('greenroom.key')") is None


async def test_over_the_limit_of_an_owner_a_wish_waits_and_says_so(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    show = ShowView(page)
    await _gives(page, TWICE)
    await show.card(MIRA).makes_portrait()
    await show.card(TEO).makes_portrait()

    await show.card(OTTO).generate.click()
    await expect(visitor.banner).to_contain_text("Waiting. This key's owner may submit 2 jobs a minute; try again in ")
    await expect(visitor.banner).to_contain_text("This page does that by itself.")
    await is_accessible(page)
    await shot(page, "show-over-limit")
    await show.card(OTTO).cancel().click()

    await show.card(OTTO).is_in("canceled")
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.job_ids) == 3


async def test_a_key_is_kept_only_where_the_visitor_says_so(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    await _dialog(page).get_by_label("Keep it in this browser").check()
    await _gives(page, ADA)
    await ShowView(page).card(MIRA).makes_portrait()

    await visitor.reloads()
    await ShowView(page).card(TEO).makes_portrait()

    await expect(_dialog(page)).to_have_count(0)
