"""The library as somebody uses it."""

from pathlib import Path
from typing import Self

from playwright.async_api import Locator, Page, expect

from tests.web.visit import Visitor

TWO_OF_US = {"show_title": "Two of us", "characters": [{"character": "Ada"}, {"character": "Bo"}]}
"""A show as somebody brings it."""


class ShowTile:
    """One show's card."""

    def __init__(self, root: Locator, title: str) -> None:
        self.root = root
        self.link = root.get_by_role("link", name=title)
        self.counts = root.locator(".counts")
        self.running = root.locator(".running")
        self.pictures = root.locator(".lineup img")
        self.seats = root.locator(".seat")
        self.export = root.get_by_role("button", name=f"Export {title}")
        self.delete = root.get_by_role("button", name=f"Delete {title}")


class NewShow:
    """The dialog that asks for a show."""

    def __init__(self, page: Page) -> None:
        self.root = page.get_by_role("dialog", name="A new show")
        self.name = self.root.get_by_label("Name")
        self.json = self.root.get_by_label("Or its JSON")
        self.files = self.root.get_by_label("Or files with JSON")
        self.add = self.root.get_by_role("button", name="Add the show")
        self.cancel = self.root.get_by_role("button", name="Cancel")
        self.wrong = self.root.locator(".wrong")


class Library:
    """The view of all shows, on a page where it is open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tiles = page.locator(".show-card")
        self.dialog = NewShow(page)
        self.heading = page.get_by_role("heading", level=1)
        self.empty = page.get_by_role("heading", name="The stage is empty")

    @classmethod
    async def opened_by(cls, visitor: Visitor) -> Self:
        """Open it in a new tab."""
        return cls(await visitor.opens("#/"))

    def tile(self, title: str) -> ShowTile:
        """Return a show's card."""
        return ShowTile(self.tiles.filter(has=self.page.get_by_role("heading", name=title, exact=True)), title)

    async def asks_for_show(self) -> NewShow:
        """Open the dialog."""
        await self.page.get_by_role("button", name="New show").click()
        await expect(self.dialog.root).to_be_visible()
        return self.dialog

    async def drops(self, *files: tuple[str, str]) -> None:
        """Drop files, each a name and a text, on the page as a file manager would."""
        await self.drags("drop", *files)

    async def drags(self, event: str, *files: tuple[str, str]) -> None:
        """Fire one event of a drag that carries these files."""
        await self.page.evaluate(_DRAG, {"event": event, "files": files})

    async def drops_from_disk(self, *paths: Path) -> None:
        """Drop files, or folders, as a file manager does: from outside of the browser."""
        session = await self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for event in ("dragEnter", "dragOver", "drop"):
            await session.send("Input.dispatchDragEvent", {"type": event, "x": 300, "y": 300, "data": data})
        await session.detach()

    async def pastes(self, text: str) -> None:
        """Paste a text while nothing has the focus."""
        await self.page.evaluate(_PASTE, text)


_DRAG = """({ event, files }) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of files) dataTransfer.items.add(new File([text], name, { type: "application/json" }));
    document.body.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
}"""

_PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
