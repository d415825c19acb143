"""What a worker has beside its ports to the bus, the provider and the store: a translation and meters."""

import asyncio
from collections import Counter, deque

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.ports.meters import Happening
from shared.ports.provider import Order


class FakeTranslation:
    """:class:`shared.worker.translation.Translation`: the job's own name is its prompt. ``troubles`` come first."""

    def __init__(self) -> None:
        self.troubles: deque[Exception] = deque()
        self.takes = 0.0

    async def order(self, request: JobRequest) -> Order:
        await asyncio.sleep(self.takes)
        if self.troubles:
            raise self.troubles.popleft()
        return Order(
            job_id=request.job_id,
            kind=request.kind,
            model=request.model,
            settings=request.settings,
            prompt=request.custom_prompt or str(request.character.get("character")),
            deadline=request.deadline,
        )


class TallyMeters:
    """:class:`shared.ports.meters.Meters` as a tally."""

    def __init__(self) -> None:
        self.tally: Counter[Happening] = Counter()

    def count(self, kind: Kind, happening: Happening) -> None:
        self.tally[happening] += 1
