"""Nothing is made twice: two clicks, two tabs, a cast of which some are made, and what a show makes by itself."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.pages.show import ShowView
from tests.web.slowly import slowly_rendered
from tests.web.stored import jobs_of
from tests.web.visit import MIRA, PATIENCE, Traffic, Visitor, cast_of, sample_documents

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

_PRESS = "button => button.click()"
_SKIPPED, _ELSEWHERE = "skipped (duplicate)", "already being made elsewhere"


@pytest.mark.parametrize("clicks", ["double click", "two presses"])
async def test_two_clicks_make_one_job(visitor: Visitor, stack: Stack, clicks: str) -> None:
    mira = ShowView(await visitor.opens()).card(MIRA)

    if clicks == "double click":
        await mira.generate.dblclick()
    else:
        await mira.generate.evaluate("button => { button.click(); button.click(); }")
    await mira.shows_picture()

    assert [job["status"] for job in await jobs_of(stack, visitor.show_id)] == ["succeeded"]
    await expect(mira.clip).to_have_count(0)


async def test_two_tabs_that_click_at_once_share_one_job(visitor: Visitor, stack: Stack) -> None:
    first = await visitor.opens()
    second = await visitor.opens(f"#/shows/{visitor.show_id}")
    cards = [ShowView(page).card(MIRA) for page in (first, second)]

    own = [Traffic(visitor.base_url) for _ in cards]
    for page, traffic in zip((first, second), own, strict=True):
        traffic.watch(page)

    # The second tab may know by now; pressed all the same, its button must not make another.
    async with slowly_rendered(stack):
        await asyncio.gather(*(card.root.locator(".veil .primary").first.evaluate(_PRESS) for card in cards))
        for card in cards:
            await card.is_in("rendering")
    for card in cards:
        await card.shows_picture()

    assert len({await card.picture.get_attribute("src") for card in cards}) == 1
    assert len(await jobs_of(stack, visitor.show_id)) == 1
    for traffic in own:
        said = {what for what in (_SKIPPED, _ELSEWHERE) if any(f" · {what}" in line for line in traffic.lines)}
        assert (len(traffic.posts), said) in [(1, set()), (1, {_ELSEWHERE}), (0, {_SKIPPED})], traffic.lines
    assert sum(len(traffic.posts) for traffic in own) >= 1


async def test_what_another_tab_began_is_no_second_job_and_no_call(visitor: Visitor, stack: Stack) -> None:
    """The server would answer with the running job: the page does not even ask."""
    await stack.services["portrait-worker"].stop()
    first = await visitor.opens()
    second = await visitor.opens(f"#/shows/{visitor.show_id}")
    own = Traffic(visitor.base_url)
    own.watch(second)
    cards = [ShowView(page).card(MIRA) for page in (first, second)]
    await cards[0].generate.click()
    await cards[1].is_in("waiting")

    await cards[1].root.locator(".veil .primary").first.evaluate(_PRESS)
    await eventually(lambda: any(f" · {_SKIPPED}" in line for line in own.lines))

    await stack.start()
    for card in cards:
        await card.shows_picture()
    assert own.posts == []
    assert len(visitor.traffic.posts) == 1


async def test_of_seven_with_five_done_two_are_made(visitor: Visitor, stack: Stack) -> None:
    show = ShowView(await visitor.opens())
    await show.card(MIRA).makes_portrait()
    url = await show.card(MIRA).picture.get_attribute("src")
    shown = await visitor.brings(with_portraits(5, str(url)))
    await visitor.goes(f"#/shows/{shown}")
    await expect(show.count).to_have_text("5 of 7 portraits ready")

    await show.missing.click()
    await expect(show.count).to_have_text("7 of 7 portraits ready", timeout=PATIENCE)

    made = {job["characterId"] for job in await jobs_of(stack, shown)}
    assert len(made) == len(await jobs_of(stack, shown)) == 2


async def test_auto_generate_makes_what_is_missing_once(visitor: Visitor, stack: Stack) -> None:
    show = ShowView(await visitor.opens())
    await show.card(MIRA).makes_portrait()
    url = await show.card(MIRA).picture.get_attribute("src")
    shown = await visitor.brings(with_portraits(5, str(url)) | {"settings": {"autoGenerate": True}})

    await visitor.goes(f"#/shows/{shown}")
    await expect(show.auto).to_be_checked()
    await expect(show.count).to_have_text("7 of 7 portraits ready", timeout=PATIENCE)
    await visitor.reloads()
    other = ShowView(await visitor.opens(f"#/shows/{shown}"))
    await expect(other.count).to_have_text("7 of 7 portraits ready")

    assert len(await jobs_of(stack, shown)) == 2


async def test_auto_generate_is_switched_on_for_a_show_and_remembered(visitor: Visitor, stack: Stack) -> None:
    """What was canceled, or began before, is not made unasked; what nobody has asked for is."""
    await stack.services["portrait-worker"].stop()
    show = ShowView(await visitor.opens())
    shown = await visitor.brings(cast_of(3))
    await visitor.goes(f"#/shows/{shown}")
    first, second, third = (show.card(f"Extra {number}") for number in (1, 2, 3))
    await first.generate.click()
    await first.cancel().click()
    await first.is_in("canceled")
    await second.generate.click()
    await second.is_in("waiting")
    await show.auto.check()
    # What the library reads comes after what was written before.
    await visitor.goes("#/")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Shows")
    await visitor.goes(f"#/shows/{shown}")

    await third.is_in("waiting")
    await expect(third.status).to_contain_text("queue")  # the server has it
    visitor.traffic.lines.clear()

    await visitor.reloads()
    await expect(show.auto).to_be_checked()
    await third.is_in("waiting")
    await first.is_in("canceled")
    skipped = [
        r"\[greenroom\] Extra 1 · portrait · skipped \(asked for before\)( · \w+…)?",
        r"\[greenroom\] Extra 2 · portrait · skipped \(duplicate\) · \w+…",
    ]
    for line in skipped:
        await eventually(lambda line=line: any(re.fullmatch(line, each) for each in visitor.traffic.lines))  # type: ignore[misc]
    assert len(await jobs_of(stack, shown)) == 3
    await stack.start()
    await third.shows_picture()
    assert len(await jobs_of(stack, shown)) == 3


def with_portraits(count: int, url: str) -> dict[str, Any]:
    """Return the sample show, the first so many of its cast with a portrait."""
    documents = sample_documents()
    portrait = {"url": url, "jobId": "of-another-day", "model": None, "width": 832, "height": 1216, "at": 1}
    for character in documents["characters"][:count]:
        character["outputs"] = {"portrait": portrait | {"durationSeconds": None}}
    return documents
