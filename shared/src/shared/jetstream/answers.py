"""The answers in ``ANSWERS``, one message a jobId: its sequence decides who of several answers."""

import structlog
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError, NotFoundError

from shared.domain.ids import JobId
from shared.events import subjects
from shared.events.answers import decode_answer, encode_answer
from shared.events.codec import Unreadable
from shared.jetstream.faults import lost_race, translated
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.topology import ANSWERS
from shared.ports.answers import Answer, AnswerMoved, KeptAnswer

log = structlog.get_logger()


class JetStreamAnswers:
    """:class:`shared.ports.answers.Answers` over JetStream. ``source`` names this process in what it writes."""

    def __init__(self, js: JetStreamContext, source: str) -> None:
        self._js = js
        self._source = source

    async def read(self, job_id: JobId) -> KeptAnswer:
        """See :meth:`shared.ports.answers.Answers.read`."""
        try:
            with translated():
                found = await self._js.get_last_msg(ANSWERS, subjects.answer(job_id))
        except NotFoundError:
            return KeptAnswer(None, 0)
        try:
            return KeptAnswer(decode_answer(found.data or b""), found.seq or 0)
        except Unreadable as error:
            log.error("Passed over an answer that cannot be read", action="answer_unreadable", error=str(error))
            return KeptAnswer(None, found.seq or 0)

    async def write(self, answer: Answer, version: int) -> None:
        """See :meth:`shared.ports.answers.Answers.write`."""
        headers: dict[str, str] = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: str(version)}
        body = encode_answer(answer, version, self._source)
        try:
            with translated():
                subject = subjects.answer(answer.job_id)
                await publish_in_turn(self._js, subject, body, headers=headers, stream=ANSWERS)
        except APIError as error:
            if lost_race(error):
                raise AnswerMoved from error
            raise
