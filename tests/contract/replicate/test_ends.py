"""How predictions end, and what is said of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.failures import FailureCode
from shared.domain.kinds import Kind
from shared.domain.states import Stage
from shared.ports.provider import Ended, Running
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import settled
from tests.contract.replicate.conftest import MakeOrder
from tests.support.replicate_emulator.client import Emulator

SENSITIVE = "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (uIJ6l3ruRD)"


async def end_of(provider: ReplicateProvider, order: MakeOrder, kind: Kind = Kind.PORTRAIT) -> Ended:
    end, _ = await settled(provider, await provider.start(order(kind)))
    assert isinstance(end, Ended), end
    return end


async def test_a_failure_says_what_the_model_said(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(status="failed", error="CUDA out of memory")
    end = await end_of(provider, order)
    assert end.failure.code is FailureCode.PROVIDER_FAILED
    assert "CUDA out of memory" in end.failure.message
    assert not end.canceled


async def test_a_failure_without_a_reason_is_a_sentence_too(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(status="failed", error=None)
    assert (await end_of(provider, order)).failure.message == "The model failed: it gave no reason."


@pytest.mark.parametrize(
    "said",
    [
        SENSITIVE,
        "NSFW content detected. Try running it again, or try a different prompt.",
        "Your request was rejected by the safety system. safety_violations=[violence].",
        "The prompt could not be submitted. It contains words that violate Google's Responsible AI practices.",
        "Error code: 400 - {'error': {'code': 'moderation_blocked'}}",
        "Prohibited content: the prompt was blocked.",
    ],
)
async def test_refused_content_is_told_from_a_failure(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, said: str
) -> None:
    emulator.go(status="failed", error=said)
    end = await end_of(provider, order)
    assert end.failure.code is FailureCode.CONTENT_FLAGGED
    assert not end.failure.retryable


async def test_an_input_the_model_could_not_use_is_the_requests_fault(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(status="failed", error="Invalid input: the image is too small (E006)")
    assert (await end_of(provider, order)).failure.code is FailureCode.INPUT_REJECTED


@pytest.mark.parametrize(("status", "canceled"), [("canceled", True), ("aborted", False)])
async def test_what_replicate_stopped_unasked_failed_there(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, status: str, canceled: bool
) -> None:
    emulator.go(status=status)
    end = await end_of(provider, order)
    assert (end.failure.code, end.canceled) == (FailureCode.PROVIDER_FAILED, canceled)
    assert end.failure.retryable


@pytest.mark.parametrize("output", [None, "", [], {}, "just words", {"text": "words"}, [None, 7]])
async def test_success_without_a_file_is_unreadable(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, output: object
) -> None:
    emulator.go(output=output, has_output=False)
    assert (await end_of(provider, order)).failure.code is FailureCode.OUTPUT_UNREADABLE


async def test_one_aborted_prediction_does_not_spoil_the_others_page(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(match="drop me", status="aborted", seconds=0)
    wanted = [order(prompt=f"drop me {n}" if n == 3 else f"keep me {n}") for n in range(30)]
    predictions = [await provider.start(each) for each in wanted]
    ends = [end for end, _ in await asyncio.gather(*(settled(provider, each) for each in predictions))]
    assert [isinstance(end, Ended) for end in ends] == [n == 3 for n in range(30)]
    assert emulator.calls("list"), "thirty at once are worth a list"


@pytest.mark.parametrize("kind", Kind)
async def test_progress_and_stage_follow_the_model(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, kind: Kind
) -> None:
    emulator.set(boot={"*": [1.5, 1.5]}, run={"*": [5.0, 5.0]})
    _, seen = await settled(provider, await provider.start(order(kind)))
    stages = [each.stage for each in seen]
    assert (stages[0], stages[-1]) == (Stage.PROVIDER_STARTING, Stage.RENDERING)
    told = [each.progress for each in seen if each.progress is not None]
    assert told == sorted(told)
    assert told[-1] > 30


async def test_a_silent_prediction_keeps_running(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(status="silent")
    prediction = await provider.start(order())

    async with asyncio.timeout(5):
        while isinstance(now := await provider.poll(prediction), Running) and now.stage is Stage.PROVIDER_STARTING:
            await asyncio.sleep(now.look_again)
    assert isinstance(now, Running)
    assert now.stage is Stage.RENDERING


async def test_replicate_ends_what_no_worker_is_left_to_cancel(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.go(status="silent")
    await provider.start(order(deadline=datetime.now(UTC) - timedelta(hours=1)))
    assert emulator.creations()[0]["cancelAfter"] == 5
