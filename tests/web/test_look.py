"""What the page is like to use: its manners, its words, by keyboard and on any screen."""

import re
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.axe import is_accessible
from tests.web.gallery import PHONE, shot
from tests.web.heard import has_heard, listen
from tests.web.pages.library import Library
from tests.web.pages.show import ShowView
from tests.web.visit import MIRA, PATIENCE, TEO, Visitor, cast_of, visiting

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

WIDTHS = (360, 390, 768, 1280, 1920, 2560)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsanwärterin"


async def test_it_keeps_to_its_origin_and_to_its_policy_in_silence(visitor: Visitor) -> None:
    page = await visitor.opens()
    answer = await page.reload()
    assert answer
    await _makes_portrait(page)
    await page.get_by_role("button", name=f"Animate: {MIRA}").click()
    await expect(page.locator("video").first).to_be_visible(timeout=PATIENCE)

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert visitor.traffic.elsewhere == []
    assert visitor.traffic.complaints + visitor.traffic.unloaded == []


async def test_a_view_says_what_it_is_and_takes_the_focus(visitor: Visitor) -> None:
    page = await visitor.opens()
    titles = {"Shows": "Shows · Greenroom", "Queue": "Queue · Greenroom"}
    assert await page.title() == "Low Tide Hotel · Greenroom"

    for link, title in titles.items():
        await page.get_by_role("navigation", name="Views").get_by_role("link", name=link).click()
        await expect(page).to_have_title(title)
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        await expect(page.get_by_role("link", name=link, exact=True)).to_have_attribute("aria-current", "page")
    await page.go_back()
    await expect(page).to_have_title("Shows · Greenroom")


async def test_an_address_of_nothing_says_so(visitor: Visitor) -> None:
    page = await visitor.opens()
    await visitor.goes("#/shows/of-another-browser")

    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await is_accessible(page)
    await shot(page, "show-unknown")
    await visitor.goes("#/no/such/view")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Shows")


async def test_a_view_that_cannot_be_loaded_says_so_and_can_be_tried_again(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    await page.route("**/queue/view.js", lambda route: route.abort())

    await visitor.goes("#/queue")
    await expect(page.get_by_role("heading", level=1)).to_have_text("This part of the page did not open")
    await is_accessible(page)
    await shot(page, "view-broken")
    assert any("Failed to fetch" in complaint for complaint in visitor.traffic.complaints)
    visitor.traffic.complaints.clear()

    await page.unroute("**/queue/view.js")
    await page.get_by_role("button", name="Load the page again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


async def test_the_keyboard_is_enough_from_the_first_key(visitor: Visitor) -> None:
    page = await visitor.opens()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    assert await skip.evaluate("link => link.getBoundingClientRect().width > 50")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    assert visitor.show_id.startswith("low-tide-hotel-"), "the view is still open"

    await _tabs_to(page, f"Generate: portrait of {MIRA}")
    focused = page.locator(":focus-visible")
    assert await focused.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("img", name=re.compile(MIRA))).to_be_visible(timeout=PATIENCE)
    assert await page.evaluate("document.activeElement !== document.body"), "the focus has a place"


async def test_the_library_is_used_by_keyboard(visitor: Visitor) -> None:
    page = await visitor.opens("#/")
    library = Library(page)
    await _tabs_to(page, "New show")
    await page.keyboard.press("Enter")
    await expect(library.dialog.name).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="New show")).to_be_focused()

    await _tabs_to(page, "Low Tide Hotel")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_title("Low Tide Hotel · Greenroom")


async def test_what_happens_is_announced(visitor: Visitor) -> None:
    page = await visitor.opens()
    await listen(page)
    await _makes_portrait(page)
    await visitor.goes("#/")
    await Library(page).pastes('{"show_title": "Heard"}')
    await expect(page).to_have_title("Heard · Greenroom")

    await eventually(lambda: has_heard(page, f"The portrait of {MIRA} is ready."))
    await eventually(lambda: has_heard(page, "Heard was added, with 0 characters."))


