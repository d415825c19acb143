"""Markdown pages as their tests read them: links, headings, fenced blocks and tables."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.support.source_tree import ROOT

_NOT_OURS = {"node_modules", "data", "__pycache__"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_TICKED = re.compile(r"`([^`\n]+)`")
_CURL = re.compile(r"curl .*?(?=curl |\Z)", re.DOTALL)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/[^\s'\"]*)")


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path from the checkout's root."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return _FENCE.sub("", self.text)

    def links(self) -> list[str]:
        """Return the targets of all links and pictures."""
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """Return what ``#…`` may name here: each heading in small letters, without punctuation, hyphens for spaces."""
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in _HEADING.findall(self.prose)}

    def ticked(self) -> set[str]:
        """Return everything that stands in backticks."""
        return set(_TICKED.findall(self.prose))

    def blocks(self, language: str, below: str = "") -> list[str]:
        """Return the fenced blocks in a language, of one section (by its heading) or of the whole page."""
        text = self.section(below) if below else self.text
        return [body for named, body in _FENCE.findall(text) if named == language]

    def section(self, heading: str) -> str:
        """Return the text from a heading to the next of the same rank or a higher one."""
        found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found, f"{self.name} has no section {heading!r}"
        return found[2]

    def rows(self, *header: str) -> list[list[str]]:
        """Return the cells of every table whose header begins with these words."""
        found: list[list[str]] = []
        for table in _tables(self.prose):
            if tuple(table[0][: len(header)]) == header:
                found += table[2:]
        assert found, f"{self.name} has no table that begins with {header}"
        return found


@dataclass(frozen=True)
class Call:
    """One ``curl`` of ours as a request; ``body`` is None when it has none or when a shell has to fill it in."""

    method: str
    target: str
    body: str | None
    headers: dict[str, str] = field(default_factory=dict)


def pages() -> list[Page]:
    """Return every page of the checkout."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_OURS and not name.startswith(".")]
        found += [Path(folder, name) for name in files if name.endswith(".md")]
    return [page(path) for path in sorted(found)]


def page(path: Path | str) -> Page:
    """Return one page, by its path from the checkout's root."""
    return Page(ROOT / path, (ROOT / path).read_text())


def words(cell: str) -> list[str]:
    """Return what stands in backticks in a table's cell."""
    return _TICKED.findall(cell)


def calls(block: str) -> Iterator[Call]:
    """Yield each ``curl`` of a shell block that goes to a gateway on its default port."""
    for command in _CURL.findall(block):
        address = _ADDRESS.search(command)
        if address is None:
            continue
        data = re.search(r" -d '([^']*)'", command)
        named = re.search(r" -X (\w+)", command)
        posts = " -d " in command or " -d\n" in command
        head = re.search(r" -\w*I", command) is not None
        headers = dict(header.split(": ", 1) for header in re.findall(r" -H '([^']*)'", command))
        method = named[1] if named else "POST" if posts else "HEAD" if head else "GET"
        body = data[1] if data and "$" not in data[1] else None
        yield Call(method, address[1].rstrip(")"), body, headers)


def _tables(text: str) -> Iterator[list[list[str]]]:
    for table in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
        yield [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
