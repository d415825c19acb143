"""Pictures of every view and state, wide and on a phone, for somebody to look at: the tests take them as they go.

They are put into the folder that GREENROOM_SHOTS names, ``.shots`` in the checkout if it names none.
"""

import os
from pathlib import Path

from playwright.async_api import Page

from tests.web.visit import ROOT

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


async def shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Take a picture on both screens, as ``name-wide.png`` and ``name-phone.png``; ``whole`` is all of the view."""
    folder = Path(os.environ.get("GREENROOM_SHOTS", ROOT / ".shots"))
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    if whole:
        await page.evaluate("scrollTo(0, 0)")
    for screen, size in (("phone", PHONE), ("wide", WIDE)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await page.screenshot(path=folder / f"{name}-{screen}.png", full_page=whole, animations="disabled")
    if before:
        await page.set_viewport_size(before)
