"""Waiting and listening in virtual time: a minute's wait takes no time, and every order comes as it is asked for."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest

from tests.support.fakes.clock import VirtualTimeLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run this folder's tests on virtual time."""
    return {"virtual": VirtualTimeLoop}
