"""What every provider promises, held against Replicate."""

from collections.abc import AsyncIterator

import pytest

from shared.catalogue import Catalogue
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import Bench, ProviderSuite
from tests.contract.replicate.conftest import make_order, provider_at
from tests.support.replicate_emulator.client import Emulator


class TestReplicate(ProviderSuite):
    @pytest.fixture
    async def bench(
        self, emulator: Emulator, catalogue: Catalogue, provider: ReplicateProvider
    ) -> AsyncIterator[Bench]:
        yield Bench(
            provider=provider,
            order=make_order,
            successor=lambda: provider_at(emulator.url, catalogue),
            unknown_output=f"{emulator.url}/delivery/nothing/out-0.png",
        )
