"""One emulator for all of these tests, emptied before each, and a provider that speaks to it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from shared.catalogue import Catalogue, load
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.ports.provider import Order
from shared.predictions.replicate import Limits, ReplicateProvider, Spacing
from shared.runtime.clock import SystemClock
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import running
from tests.support.replicate_emulator.world import Settings

TOKEN = "r8_the-token"
TRUST = httpx.create_ssl_context()
"""Made once: reading all the world's certificates takes longer than most of these tests."""

BRISK = Spacing(densest=0.02, sparsest=0.1)
MakeOrder = Callable[..., Order]
_numbers = count(1)


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with running(Settings(token=TOKEN)) as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Emulator) -> Emulator:
    _emulator.set(
        token=TOKEN,
        boot={"*": [0.0, 0.03]},
        run={"*": [0.05, 0.1]},
        page_size=100,
        data_kept=3600.0,
        creates_per_minute=None,
        reads_per_minute=None,
        internal_names=False,
        openai_key_required=False,
        delivery_url=None,
    )
    _emulator.reset()
    return _emulator


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@asynccontextmanager
async def provider_at(url: str, catalogue: Catalogue, **limits: Any) -> AsyncIterator[ReplicateProvider]:
    """Yield a provider that asks ``url``, with some of its limits changed."""
    provider = ReplicateProvider(
        TOKEN, catalogue, SystemClock(), base_url=url, limits=Limits(**limits), spacing=BRISK, verify=TRUST
    )
    try:
        yield provider
    finally:
        await provider.close()


@pytest.fixture
async def provider(emulator: Emulator, catalogue: Catalogue) -> AsyncIterator[ReplicateProvider]:
    async with provider_at(emulator.url, catalogue) as provider:
        yield provider


def make_order(kind: Kind = Kind.PORTRAIT, **fields: Any) -> Order:
    """Return an order unlike all others in its job and its prompt; ``fields`` replace the usual ones."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "job_id": JobId(f"job-{number}"),
        "kind": kind,
        "model": "flux" if kind is Kind.PORTRAIT else "openai/sora-2",
        "settings": {},
        "prompt": f"The innkeeper, number {number}.",
        "deadline": datetime.now(UTC) + timedelta(seconds=900),
    }
    return Order(**(usual | fields))


@pytest.fixture
def order() -> MakeOrder:
    return make_order
