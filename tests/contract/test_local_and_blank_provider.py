"""The local renderer and the blank provider keep every provider's promises."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.ports.provider import Order, Portrait, Provider
from shared.predictions.blank import BlankProvider
from shared.predictions.local import LocalProvider
from tests.contract.provider_suite import Bench, ProviderSuite
from tests.support.samples import png_bytes


def orders() -> Callable[[Kind], Order]:
    """Return a maker of orders, each unlike all others; clips are a second long."""
    numbers = count(1)

    def make(kind: Kind) -> Order:
        number = next(numbers)
        return Order(
            job_id=JobId(f"job-{kind}-{number}"),
            kind=kind,
            model="flux" if kind is Kind.PORTRAIT else "openai/sora-2",
            settings={"seconds": 1, "aspectRatio": "square"} if kind is Kind.VIDEO else {},
            prompt=f"The innkeeper, number {number}.",
            deadline=datetime.now(UTC) + timedelta(seconds=900),
            character={"character": f"Innkeeper {number}"},
            portrait=Portrait(data=png_bytes()) if kind is Kind.VIDEO else None,
        )

    return make


@asynccontextmanager
async def closing(provider: Provider) -> AsyncIterator[Provider]:
    """Yield a provider and close it."""
    try:
        yield provider
    finally:
        await provider.close()


class TestLocal(ProviderSuite):
    @pytest.fixture
    async def bench(self) -> AsyncIterator[Bench]:
        async with closing(LocalProvider()) as provider:
            yield Bench(provider, orders(), lambda: closing(LocalProvider()), "local-nobody.png", finds=False)


class TestBlank(ProviderSuite):
    @pytest.fixture
    async def bench(self) -> AsyncIterator[Bench]:
        async with closing(BlankProvider()) as provider:
            yield Bench(provider, orders(), lambda: closing(BlankProvider()), "nothing", finds=False)
