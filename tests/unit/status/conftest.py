"""What the status service's tests share."""

import pytest

from tests.unit.status.bench import Bench


@pytest.fixture
def bench() -> Bench:
    """One bus and one bucket, and time that is moved by hand."""
    return Bench()
