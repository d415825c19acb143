"""The corner of every view: the indicator, and the panel that it opens."""

import re

from playwright.async_api import Locator, Page, expect

PATIENCE = 60_000


class TaskRow:
    """One task in the panel."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.progress = root.get_by_role("progressbar")
        self.reason = root.locator(".task-reason")
        self.elapsed = root.locator(".task-elapsed")

    def button(self, label: str) -> Locator:
        """Return the button whose name begins with a label."""
        return self.root.get_by_role("button", name=re.compile(f"^{label} "))

    async def is_in(self, phase: str) -> None:
        """Wait until the task has come to a phase."""
        await expect(self.root).to_have_attribute("data-phase", phase, timeout=PATIENCE)


class TasksPanel:
    """The panel, open or not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.toggle = page.get_by_role("button", name=re.compile("^Background tasks: "))
        self.root = page.locator("#tasks-panel")
        self.rows = self.root.locator(".task")
        self.retry_all = self.root.get_by_role("button", name=re.compile("^Retry all failed"))
        self.clear_finished = self.root.get_by_role("button", name="Clear finished")

    def generate(self, character: str) -> Locator:
        """Return the button, on the show's view, that has a character's portrait made."""
        return self.page.get_by_role("button", name=f"Generate: portrait of {character}")

    async def has_made(self, character: str) -> None:
        """Have a character's portrait made."""
        await self.generate(character).click()

    async def opens(self) -> None:
        """Press the indicator; the panel has the focus then."""
        await self.toggle.click()
        await expect(self.root).to_be_visible()

    def group(self, show: str) -> Locator:
        """Return the part of the panel that has a show's tasks."""
        return self.root.get_by_role("region", name=show, exact=True)

    def row(self, character: str, thing: str = "portrait") -> TaskRow:
        """Return a character's task."""
        return TaskRow(self.rows.filter(has=self.page.get_by_text(f"{character}’s {thing}", exact=True)))
