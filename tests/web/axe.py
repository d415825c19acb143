"""What axe-core finds wrong with a page for people who use it by keyboard, by ear, or with poor sight."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Page

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "incomplete"],
    "preload": False,  # it fetches the stylesheets again, and complains on the console of a page that is offline
}
_STILL = """Promise.allSettled(document.getAnimations()
    .map(motion => motion.effect.getTiming().iterations === Infinity || motion.finished))"""
_EVERY = 4
"""Pixels from one that is looked at to the next."""


async def is_accessible(page: Page, *, over_pictures: bool = False) -> None:
    """Fail with every violation of WCAG 2.2 A and AA, and of axe's good practice, in what the page shows now.

    Waits until what was fading in is there: halfway, its contrast is nobody's concern. Where there are texts
    ``over_pictures``, of whose background axe knows nothing, the pixels that are really there tell their contrast.
    """
    await page.evaluate(_STILL)
    found = await Axe().run(page, options=_RULES)
    violations = [
        f"{violation['id']}: {violation['help']}\n    {node['html'][:160]}\n    {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    unsure = [node for each in found.response["incomplete"] if each["id"] == "color-contrast" for node in each["nodes"]]
    assert not violations, "\n".join(violations)
    if over_pictures:
        assert not (pale := await _pale(page, unsure)), "\n".join(pale)


async def _pale(page: Page, nodes: list[dict[str, Any]]) -> list[str]:
    """Return the texts among these, not partly hidden, whose contrast to what is behind most of them is too small."""
    targets = [node["target"][-1] for node in nodes if isinstance(node["target"][-1], str)]
    texts: list[dict[str, Any]] = await page.evaluate(_TEXTS, targets) if targets else []
    if not texts:
        return []
    await page.evaluate(_WITHOUT_TEXT)
    try:
        picture = Image.open(BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
    finally:
        await page.evaluate(_WITH_TEXT)
    pale = []
    for text in texts:
        ratios = sorted(_ratios(picture, text))
        if ratios and (ratio := ratios[len(ratios) // 10]) < text["least"]:
            pale.append(f"color-contrast: {ratio:.1f} of {text['least']}, by the pixels\n    {text['html']}")
    return pale


def _ratios(picture: Image.Image, text: dict[str, Any]) -> list[float]:
    """Return the contrast of a text's colour to pixels of its box, as much of it as is on the picture."""
    left, top = max(0, int(text["left"])), max(0, int(text["top"]))
    right, bottom = min(picture.width, int(text["right"])), min(picture.height, int(text["bottom"]))
    *colour, alpha = text["colour"]
    ratios = []
    for x in range(left, right, _EVERY):
        for y in range(top, bottom, _EVERY):
            behind: tuple[int, ...] = picture.getpixel((x, y))  # type: ignore[assignment]
            seen = [alpha * own + (1 - alpha) * under for own, under in zip(colour, behind, strict=True)]
            light, dark = sorted((_luminance(seen), _luminance(behind)), reverse=True)
            ratios.append((light + 0.05) / (dark + 0.05))
    return ratios


def _luminance(colour: Sequence[float]) -> float:
    """Return the relative luminance of WCAG."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


_TEXTS = """targets => targets.map(target => document.querySelector(target)).filter(Boolean).map(element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, top, right, bottom } = range.getBoundingClientRect();
    const style = getComputedStyle(element);
    const [red, green, blue, alpha = 1] = style.color.match(/[\\d.]+/g).map(Number);
    let opacity = alpha;
    for (let up = element; up; up = up.parentElement) opacity *= Number(getComputedStyle(up).opacity);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const isPlain = style.color.startsWith("rgb");
    const corners = [[left, top], [right - 1, top], [left, bottom - 1], [right - 1, bottom - 1]];
    const isSeen = corners.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
    const box = { left, top, right, bottom };
    return isPlain && isSeen && {
        ...box, colour: [red, green, blue, opacity], least: isLarge ? 3 : 4.5, html: element.outerHTML.slice(0, 160),
    };
}).filter(Boolean)"""

_WITHOUT_TEXT = """() => {
    const sheet = globalThis.withoutText ??= new CSSStyleSheet();
    sheet.replaceSync("* { color: transparent !important; text-shadow: none !important; transition: none !important }");
    document.adoptedStyleSheets.push(sheet);
}"""

_WITH_TEXT = """() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== globalThis.withoutText);
}"""
