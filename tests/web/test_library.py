"""The library: shows that come and go, are carried to another browser, and are the same in every tab."""

import json
import re
import shlex
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.library import TWO_OF_US, Library
from tests.web.visit import MIRA, PATIENCE, Visitor, cast_of, sample_documents, visiting

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

SAMPLE = "Low Tide Hotel"


async def test_a_new_show_by_its_name(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    dialog = await library.asks_for_show()
    await dialog.add.click()
    await expect(dialog.wrong).to_have_text("Give the show a name, or its JSON.")

    await dialog.name.fill("The Long Pier")
    await dialog.name.press("Enter")

    await expect(library.heading).to_have_text("The Long Pier")
    await is_accessible(library.page)
    await shot(library.page, "show-nobody")
    await visitor.goes("#/")
    await expect(library.tile("The Long Pier").counts).to_have_text("No characters yet")


async def test_a_new_show_by_its_json(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    dialog = await library.asks_for_show()

    await dialog.json.fill(json.dumps(TWO_OF_US))
    await dialog.add.click()

    await expect(library.heading).to_have_text("Two of us")
    await visitor.goes("#/")
    await expect(library.tile("Two of us").counts).to_have_text("0 of 2 portraits")
    await expect(library.tile("Two of us").seats).to_have_count(2)


async def test_a_mistake_is_told_where_it_is_and_can_be_mended(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    dialog = await library.asks_for_show()

    await dialog.json.fill('{\n  "show_title": "A",\n  "characters": [],\n}')
    await dialog.add.click()
    await expect(dialog.wrong).to_have_text("Line 4, column 1: there is a comma too many before }.")
    assert await dialog.json.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "}"
    await expect(dialog.json).to_have_attribute("aria-invalid", "true")
    await is_accessible(library.page)
    await shot(library.page, "library-wrong-json")

    await dialog.json.fill('{"show_title": "A", "characters": []}')
    await dialog.add.click()
    await expect(library.heading).to_have_text("A")


async def test_a_double_click_adds_one_show(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    dialog = await library.asks_for_show()
    await dialog.name.fill("Once")

    await dialog.add.dblclick()

    await expect(library.heading).to_have_text("Once")
    await visitor.goes("#/")
    await expect(library.tiles).to_have_count(2)


async def test_an_export_brings_the_same_show_again(
    visitor: Visitor, browser: Browser, stack: Stack, tmp_path: Path
) -> None:
    page = await visitor.opens()
    await page.get_by_role("button", name=f"Generate: portrait of {MIRA}").click()
    await expect(page.get_by_role("img", name=re.compile(MIRA))).to_be_visible(timeout=PATIENCE)
    await visitor.goes("#/")
    exported = await _exported(Library(page), tmp_path / "first.json")
    assert exported["show"] == sample_documents()["show"]
    assert [c["document"] for c in exported["characters"]] == [c["document"] for c in sample_documents()["characters"]]

    async with visiting(browser, stack.base_url) as other:
        library = await Library.opened_by(other)
        dialog = await library.asks_for_show()
        await dialog.files.set_input_files(tmp_path / "first.json")
        await dialog.add.click()
        await expect(library.heading).to_have_text(SAMPLE)
        await expect(other.page.get_by_role("img", name=re.compile(MIRA))).to_be_visible()
        await other.goes("#/")

        await expect(library.tiles).to_have_count(2)
        again = await _exported(library, tmp_path / "second.json")
        assert again == exported


async def _exported(library: Library, path: Path) -> dict[str, Any]:
    async with library.page.expect_download() as download:
        await library.tiles.first.get_by_role("button", name=re.compile("^Export ")).click()
    found = await download.value
    assert found.suggested_filename == "low-tide-hotel.json"
    await found.save_as(path)
    return dict(json.loads(path.read_text()))


async def test_a_show_is_deleted_after_a_question(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    question = library.page.get_by_role("dialog", name=f"Delete {SAMPLE}?")

    await library.tile(SAMPLE).delete.click()
    await expect(question).to_contain_text("Its 7 characters and 0 portraits go from this browser.")
    await is_accessible(library.page)
    await shot(library.page, "library-delete")
    await question.get_by_role("button", name="Cancel").click()
    await expect(library.tile(SAMPLE).root).to_be_visible()
    await expect(library.tile(SAMPLE).delete).to_be_focused()

    await library.tile(SAMPLE).delete.click()
    await question.get_by_role("button", name="Delete").click()
    await expect(library.empty).to_be_visible()
    await expect(library.page.get_by_role("heading", level=1)).to_be_focused()
    await is_accessible(library.page)
    await shot(library.page, "library-empty")
    await visitor.reloads()
    await expect(library.empty).to_be_visible()


async def test_what_ends_while_a_deletion_is_asked_about_goes_with_its_show(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    shown = visitor.show_id
    await stack.services["portrait-worker"].stop()
    await page.get_by_role("button", name=f"Generate: portrait of {MIRA}").click()
    await visitor.goes("#/")
    library = Library(page)
    await library.tile(SAMPLE).delete.click()
    question = page.get_by_role("dialog", name=f"Delete {SAMPLE}?")
    await expect(question).to_contain_text("What is being made for it is canceled (1 job).")
    stored = "() => Object.values(localStorage).map(String)"

    async def has_ended() -> bool:
        return any(shown in text and '"phase":"succeeded"' in text for text in await page.evaluate(stored))

    await stack.start()
    await eventually(has_ended, within=60)
    await question.get_by_role("button", name="Delete").click()

    await expect(library.empty).to_be_visible()
    assert not [text for text in await page.evaluate(stored) if shown in text and '"phase":' in text]


async def test_counts_follow_what_is_made(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    await stack.services["portrait-worker"].stop()  # until it was looked at how they run
    await page.get_by_role("button", name=re.compile("^Generate missing")).click()
    await visitor.goes("#/")
    tile = Library(page).tile(SAMPLE)

    await expect(tile.running).to_have_text("7 running now")
    await is_accessible(page)
    await shot(page, "library-running")
    await stack.start()
    await expect(tile.counts).to_have_text("7 of 7 portraits", timeout=2 * PATIENCE)
    await expect(tile.pictures).to_have_count(7)
    await expect(tile.running).to_be_empty()
    assert await tile.pictures.last.evaluate("async image => { await image.decode(); return image.naturalWidth > 0; }")
    for size in (1, 2, 3, 12):
        await visitor.brings(cast_of(size, f"A cast of {size}"))
    await expect(Library(page).tiles).to_have_count(5)
    await expect(Library(page).tile("A cast of 12").seats).to_have_count(8)
    await is_accessible(page)
    await shot(page, "library", whole=True)


async def test_two_tabs_agree(visitor: Visitor) -> None:
    first = await Library.opened_by(visitor)
    second = await Library.opened_by(visitor)

    await visitor.brings({"show": {"show_title": "From the other tab"}})
    await expect(first.tile("From the other tab").root).to_be_visible()
    await second.tile(SAMPLE).delete.click()
    await second.page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    await expect(first.tiles).to_have_count(1)
    await expect(second.tiles).to_have_count(1)


async def test_namesakes_are_told_apart(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    for _ in range(2):
        await visitor.brings({"show": {"show_title": "Twins"}})
    await expect(library.tiles).to_have_count(3)

    named = library.page.locator("main :is(a, button)")
    names = [await one.get_attribute("aria-label") or await one.text_content() for one in await named.all()]
    assert len(names) == len(set(names)), names


@pytest.mark.parametrize("forbidden", ["undefined", "{ open() { throw new DOMException('no', 'SecurityError'); } }"])
async def test_without_a_database_shows_last_as_long_as_the_tab(visitor: Visitor, forbidden: str) -> None:
    script = f"Object.defineProperty(globalThis, 'indexedDB', {{ value: {forbidden} }})"
    await visitor.context.add_init_script(script)
    page = await visitor.opens()
    await page.get_by_role("button", name=f"Generate: portrait of {MIRA}").click()
    await expect(page.get_by_role("img", name=re.compile(MIRA))).to_be_visible(timeout=PATIENCE)

    await visitor.goes("#/")
    await expect(page.get_by_text("This browser lets no page keep anything")).to_be_visible()
    await is_accessible(page)
    await shot(page, "library-not-kept")
    await expect(Library(page).tile(SAMPLE).counts).to_have_text("1 of 7 portraits")
    await visitor.brings({"show": {"show_title": "Elsewhere"}})

    await visitor.page.goto(visitor.base_url)
    await expect(page.get_by_role("img", name=re.compile(MIRA))).to_be_visible()


_NOTE_WORDS = """button => {
    button.said = [];
    const note = () => button.said.push(button.textContent.trim());
    new MutationObserver(note).observe(button, { childList: true, characterData: true, subtree: true });
}"""
"""Notes what a button says: some words are gone after two seconds."""


async def test_the_copied_command_makes_a_portrait(visitor: Visitor) -> None:
    page = (await Library.opened_by(visitor)).page
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_text("The same from a terminal").click()
    buttons = page.get_by_role("button", name=re.compile("^Copy: "))
    await expect(buttons).to_have_count(2)
    await is_accessible(page)

    copied = []
    for button in await buttons.all():
        await button.evaluate(_NOTE_WORDS)
        await button.click()
        await eventually(partial(button.evaluate, "button => button.said.includes('Copied')"))
        copied.append(shlex.split(await page.evaluate("navigator.clipboard.readText()")))
    ask, look = copied

    header, value = ask[ask.index("-H") + 1].split(": ")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(ask[2], headers={header: value}, content=ask[ask.index("-d") + 1])
        assert answer.status_code == 202

        async def made() -> bool:
            return bool((await http.get(look[2])).json()["status"] == "succeeded")

        await eventually(made, within=60)
