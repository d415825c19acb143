"""A client's endpoint."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.webhooks.bench import SECRET
from tests.support.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as receiver:
        yield receiver
