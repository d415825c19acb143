"""Each way a call can go wrong, and what it means: above all, whether something may have been made and paid for."""

import asyncio
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shared.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.ports.provider import Portrait, ProviderTrouble
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import finished
from tests.contract.replicate.conftest import TOKEN, MakeOrder, provider_at
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.faults import CALLS

PAGE = "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"


async def refused(doing: Any) -> ProviderTrouble:
    with pytest.raises(ProviderTrouble) as caught:
        await doing
    assert str(caught.value).rstrip().endswith("."), f"not a sentence: {caught.value}"
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "trouble", "said"),
    [
        (401, {"detail": "You did not pass a valid authentication token"}, Trouble.REFUSED, "valid authentication"),
        (402, {"title": "Insufficient credit", "detail": "Go to billing"}, Trouble.REFUSED, "add credit"),
        (403, {"detail": "You are not allowed"}, Trouble.REFUSED, "not allowed"),
        (404, {"detail": "The requested resource could not be found."}, Trouble.REJECTED, "does not know this model"),
        (400, {"detail": "Bad things"}, Trouble.REJECTED, "Bad things"),
        (413, {"detail": "Too large"}, Trouble.REJECTED, "Too large"),
        (422, {"detail": ["one", "two"]}, Trouble.REJECTED, "one; two"),
        (422, {"detail": [{"loc": ["body", "input"], "msg": "field required"}]}, Trouble.REJECTED, "body.input: field"),
        (422, {"detail": "- input.seconds: must be 4\n- input: prompt is required\n"}, Trouble.REJECTED, "must be 4; "),
        (422, {"detail": "The input was flagged as sensitive (E005)"}, Trouble.FLAGGED, "flagged as sensitive"),
        (422, {"detail": None, "title": "Input validation failed"}, Trouble.REJECTED, "Input validation failed"),
        (307, {}, Trouble.REFUSED, "leads elsewhere"),
        (500, {}, Trouble.AMBIGUOUS, "unclear"),
        (502, PAGE, Trouble.AMBIGUOUS, "HTTP 502,"),
        (503, {"detail": "Service is currently unavailable"}, Trouble.AMBIGUOUS, "currently unavailable"),
        (504, PAGE, Trouble.AMBIGUOUS, "HTTP 504,"),
        (200, "not json", Trouble.AMBIGUOUS, "cannot be read"),
        (201, "[]", Trouble.AMBIGUOUS, "cannot be read"),
        (201, '{"status": "starting"}', Trouble.AMBIGUOUS, "cannot be read"),
        (201, '{"id": "no.id", "status": "starting"}', Trouble.AMBIGUOUS, "cannot be read"),
        (201, "[" * 60_000, Trouble.AMBIGUOUS, "cannot be read"),
    ],
)
async def test_how_a_create_was_answered(
    provider: ReplicateProvider,
    emulator: Emulator,
    order: MakeOrder,
    status: int,
    body: Any,
    trouble: Trouble,
    said: str,
) -> None:
    emulator.fail("create", status=status, body=body)
    caught = await refused(provider.start(order()))
    assert caught.trouble is trouble
    assert said in str(caught)
    assert len(emulator.calls("create")) == 1, "a create is never repeated in here"


@pytest.mark.parametrize("do", ["hang", "cut"])
@pytest.mark.parametrize("after", [False, True])
async def test_a_create_that_is_not_answered_may_have_been_done(
    provider: ReplicateProvider, emulator: Emulator, catalogue: Catalogue, order: MakeOrder, do: str, after: bool
) -> None:
    emulator.fail("create", do, after=after, seconds=20)
    wanted = order()
    async with provider_at(emulator.url, catalogue, read=0.3) as impatient:
        caught = await refused(impatient.start(wanted))
    assert caught.trouble is Trouble.AMBIGUOUS
    assert "did not answer" in str(caught)
    made = await provider.find(wanted, datetime.now(UTC) - timedelta(minutes=5))
    assert len(made) == len(emulator.creations()) == (1 if after else 0)


async def test_a_create_that_trickles_ends_at_its_total(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    emulator.fail("create", "hang", seconds=2)
    async with provider_at(emulator.url, catalogue, create=0.2) as provider:
        assert (await refused(provider.start(order()))).trouble is Trouble.AMBIGUOUS


async def test_a_server_error_after_creating_is_ambiguous_and_found(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.fail("create", after=True, status=502, body=PAGE)
    wanted = order()
    assert (await refused(provider.start(wanted))).trouble is Trouble.AMBIGUOUS
    (prediction,) = await provider.find(wanted, datetime.now(UTC) - timedelta(seconds=5))
    await provider.attach(prediction, wanted)
    await finished(provider, prediction)
    assert len(emulator.creations()) == 1


async def test_nobody_listening_means_nothing_was_done(catalogue: Catalogue, order: MakeOrder) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        async with provider_at(url, catalogue) as provider:
            assert (await refused(provider.start(order()))).trouble is Trouble.UNAVAILABLE
            assert (await refused(provider.poll("x"))).trouble is Trouble.UNAVAILABLE


async def test_an_unknown_host_means_nothing_was_done(catalogue: Catalogue, order: MakeOrder) -> None:
    async with provider_at("http://replicate.invalid", catalogue) as provider:
        assert (await refused(provider.start(order()))).trouble is Trouble.UNAVAILABLE


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "7"}, {}, 7),
        ({"retry-after": "0.5"}, {"retry_after": 9}, 0.5),
        ({"retry-after": "-3"}, {}, 0),
        ({}, {"retry_after": 11}, 11),
        ({}, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, 30),
        ({"retry-after": "soon"}, {"detail": "Your rate limit resets in ~4s."}, 4),
        ({"retry-after": "inf"}, {}, None),
        ({}, {}, None),
        ({}, "slow down", None),
    ],
)
async def test_a_throttle_says_how_long(
    provider: ReplicateProvider,
    emulator: Emulator,
    order: MakeOrder,
    headers: dict[str, str],
    body: Any,
    wait: float | None,
) -> None:
    emulator.fail("create", status=429, headers=headers, body=body)
    caught = await refused(provider.start(order()))
    assert (caught.trouble, caught.retry_after) == (Trouble.THROTTLED, wait)
    assert emulator.creations() == []


