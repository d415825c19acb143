"""Hints over core NATS: at most once, to one worker, in less than a millisecond."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.domain.ids import BadJobId, JobId, read_job_id
from shared.events import subjects
from shared.jetstream.faults import translated
from shared.ports.job_log import BusUnavailable

log = structlog.get_logger()


class NatsHints:
    """:class:`shared.ports.hints.Hints`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def nudge(self, worker: str, job_id: JobId) -> None:
        """See :meth:`shared.ports.hints.Hints.nudge`."""
        try:
            with translated():
                await self._client.publish(subjects.hints_to(worker), job_id.encode())
        except BusUnavailable as error:
            log.debug("A hint was lost", action="hint_lost", error=str(error))


@asynccontextmanager
async def hearing_hints(client: Client, worker: str, heard: Callable[[JobId], None]) -> AsyncIterator[None]:
    """Call ``heard`` with each job that somebody wants this worker to look at, while the context is open."""

    async def on_message(message: Msg) -> None:
        try:
            heard(read_job_id(message.data.decode(errors="replace")))
        except BadJobId as error:
            log.debug("Passed over a hint", action="hint_unreadable", error=str(error))

    with translated():
        subscription = await client.subscribe(subjects.hints_to(worker), cb=on_message)
    try:
        yield
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()
