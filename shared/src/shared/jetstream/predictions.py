"""Which job owns which prediction: the first to write under a prediction's name has it."""

from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError

from shared.events import subjects
from shared.jetstream.faults import lost_race, translated
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.topology import PREDICTIONS


class JetStreamPredictions:
    """:class:`shared.ports.bus.Predictions` over JetStream."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js

    async def own(self, provider: str, prediction: str, job_id: str) -> bool:
        """See :meth:`shared.ports.bus.Predictions.own`."""
        subject = subjects.owned_prediction(provider, prediction)
        headers: dict[str, str] = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: "0"}
        try:
            with translated():
                await publish_in_turn(self._js, subject, job_id.encode(), headers=headers, stream=PREDICTIONS)
        except APIError as error:
            if not lost_race(error):
                raise
            with translated():
                owner = await self._js.get_last_msg(PREDICTIONS, subject)
            return owner.data == job_id.encode()
        return True
