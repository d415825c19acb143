"""The chassis runs in virtual time: minutes of waiting, deadlines included, take no time."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.support.fakes.clock import VirtualTimeLoop
from tests.unit.worker.bench import Bench


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run this folder's tests on virtual time."""
    return {"virtual": VirtualTimeLoop}


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the code under test logged."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
async def bench() -> Bench:
    """A bus, a provider, and any number of workers."""
    return Bench()
