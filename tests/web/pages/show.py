"""A show as somebody directs it: the head of its page, a card for each of the cast, the dialogs and the large view."""

import re

from playwright.async_api import Locator, Page, expect

PATIENCE = 60_000


class Card:
    """One character's card."""

    def __init__(self, root: Locator, name: str) -> None:
        self.root = root
        self.name = name
        self.status = root.locator(".status")
        self.detail = root.locator(".detail")
        self.progress = root.get_by_role("progressbar")
        self.pictures = root.locator("img")
        self.picture = root.locator("img.there")
        self.clip = root.locator("video")
        self.generate = self._button("Generate", "portrait")
        self.new_portrait = self._button("New portrait")
        self.animate = self._button("Animate")
        self.new_clip = self._button("New clip")
        self.direct = self._button("Direct it")
        self.enlarge = self._button("View large")

    def cancel(self, thing: str = "portrait") -> Locator:
        """Return the button that cancels what is being made."""
        return self._button("Cancel", thing)

    def retry(self, thing: str = "portrait") -> Locator:
        """Return the button that makes the same again."""
        return self._button("Retry", thing)

    def edit(self, thing: str = "portrait") -> Locator:
        """Return the button that makes it again of other words."""
        return self._button(f"Edit the {'prompt' if thing == 'portrait' else 'scene'} and retry", thing)

    def dismiss(self, thing: str = "portrait") -> Locator:
        """Return the button that puts a failure away."""
        return self._button("Dismiss", thing)

    async def is_in(self, state: str) -> None:
        """Wait until the slot is empty, waiting, rendering, failed, canceled or done."""
        await expect(self.root).to_have_attribute("data-state", state, timeout=PATIENCE)

    async def shows_picture(self) -> None:
        """Wait until the portrait is really there, alone: decoded, with pixels, and nothing going on any more."""
        await self.is_in("done")
        await expect(self.picture).to_have_count(1, timeout=PATIENCE)
        await expect(self.pictures).to_have_count(1, timeout=PATIENCE)
        assert await self.picture.evaluate("image => image.complete && image.naturalWidth > 0")

    async def makes_portrait(self) -> None:
        """Make a portrait and wait for it."""
        await self.generate.click()
        await self.shows_picture()

    async def makes_clip(self) -> None:
        """Make a clip of the portrait and wait for it."""
        await self.animate.click()
        await self.is_in("done")
        await self.shows_clip()

    async def shows_clip(self) -> None:
        """Wait until its clip can be played."""
        await expect(self.clip).to_be_visible(timeout=PATIENCE)

    def _button(self, label: str, thing: str = "") -> Locator:
        whose = f"{thing} of {self.name}" if thing else self.name
        return self.root.get_by_role("button", name=f"{label}: {whose}", exact=True)


class Directing:
    """A dialog with words and models, whatever its title."""

    def __init__(self, page: Page) -> None:
        self.root = page.get_by_role("dialog")
        self.prompt = self.root.get_by_label("Prompt")
        self.scene = self.root.get_by_label("Scene of the clip")
        self.portrait_model = self.root.get_by_label("Model of the portrait")
        self.clip_model = self.root.get_by_label("Model of the clip")
        self.remove = self.root.get_by_role("button", name="Remove from the show")

    def setting(self, label: str) -> Locator:
        """Return the choice that a model offers."""
        return self.root.get_by_role("combobox", name=label, exact=True)

    async def ends_with(self, done: str) -> None:
        """Send the form by its button."""
        await self.root.get_by_role("button", name=done, exact=True).click()
        await expect(self.root).to_have_count(0)


class LargeView:
    """The view over the whole window."""

    def __init__(self, page: Page) -> None:
        self.root = page.locator("dialog.viewer")
        self.name = self.root.get_by_role("heading")
        self.picture = self.root.get_by_role("img")
        self.clip = self.root.locator("video")
        self.details = self.root.locator("dl")
        self.download = self.root.get_by_role("link", name=re.compile("^Download the "))
        self.portrait_tab = self.root.get_by_role("button", name="Portrait", exact=True)
        self.clip_tab = self.root.get_by_role("button", name="Clip", exact=True)


class ShowView:
    """The view of one show, on a page where it is open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.title = page.get_by_role("heading", level=1)
        self.cards = page.locator(".card")
        self.pictures = page.locator(".card img.there")
        self.count = page.locator(".playbill .count")
        self.lit_bulbs = page.locator(".bulbs .lit")
        self.missing = page.locator(".playbill .primary")
        self.auto = page.get_by_role("switch", name=re.compile("^Auto-generate"))
        self.dialog = Directing(page)
        self.viewer = LargeView(page)

    def card(self, name: str) -> Card:
        """Return a character's card."""
        return Card(self.page.get_by_role("listitem", name=name, exact=True), name)

    async def asks(self, button: str) -> Directing:
        """Press one of the buttons of the show's head, and return the dialog that opens."""
        await self.page.get_by_role("button", name=button).click()
        await expect(self.dialog.root).to_be_visible()
        return self.dialog

    async def directs(self, card: Card) -> Directing:
        """Open a character's dialog."""
        await card.direct.click()
        await expect(self.dialog.root).to_be_visible()
        return self.dialog
