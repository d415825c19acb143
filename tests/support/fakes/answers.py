"""The answers to jobIds in memory, on the fake bus: away when that is."""

from shared.domain.ids import JobId
from shared.ports.answers import Answer, AnswerMoved, KeptAnswer
from tests.support.fakes.bus import MemoryBus


class MemoryAnswers:
    """:class:`shared.ports.answers.Answers`."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    async def read(self, job_id: JobId) -> KeptAnswer:
        await self._bus.answer()
        return self._bus.answers.get(job_id, KeptAnswer(None, 0))

    async def write(self, answer: Answer, version: int) -> None:
        await self._bus.answer()
        if self._bus.answers.get(answer.job_id, KeptAnswer(None, 0)).version != version:
            raise AnswerMoved
        self._bus.answered += 1
        self._bus.answers[answer.job_id] = KeptAnswer(answer, self._bus.answered)
        await self._bus.wrote()
