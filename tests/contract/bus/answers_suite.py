"""What the answers to jobIds promise, as tests that run over every implementation."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from shared.domain.ids import JobId, parse_job_id
from shared.domain.kinds import Kind
from shared.ports.answers import Answer, AnswerMoved, Answers, KeptAnswer
from tests.support.jobs import NOON

AnswersOf = Callable[[str], Answers]
"""One gateway's view of the answers, by its name."""


def an_answer(job_id: str = "mine", by: str = "rival") -> Answer:
    """Return an answer."""
    return Answer(
        job_id=JobId(job_id), owner="", kind=Kind.PORTRAIT, content="c" * 64, by=JobId(by), request=7, at=NOON
    )


class AnswersSuite:
    async def test_a_job_id_has_none_until_one_is_written(self, bench: AnswersOf) -> None:
        answers = bench("g")
        assert await answers.read(JobId("mine")) == KeptAnswer(None, 0)

        await answers.write(an_answer(), 0)

        kept = await bench("other").read(JobId("mine"))
        assert kept.answer == an_answer()
        assert kept.version > 0
        assert await answers.read(JobId("rival")) == KeptAnswer(None, 0)

    async def test_owners_have_their_own(self, bench: AnswersOf) -> None:
        mine = replace(an_answer(), job_id=parse_job_id("mine", "mira"), owner="mira", by=parse_job_id("r", "mira"))
        await bench("g").write(mine, 0)

        assert (await bench("g").read(mine.job_id)).answer == mine
        assert (await bench("g").read(JobId("mine"))).answer is None

    async def test_whoever_read_an_older_one_writes_nothing(self, bench: AnswersOf) -> None:
        answers = bench("g")
        await answers.write(own := an_answer(by="mine"), 0)
        first = await answers.read(own.job_id)
        await answers.write(an_answer(), first.version)

        for version in (0, first.version):
            try:
                await answers.write(own, version)
            except AnswerMoved:
                continue
            raise AssertionError(f"version {version} was there no more")

        assert (await answers.read(own.job_id)).answer == an_answer()

    async def test_of_many_at_once_one_is_kept(self, bench: AnswersOf) -> None:
        outcomes = await asyncio.gather(
            *(bench(f"g{n % 2}").write(an_answer(by=f"rival-{n}"), 0) for n in range(20)), return_exceptions=True
        )

        [won] = [n for n, outcome in enumerate(outcomes) if outcome is None]
        assert {type(outcome) for outcome in outcomes} == {type(None), AnswerMoved}
        assert (await bench("g").read(JobId("mine"))).answer == an_answer(by=f"rival-{won}")
