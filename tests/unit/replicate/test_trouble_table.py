"""The whole table: every status, every body, every call, every way of no answer, each to its class and its decision.

What matters most: a create that may have been done is never told apart as one that was not, for then it would be done
and paid for again; and nothing but a create is ever in doubt.
"""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import httpx
import pytest

from shared.domain.failures import FailureCode
from shared.domain.retry import Again, GiveUp, Reconcile, Trouble, decide
from shared.predictions.replicate.budget import Exhausted
from shared.predictions.replicate.transport import ErrorAnswer
from shared.predictions.replicate.troubles import Call, of_answer, of_budget, of_nonsense, of_silence, retry_after

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

FLAGGED = (
    {"detail": "The input was flagged as sensitive (E005)"},
    {"detail": ["one", "Content violates our usage policies"]},
    {"title": "Input validation failed", "detail": None, "error": "NSFW content detected"},
)
PLAIN: tuple[Any, ...] = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"detail": ',
    b"\xff\xfe\x00",
    b"<!doctype html><title>Attention required</title>" + b"x" * 70_000,
    b"upstream connect error",
    b'{"detail": "\\ud800"}',
    b"[" * 60_000,
    {"detail": "a" * 20_000},
    {"detail": {"detail": {"detail": []}}},
    {"detail": [{"loc": ["body", 0], "msg": "field required"}, 7, None]},
    {"status": 7, "title": "Something", "detail": 7},
)


def answer(status: int, body: Any, **headers: str) -> ErrorAnswer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ErrorAnswer(status, httpx.Headers(headers), data)


def meaning(status: int, call: Call, *, flagged: bool) -> Trouble:
    """The table, as a person reads it. The first line that fits counts."""
    done_perhaps = Trouble.AMBIGUOUS if call is Call.CREATE else Trouble.UNAVAILABLE
    the_request = Trouble.FLAGGED if flagged else Trouble.REJECTED
    gone = status in (404, 410)
    match call, status:
        case _, 429:
            return Trouble.THROTTLED
        case _, 408:
            return done_perhaps
        case _, _ if status >= 500:
            return done_perhaps
        case Call.READ | Call.CANCEL, _ if status < 400 or status in (401, 402, 403):
            # An operator can still mend our token, our account or the address; what runs is paid for.
            return Trouble.UNAVAILABLE
        case _, 401 | 402 | 403:
            return Trouble.REFUSED
        case _, _ if status < 400:
            return Trouble.REFUSED
        case Call.CREATE | Call.UPLOAD, _ if gone:
            return Trouble.REJECTED if call is Call.CREATE else the_request
        case Call.READ | Call.CANCEL, _ if gone:
            return Trouble.GONE
        case Call.READ, _:
            # What was asked for runs and is paid for: how we asked is no fault of the job's input.
            return Trouble.UNAVAILABLE
    return the_request


@pytest.mark.parametrize("call", Call)
@pytest.mark.parametrize("body", [*PLAIN, *FLAGGED], ids=lambda body: str(body)[:30])
def test_every_answer_has_its_class_and_is_said_in_a_sentence(call: Call, body: Any) -> None:
    for status in range(300, 600):
        told = of_answer(answer(status, body), call, NOW)
        said = str(told)
        assert told.trouble is meaning(status, call, flagged=body in FLAGGED), (status, said)
        assert said.rstrip()[-1] in ".!?", said
        assert "\n" not in said
        assert len(said) < 600
        assert "<" not in said


def test_what_is_decided_about_every_answer() -> None:
    """A create that may have been done is reconciled; what fails for good is given up at the first try."""
    for status, call, body in product(range(300, 600), Call, (PLAIN[3], FLAGGED[0])):
        told = of_answer(answer(status, body), call, NOW)
        decision = decide(told.trouble, str(told), tries=1, left=60, paid=call is Call.CREATE)
        match told.trouble:
            case Trouble.AMBIGUOUS:
                assert isinstance(decision, Reconcile), (status, call)
            case Trouble.THROTTLED | Trouble.UNAVAILABLE:
                assert isinstance(decision, Again), (status, call)
            case _:
                assert isinstance(decision, GiveUp), (status, call)
        if call is Call.CREATE and (status >= 500 or status == 408):
            assert isinstance(decision, Reconcile), "it may have been made"


