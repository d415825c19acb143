"""Pictures of every view and state, wide and on a phone, for somebody to look at: the tests take them as they go.

They are put into the folder that GREENROOM_SHOTS names, ``.shots`` in the checkout if it names none.
"""

import os
from pathlib import Path

from playwright.async_api import Locator, Page

from tests.web.visit import ROOT

SHOTS = frozenset(
    {
        "key",
        "opening",
        "page-in-part",
        "part-to-come",
        "view-broken",
        "library",
        "library-delete",
        "library-drop",
        "library-empty",
        "library-long-words",
        "library-new-show",
        "library-not-kept",
        "library-running",
        "library-wrong-json",
        "queue-away",
        "queue-empty",
        "queue-no-workers",
        "queue-running",
        "queue-thousand",
        "queue-throttled",
        "show-add",
        "show-arriving",
        "show-away",
        "show-canceled",
        "show-canceling",
        "show-clip-failed",
        "show-direct",
        "show-done",
        "show-edit-and-retry",
        "show-failed",
        "show-hundred",
        "show-long-words",
        "show-models",
        "show-nobody",
        "show-offline",
        "show-over-limit",
        "show-remove",
        "show-rename",
        "show-rendering",
        "show-rendering-again",
        "show-scene",
        "show-unknown",
        "show-viewer",
        "show-viewer-clip",
        "show-waiting",
        "tasks-empty",
        "tasks-ended",
        "tasks-failed",
        "tasks-running",
    }
)
"""Every view and state that is to be looked at: a test sees to it that each has its picture taken."""

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


async def shot(page: Page, name: str, *, whole: bool = False, at: Locator | None = None) -> None:
    """Take a picture on both screens, as ``name-wide.png`` and ``name-phone.png``; ``whole`` is all of the view.

    ``at`` is what it is a picture of, where that may be below the edge of a phone.
    """
    assert name in SHOTS, f"{name} is in nobody's list"
    folder = Path(os.environ.get("GREENROOM_SHOTS", ROOT / ".shots"))
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    if whole:
        await page.evaluate("scrollTo(0, 0)")
    for screen, size in (("phone", PHONE), ("wide", WIDE)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        if at:
            await at.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
        await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await page.screenshot(path=folder / f"{name}-{screen}.png", full_page=whole, animations="disabled")
    if before:
        await page.set_viewport_size(before)
