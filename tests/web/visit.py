"""The studio as somebody visits it: the tabs they open, and what passes between those and the server."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

PATIENCE = 60_000
"""Milliseconds for a file to appear: a clip takes that long where every core has other work."""

MIRA, TEO, OTTO = "Mira Okonjo", "Teo Salgado", "Otto Brindle"

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "services/gateway/src/gateway/web/sample.json"

_NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"
"""The machine's own: a container started beside the tests brings a network, and the browser drops its connections."""

_DRAWN = "main[aria-busy=false] h1"
_ADD_SHOW = """async documents => {
    const { ShowStore } = await import("/page/shows/store.js");
    return new ShowStore().add(documents);
}"""


@dataclass
class Traffic:
    """What a visitor's pages did: submits, other calls, requests elsewhere, and what the console said.

    ``unloaded`` is the browser's own note of each answer that did not come or was an error, ``complaints`` every other
    warning and error, and ``lines`` all else that was said.
    """

    origin: str
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    unloaded: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

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
        self.calls.append((request.method, at.path))
        if _is_submit(request):
            self.posts.append(request.post_data_json or {})
        elif at.path == "/v1/jobs" and "ids=" in at.query:
            self.polls.append(monotonic())
        elif at.path == "/v1/events":
            self.streams.append(request.url)

    def _on_response(self, response: Response) -> None:
        if _is_submit(response.request):
            self.answers.append(response.status)

    def _on_console(self, message: ConsoleMessage) -> None:
        if _NETWORK_CHANGED in message.text:
            return
        if message.text.startswith("Failed to load resource"):
            self.unloaded.append(f"{message.text}: {message.location['url']}")
        elif message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")
        else:
            self.lines.append(message.text)


def _is_submit(request: Request) -> bool:
    return request.method == "POST" and urlsplit(request.url).path in ("/v1/jobs/portrait", "/v1/jobs/video")


class Visitor:
    """Somebody with a browser profile of their own, and the tabs they open.

    A test that takes the server or the network away sets ``expects_trouble``: the browser then notes by itself what did
    not load. Otherwise that, too, is a failure.
    """

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context = context
        self.base_url = base_url
        self.traffic = Traffic(base_url)
        self.expects_trouble = False
        self.page: Page

    async def opens(self, address: str = "") -> Page:
        """Open an address of the page, such as ``#/queue``, in a new tab, and wait until its view is drawn.

        Without one it is the address that is printed at the start: the sample show on the first visit, the library
        on every later one.
        """
        self.page = await self.context.new_page()
        self.traffic.watch(self.page)
        await self.page.goto(f"{self.base_url}/page/{address}" if address else self.base_url)
        await self.is_drawn()
        return self.page

    async def goes(self, address: str) -> None:
        """Open another address of the page in the tab opened last, as a link there would."""
        await self.page.evaluate("address => { location.hash = address; }", address)
        await self.is_drawn()

    async def is_drawn(self) -> None:
        """Wait until the view of the tab opened last has been drawn."""
        await expect(self.page.locator(_DRAWN).first).to_be_visible(timeout=PATIENCE)

    async def reloads(self) -> None:
        """Load the tab opened last again."""
        await self.page.reload()
        await self.is_drawn()

    async def brings(self, documents: dict[str, Any] | None = None) -> str:
        """Put a show straight into this browser (the sample's documents if none are given); return its id.

        ``documents`` are as ``shows/store.js`` takes them: title, show, characters, each with its document and perhaps
        its outputs. There has to be an open tab.
        """
        added: str = await self.page.evaluate(_ADD_SHOW, documents or sample_documents())
        return added

    async def forgets_its_cache(self) -> None:
        """Empty the browser's cache; what the pages stored stays."""
        blank = await self.context.new_page()
        session = await self.context.new_cdp_session(blank)
        await session.send("Network.clearBrowserCache")
        await blank.close()

    @property
    def banner(self) -> Locator:
        """What is said while the server is away."""
        return self.page.locator("#banner")

    @property
    def show_id(self) -> str:
        """The id of the show whose view is open."""
        return urlsplit(self.page.url).fragment.removeprefix("/shows/")


@asynccontextmanager
async def visiting(browser: Browser, base_url: str, **more: Any) -> AsyncIterator[Visitor]:
    """Yield somebody who has never been here: an empty profile, a desktop window, nothing wrong on any page by the end.

    ``more`` is what a new context of the browser takes.
    """
    context = await browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | more))
    visitor = Visitor(context, base_url)
    try:
        yield visitor
    finally:
        await context.close()
    assert not visitor.traffic.complaints, visitor.traffic.complaints
    assert not visitor.traffic.elsewhere, visitor.traffic.elsewhere
    assert visitor.expects_trouble or not visitor.traffic.unloaded, visitor.traffic.unloaded


def sample_documents() -> dict[str, Any]:
    """Return the sample show as ``Visitor.brings`` takes it."""
    sample = json.loads(SAMPLE.read_text())
    return {"show": sample["show"], "characters": [{"document": document} for document in sample["characters"]]}


def cast_of(size: int, title: str = "A crowd") -> dict[str, Any]:
    """Return a show with so many characters, named Extra 1, Extra 2 and so on."""
    characters = [{"document": {"character": f"Extra {number + 1}"}} for number in range(size)]
    return {"show": {"show_title": title}, "characters": characters}
