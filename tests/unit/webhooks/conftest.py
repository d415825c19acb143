"""Deliveries in virtual time: a day of pauses takes no time."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping

import pytest
from structlog.testing import capture_logs

from tests.support.fakes.clock import VirtualTimeLoop
from tests.unit.webhooks.bench import Bench


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run this folder's tests on virtual time."""
    return {"virtual": VirtualTimeLoop}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def bench() -> Bench:
    """One server, endpoints, and any number of deliverers."""
    return Bench()