async def test_a_throttle_until_a_date(provider: ReplicateProvider, emulator: Emulator, order: MakeOrder) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    emulator.fail("create", status=429, headers={"retry-after": until})
    caught = await refused(provider.start(order()))
    assert caught.retry_after is not None
    assert 17 <= caught.retry_after <= 21


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, Trouble.UNAVAILABLE),
        (402, Trouble.UNAVAILABLE),
        (403, Trouble.UNAVAILABLE),
        (404, Trouble.GONE),
        (410, Trouble.GONE),
        (429, Trouble.THROTTLED),
        (500, Trouble.UNAVAILABLE),
        (502, Trouble.UNAVAILABLE),
        (503, Trouble.UNAVAILABLE),
    ],
)
async def test_how_a_poll_was_answered(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder, status: int, trouble: Trouble
) -> None:
    async with provider_at(emulator.url, catalogue, settling=0) as provider:
        prediction = await provider.start(order())
        emulator.fail("get", status=status)
        assert (await refused(provider.poll(prediction))).trouble is trouble
        assert len(emulator.calls("get")) == 1, "the package's own retries must not run"


async def test_a_prediction_just_created_may_not_be_everywhere_yet(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    prediction = await provider.start(order())
    emulator.fail("get", status=404)
    assert (await refused(provider.poll(prediction))).trouble is Trouble.UNAVAILABLE
    await finished(provider, prediction)


@pytest.mark.parametrize("do", ["hang", "cut"])
async def test_a_poll_that_is_not_answered_can_just_be_asked_again(
    provider: ReplicateProvider, emulator: Emulator, catalogue: Catalogue, order: MakeOrder, do: str
) -> None:
    prediction = await provider.start(wanted := order())
    emulator.fail("get", do, seconds=20)
    async with provider_at(emulator.url, catalogue, read=0.3) as impatient:
        await impatient.attach(prediction, wanted)
        assert (await refused(impatient.poll(prediction))).trouble is Trouble.UNAVAILABLE
    await finished(provider, prediction)


async def test_a_poll_does_not_sleep_the_retry_after_on_our_behalf(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    prediction = await provider.start(order())
    emulator.fail("get", status=503, headers={"retry-after": "30"})
    began = time.monotonic()
    caught = await refused(provider.poll(prediction))
    assert time.monotonic() - began < 2
    assert (caught.trouble, caught.retry_after) == (Trouble.UNAVAILABLE, 30)


async def test_a_cancel_that_fails_is_told(provider: ReplicateProvider, emulator: Emulator, order: MakeOrder) -> None:
    prediction = await provider.start(order())
    emulator.fail("cancel", status=502)
    assert (await refused(provider.cancel(prediction))).trouble is Trouble.UNAVAILABLE
    await provider.cancel(prediction)
    assert emulator.creations()[0]["status"] == "canceled"


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_cancel_that_comes_too_late_for_replicate_is_no_trouble(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, status: int
) -> None:
    emulator.fail("cancel", status=status)
    await provider.cancel(await provider.start(order()))


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(500, Trouble.UNAVAILABLE), (413, Trouble.REJECTED), (429, Trouble.THROTTLED), (404, Trouble.REJECTED)],
)
async def test_an_upload_that_fails_has_started_nothing(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, status: int, trouble: Trouble
) -> None:
    emulator.fail("upload", status=status)
    wanted = order(Kind.VIDEO, portrait=Portrait(data=b"picture", content_type="image/png"))
    assert (await refused(provider.start(wanted))).trouble is trouble
    assert emulator.calls("create") == []


async def test_a_wrong_token_is_refused(emulator: Emulator, provider: ReplicateProvider, order: MakeOrder) -> None:
    emulator.set(token="another")
    assert (await refused(provider.start(order()))).trouble is Trouble.REFUSED


async def test_what_runs_is_still_there_when_the_token_works_again(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.go("for ever", status="silent")
    kept, stopped = await provider.start(order()), await provider.start(order(prompt="Runs for ever."))
    emulator.set(token="another")
    for asking in (provider.poll(kept), provider.cancel(stopped), provider.find(order(), datetime.now(UTC))):
        caught = await refused(asking)
        assert caught.trouble is Trouble.UNAVAILABLE
        assert "An operator has to set a working one." in str(caught)
    emulator.set(token=TOKEN)
    await provider.cancel(stopped)
    await finished(provider, kept)
    assert emulator.creations()[1]["status"] == "canceled"


async def test_no_message_holds_the_token(provider: ReplicateProvider, emulator: Emulator, order: MakeOrder) -> None:
    for call in set(CALLS) - {"download", "file", "upload", "list"}:
        emulator.fail(call, status=401, body={"detail": "no"})
    for doing in (provider.start(order()), provider.poll("x"), provider.cancel("x")):
        assert "r8_" not in str(await refused(doing))


async def test_the_worst_page_is_cut_to_a_sentence(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.fail("create", status=422, body={"detail": "x" * 200_000})
    assert len(str(await refused(provider.start(order())))) < 600


async def test_a_canceled_start_leaves_the_provider_usable(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    emulator.fail("create", "hang", seconds=1)
    starting = asyncio.create_task(provider.start(order()))
    await asyncio.sleep(0.1)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await finished(provider, await provider.start(order()))
