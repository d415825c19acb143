"""The gateway away, NATS away, nobody looking: the page waits, says so, and goes on by itself."""

import itertools
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.visit import MIRA, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="module")
async def nobody_renders(stack: Stack) -> AsyncIterator[None]:
    """No portrait gets further than the queue until the test says so, or is over."""
    await stack.services["portrait-worker"].stop()
    yield
    await stack.start()


@pytest.mark.usefixtures("nobody_renders")
async def test_a_gateway_that_goes_and_comes_back_is_waited_for(visitor: Visitor, stack: Stack) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    await mira.portrait_button.click()
    await expect(mira.status).to_have_text("In the queue")

    await stack.services["gateway"].stop()
    await expect(visitor.banner).to_be_visible()
    await expect(visitor.banner).to_contain_text("Reconnecting… The server does not answer.")
    await expect(mira.status).to_have_text("In the queue")

    await stack.start()
    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.posts) == 1


async def test_a_click_while_the_gateway_is_away_is_not_lost(visitor: Visitor, stack: Stack) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    await stack.services["gateway"].stop()

    await mira.portrait_button.click()
    await expect(mira.status).to_have_text("Sending")
    await expect(visitor.banner).to_be_visible()
    await stack.start()

    await mira.shows_picture()
    assert len(visitor.traffic.job_ids) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_a_gateway_without_nats_is_asked_no_sooner_than_it_says(visitor: Visitor, stack: Stack) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    stack.nats.stop()
    try:
        async with visitor.page.expect_response("**/portrait") as told:
            await mira.portrait_button.click()
        pause = float((await told.value).headers["retry-after"])
        start = monotonic()
        await expect(visitor.banner).to_contain_text("Greenroom cannot reach its job store just now")
        async with visitor.page.expect_request("**/portrait"):
            pass
        assert monotonic() - start > 0.9 * pause
    finally:
        await stack.nats.start()
    await stack.start()

    await mira.shows_picture()
    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.job_ids) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_a_hidden_tab_asks_every_five_seconds_and_at_once_when_it_is_seen(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).portrait_button.click()
    await _polls(visitor, 3)
    assert all(0.9 < gap < 4 for gap in _gaps(visitor)), _gaps(visitor)

    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    before = len(visitor.traffic.polls)
    await _polls(visitor, before + 2)
    assert _gaps(visitor)[-1] > 4.5

    await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    await _polls(visitor, before + 3)
    assert _gaps(visitor)[-1] < 4


async def _polls(visitor: Visitor, count: int) -> None:
    await eventually(lambda: len(visitor.traffic.polls) >= count, within=30)


def _gaps(visitor: Visitor) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(visitor.traffic.polls)]
