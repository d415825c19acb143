"""What holds of every job, however its moves come."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.fold import Entry, fold, later, precedence
from shared.domain.job import Fact
from shared.domain.states import Status, rank, stage_fits
from tests.unit.domain.moves import lives, random_life

_MANY = settings()


@_MANY
@given(lives())
def test_a_life_only_goes_forward(life: list[Entry]) -> None:
    jobs = [entry.job for entry in life]
    ranks = [rank(job.status) for job in jobs]
    assert ranks == sorted(ranks), "the status only moves right"
    assert [job.done for job in jobs].count(True) <= 1, "one end, and nothing after it"
    assert not any(job.done for job in jobs[:-1])
    times = [job.updated_at for job in jobs]
    assert times == sorted(times), "times never run backwards"
    progress = [job.progress for job in jobs if job.progress is not None]
    assert progress == sorted(progress), "progress never goes back"
    tries = [(job.attempt, job.deaths) for job in jobs]
    assert tries == sorted(tries)


@_MANY
@given(lives())
def test_every_snapshot_of_a_life_makes_sense(life: list[Entry]) -> None:
    for entry in life:
        job = entry.job
        assert stage_fits(job.stage, job.status)
        assert (job.status is Status.PROCESSING) or job.holder is None
        assert (job.started_at is None) is (entry.fact is Fact.ACCEPTED or job.attempt == 0)
        assert job.done is (job.completed_at is not None)
        assert (job.output is not None) is (job.status is Status.SUCCEEDED)
        assert (job.failure is not None) is (job.status is Status.FAILED)
        assert job.created_at <= (job.started_at or job.updated_at) <= job.updated_at
        assert job.progress is None or 0 <= job.progress <= 100
        assert (job.progress == 100) is (job.status is Status.SUCCEEDED)


@_MANY
@given(lives())
def test_what_was_once_known_is_not_forgotten(life: list[Entry]) -> None:
    for name in ("prediction", "media_token", "intent_at", "started_at", "cancel_requested_at", "provider"):
        known = [getattr(entry.job, name) for entry in life]
        first = next((n for n, value in enumerate(known) if value is not None), len(known))
        assert None not in known[first:], name
        if name != "provider":
            assert len(set(known[first:])) <= 1, name


@_MANY
@given(lives(), st.data())
def test_folding_in_any_order_and_doubled_gives_the_last_entry(life: list[Entry], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(life + data.draw(st.lists(st.sampled_from(life), max_size=8))))

    assert fold(mixed) == life[-1]
    assert fold(mixed + mixed) == life[-1]


def test_ten_thousand_logs_doubled_reordered_and_replayed_fold_to_the_same_record(seed: int) -> None:
    """Fault 12: no difference, and no step back on the way, whichever order events come in."""
    chance = random.Random(seed)
    for n in range(10_000):
        life = random_life(chance)
        mixed = life + chance.choices(life, k=chance.randint(0, len(life)))
        chance.shuffle(mixed)

        known: Entry | None = None
        seen = -1
        for entry in mixed:
            known = later(known, entry)
            assert rank(known.job.status) >= seen, f"life {n} of seed {seed} went back"
            seen = rank(known.job.status)
        assert known is life[-1], f"life {n} of seed {seed} folds otherwise"


@_MANY
@given(lives(), st.data())
def test_folding_in_parts_is_the_same(life: list[Entry], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(life))
    cut = data.draw(st.integers(0, len(mixed)))

    parts = [part for part in (fold(mixed[:cut]), fold(mixed[cut:])) if part is not None]

    assert fold(parts) == life[-1]


@_MANY
@given(lives(), lives(first=100))
def test_of_two_ends_the_first_stands(life: list[Entry], other: list[Entry]) -> None:
    """No log has two, and a record would not follow if one did."""
    ends = [entry for entry in life + other if entry.job.done]

    folded = fold(life + other)

    assert folded is not None
    if ends:
        assert folded == min(ends, key=lambda entry: entry.revision)
    assert precedence(folded) == max(precedence(entry) for entry in life + other)


def test_an_empty_log_has_no_fold() -> None:
    assert fold([]) is None
