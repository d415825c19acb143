"""The video worker's composition root."""

import asyncio

from shared.catalogue.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.ports.media import MediaStore
from shared.wiring.worker import run_worker
from video_worker.config import Settings
from video_worker.translation import VideoTranslation


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Make clips until ``stop``."""

    def translation(catalogue: Catalogue, media: MediaStore) -> VideoTranslation:
        return VideoTranslation(catalogue, media, settings.public_url)

    await run_worker(Kind.VIDEO, settings, translation, stop)
