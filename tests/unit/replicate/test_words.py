"""What the provider says, and what it means by it."""

import pytest

from shared.predictions.replicate.words import MOST, is_flagged, is_rejected, said_in


@pytest.mark.parametrize(
    "text",
    [
        "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (uIJ6l3ruRD)",
        "NSFW content detected in all outputs.",
        "Your prompt was flagged by our content policy",
        "rejected by content moderation",
        "Error code: 400 - {'error': {'code': 'moderation_blocked'}}",
        "rejected as a result of our safety system",
        "The prompt violates Google's Responsible AI practices",
        "Request violates our usage guidelines",
        "the image may contain sensitive content",
    ],
)
def test_refused_content(text: str) -> None:
    assert is_flagged(text)


@pytest.mark.parametrize(
    "text",
    [
        "Service is currently unavailable due to high demand. (E003)",
        "CUDA out of memory",
        "Prediction interrupted; please retry (code: PA)",
        "violation of unique constraint",
        "The read operation timed out",
        "input.seconds must be one of the following: 4, 8, 12",
    ],
)
def test_other_trouble_is_not_called_refused_content(text: str) -> None:
    assert not is_flagged(text)


def test_bad_input_at_run_time() -> None:
    assert is_rejected("Invalid input: image too small (E006)")
    assert not is_rejected("Prediction interrupted")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ""),
        (b'{"detail": "words"}', "words"),
        (b'{"title": "Title", "detail": ""}', "Title"),
        (b'{"detail": ["one", "two"]}', "one; two"),
        (b'{"detail": [{"loc": ["body", "input"], "msg": "required"}]}', "body.input: required"),
        (b'{"detail": "- input.a: wrong\\n- input: b is required\\n"}', "input.a: wrong; input: b is required"),
        (b'{"error": {"message": "deep"}}', "deep"),
        (b'"just text"', "just text"),
        (b"plain text", "plain text"),
        (b"<!DOCTYPE html><html>a page</html>", ""),
        (b"\n  <html><body>a page", ""),
        (b"null", ""),
        (b"7", ""),
        (b"\xff\xfe broken", "\ufffd\ufffd broken"),
    ],
)
def test_an_error_body_in_one_line(body: bytes, said: str) -> None:
    assert said_in(body) == said


def test_long_words_are_cut() -> None:
    said = said_in(b"x" * 10_000)
    assert len(said) == MOST
    assert said.endswith("…")
