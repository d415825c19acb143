"""Which provider renders, as the settings say."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.catalogue.catalogue import Catalogue
from shared.ports.clock import Clock
from shared.ports.provider import Provider
from shared.wiring.process import SettingsUnusable
from shared.wiring.worker_settings import WorkerSettings

_REMOTE_CONCURRENCY = 500


def concurrency_of(settings: WorkerSettings) -> int:
    """Return how many jobs a worker holds: many when it only waits for others, a core's worth when it renders."""
    if settings.concurrency is not None:
        return settings.concurrency
    return (os.cpu_count() or 1) if settings.chosen_provider == "local" else _REMOTE_CONCURRENCY


@asynccontextmanager
async def open_provider(settings: WorkerSettings, catalogue: Catalogue, clock: Clock) -> AsyncIterator[Provider]:
    """Yield the chosen provider and close it; raises ``SettingsUnusable``."""
    provider = _provider(settings, catalogue, clock)
    try:
        yield provider
    finally:
        await provider.close()
