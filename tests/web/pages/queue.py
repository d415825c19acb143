"""The queue as somebody watches it: the boards of two kinds, their counts and their tokens."""

import re

from playwright.async_api import Locator, Page, expect

PATIENCE = 60_000


class Board:
    """One kind's part of the queue."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.tokens = root.locator(".token:not(.gone)")
        self.caption = root.locator(".queue-caption")
        self.why = root.locator(".queue-why")
        self.fold = root.locator(".fold")
        self.desks = root.locator(".desk")

    def token(self, name: str) -> Locator:
        """Return the token of a character's job; whoever else's job it may be."""
        return self.root.get_by_role("button", name=re.compile(f"^{re.escape(name)},"))

    def own_token(self, name: str) -> Locator:
        """Return the token of a job that this visitor began, whatever others made of the same character."""
        return self.token(name).and_(self.root.locator(".mine"))

    def zone(self, name: str) -> Locator:
        """Return the tokens in ``waiting``, ``running`` or ``ended``."""
        return self.root.locator(f".token[data-zone={name}]:not(.gone)")

    async def counts(self, zone: str, number: str) -> None:
        """Wait until a zone's number is this."""
        await expect(self.root.locator(f".zone.{zone} strong")).to_have_text(number, timeout=PATIENCE)

    async def holds(self, name: str, zone: str) -> None:
        """Wait until a character's token is in a zone."""
        await expect(self.token(name)).to_have_attribute("data-zone", zone, timeout=PATIENCE)

    async def holds_own(self, name: str, zone: str) -> None:
        """Wait until the token of a job that this visitor began is in a zone."""
        await expect(self.own_token(name)).to_have_attribute("data-zone", zone, timeout=PATIENCE)


class QueueView:
    """The view at ``#/queue``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("article.queue")
        self.portraits = Board(self.root.get_by_role("region", name="Portraits"))
        self.clips = Board(self.root.get_by_role("region", name="Clips"))
        self.trouble = self.root.locator(".wrong")

    async def is_known(self) -> None:
        """Wait until the first report is shown."""
        await expect(self.root).to_have_attribute("aria-busy", "false", timeout=PATIENCE)

    async def in_words(self) -> Locator:
        """Open the text alternative and return it."""
        await self.root.get_by_text("The queue in words").click()
        return self.root.locator(".queue-table")
