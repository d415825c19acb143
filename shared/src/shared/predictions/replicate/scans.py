"""Reading the list of predictions for those who look for what an unanswered create made: one scan serves all."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from shared.domain.retry import Trouble
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.api import Document, Page
from shared.predictions.replicate.matching import made_at
from shared.tasks import stop

Answer = asyncio.Future[list[Document]]


class Scans:
    """One scan runs at a time; whoever comes while it does waits for the next, which no one's question is older than.

    After a network that was cut, every job of a worker may look for its own: each reading the list by itself would
    leave no calls for anything else.
    """

    def __init__(self, page: Callable[[str | None], Awaitable[Page]]) -> None:
        self._page = page
        self._waiting: list[tuple[datetime, Answer]] = []
        self._scanning: asyncio.Task[None] | None = None

    async def since(self, moment: datetime) -> list[Document]:
        """Return the predictions made since ``moment``, newest first, as the list is from now on.

        Raises :class:`shared.ports.provider.ProviderTrouble`.
        """
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((moment, answer))
        if self._scanning is None or self._scanning.done():
            self._scanning = asyncio.create_task(self._scan_for_all())
        found = await answer
        return [each for each in found if (at := made_at(each)) is None or at >= moment]

    async def aclose(self) -> None:
        """Stop; whoever still waits is told so."""
        if self._scanning is not None:
            await stop([self._scanning])

    async def _scan_for_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                found = await self._scan(min(moment for moment, _ in waiting))
            except ProviderTrouble as trouble:
                for _, answer in waiting:
                    _fail(answer, trouble)
            except BaseException:
                broken_off = ProviderTrouble(Trouble.UNAVAILABLE, "The reading of the predictions was broken off.")
                for _, answer in [*waiting, *self._waiting]:
                    _fail(answer, broken_off)
                self._waiting.clear()
                raise
            else:
                for _, answer in waiting:
                    if not answer.done():
                        answer.set_result(found)

    async def _scan(self, moment: datetime) -> list[Document]:
        """Return everything down to ``moment``."""
        found: list[Document] = []
        cursor: str | None = None
        read: set[str | None] = {None}
        while True:
            page = await self._page(cursor)
            for each in page.predictions:
                at = made_at(each)
                if at is not None and at < moment:
                    return found
                found.append(each)
            cursor = page.cursor
            if cursor in read:
                return found
            read.add(cursor)


def _fail(answer: Answer, trouble: ProviderTrouble) -> None:
    if not answer.done():
        answer.set_exception(trouble)
        # Whoever asked may be gone by now; that is no error of its own.
        answer.exception()
