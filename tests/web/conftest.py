"""A running Greenroom with the built-in renderer, a real browser, and a visitor for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.stack import Stack, running_stack
from tests.web.chromium import NOT_FOUND, chromium, find_chromium, must_have_browser
from tests.web.visit import Visitor, visiting

RENDER_SECONDS = "0.5"
WAIT = 30_000
"""Milliseconds for what should be there at once: the tests say what comes, never how soon."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The whole of Greenroom as processes; a test that stops one starts it again. Not started without a browser."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(folder, LOCAL_RENDER_SECONDS=RENDER_SECONDS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def nobody_renders(stack: Stack) -> AsyncIterator[None]:
    """No portrait gets further than the queue until the test starts the worker, or is over."""
    await stack.services["portrait-worker"].stop()
    yield
    await stack.start()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium; skips where there is none, unless there has to be one."""
    if find_chromium() is None and not must_have_browser():
        pytest.skip(NOT_FOUND)
    expect.set_options(timeout=WAIT)
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> AsyncIterator[Visitor]:
    """Somebody who has never been here, and who asks for less motion unless the test is marked ``motion``.

    A quarter of all the work of these tests would be drawing frames that nobody looks at.
    """
    motion = "no-preference" if request.node.get_closest_marker("motion") else "reduce"
    async with visiting(browser, stack.base_url, reduced_motion=motion) as somebody:
        yield somebody
