"""Publishing on a condition where three servers decide: whoever is told to wait its turn does, and is told more."""

from typing import Any

import pytest
from nats.js.api import PubAck
from nats.js.errors import BadRequestError

from shared.jetstream.faults import lost_race
from shared.jetstream.publishing import publish_in_turn

UNDER_WAY, LOST = 10164, 10071


class Cluster:
    """Stands in for JetStream over three servers: gives its answers one after the other, the last one for ever."""

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def publish(self, subject: str, body: bytes, **_: Any) -> PubAck:
        """Refuse with the next answer's code, or acknowledge."""
        self.asked += 1
        code = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if code is not None:
            raise BadRequestError(code=400, err_code=code, description="wrong last sequence")
        return PubAck(stream="STATUS", seq=7)


async def publish(cluster: Any) -> int:
    return (await publish_in_turn(cluster, "status.portrait.job", b"", headers={}, stream="STATUS")).seq


async def test_a_write_waits_until_the_one_before_it_is_decided() -> None:
    cluster = Cluster(UNDER_WAY, UNDER_WAY, None)
    assert await publish(cluster) == 7
    assert cluster.asked == 3


async def test_only_a_write_that_was_decided_is_a_race_lost() -> None:
    with pytest.raises(BadRequestError) as refused:
        await publish(Cluster(UNDER_WAY, LOST))
    assert lost_race(refused.value)
