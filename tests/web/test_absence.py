"""Gateway, NATS, network, stream or the browser's database away: the page waits, says so, and goes on by itself."""

from itertools import pairwise

import pytest
from playwright.async_api import Error, Page, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.library import Library
from tests.web.pages.show import Card, ShowView
from tests.web.slowly import slowly_rendered
from tests.web.visit import MIRA, PATIENCE, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def _mira(visitor: Visitor) -> Card:
    """Return Mira's card, on a page whose server or network the test is going to take away."""
    visitor.expects_trouble = True
    return ShowView(await visitor.opens()).card(MIRA)


@pytest.mark.usefixtures("nobody_renders")
async def test_a_gateway_that_goes_and_comes_back_is_waited_for(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    await mira.generate.click()
    await expect(mira.status).to_contain_text("queue")

    await stack.services["gateway"].stop()
    await expect(visitor.banner).to_contain_text("Reconnecting…")
    await expect(visitor.banner).to_contain_text("Nothing is lost")
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-away")

    await stack.start()
    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.posts) == 1


async def test_a_server_that_is_restarted_in_the_middle_of_it_goes_on(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    async with slowly_rendered(stack):
        await mira.generate.click()
        await mira.is_in("rendering")

        # The worker's turn is when the context is left.
        for name in ("gateway", "status"):
            await stack.services[name].restart()

    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.job_ids) == 1


