"""A browser's database that has no room: nothing is kept by halves, and whoever asked is told."""

import pytest
from playwright.async_api import expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.heard import has_heard, listen
from tests.web.pages.library import Library
from tests.web.pages.show import ShowView
from tests.web.stored import jobs_of
from tests.web.visit import MIRA, PATIENCE, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

_TWO = '[{"character": "Ida"}, {"character": "Uma"}]'
_NO_ROOM = """wanted => {
    const { put } = IDBObjectStore.prototype;
    globalThis.makeRoom = () => { IDBObjectStore.prototype.put = put; };
    IDBObjectStore.prototype.put = function (row) {
        const isFull = Object.entries(wanted).every(([name, value]) => row[name] === value);
        if (isFull) throw new DOMException("There is no room.", "QuotaExceededError");
        return put.call(this, row);
    };
}"""
"""Refuse every row with these fields, until ``makeRoom()``."""


async def test_characters_are_added_all_or_none(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    await page.evaluate(_NO_ROOM, {"characterId": "uma"})
    dialog = (await show.asks("Add a character")).root
    await dialog.get_by_text("Or paste JSON").click()
    await dialog.get_by_label("One dossier, or a list of them").fill(_TWO)

    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.locator(".wrong")).to_have_text("There is no room.")
    await expect(show.cards).to_have_count(7)
    await page.evaluate("makeRoom()")
    await dialog.get_by_role("button", name="Add", exact=True).click()

    await expect(dialog).to_have_count(0)
    await expect(show.cards).to_have_count(9)


async def test_characters_that_are_pasted_on_a_show_join_it_all_or_none(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    await page.evaluate(_NO_ROOM, {"characterId": "uma"})

    await Library(page).pastes(_TWO)
    dialog = Library(page).dialog
    await expect(dialog.wrong).to_contain_text("There is no room.")
    await expect(show.cards).to_have_count(7)
    await page.evaluate("makeRoom()")
    await dialog.add.click()

    await expect(show.cards).to_have_count(9)


async def test_a_portrait_that_is_not_kept_is_told_and_comes_with_the_next_load(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await page.evaluate(_NO_ROOM, {"kind": "portrait"})
    await listen(page)

    await mira.generate.click()
    await eventually(lambda: has_heard(page, "This browser could not keep what was made."), within=PATIENCE / 1_000)
    assert any("did not keep an output" in complaint for complaint in visitor.traffic.complaints)
    visitor.traffic.complaints.clear()
    await visitor.reloads()

    await mira.shows_picture()
    assert len(await jobs_of(stack, visitor.show_id)) == 1
