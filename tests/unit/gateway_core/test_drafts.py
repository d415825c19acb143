"""From what a client asks for to the request that is filed."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.drafts import Draft, Drafting
from shared.catalogue import load
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from tests.support.fakes.clock import CountingIds, ManualClock
from tests.support.jobs import NOON

DRAFTING = Drafting(load(), ManualClock(), CountingIds(), deadline_seconds=900)


def draft(**changes: Any) -> Draft:
    """Return a checked body."""
    asked: dict[str, Any] = {
        "kind": Kind.PORTRAIT,
        "show": {"show_title": "Low Tide"},
        "character": {"character": "mira", "metadata": {"name": "Mira"}},
    }
    return Draft(**(asked | changes))


def test_what_is_not_said_is_filled_in() -> None:
    request = DRAFTING.request(draft())

    assert request.model in {model.key for model in load().models(Kind.PORTRAIT)}
    assert (request.created_at, request.deadline) == (NOON, NOON + timedelta(seconds=900))
    assert len(request.job_id) == 32
    assert request.character_name == "Mira"


def test_a_client_may_name_its_job_and_its_deadline() -> None:
    request = DRAFTING.request(draft(job_id=JobId("mine"), deadline_seconds=10))

    assert (request.job_id, request.deadline) == ("mine", NOON + timedelta(seconds=10))


def test_two_jobs_without_a_name_get_two() -> None:
    assert DRAFTING.request(draft()).job_id != DRAFTING.request(draft()).job_id


@pytest.mark.parametrize(
    "beside",
    [
        {"metadata": {"k": "v"}},
        {"deadline_seconds": 60},
        {"traceparent": "00-x"},
        {"job_id": JobId("another")},
        {"show_id": "s", "character_id": "c"},
        {"owner": "somebody"},
    ],
)
def test_what_does_not_shape_the_result_is_not_content(beside: dict[str, Any]) -> None:
    assert DRAFTING.request(draft(**beside)).content == DRAFTING.request(draft()).content


@pytest.mark.parametrize(
    "other",
    [
        {"show": {"show_title": "High Tide"}},
        {"character": {"character": "juno"}},
        {"custom_prompt": "a pier"},
        {"guardrails": False},
        {"seed": {"gender": "f"}},
        {"kind": Kind.VIDEO},
    ],
)
def test_what_shapes_it_is(other: dict[str, Any]) -> None:
    assert DRAFTING.request(draft(**other)).content != DRAFTING.request(draft()).content


def test_what_comes_to_the_same_is_the_same_content() -> None:
    """A model nobody offers becomes the default, so a client that asks for either asks for the same."""
    default = DRAFTING.request(draft())

    assert DRAFTING.request(draft(model="nobody/knows")).content == default.content
    assert DRAFTING.request(draft(model=default.model)).content == default.content


def test_claims_follow_owner_and_character() -> None:
    by_ids = draft(show_id="s", character_id="c")

    assert DRAFTING.request(by_ids).claim == DRAFTING.request(draft(show_id="s", character_id="c", seed={"a": 1})).claim
    assert DRAFTING.request(by_ids).claim != DRAFTING.request(draft(show_id="s", character_id="c", owner="o")).claim
    assert DRAFTING.request(draft()).claim != DRAFTING.request(draft(owner="o")).claim
    assert DRAFTING.request(draft()).claim == DRAFTING.request(draft(metadata={"k": "v"})).claim
