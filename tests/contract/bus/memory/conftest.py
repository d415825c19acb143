"""The fakes keep their contracts in virtual time."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest

from tests.support.fakes.clock import VirtualTimeLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run this folder's tests on virtual time."""
    return {"virtual": VirtualTimeLoop}
