"""Looking at many predictions with few calls: looks that are wanted at the same time share them."""

import asyncio
from collections.abc import Coroutine

from shared.domain.retry import Trouble
from shared.ports.clock import Clock
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.api import Document, ReplicateApi

Answers = dict[str, asyncio.Future[Document]]
"""Who waits for which prediction."""

_FEW = 4
_SHARE = 0.6
_KEPT = 20_000


class Looks:
    """Answers each look with the prediction as it was after the look was wanted, never before.

    Up to a few wanted together are asked for one by one. Of more than that, the few whose logs were seen longest ago
    are (the list leaves the logs out), and the others are read from the list, a hundred at a time, while that pays.
    One by one takes at most a share of the ``per_minute`` calls, and a call that hangs holds up no other. One pass over
    the list runs at a time, and what is wanted meanwhile waits for the next.
    """

    def __init__(self, api: ReplicateApi, clock: Clock, per_minute: float) -> None:
        self._api = api
        self._clock = clock
        self._pause = 60 / (_SHARE * per_minute)
        self._wanted: Answers = {}
        self._crowd: Answers = {}
        self._asked: dict[str, int] = {}
        self._count = 0
        self._handing_out = False
        self._passing = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def look(self, prediction: str) -> Document:
        """Return the prediction as it is now; raises :class:`shared.ports.provider.ProviderTrouble`."""
        answer = self._wanted.get(prediction)
        if answer is None:
            answer = self._wanted[prediction] = asyncio.get_running_loop().create_future()
        if not self._handing_out:
            self._handing_out = True
            self._spawn(self._hand_out())
        # Shielded: others may be waiting for the same answer.
        return await asyncio.shield(answer)

    def forget(self, prediction: str) -> None:
        """Keep nothing of a prediction that is over."""
        self._asked.pop(prediction, None)

    async def aclose(self) -> None:
        """Stop; whoever still waits is told so."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_out(self) -> None:
        try:
            # One turn of the loop lets looks that start together be handed out together.
            await asyncio.sleep(0)
            while self._wanted:
                wanted, self._wanted = self._wanted, {}
                alone = sorted(wanted, key=lambda each: self._asked.get(each, 0))[:_FEW]
                for each in alone:
                    self._spawn(self._ask(each, wanted.pop(each)))
                self._read_list_for(wanted)
                await self._clock.sleep(self._pause * len(alone))
        finally:
            self._handing_out = False
            _abandon(self._wanted)

    def _read_list_for(self, wanted: Answers) -> None:
        for each, answer in wanted.items():
            # A look that waits for the next pass already is answered by it, for all who wanted it.
            earlier = self._crowd.get(each)
            if earlier is None:
                self._crowd[each] = answer
            else:
                _follow(answer, earlier)
        if self._crowd and not self._passing:
            self._passing = True
            self._spawn(self._passes())

    async def _passes(self) -> None:
        crowd: Answers = {}
        try:
            while self._crowd:
                crowd, self._crowd = self._crowd, {}
                await self._read_list(crowd)
                await asyncio.gather(*(self._ask(each, crowd[each]) for each in crowd if not crowd[each].done()))
        finally:
            self._passing = False
            _abandon(crowd)
            _abandon(self._crowd)

    async def _read_list(self, crowd: Answers) -> None:
        """Answer what the list shows, until it is cheaper to ask for the rest one by one."""
        left, cursor, met = len(crowd), None, False
        for _ in range(max(1, len(crowd) // 4)):
            try:
                page = await self._api.page(cursor)
            except ProviderTrouble:
                return
            found = sum(_give(crowd[each["id"]], each) for each in page.predictions if each["id"] in crowd)
            left, cursor, met = left - found, page.cursor, met or found > 0
            if not left or cursor is None or (met and found < 2):
                return

    async def _ask(self, prediction: str, answer: asyncio.Future[Document]) -> None:
        self._remember(prediction)
        try:
            document = await self._api.get(prediction)
        except ProviderTrouble as trouble:
            _fail(answer, trouble)
        else:
            _give(answer, document)
        finally:
            _abandon({prediction: answer})

    def _remember(self, prediction: str) -> None:
        if len(self._asked) >= _KEPT:
            self._asked.clear()
        self._count += 1
        self._asked[prediction] = self._count


def _give(answer: asyncio.Future[Document], document: Document) -> bool:
    """Answer a look; False when it already was."""
    if answer.done():
        return False
    answer.set_result(document)
    return True


def _fail(answer: asyncio.Future[Document], trouble: BaseException) -> None:
    if not answer.done():
        answer.set_exception(trouble)
        # Whoever asked may be gone by now; that is no error of its own.
        answer.exception()


def _follow(answer: asyncio.Future[Document], earlier: asyncio.Future[Document]) -> None:
    """Answer a look as another one is answered."""

    def pass_on(done: asyncio.Future[Document]) -> None:
        trouble = done.exception()
        if trouble is None:
            _give(answer, done.result())
        else:
            _fail(answer, trouble)

    earlier.add_done_callback(pass_on)


def _abandon(answers: Answers) -> None:
    for answer in answers.values():
        _fail(answer, ProviderTrouble(Trouble.UNAVAILABLE, "The look at the prediction was broken off."))
    answers.clear()
