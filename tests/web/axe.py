"""What axe-core finds wrong with a page for people who use it by keyboard, by ear, or with poor sight."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_STILL = "Promise.all(document.getAnimations().map(a => a.effect.getTiming().iterations === Infinity || a.finished))"


async def is_accessible(page: Page) -> None:
    """Fail with every violation of WCAG 2.2 A and AA, and of axe's good practice, in what the page shows now.

    Waits until what was fading in is there: halfway, its contrast is nobody's concern.
    """
    await page.evaluate(_STILL)
    found = await Axe().run(page, options=_RULES)
    violations = [
        f"{violation['id']}: {violation['help']}\n    {node['html'][:160]}\n    {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert not violations, "\n".join(violations)
