"""A portrait's upload: made before it is needed, renewed in time, and not made again in the midst of a create."""

from typing import cast

from shared.ports.provider import Portrait
from shared.predictions.replicate.api import ReplicateApi
from shared.predictions.replicate.uploads import Uploads
from tests.support.fakes.clock import ManualClock

MIRA, JUNO = Portrait(data=b"mira", content_type="image/png"), Portrait(data=b"juno")
HOUR = 3600.0


class CountingApi:
    """Takes uploads, and gives each an address of its own."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def upload(self, name: str, data: bytes, content_type: str) -> str:
        self.names.append(name)
        return f"https://files.example/{len(self.names)}"


def uploads() -> tuple[Uploads, CountingApi, ManualClock]:
    api, clock = CountingApi(), ManualClock()
    return Uploads(cast(ReplicateApi, api), clock), api, clock


async def test_what_was_prepared_is_used_however_long_the_create_had_to_wait() -> None:
    files, api, clock = uploads()
    await files.prepare(MIRA)
    for _ in range(12):
        clock.advance(HOUR)
        assert await files.address(MIRA) == "https://files.example/1"
    assert len(api.names) == 1


async def test_before_the_next_create_it_is_renewed_long_before_it_is_gone() -> None:
    files, api, clock = uploads()
    await files.prepare(MIRA)
    clock.advance(HOUR - 1)
    await files.prepare(MIRA)
    assert len(api.names) == 1
    clock.advance(1)
    await files.prepare(MIRA)

    assert await files.address(MIRA) == "https://files.example/2"
    clock.advance(20 * HOUR)
    assert await files.address(MIRA) == "https://files.example/3"


async def test_each_portrait_has_an_upload_and_an_address_needs_none() -> None:
    files, api, _ = uploads()
    for portrait in (MIRA, JUNO, MIRA, Portrait(url="https://example.com/p.png"), None):
        await files.prepare(portrait)

    assert len(api.names) == 2
    assert await files.address(Portrait(url="https://example.com/p.png")) == "https://example.com/p.png"
    assert await files.address(None) is None


async def test_none_of_a_process_full_of_jobs_is_forgotten() -> None:
    files, api, _ = uploads()
    portraits = [Portrait(data=str(n).encode()) for n in range(2_000)]
    for portrait in portraits:
        await files.prepare(portrait)

    for portrait in portraits:
        await files.address(portrait)
    assert len(api.names) == len(portraits)
