"""What the bus's contract suites share."""

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

Later = Awaitable[T]
"""What a bench's own actions return, so that over the fakes they may take no time and over a server some."""