@pytest.mark.parametrize(
    ("status", "call", "body", "code"),
    [
        (401, Call.CREATE, {}, FailureCode.PROVIDER_UNAVAILABLE),
        (402, Call.CREATE, {}, FailureCode.PROVIDER_UNAVAILABLE),
        (404, Call.CREATE, {}, FailureCode.INPUT_REJECTED),
        (410, Call.CREATE, {}, FailureCode.INPUT_REJECTED),
        (422, Call.CREATE, {}, FailureCode.INPUT_REJECTED),
        (422, Call.CREATE, FLAGGED[0], FailureCode.CONTENT_FLAGGED),
        (413, Call.UPLOAD, {}, FailureCode.INPUT_REJECTED),
        (401, Call.UPLOAD, {}, FailureCode.PROVIDER_UNAVAILABLE),
        (404, Call.READ, {}, FailureCode.PROVIDER_FAILED),
    ],
)
def test_what_a_job_then_fails_with(status: int, call: Call, body: Any, code: FailureCode) -> None:
    told = of_answer(answer(status, body), call, NOW)
    decision = decide(told.trouble, str(told), tries=1, left=60, paid=call is Call.CREATE)
    assert isinstance(decision, GiveUp)
    assert decision.failure.code is code


@pytest.mark.parametrize("call", [Call.READ, Call.CANCEL])
@pytest.mark.parametrize(
    ("status", "to_do"), [(401, "set a working one"), (402, "add credit"), (403, "set a working one"), (307, "correct")]
)
def test_what_is_paid_for_is_waited_for_with_word_of_what_an_operator_has_to_do(
    call: Call, status: int, to_do: str
) -> None:
    told = of_answer(answer(status, {"detail": "No."}, **{"retry-after": "3"}), call, NOW)
    decision = decide(told.trouble, str(told), tries=1, left=60, retry_after=told.retry_after)
    assert decision == Again(3.0)
    assert "An operator has to" in str(told)
    assert to_do in str(told)


def silences() -> list[type[Exception]]:
    """Every way httpx has of not bringing an answer, and the timeout over the whole call."""
    found: list[type[Exception]] = [TimeoutError, httpx.HTTPError]
    for each in found[1:]:
        found += _below(each)
    return [each for each in found if each is not httpx.HTTPStatusError]


def _below(kind: type[Exception]) -> list[type[Exception]]:
    return [below for each in kind.__subclasses__() for below in (each, *_below(each))]


NOT_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "ProxyError"}


@pytest.mark.parametrize("silence", silences(), ids=lambda each: each.__name__)
@pytest.mark.parametrize("call", Call)
def test_every_silence_has_its_class(call: Call, silence: type[Exception]) -> None:
    told = of_silence(silence("gone"), call)  # type: ignore[arg-type]
    perhaps_done = call is Call.CREATE and silence.__name__ not in NOT_SENT
    assert told.trouble is (Trouble.AMBIGUOUS if perhaps_done else Trouble.UNAVAILABLE)
    assert str(told).endswith(".")


@pytest.mark.parametrize("call", Call)
def test_a_success_that_cannot_be_read(call: Call) -> None:
    assert of_nonsense(call).trouble is (Trouble.AMBIGUOUS if call is Call.CREATE else Trouble.UNAVAILABLE)


@pytest.mark.parametrize("told", [False, True])
def test_no_room_in_our_own_budget_is_a_wait(told: bool) -> None:
    trouble = of_budget(Exhausted(4.2, told))
    assert (trouble.trouble, trouble.retry_after) == (Trouble.THROTTLED, 4.2)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "0",
        "7",
        "-1",
        "1e3",
        "1e999",
        "nan",
        "soon",
        "Mon, 05 Jan 2026 12:00:09 GMT",
        "Mon, 05 Jan 1970 12:00:09 GMT",
        "Wed, 21 Oct 99999999999 07:28:00 GMT",
    ],
)
@pytest.mark.parametrize("body", PLAIN[:10], ids=lambda body: str(body)[:30])
def test_any_retry_after_is_seconds_or_nothing(header: str, body: bytes) -> None:
    wait = retry_after(answer(503, body, **{"retry-after": header}), NOW)
    assert wait is None or 0 <= wait < float("inf")


@pytest.mark.parametrize(("status", "over"), [(500, True), (502, True), (503, True), (504, False), (408, False)])
def test_only_who_gave_up_waiting_leaves_a_create_under_way(status: int, over: bool) -> None:
    assert of_answer(answer(status, b""), Call.CREATE, NOW).over is over


def test_after_silence_a_create_may_still_be_under_way() -> None:
    assert not of_silence(httpx.ReadTimeout("nothing came"), Call.CREATE).over
