"""What the page's live regions said: they are emptied after seconds, so it is noted, not caught."""

from playwright.async_api import Page

_LISTEN = """() => {
    globalThis.heard = [];
    for (const id of ["polite", "assertive"]) {
        const region = document.getElementById(id);
        const note = () => region.textContent && heard.push([region.parentElement.nodeName, region.textContent]);
        new MutationObserver(note).observe(region, { childList: true });
    }
}"""

_HAS_HEARD = """([words, within]) =>
    heard.some(([where, text]) => text.includes(words) && (within === null || where === within))"""


async def listen(page: Page) -> None:
    """Note from now on what is said; a load ends it."""
    await page.evaluate(_LISTEN)


async def has_heard(page: Page, words: str, within: str | None = None) -> bool:
    """Whether these words were among what was said, by a region within an element of this name (``DIALOG``)."""
    return bool(await page.evaluate(_HAS_HEARD, [words, within]))
