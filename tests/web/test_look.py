"""What the page is like to use: its manners, its words, by keyboard and on any screen."""

import pytest
from playwright.async_api import expect

from tests.web.visit import MIRA, PATIENCE, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

_WORDS = [
    ({"phase": "idle"}, ""),
    ({"phase": "sending"}, "Sending"),
    ({"phase": "running", "status": "starting"}, "In the queue"),
    ({"phase": "running", "status": "starting", "stage": "queued", "queuePosition": 3}, "In the queue, number 3"),
    ({"phase": "running", "status": "processing", "stage": "submitting"}, "Handing it to the renderer"),
    ({"phase": "running", "status": "processing", "stage": "provider_starting"}, "The renderer is warming up"),
    ({"phase": "running", "status": "processing", "stage": "rendering"}, "Filming the clip"),
    ({"phase": "running", "status": "processing", "stage": "throttled"}, "The renderer is busy; waiting our turn"),
    ({"phase": "running", "status": "processing", "stage": "storing"}, "Saving the clip"),
    ({"phase": "running", "status": "processing", "stage": "canceling"}, "Canceling"),
    ({"phase": "running", "status": "processing", "stage": "a stage of tomorrow"}, "Making the clip"),
    ({"phase": "running", "status": "processing", "stage": None}, "Making the clip"),
    ({"phase": "done"}, "Clip ready"),
    ({"phase": "failed"}, "The clip was not made"),
]


async def test_it_keeps_to_its_origin_and_to_its_policy_in_silence(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    answer = await page.reload()
    assert answer
    await visitor.card(MIRA).makes_portrait()
    await visitor.card(MIRA).clip_button.click()
    await expect(visitor.card(MIRA).clip).to_be_visible(timeout=PATIENCE)

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert visitor.traffic.elsewhere == []
    assert visitor.traffic.complaints + visitor.traffic.unloaded == []


async def test_every_state_has_words(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    say = "async state => (await import('/page/words.js')).statusLine('video', state)"

    assert [await page.evaluate(say, state) for state, _ in _WORDS] == [words for _, words in _WORDS]


async def test_elapsed_time_reads_as_a_stopwatch(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    seconds = {-5: "0:00", 0: "0:00", 7.9: "0:07", 760: "12:40", 3723: "1:02:03"}
    read = "async seconds => (await import('/page/words.js')).elapsed(0, seconds * 1000)"

    assert {given: await page.evaluate(read, given) for given in seconds} == seconds


async def test_the_keyboard_is_enough_and_keeps_its_place(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    button = page.get_by_role("button", name=f"Make portrait: {MIRA}")
    for _ in range(5):  # the API's link, everybody's button, then the first card's
        await page.keyboard.press("Tab")
        if await button.evaluate("button => button === document.activeElement"):
            break
    await expect(button).to_be_focused()
    assert await button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"

    await page.keyboard.press("Enter")
    await visitor.card(MIRA).shows_picture()

    await expect(visitor.card(MIRA).portrait_button).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name=f"Make clip: {MIRA}")).to_be_focused()


async def test_no_two_buttons_have_one_name(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).makes_portrait()

    names = [await button.get_attribute("aria-label") for button in await page.locator(".actions button:visible").all()]

    assert len(names) == 8
    assert len(set(names)) == 8


async def test_what_happens_is_announced(visitor: Visitor) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    await expect(mira.status).to_have_role("status")
    await mira.portrait_button.click()

    await expect(mira.root.get_by_role("progressbar")).to_have_accessible_name("Progress of the portrait")
    await mira.shows_picture()
    await expect(mira.picture).to_have_accessible_name(f"Portrait of {MIRA}")


async def test_nothing_hangs_over_the_edge(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).root.get_by_text("Direct it yourself").click()

    for width in (360, 390, 768, 1280, 1920):
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