async def test_a_click_while_the_gateway_is_away_is_not_lost(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    await stack.services["gateway"].stop()

    await mira.generate.click()
    await expect(mira.status).to_have_text("Sending")
    await expect(visitor.banner).to_be_visible()
    await stack.start()

    await mira.shows_picture()
    assert len(visitor.traffic.job_ids) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_a_gateway_without_nats_is_asked_no_sooner_than_it_says(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    stack.nats.stop()
    try:
        async with visitor.page.expect_response("**/v1/jobs/portrait") as told:
            await mira.generate.click()
        pause = float((await told.value).headers["retry-after"])
        await expect(visitor.banner).to_contain_text("Greenroom cannot reach its job store just now")
        [waited] = await eventually(lambda: visitor.page.evaluate(_BETWEEN_SUBMITS), within=60)
        assert waited >= 990 * pause
    finally:
        await stack.nats.start()
    await stack.start()

    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.job_ids) == 1


async def test_offline_and_back(visitor: Visitor) -> None:
    mira = await _mira(visitor)
    await visitor.context.set_offline(True)
    await expect(visitor.banner).to_contain_text("Offline. What was accepted goes on without you")
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-offline")

    await mira.generate.click()
    await expect(mira.status).to_have_text("Sending")
    await visitor.context.set_offline(False)

    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.job_ids) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_what_was_accepted_goes_on_while_offline(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    await mira.generate.click()
    await expect(mira.status).to_contain_text("queue")

    await visitor.context.set_offline(True)
    await expect(visitor.banner).to_be_visible()
    await stack.start()
    await visitor.context.set_offline(False)

    await mira.shows_picture()
    assert len(visitor.traffic.posts) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_without_the_stream_it_asks_and_nothing_else_changes(visitor: Visitor, stack: Stack) -> None:
    await visitor.context.route("**/v1/events*", lambda route: route.abort())
    mira = await _mira(visitor)
    await mira.generate.click()
    await _asks_every_three_seconds(visitor)
    await expect(visitor.banner).to_be_hidden()

    await stack.start()
    await mira.shows_picture()
    assert len(visitor.traffic.posts) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_a_stream_that_is_cut_is_opened_again(visitor: Visitor, stack: Stack) -> None:
    mira = await _mira(visitor)
    await mira.generate.click()
    await eventually(lambda: len(visitor.traffic.streams) == 1)

    await stack.services["gateway"].restart()

    await eventually(lambda: len(visitor.traffic.streams) > 1, within=PATIENCE / 1_000)
    await stack.start()
    await mira.shows_picture()


@pytest.mark.usefixtures("nobody_renders")
async def test_a_stream_that_is_cut_and_stays_away_is_done_without(visitor: Visitor, stack: Stack) -> None:
    visitor.expects_trouble = True
    mira = await _mira(visitor)
    await mira.generate.click()
    await eventually(lambda: len(visitor.traffic.streams) == 1)
    await visitor.context.route("**/v1/events*", lambda route: route.abort())

    await stack.services["gateway"].restart()

    await expect(visitor.banner).to_be_hidden(timeout=PATIENCE)
    await _asks_every_three_seconds(visitor)
    await stack.start()
    await mira.shows_picture()
    assert len(visitor.traffic.posts) == 1


async def _asks_every_three_seconds(visitor: Visitor) -> None:
    """Once it has settled: what was away is asked at once when it is back. Beside a stream it asks every ten."""
    polls = visitor.traffic.polls
    before = len(polls)

    def gaps() -> list[float]:
        return [later - sooner for sooner, later in pairwise(polls[before:])]

    def is_steady() -> bool:
        return len(gaps()) >= 3 and all(1.5 < gap < 7 for gap in gaps()[-3:])

    await eventually(is_steady, within=2 * PATIENCE / 1_000)


async def test_a_part_that_is_still_to_come_is_asked_for_again(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    await visitor.context.route("**/show/dialogs.js", lambda route: route.abort())
    page = await visitor.opens()
    rename = page.get_by_role("button", name="Rename the show")

    await rename.click()
    dialog = page.get_by_role("dialog", name="This is still to come from the server")
    await dialog.get_by_role("button", name="Try again").click()
    await expect(dialog.locator(".wrong")).to_have_text("The server still does not answer.")
    await is_accessible(page)
    await shot(page, "part-to-come")
    await visitor.context.unroute("**/show/dialogs.js")
    await dialog.get_by_role("button", name="Try again").click()

    await expect(page.get_by_role("dialog", name="Rename the show")).to_be_visible()


async def test_what_was_fetched_ahead_is_there_while_the_server_is_away(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    await eventually(lambda: _is(page, _FETCHED_AHEAD, 4))
    await visitor.context.set_offline(True)

    await page.get_by_role("button", name="Rename the show").click()

    await expect(page.get_by_role("dialog", name="Rename the show")).to_be_visible()


async def test_a_page_that_came_only_in_part_says_so_and_comes_again(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    await visitor.context.route("**/shell/router.js", lambda route: route.abort())
    page = await visitor.context.new_page()
    visitor.traffic.watch(page)
    visitor.page = page
    await page.goto(visitor.base_url)

    # It comes again by itself three times; then it waits to be asked.
    await eventually(lambda: _is(page, "() => sessionStorage.getItem('greenroom.loads')", "4"), within=PATIENCE / 1_000)
    await expect(page.get_by_role("heading", level=1)).to_have_text("The page came only in part")
    await is_accessible(page)
    await shot(page, "page-in-part")
    await visitor.context.unroute("**/shell/router.js")
    await page.locator("main button").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Low Tide Hotel")


async def test_a_database_that_the_browser_took_away_is_found_again(visitor: Visitor) -> None:
    """As when somebody clears the site's data while the page is open: what comes next is kept all the same."""
    library = Library(await visitor.opens("#/"))
    await expect(library.tiles).to_have_count(1)
    session = await visitor.context.new_cdp_session(library.page)
    await session.send("Storage.clearDataForOrigin", {"origin": visitor.base_url, "storageTypes": "indexeddb"})

    new = await library.asks_for_show()
    await new.name.fill("After the flood")
    await new.add.click()

    await expect(ShowView(library.page).title).to_have_text("After the flood")
    await visitor.reloads()
    await expect(ShowView(library.page).title).to_have_text("After the flood")


_BETWEEN_SUBMITS = """() => {
    const submits = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/v1/jobs/portrait"));
    return submits.length < 2 ? [] : [submits[1].startTime - submits[0].responseEnd];
}"""
"""Milliseconds from the first answer to the second submit, by the browser's own clock, once there are two."""

_FETCHED_AHEAD = """() => performance.getEntriesByType("resource")
    .filter(({ name }) => /(dialogs|direct|options|viewer)\\.js$/.test(name)).length"""
"""The parts that are wanted later, and what only they are made of."""


async def _is(page: Page, expression: str, value: object) -> bool:
    """Whether a page says so now; one that is just loading says nothing."""
    try:
        return bool(await page.evaluate(expression) == value)
    except Error:
        return False
