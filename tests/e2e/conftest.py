"""Whole systems: a stack of processes, over the local renderer or over an emulated Replicate."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.app import App
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import running
from tests.support.stack import Stack, running_stack


@pytest.fixture
async def local_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """Greenroom with the built-in renderer, as fast as it can."""
    async with running_stack(tmp_path) as stack:
        yield stack


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulated Replicate whose predictions take a moment."""
    with running() as control:
        yield control


@pytest.fixture
async def replicate_stack(tmp_path: Path, emulator: Emulator) -> AsyncIterator[Stack]:
    """Greenroom with the Replicate adapter over the emulator."""
    settings = {"PROVIDER": "replicate", "REPLICATE_API_TOKEN": "r8_test", "REPLICATE_BASE_URL": emulator.url}
    async with running_stack(tmp_path, **settings) as stack:
        yield stack


@asynccontextmanager
async def app_of(stack: Stack) -> AsyncIterator[App]:
    """Yield a client of a stack."""
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=20, trust_env=False) as http:
        yield App(http)
