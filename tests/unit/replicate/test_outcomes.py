"""What a prediction's document means, whatever its shape."""

from typing import Any

import pytest

from shared.domain.failures import FailureCode
from shared.domain.kinds import Kind
from shared.domain.states import Stage
from shared.ports.provider import Ended, Finished
from shared.predictions.replicate.outcomes import end_of, stage_of

A, B = "https://replicate.delivery/a", "https://replicate.delivery/b"


def outputs(output: Any, kind: Kind | None = None) -> tuple[str, ...]:
    end = end_of({"status": "succeeded", "output": output}, kind)
    assert isinstance(end, Finished), end
    return end.outputs


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (A, (A,)),
        ([A, B], (A, B)),
        ([[A], [[B]]], (A, B)),
        ({"url": A}, (A,)),
        ([{"url": A}, {"url": B}], (A, B)),
        ({"video": {"url": A, "size": 7}, "seed": 3}, (A,)),
        ({"files": [{"href": A}], "note": "words"}, (A,)),
        ([A, A, B], (A, B)),
        ("data:image/png;base64,AAAA", ("data:image/png;base64,AAAA",)),
    ],
)
def test_outputs_of_any_shape(output: Any, found: tuple[str, ...]) -> None:
    assert outputs(output) == found


@pytest.mark.parametrize(
    ("output", "kind", "first"),
    [
        ({"image": A, "video": B}, Kind.VIDEO, B),
        ({"image": A, "video": B}, Kind.PORTRAIT, A),
        ({"thumbnail": f"{A}.jpg", "result": f"{B}.mp4?sig=1"}, Kind.VIDEO, f"{B}.mp4?sig=1"),
        ([f"{A}.mp4", f"{B}.PNG"], Kind.PORTRAIT, f"{B}.PNG"),
        ([A, B], Kind.VIDEO, A),
    ],
)
def test_the_jobs_own_kind_comes_first(output: Any, kind: Kind, first: str) -> None:
    assert outputs(output, kind)[0] == first


@pytest.mark.parametrize("output", [None, "", "words", 7, [], {}, ["words"], {"url": None}, "ftp://a/b"])
def test_no_file_is_unreadable(output: Any) -> None:
    end = end_of({"status": "succeeded", "output": output}, None)
    assert isinstance(end, Ended)
    assert end.failure.code is FailureCode.OUTPUT_UNREADABLE


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("boom", "The model failed: boom"),
        ({"message": "boom"}, "The model failed: boom"),
        ({"detail": "boom", "code": 3}, "The model failed: boom"),
        ({"code": 3}, "The model failed: {'code': 3}"),
        ("many\n  lines\n\nof  words", "The model failed: many; lines; of words"),
        (None, "The model failed: it gave no reason."),
    ],
)
def test_an_error_of_any_shape_is_a_sentence(error: Any, said: str) -> None:
    end = end_of({"status": "failed", "error": error}, None)
    assert isinstance(end, Ended)
    assert end.failure.message == said


@pytest.mark.parametrize("status", ["starting", "processing", "queued", None, 7])
def test_what_has_not_ended_is_running(status: Any) -> None:
    assert end_of({"status": status}, None) is None
    expected = Stage.RENDERING if status == "processing" else Stage.PROVIDER_STARTING
    assert stage_of({"status": status}) is expected
