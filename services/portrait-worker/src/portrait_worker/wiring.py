"""The portrait worker's composition root."""

import asyncio

from portrait_worker.config import Settings
from portrait_worker.translation import PortraitTranslation
from shared.domain.kinds import Kind
from shared.wiring.worker import run_worker


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Make portraits until ``stop``."""
    await run_worker(Kind.PORTRAIT, settings, lambda catalogue, _: PortraitTranslation(catalogue), stop)
