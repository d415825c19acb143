"""Portraits handed over as bytes: uploaded once, though a create may have to be tried several times."""

import hashlib
from collections import OrderedDict

from shared.ports.clock import Clock
from shared.ports.provider import Portrait
from shared.predictions.replicate.api import ReplicateApi

_KEPT = 4_096
"""Uploads remembered: more than a process has jobs in hand, so that none is forgotten between its two uses."""

_RENEWED_AFTER = 3600.0
_GOOD_FOR = 20 * 3600.0
"""Seconds an uploaded file is used for a create that was prepared with it; Replicate keeps it for a day."""


def digest(data: bytes) -> str:
    """Return the hex SHA-256 the API, too, knows a file by."""
    return hashlib.sha256(data).hexdigest()


class Uploads:
    """Turns a portrait into an address the model can read."""

    def __init__(self, api: ReplicateApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def prepare(self, portrait: Portrait | None) -> None:
        """Make sure of an upload that is good for hours; raises :class:`shared.ports.provider.ProviderTrouble`."""
        await self._address(portrait, _RENEWED_AFTER)

    async def address(self, portrait: Portrait | None) -> str | None:
        """Return the portrait's own address, or that of its upload, which is made only if nobody prepared it.

        None without a portrait. Raises :class:`shared.ports.provider.ProviderTrouble`.
        """
        return await self._address(portrait, _GOOD_FOR)

    async def _address(self, portrait: Portrait | None, good_for: float) -> str | None:
        if portrait is None or portrait.data is None:
            return portrait.url if portrait else None
        name = digest(portrait.data)
        address, since = self._kept.get(name, ("", float("-inf")))
        if since + good_for <= self._clock.monotonic():
            address = await self._upload(name, portrait.data, portrait.content_type or "application/octet-stream")
        return address

    async def _upload(self, name: str, data: bytes, content_type: str) -> str:
        ending = content_type.partition("/")[2].partition(";")[0] or "bin"
        address = await self._api.upload(f"{name[:32]}.{ending}", data, content_type)
        self._kept[name] = (address, self._clock.monotonic())
        self._kept.move_to_end(name)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return address
