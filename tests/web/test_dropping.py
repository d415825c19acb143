"""JSON that is dropped or pasted on any view: files, texts, a folder, and what cannot be read."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.library import TWO_OF_US, Library
from tests.web.visit import Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def test_json_is_pasted_anywhere(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)

    await library.pastes(json.dumps(TWO_OF_US))

    await expect(library.heading).to_have_text("Two of us")


async def test_files_are_dropped_anywhere(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    show, ada = ("show.json", '{"show_title": "Dropped"}'), ("ada.json", '{"character": "Ada"}')
    sign = library.page.get_by_text("Let go to add it")

    await library.drags("dragover", show, ada)
    await expect(sign).to_be_visible()
    await is_accessible(library.page)
    await shot(library.page, "library-drop")
    await library.drags("dragleave")
    await expect(sign).to_be_hidden()

    await visitor.goes("#/queue")
    await library.drags("dragover", show, ada)
    await library.drops(show, ada)
    await expect(sign).to_be_hidden()
    await expect(library.heading).to_have_text("Dropped")
    await visitor.goes("#/")
    await expect(library.tile("Dropped").counts).to_have_text("0 of 1 portrait")


async def test_a_dropped_file_that_cannot_be_read_is_told_beside_its_text(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)

    await library.drops(("show.json", "{"))
    await expect(library.dialog.wrong).to_have_text(re.compile("^Line 1, column 2: "))
    await expect(library.dialog.json).to_have_value("{")
    await library.dialog.cancel.click()

    await library.drops(("show.json", '{"show_title": "A"}'), ("ada.json", "[1]"))
    await expect(library.dialog.wrong).to_have_text(re.compile("^ada.json: “\\[0\\]” is a number"))


async def test_a_dropped_folder_is_told_to_be_one(visitor: Visitor, tmp_path: Path) -> None:
    library = await Library.opened_by(visitor)
    (folder := tmp_path / "cast").mkdir()
    (folder / "ada.json").write_text('{"character": "Ada"}')

    await library.drops_from_disk(folder)

    told = "cast cannot be read as a file. Is it a folder? Drop the files in it."
    await expect(library.dialog.wrong).to_have_text(told)


async def test_characters_dropped_on_an_open_show_join_it(visitor: Visitor) -> None:
    library = await Library.opened_by(visitor)
    await visitor.goes(f"#/shows/{await visitor.brings({'show': {'show_title': 'Joined'}})}")

    await library.drops(("ada.json", '{"character": "Ada"}'), ("bo.json", '{"character": "Bo"}'))

    await expect(library.page.get_by_role("heading", name="Ada")).to_be_visible()
    await expect(library.page.get_by_role("heading", name="Bo")).to_be_visible()
