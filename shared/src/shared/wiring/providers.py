"""Which provider renders, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.catalogue.catalogue import Catalogue
from shared.ports.clock import Clock
from shared.ports.provider import Provider
from shared.predictions.blank import BlankProvider
from shared.predictions.local import LocalProvider
from shared.predictions.replicate.api import Limits as ApiLimits
from shared.predictions.replicate.provider import ReplicateProvider
from shared.runtime.cores import cores
from shared.wiring.worker_settings import WorkerSettings

_REMOTE_CONCURRENCY = 500


def concurrency_of(settings: WorkerSettings) -> int:
    """Return how many jobs a worker holds: many when it only waits for others, a core's worth when it renders."""
    if settings.concurrency is not None:
        return settings.concurrency
    return cores() if settings.chosen_provider == "local" else _REMOTE_CONCURRENCY


@asynccontextmanager
async def open_provider(settings: WorkerSettings, catalogue: Catalogue, clock: Clock) -> AsyncIterator[Provider]:
    """Yield the chosen provider and close it."""
    provider = _provider(settings, catalogue, clock)
    try:
        yield provider
    finally:
        await provider.close()


def _provider(settings: WorkerSettings, catalogue: Catalogue, clock: Clock) -> Provider:
    match settings.chosen_provider:
        case "blank":
            return BlankProvider()
        case "local":
            return LocalProvider(render_seconds=settings.local_render_seconds, concurrency=concurrency_of(settings))
        case "replicate":
            return _replicate(settings, catalogue, clock)


def _replicate(settings: WorkerSettings, catalogue: Catalogue, clock: Clock) -> Provider:
    return ReplicateProvider(
        settings.replicate_api_token or "",
        catalogue,
        clock,
        base_url=settings.replicate_base_url,
        limits=ApiLimits(
            creates_per_minute=settings.provider_creates_per_minute,
            reads_per_minute=settings.provider_reads_per_minute,
        ),
    )
