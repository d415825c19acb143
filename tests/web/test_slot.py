"""Everything that a slot can show, with a provider that does what the test wants; each state is looked at by axe."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from tests.support.eventually import eventually
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import running
from tests.support.stack import Stack, running_stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.heard import has_heard, listen
from tests.web.pages.show import Card, ShowView
from tests.web.stored import jobs_of
from tests.web.visit import MIRA, PATIENCE, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

SLOW, ENDLESS = 120.0, 600.0
"""Seconds of a prediction that the test means to see running, and of one that it cancels."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An emulated Replicate."""
    with running() as control:
        yield control


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(browser: Browser, emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Greenroom over the emulator."""
    settings = {"PROVIDER": "replicate", "REPLICATE_API_TOKEN": "r8_test", "REPLICATE_BASE_URL": emulator.url}
    async with running_stack(tmp_path_factory.mktemp("stack"), **settings) as started:
        yield started


@pytest.fixture(autouse=True)
def as_ever(emulator: Emulator) -> None:
    """What one test made the provider do is over with the next."""
    emulator.reset()


async def test_a_portrait_that_failed_is_made_again(visitor: Visitor, stack: Stack, emulator: Emulator) -> None:
    emulator.go(status="failed", error="CUDA out of memory", times=1)
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await listen(page)

    await mira.generate.click()
    await mira.is_in("failed")
    await expect(mira.status).to_have_text("The portrait was not made")
    await expect(mira.detail).to_contain_text("Retry, or try another model.")
    told = f"The portrait of {MIRA} was not made. {await mira.detail.text_content()}"
    await eventually(lambda: has_heard(page, told))
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-failed", at=mira.root)
    await mira.retry().click()
    await mira.shows_picture()

    again, failed = await jobs_of(stack, visitor.show_id)
    assert (failed["status"], again["retryOf"]) == ("failed", failed["jobId"])
    assert len(emulator.creations()) == 2
    assert visitor.traffic.lines.count(_line(f"failed: {failed['error']['message']}", failed)) == 1
    assert visitor.traffic.lines.count(_line("retried", failed)) == 1


async def test_other_words_are_tried_where_the_first_were_refused(
    visitor: Visitor, stack: Stack, emulator: Emulator
) -> None:
    emulator.go(status="failed", error="E005: The input or output was flagged as sensitive.", times=1)
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await mira.generate.click()
    await mira.is_in("failed")
    await expect(mira.detail).to_contain_text("Change the prompt or the model, then retry.")

    await mira.edit().click()
    await expect(ShowView(page).dialog.prompt).to_be_focused()
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-edit-and-retry")
    await ShowView(page).dialog.prompt.fill("A night manager, smiling")
    await ShowView(page).dialog.ends_with("Retry")
    await mira.shows_picture()

    again, failed = await jobs_of(stack, visitor.show_id)
    assert (failed["error"]["code"], again["retryOf"]) == ("content_flagged", failed["jobId"])
    assert emulator.creations()[-1]["prompt"] == "A night manager, smiling"


async def test_another_model_is_tried_where_the_first_failed(
    visitor: Visitor, stack: Stack, emulator: Emulator
) -> None:
    """Though the show moves on behind the dialog: another portrait comes while it is open."""
    emulator.go(status="failed", error="It broke.", times=1)
    page = await visitor.opens()
    show = ShowView(page)
    mira, teo = show.card(MIRA), show.card(TEO)
    await mira.generate.click()
    await mira.is_in("failed")
    emulator.go(seconds=3, times=1)
    await teo.generate.click()

    await mira.edit().click()
    await teo.shows_picture()
    await show.dialog.portrait_model.select_option("Seedream 4")
    await show.dialog.ends_with("Retry")
    await mira.shows_picture()

    again, _, _ = await jobs_of(stack, visitor.show_id)
    assert (again["characterName"], again["model"]) == (MIRA, "seedream")
    await visitor.reloads()
    assert await (await show.directs(mira)).portrait_model.input_value() == "seedream"


async def test_retry_makes_what_is_chosen_by_then(visitor: Visitor, stack: Stack, emulator: Emulator) -> None:
    """The card says to try another model: chosen in the other dialog, it is the one that Retry means."""
    emulator.go(status="failed", error="It broke again.", times=1)
    emulator.go(status="failed", error="It broke.", times=1)
    page = await visitor.opens()
    show = ShowView(page)
    mira = show.card(MIRA)
    await mira.generate.click()
    await mira.is_in("failed")
    chosen = await show.directs(mira)
    await chosen.portrait_model.select_option("Seedream 4")
    await chosen.ends_with("Keep")
    await mira.retry().click()
    await expect(mira.detail).to_contain_text("It broke again.")

    await mira.edit().click()
    await show.dialog.prompt.fill("A night manager, smiling")
    await show.dialog.ends_with("Retry")
    await mira.shows_picture()

    last, second, first = await jobs_of(stack, visitor.show_id)
    assert [job["model"] for job in (first, second, last)] == ["nano-banana-pro", "seedream", "seedream"]
    assert (second["retryOf"], last["retryOf"]) == (None, second["jobId"])
    assert emulator.creations()[-1]["prompt"] == "A night manager, smiling"


async def test_a_running_job_is_canceled_and_asked_for_again(
    visitor: Visitor, stack: Stack, emulator: Emulator
) -> None:
    emulator.go(seconds=ENDLESS, times=1)
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await mira.generate.click()
    await mira.is_in("rendering")
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-rendering", at=mira.root)

    asked = asyncio.Event()
    await page.route("**/cancel", lambda route: _once(asked, route))
    await mira.cancel().press("Enter")
    await expect(mira.status).to_have_text("Canceling")
    await expect(mira.cancel()).to_have_attribute("aria-disabled", "true")
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-canceling", at=mira.root)
    asked.set()
    await mira.is_in("canceled")
    await expect(mira.generate).to_be_focused()
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-canceled", at=mira.root)
    await mira.makes_portrait()

    made, canceled = await jobs_of(stack, visitor.show_id)
    assert (made["status"], canceled["status"]) == ("succeeded", "canceled")
    assert visitor.traffic.lines.count(_line("canceled", canceled)) == 1


async def test_a_tab_that_is_opened_anew_shows_how_far_the_rendering_is(visitor: Visitor, emulator: Emulator) -> None:
    emulator.go(seconds=SLOW, times=1)
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    mira = ShowView(page).card(MIRA)
    await mira.generate.click()
    await mira.is_in("rendering")
    await expect(mira.progress).to_have_attribute("value", _A_NUMBER, timeout=PATIENCE)
    before = await _progress(mira)
    await page.close()

    mira = ShowView(await visitor.opens(address)).card(MIRA)
    await mira.is_in("rendering")
    await expect(mira.status).to_have_text("Painting the portrait")

    async def has_moved() -> bool:
        return await _progress(mira) > before

    await eventually(has_moved, within=PATIENCE / 1_000)
    emulator.finish()
    await mira.shows_picture()
    assert len(emulator.creations()) == 1


async def test_a_portrait_that_is_made_arrives_before_it_is_there(visitor: Visitor) -> None:
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await page.evaluate(_KEEP_BACK)

    await mira.generate.click()
    await mira.is_in("arriving")
    await expect(mira.generate).to_be_hidden()
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-arriving", at=mira.root)
    await page.evaluate("letGo()")

    await mira.shows_picture()


async def test_who_has_no_scene_is_asked_for_one(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    shown = await visitor.brings({"show": {"show_title": "Pier"}, "characters": [{"document": {"character": "Nell"}}]})
    await visitor.goes(f"#/shows/{shown}")
    show = ShowView(page)
    nell = show.card("Nell")
    await nell.makes_portrait()

    await nell.animate.click()
    await expect(show.dialog.scene).to_be_focused()
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-scene")
    await show.dialog.scene.fill("Nell lifts her helmet")
    await show.dialog.clip_model.select_option("Veo 3.1")
    await show.dialog.ends_with("Animate")
    await nell.shows_clip()

    clip, _ = await jobs_of(stack, shown)
    assert (clip["kind"], clip["model"]) == ("video", "google/veo-3.1")
    assert visitor.traffic.posts[-1]["character"]["showcase_scene_prompt"] == "Nell lifts her helmet"


async def test_what_waits_says_why(visitor: Visitor, stack: Stack) -> None:
    await stack.services["portrait-worker"].stop()
    page = await visitor.opens()
    mira, teo = (ShowView(page).card(name) for name in (MIRA, TEO))
    await mira.generate.click()
    await expect(mira.status).to_have_text("Next in the queue", timeout=PATIENCE)
    await teo.generate.click()

    await expect(teo.status).to_have_text("In the queue, number 2", timeout=PATIENCE)
    await expect(teo.detail).to_have_text("No portrait worker is running; the job starts as soon as one does.")
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-waiting", at=teo.root)
    await stack.start()
    await teo.shows_picture()


async def test_the_picture_there_is_stays_while_another_is_made(visitor: Visitor, emulator: Emulator) -> None:
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await mira.makes_portrait()
    first = await mira.picture.get_attribute("src")
    emulator.go(seconds=ENDLESS, times=1)

    await mira.new_portrait.click()
    await mira.is_in("rendering")
    await expect(mira.picture).to_have_attribute("src", str(first))
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-rendering-again", at=mira.root)
    await mira.cancel().click()

    await mira.shows_picture()
    await expect(mira.picture).to_have_attribute("src", str(first))


def _line(what: str, job: dict[str, Any]) -> str:
    return f"[greenroom] {MIRA} · portrait · {what} · {job['jobId'][:8]}…"


async def _once(asked: asyncio.Event, route: Route) -> None:
    await asked.wait()
    await route.continue_()


async def _progress(card: Card) -> float:
    return float(await card.progress.get_attribute("value") or -1)


_A_NUMBER = re.compile(r"^\d+")

_KEEP_BACK = """async () => {
    const { ShowStore } = await import("/page/shows/store.js");
    const { setOutput } = ShowStore.prototype;
    ShowStore.prototype.setOutput = function (...output) {
        return new Promise(kept => { globalThis.letGo = () => kept(setOutput.apply(this, output)); });
    };
}"""
