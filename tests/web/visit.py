"""The page as somebody visits it: what they see and press, and what passes between it and the server."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

PATIENCE = 60_000
"""Milliseconds for a file to appear: a clip takes that long where every core has other work."""

MIRA, TEO, OTTO = "Mira Okonjo", "Teo Salgado", "Otto Brindle"


@dataclass
class Traffic:
    """What a visitor's pages did: posts and polls at our door, requests elsewhere, and what the console said.

    ``unloaded`` is the browser's own note of each answer that did not come or was an error; ``complaints`` is the rest.
    """

    origin: str
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    unloaded: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note everything that a page does from now on."""
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}"))

    @property
    def job_ids(self) -> set[str]:
        """The jobIds that were posted."""
        return {post["jobId"] for post in self.posts}

    def _on_request(self, request: Request) -> None:
        at = urlsplit(request.url)
        if at.scheme not in ("data", "blob") and f"{at.scheme}://{at.netloc}" != self.origin:
            self.elsewhere.append(request.url)
        if request.method == "POST":
            self.posts.append(request.post_data_json or {})
        if at.path.endswith("/status"):
            self.polls.append(monotonic())

    def _on_response(self, response: Response) -> None:
        if response.request.method == "POST":
            self.answers.append(response.status)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.text.startswith("Failed to load resource"):
            self.unloaded.append(message.text)
        elif message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


class CardView:
    """One character's card."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.portrait_button = root.locator("button.portrait")
        self.clip_button = root.locator("button.clip")
        self.status = root.locator("[data-part=status]")
        self.detail = root.locator("[data-part=detail]")
        self.picture = root.locator(".frame img")
        self.clip = root.locator(".frame video")

    async def shows_picture(self) -> None:
        """Wait until the portrait is really there: decoded, with pixels."""
        await expect(self.picture).to_be_visible(timeout=PATIENCE)
        assert await self.picture.evaluate("image => image.complete && image.naturalWidth > 0")

    async def is_at_its_start(self) -> None:
        """Wait until it shows nothing, and offers the first portrait."""
        await expect(self.portrait_button).to_have_text("Make portrait")
        await expect(self.picture).to_have_count(0)
        await expect(self.clip_button).to_be_hidden()

    async def makes_portrait(self) -> None:
        """Make a portrait and wait for it."""
        await self.portrait_button.click()
        await self.shows_picture()


class Visitor:
    """Somebody with a browser profile of their own, and the tabs they open."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context = context
        self.base_url = base_url
        self.traffic = Traffic(base_url)
        self.page: Page

    async def opens_page(self) -> Page:
        """Open the address that is printed at the start, in a new tab, and wait for the cast."""
        self.page = await self.context.new_page()
        self.traffic.watch(self.page)
        await self.page.goto(self.base_url)
        await expect(self.page.locator(".card")).to_have_count(7)
        return self.page

    async def forgets_its_cache(self) -> None:
        """Empty the browser's cache; what the pages stored stays."""
        blank = await self.context.new_page()
        session = await self.context.new_cdp_session(blank)
        await session.send("Network.clearBrowserCache")
        await blank.close()

    def card(self, name: str) -> CardView:
        """Return a character's card on the page opened last."""
        return CardView(self.page.get_by_role("listitem", name=name))

    @property
    def banner(self) -> Locator:
        """What is said while the server is away."""
        return self.page.locator("#reconnecting")
