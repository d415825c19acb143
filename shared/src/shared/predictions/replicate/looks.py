"""Looking at many predictions with few calls: looks that are wanted at the same time share them."""

import asyncio
from collections.abc import Iterable

from shared.domain.retry import Trouble
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.api import Document, ReplicateApi

_AT_ONCE = 8
_KEPT = 20_000


class Looks:
    """Answers looks in rounds. A look wanted while a round is on its way is part of the next, so no answer is older
    than its question.

    A round of a few asks for each prediction by itself. A larger one reads the list, a hundred at a time, for as long
    as that pays, and asks one by one for the rest. The list leaves out the logs, so each round also asks by itself for
    the ``few`` whose logs were seen longest ago.
    """

    def __init__(self, api: ReplicateApi, few: int = _AT_ONCE) -> None:
        self._api = api
        self._few = few
        self._wanted: dict[str, asyncio.Future[Document]] = {}
        self._asked: dict[str, int] = {}
        self._rounds: asyncio.Task[None] | None = None
        self._round = 0

    async def look(self, prediction: str) -> Document:
        """Return the prediction as it is now; raises :class:`shared.ports.provider.ProviderTrouble`."""
        answer = self._wanted.get(prediction)
        if answer is None:
            answer = self._wanted[prediction] = asyncio.get_running_loop().create_future()
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._serve())
        # Shielded: others may be waiting for the same answer.
        return await asyncio.shield(answer)

    def forget(self, prediction: str) -> None:
        """Keep nothing of a prediction that is over."""
        self._asked.pop(prediction, None)

    async def aclose(self) -> None:
        """Stop; whoever still waits is told so."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)

    async def _serve(self) -> None:
        wanted: dict[str, asyncio.Future[Document]] = {}
        try:
            # One turn of the loop lets looks that start together share a round.
            await asyncio.sleep(0)
            while self._wanted:
                wanted, self._wanted = self._wanted, {}
                self._round += 1
                await self._answer(wanted)
        finally:
            _abandon([*wanted.values(), *self._wanted.values()])
            self._wanted = {}

    async def _answer(self, wanted: dict[str, asyncio.Future[Document]]) -> None:
        first = sorted(wanted, key=lambda each: self._asked.get(each, 0))[: self._few]
        await self._one_by_one(first, wanted)
        if len(wanted) > self._few:
            await self._by_list({each: wanted[each] for each in wanted if not wanted[each].done()})
        await self._one_by_one([each for each in wanted if not wanted[each].done()], wanted)

    async def _one_by_one(self, predictions: list[str], wanted: dict[str, asyncio.Future[Document]]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def ask(prediction: str) -> None:
            async with gate:
                await self._ask(prediction, wanted[prediction])

        await asyncio.gather(*(ask(each) for each in predictions))

    async def _ask(self, prediction: str, answer: asyncio.Future[Document]) -> None:
        if len(self._asked) >= _KEPT:
            self._asked.clear()
        self._asked[prediction] = self._round
        try:
            document = await self._api.get(prediction)
        except ProviderTrouble as trouble:
            _fail(answer, trouble)
        else:
            _give(answer, document)

    async def _by_list(self, wanted: dict[str, asyncio.Future[Document]]) -> None:
        """Answer what the list shows, until it is cheaper to ask for the rest one by one."""
        left, cursor, met, most = len(wanted), None, False, max(1, len(wanted) // 4)
        for _ in range(most):
            try:
                page = await self._api.page(cursor)
            except ProviderTrouble:
                return
            found = [_give(wanted[each["id"]], each) for each in page.predictions if each.get("id") in wanted]
            left, cursor, met = left - sum(found), page.cursor, met or any(found)
            if not left or cursor is None or (met and sum(found) < 2):
                return


def _give(answer: asyncio.Future[Document], document: Document) -> bool:
    """Answer a look; False when it already was."""
    if answer.done():
        return False
    answer.set_result(document)
    return True


def _fail(answer: asyncio.Future[Document], trouble: ProviderTrouble) -> None:
    if not answer.done():
        answer.set_exception(trouble)
        # Whoever asked may be gone by now; that is no error of its own.
        answer.exception()


def _abandon(answers: Iterable[asyncio.Future[Document]]) -> None:
    for answer in answers:
        _fail(answer, ProviderTrouble(Trouble.UNAVAILABLE, "The look at the prediction was broken off."))
