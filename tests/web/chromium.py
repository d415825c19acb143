"""Debian's Chromium, driven headless: one per module of tests, with a clean profile for each test."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_WITHOUT = (
    # what Chromium's own address bar drops down: made ready for every window, seen by nobody
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # the browser takes the last list it is given, so this one has to say again what Playwright's says for such tests
    "AimEnabled",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
NOT_FOUND = f"no Chromium on the PATH (looked for {', '.join(_NAMES)}); on Debian: apt-get install chromium"


def find_chromium() -> str | None:
    """Return where the browser is, None when there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def must_have_browser() -> bool:
    """Whether a missing browser is a failure and not a reason to skip: GREENROOM_REQUIRE_BROWSER=1 says so."""
    return os.environ.get("GREENROOM_REQUIRE_BROWSER") == "1"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a running browser whose profile is empty and which calls nobody by itself."""
    executable = find_chromium()
    assert executable, NOT_FOUND
    async with async_playwright() as playwright:
        arguments = ["--headless", *_QUIET, "--disable-sync", f"--disable-features={','.join(_WITHOUT)}"]
        browser = await playwright.chromium.launch(executable_path=executable, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()
