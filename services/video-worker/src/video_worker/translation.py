"""A clip's request as an order."""

import asyncio

from shared.catalogue.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.domain.portrait_url import BadPortraitUrl, OwnMedia, understand
from shared.domain.request import JobRequest
from shared.ports.media import MediaMissing, MediaStore
from shared.ports.provider import Order, Portrait
from shared.worker.translation import InputRejected, model_of
from video_worker.prompt import video_prompt

MAX_PORTRAIT_BYTES = 20 * 1024 * 1024
"""A start image is held in memory while it is handed over; no portrait model makes one this large."""


class VideoTranslation:
    """:class:`shared.worker.translation.Translation` for clips. Portraits of our own are read from ``media``."""

    def __init__(self, catalogue: Catalogue, media: MediaStore, public_url: str | None) -> None:
        self._catalogue = catalogue
        self._media = media
        self._bases = [public_url] if public_url else []

    async def order(self, request: JobRequest) -> Order:
        """Return the order; see :class:`shared.worker.translation.Translation` for what it raises."""
        model = model_of(self._catalogue, request)
        return Order(
            job_id=request.job_id,
            kind=Kind.VIDEO,
            model=model.key,
            settings=request.settings,
            # Off the loop: a document of the largest size takes seconds to read.
            prompt=await asyncio.to_thread(video_prompt, request, model.prompt_limit),
            deadline=request.deadline,
            show=request.show,
            character=request.character,
            seed=request.seed,
            portrait=await self._portrait(request.portrait_url or ""),
        )

    async def _portrait(self, url: str) -> Portrait:
        try:
            understood = understand(url, self._bases)
        except BadPortraitUrl as error:
            raise InputRejected(str(error)) from error
        if not isinstance(understood, OwnMedia):
            return Portrait(url=url)
        try:
            return await self._own(understood.name)
        except MediaMissing as error:
            raise InputRejected("The portrait this clip should start from is no longer kept; make it again.") from error

    async def _own(self, name: str) -> Portrait:
        # Bytes rather than our address: the provider may not be able to reach us.
        file = await self._media.head(name)
        if not file.content_type.startswith("image/") or file.size > MAX_PORTRAIT_BYTES:
            raise InputRejected("portraitUrl is not a picture that a clip can start from.")
        data = b"".join([chunk async for chunk in self._media.read(name, 0, file.size)])
        return Portrait(data=data, content_type=file.content_type)
