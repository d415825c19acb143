"""Faults in virtual time: orders of events that no real run can be made to go through one by one."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping

import pytest
from structlog.testing import capture_logs

from tests.support.fakes.clock import VirtualTimeLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run this folder's tests on virtual time."""
    return {"virtual": VirtualTimeLoop}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of runs log nothing."""
    with capture_logs():
        yield
