"""Telling whether a listed prediction was made for an order."""

from typing import Any

import pytest

from shared.catalogue import Ref
from shared.predictions.replicate.matching import (
    UPLOADED,
    has_input,
    has_webhook,
    is_erased,
    is_of,
    made_at,
    names_job,
    uploaded_name,
)

UPLOAD = "https://api.replicate.com/v1/files/NGZiNmY2"


@pytest.mark.parametrize(
    ("prediction", "same"),
    [
        ({"model": "a/b", "version": "hidden"}, True),
        ({"model": "a/c", "version": "hidden"}, False),
        ({"model": "replicate-internal/b-fast", "version": "dp-1"}, True),
        ({}, False),
    ],
)
def test_a_model_by_name(prediction: dict[str, Any], same: bool) -> None:
    assert is_of(Ref("a/b", None), prediction) is same


def test_a_model_by_version() -> None:
    assert is_of(Ref("a/b", "abc"), {"model": "a/b", "version": "abc"})
    assert not is_of(Ref("a/b", "abc"), {"model": "a/b", "version": "abd"})


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({"prompt": "p", "seconds": 8}, True),
        ({"prompt": "p", "seconds": 8, "seed": None, "quality": "auto"}, True),
        ({"prompt": "p"}, False),
        ({"prompt": "q", "seconds": 8}, False),
        ({"prompt": "p", "seconds": "8"}, False),
        ({}, False),
        (None, False),
        ("p", False),
    ],
)
def test_an_input(given: Any, same: bool) -> None:
    assert has_input({"prompt": "p", "seconds": 8}, {"input": given}) is same


@pytest.mark.parametrize(
    ("prediction", "erased"),
    [
        ({"status": "succeeded", "data_removed": True, "input": {}}, True),
        ({"status": "succeeded", "data_removed": True, "input": {"seconds": 8}}, True),
        ({"status": "failed", "data_removed": False, "input": {}}, True),
        ({"status": "canceled", "input": None}, True),
        ({"status": "aborted"}, True),
        ({"status": "succeeded", "data_removed": False, "input": {"prompt": "q"}}, False),
        ({"status": "starting", "data_removed": False, "input": {}}, False),
        ({"status": "processing", "input": {}}, False),
    ],
)
def test_an_input_that_replicate_has_erased(prediction: dict[str, Any], erased: bool) -> None:
    assert is_erased(prediction) is erased


def test_what_replicate_hides_may_be_anything() -> None:
    assert has_input({"key": "sk-1", "prompt": "p"}, {"input": {"key": "[REDACTED]", "prompt": "p"}})


@pytest.mark.parametrize(
    ("given", "same"),
    [(UPLOAD, True), (f"{UPLOAD}?x=1", True), ("https://example.com/a.png", False), ([UPLOAD], False), (None, False)],
)
def test_an_uploaded_file_is_any_uploaded_file(given: Any, same: bool) -> None:
    assert has_input({"image": UPLOADED}, {"input": {"image": given}}) is same


def test_an_uploaded_file_in_a_list() -> None:
    expected = {"images": [UPLOADED]}
    assert has_input(expected, {"input": {"images": [UPLOAD]}})
    assert not has_input(expected, {"input": {"images": [UPLOAD, UPLOAD]}})
    assert not has_input(expected, {"input": {"images": UPLOAD}})


@pytest.mark.parametrize(
    ("expected", "given", "name"),
    [
        ({"image": UPLOADED}, {"image": UPLOAD}, "NGZiNmY2"),
        ({"image": UPLOADED}, {"image": f"{UPLOAD}/download?x=1"}, "NGZiNmY2"),
        ({"images": [UPLOADED]}, {"images": [UPLOAD]}, "NGZiNmY2"),
        ({"image": "https://example.com/a"}, {"image": UPLOAD}, None),
        ({"prompt": "p"}, {"prompt": "p"}, None),
    ],
)
def test_the_name_of_an_uploaded_file(expected: dict[str, object], given: dict[str, Any], name: str | None) -> None:
    assert uploaded_name({"input": given}, expected) == name


def test_a_webhook_that_both_name_settles_the_matter() -> None:
    assert has_webhook("https://a/1", {"webhook": "https://a/1"})
    assert not has_webhook("https://a/1", {"webhook": "https://a/2"})
    assert has_webhook("https://a/1", {})
    assert has_webhook(None, {"webhook": "https://a/2"})


def test_a_prediction_names_its_job_by_its_webhook() -> None:
    webhook = "https://a/hooks/replicate?job=1"
    assert names_job(webhook, {"webhook": "https://elsewhere/hooks/replicate?job=1"})
    assert not names_job(webhook, {"webhook": "https://a/hooks/replicate?job=2"})
    assert not names_job(webhook, {})
    assert not names_job(None, {"webhook": webhook})


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-01-01T00:00:00", 7])
def test_a_time_that_cannot_be_read(text: object) -> None:
    assert made_at({"created_at": text}) is None


def test_a_time() -> None:
    at = made_at({"created_at": "2026-01-02T03:04:05.678901Z"})
    assert at is not None
    assert at.isoformat() == "2026-01-02T03:04:05.678901+00:00"
