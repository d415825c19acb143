"""The large view: one picture or clip at a time, by keyboard and by hand."""

import pytest
from playwright.async_api import expect

from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.show import ShowView
from tests.web.visit import MIRA, OTTO, PATIENCE, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def test_the_cast_is_looked_at_by_keyboard(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    viewer = show.viewer
    for name in (MIRA, TEO, OTTO):
        await show.card(name).makes_portrait()
    await show.card(TEO).makes_clip()
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-done", whole=True)

    await show.card(MIRA).enlarge.press("Enter")
    await expect(viewer.name).to_have_text(MIRA)
    await expect(viewer.picture).to_have_accessible_name(f"Portrait of {MIRA}")
    await expect(viewer.details).to_contain_text("832 × 1216")
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-viewer")
    await page.keyboard.press("ArrowRight")
    await expect(viewer.name).to_have_text(TEO)
    await expect(viewer.clip).to_be_visible()
    await expect(viewer.clip_tab).to_have_attribute("aria-pressed", "true")
    await is_accessible(page, over_pictures=True)
    await shot(page, "show-viewer-clip")
    await page.keyboard.press("p")
    await expect(viewer.picture).to_have_accessible_name(f"Portrait of {TEO}")
    await page.keyboard.press("c")
    await expect(viewer.clip).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(viewer.name).to_have_text(MIRA)
    await page.keyboard.press("ArrowLeft")
    await expect(viewer.name).to_have_text(OTTO)
    await viewer.root.get_by_role("button", name="Next character").dblclick()
    await expect(viewer.name).to_have_text(TEO)
    await page.keyboard.press("ArrowRight")
    await expect(viewer.name).to_have_text(OTTO)

    await page.keyboard.press("Escape")
    await expect(viewer.root).to_have_count(0)
    await expect(show.card(OTTO).enlarge).to_be_focused()


async def test_a_picture_is_opened_by_hand_and_downloaded(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    await show.card(MIRA).makes_portrait()

    await show.card(MIRA).picture.click(position={"x": 120, "y": 160}, force=True)
    async with page.expect_download() as downloading:
        await show.viewer.download.click()

    download = await downloading.value
    assert download.suggested_filename == f"{MIRA} portrait.png"
    await page.go_back()
    await expect(show.viewer.root).to_have_count(0, timeout=PATIENCE)
