"""What the register of predictions promises, as tests that run over every implementation."""

import asyncio

from shared.ports.bus import Predictions


class PredictionsSuite:
    async def test_the_first_to_ask_owns_it_for_good(self, bench: Predictions) -> None:
        assert await bench.own("replicate", "p1", "job-1")
        assert not await bench.own("replicate", "p1", "job-2")
        assert await bench.own("replicate", "p1", "job-1")

    async def test_two_providers_may_use_the_same_name(self, bench: Predictions) -> None:
        assert await bench.own("replicate", "p1", "job-1")
        assert await bench.own("local", "p1", "job-2")

    async def test_of_many_rivals_one_owns_it(self, bench: Predictions) -> None:
        answers = await asyncio.gather(*(bench.own("replicate", "p1", f"job-{n}") for n in range(20)))

        assert answers.count(True) == 1