async def test_what_happens_behind_a_dialog_is_announced_in_it(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    await listen(page)
    await stack.services["portrait-worker"].stop()
    await show.card(MIRA).generate.click()
    await show.asks("Rename the show")
    await stack.start()

    await eventually(lambda: has_heard(page, f"The portrait of {MIRA} is ready.", "DIALOG"), within=PATIENCE / 1_000)
    await page.keyboard.press("Escape")
    await show.card(TEO).generate.click()

    await eventually(lambda: has_heard(page, f"The portrait of {TEO} is ready.", "BODY"), within=PATIENCE / 1_000)


@pytest.mark.parametrize(
    ("view", "picture"), [("#/shows/{}", "show-long-words"), ("#/", "library-long-words"), ("#/queue", None)]
)
async def test_nothing_hangs_over_the_edge(visitor: Visitor, view: str, picture: str | None) -> None:
    page = await visitor.opens()
    names = {"show_title": LONG, "show_logline": LONG, "tagline": LONG}
    cast = [{"document": {"character": LONG, "metadata": {"name": LONG, "role": LONG}}}] * 2
    shown = await visitor.brings({"show": names, "characters": cast})
    await visitor.goes(view.format(shown))

    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, await page.evaluate(_WIDEST)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await is_accessible(page)
    if picture:
        await shot(page, picture)


async def test_dialogs_fit_a_phone(visitor: Visitor) -> None:
    page = await visitor.opens("#/")
    await page.set_viewport_size({"width": 360, "height": 640})
    dialog = await Library(page).asks_for_show()

    await dialog.add.scroll_into_view_if_needed()
    await dialog.add.click()

    await expect(dialog.wrong).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await is_accessible(page)
    await shot(page, "library-new-show")


async def test_nothing_moves_for_those_who_want_less_motion(browser: Browser, stack: Stack) -> None:
    """Whoever has no such wish sees a glow while a portrait is made, and its picture revealed."""
    for wish in ("no-preference", "reduce"):
        async with visiting(browser, stack.base_url, reduced_motion=wish) as visitor:
            page = await visitor.opens()
            await page.evaluate(_MOTION)
            if wish == "no-preference":
                await stack.services["portrait-worker"].stop()
                try:
                    await ShowView(page).card(MIRA).generate.click()
                    await eventually(partial(page.evaluate, "moved.has('breathe')"))
                finally:
                    await stack.start()
                await eventually(partial(page.evaluate, "moved.has('reveal')"), within=PATIENCE / 1_000)
            else:
                await _makes_portrait(page)
                assert await page.evaluate("[...moved]") == []
                for address in ("#/", "#/queue"):
                    await visitor.goes(address)
                    assert await page.evaluate("document.getAnimations().length") == 0


async def test_two_looks_at_one_thing_are_of_one_size(visitor: Visitor) -> None:
    """A picture that arrives moves nothing: its place has its shape before it is there."""
    page = await visitor.opens()
    await page.evaluate(_SHIFTS)

    await _makes_portrait(page)

    shifts = await page.evaluate("shifts")
    assert sum(value for value, *_ in shifts) < 0.02, shifts


async def test_a_hundred_characters_are_still_a_page(visitor: Visitor) -> None:
    page = await visitor.opens()
    await visitor.goes(f"#/shows/{await visitor.brings(cast_of(100))}")

    await expect(page.get_by_role("button", name=re.compile("^Generate: portrait of Extra"))).to_have_count(100)
    await page.get_by_role("button", name="Generate: portrait of Extra 100", exact=True).scroll_into_view_if_needed()
    await is_accessible(page)
    await shot(page, "show-hundred")


async def test_every_state_has_words(visitor: Visitor) -> None:
    page = await visitor.opens()
    say = "async task => (await import('/page/show/words.js')).statusLine({ kind: 'video', ...task })"

    assert [await page.evaluate(say, task) for task, _ in _WORDS] == [words for _, words in _WORDS]


async def test_elapsed_time_reads_as_a_stopwatch(visitor: Visitor) -> None:
    page = await visitor.opens()
    seconds = {-5: "0:00", 0: "0:00", 7.9: "0:07", 760: "12:40", 3723: "1:02:03"}
    read = "async seconds => (await import('/page/shell/clock.js')).stopwatch(seconds * 1000)"

    assert {given: await page.evaluate(read, given) for given in seconds} == seconds


async def _makes_portrait(page: Page) -> None:
    await page.get_by_role("button", name=f"Generate: portrait of {MIRA}").click()
    await expect(page.get_by_role("img", name=re.compile(MIRA))).to_be_visible(timeout=PATIENCE)


async def _tabs_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"{name} is not among the first {most} stops")


_FOCUSED = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"

_MOTION = """() => {
    globalThis.moved = new Set();
    addEventListener("animationstart", ({ animationName }) => moved.add(animationName));
    addEventListener("transitionrun", ({ propertyName }) => moved.add(propertyName));
}"""

_SHIFTS = """() => {
    globalThis.shifts = [];
    // What lies over a picture may grow with what it says; it moves nothing by that.
    const inVeil = node => (node instanceof Element ? node : node?.parentElement)?.closest(".veil");
    const isGone = ({ currentRect: { width, height } }) => !width || !height;
    const note = list => { for (const { hadRecentInput, value, sources } of list.getEntries()) {
        const moved = sources.filter(source => !isGone(source) && !inVeil(source.node));
        if (hadRecentInput || !moved.length) continue;
        shifts.push([value, ...moved.map(({ node }) => `${node?.nodeName} ${node?.className ?? node?.data}`)]);
    } };
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: false });
}"""

_WIDEST = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map(one => `${one.tagName}.${one.className}`).slice(0, 8)"""


def _active(**job: Any) -> dict[str, Any]:
    return {"phase": "active", "job": job}


_WORDS = [
    ({"phase": "sending", "job": None}, "Sending"),
    (_active(status="starting"), "In the queue"),
    (_active(status="starting", stage="queued", queuePosition=1), "Next in the queue"),
    (_active(status="starting", stage="queued", queuePosition=3), "In the queue, number 3"),
    (_active(status="processing", stage="submitting"), "Handing it to the renderer"),
    (_active(status="processing", stage="provider_starting"), "The renderer is warming up"),
    (_active(status="processing", stage="rendering"), "Filming the clip"),
    (_active(status="processing", stage="throttled"), "The renderer is busy; waiting our turn"),
    (_active(status="processing", stage="storing"), "Saving the clip"),
    (_active(status="processing", stage="canceling"), "Canceling"),
    (_active(status="processing", stage="a stage of tomorrow"), "Making the clip"),
    (_active(status="processing", stage=None), "Making the clip"),
    ({"phase": "failed", "job": None}, "The clip was not made"),
    ({"phase": "canceled", "job": None}, "Canceled"),
]
