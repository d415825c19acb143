"""A portrait's request as an order."""

import asyncio

from portrait_worker.prompt import portrait_prompt
from shared.catalogue.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.ports.provider import Order
from shared.worker.translation import model_of


class PortraitTranslation:
    """:class:`shared.worker.translation.Translation` for portraits."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def order(self, request: JobRequest) -> Order:
        """Return the order; raises ``InputRejected`` for a model this worker does not know."""
        model = model_of(self._catalogue, request)
        return Order(
            job_id=request.job_id,
            kind=Kind.PORTRAIT,
            model=model.key,
            settings=request.settings,
            # Off the loop: a document of the largest size takes seconds to read.
            prompt=await asyncio.to_thread(portrait_prompt, request, model.prompt_limit),
            deadline=request.deadline,
            show=request.show,
            character=request.character,
            seed=request.seed,
            custom_prompt=request.custom_prompt,
        )
