"""Why a job failed."""

import pytest

from shared.domain.failures import MAX_MESSAGE, Failure, FailureCode


@pytest.mark.parametrize("code", FailureCode)
def test_only_what_lies_in_the_request_itself_is_not_worth_asking_again(code: FailureCode) -> None:
    assert Failure(code, "Why.").retryable is (code not in ("input_rejected", "content_flagged"))


def test_the_codes_are_the_contracts() -> None:
    assert {code.value for code in FailureCode} == {
        "input_rejected",
        "content_flagged",
        "provider_failed",
        "provider_unavailable",
        "provider_stalled",
        "deadline_exceeded",
        "output_unreadable",
        "storage_failed",
        "unknown_outcome",
        "worker_lost",
        "internal",
    }


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (MAX_MESSAGE, MAX_MESSAGE), (MAX_MESSAGE + 1, MAX_MESSAGE)])
def test_a_long_message_is_cut_and_says_so(length: int, kept: int) -> None:
    message = Failure(FailureCode.INTERNAL, "x" * length).message

    assert len(message) == kept
    assert message.endswith("…") is (length > MAX_MESSAGE)
