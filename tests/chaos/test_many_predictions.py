"""One worker with many predictions, and with many large outputs: the benchmarks in small, as promises."""

import statistics

import pytest

from bench import outputs, two_thousand


@pytest.mark.chaos
async def test_two_hundred_predictions_are_held_within_a_tenth_of_the_budget(seed: int) -> None:
    numbers = await two_thousand.measure(jobs=200, reads=300, creates=1200, run=(20.0, 30.0), seed=seed)

    assert numbers.succeeded == numbers.created == 200
    assert numbers.held >= 100
    assert numbers.reads_at_most <= 300
    assert statistics.median(numbers.late) <= 5.0
    assert numbers.grown <= 64 * 1024 * 1024


@pytest.mark.chaos
async def test_large_outputs_at_once_need_little_memory(seed: int) -> None:
    numbers = await outputs.measure(outputs=14, mib=32, seed=seed)

    assert numbers.stored == 14
    assert numbers.grown <= outputs.TARGET_MIB * outputs.MIB
