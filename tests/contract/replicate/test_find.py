"""Finding what an unanswered create made: exactly that, whatever else is on the list."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.catalogue import Catalogue
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.ports.provider import Portrait, ProviderTrouble
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import finished
from tests.contract.replicate.conftest import MakeOrder, provider_at
from tests.support.eventually import eventually
from tests.support.replicate_emulator.client import Emulator

PORTRAIT = Portrait(data=b"\x89PNG one", content_type="image/png")


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


async def test_several_of_the_same_come_oldest_first(provider: ReplicateProvider, order: MakeOrder) -> None:
    wanted = order()
    made = [await provider.start(wanted) for _ in range(3)]
    assert await provider.find(wanted, just_now()) == made


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "Another prompt."},
        {"model": "openai/sora-2-pro"},
        {"settings": {"seconds": 12}},
        {"settings": {"aspectRatio": "landscape"}},
        {"portrait": Portrait(url="https://example.com/another.png")},
        {"portrait": None},
        {"portrait": PORTRAIT},
    ],
)
async def test_anything_else_in_the_order_is_another(
    provider: ReplicateProvider, order: MakeOrder, other: dict[str, Any]
) -> None:
    usual = {"prompt": "The innkeeper.", "portrait": Portrait(url="https://example.com/one.png")}
    await provider.start(order(Kind.VIDEO, **(usual | other)))
    assert await provider.find(order(Kind.VIDEO, **usual), just_now()) == []


async def test_what_already_ended_is_found_too(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    wanted = order()
    prediction = await provider.start(wanted)
    await finished(provider, prediction)
    emulator.go(status="aborted", seconds=0)
    dropped = await provider.start(wanted)
    assert await provider.find(wanted, just_now()) == [prediction, dropped]


async def test_what_is_found_is_known_as_well_as_what_was_made_here(
    provider: ReplicateProvider, emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    """It is adopted and looked at next: made a moment ago, and not known yet to every machine of theirs."""
    emulator.go(status="silent")
    wanted = order()
    async with provider_at(emulator.url, catalogue) as another:
        prediction = await another.start(wanted)
    assert await provider.find(wanted, just_now()) == [prediction]
    emulator.fail("get", status=404)

    with pytest.raises(ProviderTrouble) as caught:
        await provider.poll(prediction)

    assert caught.value.trouble is Trouble.UNAVAILABLE


@pytest.mark.parametrize("settings", [{}, {"seconds": 4}])
async def test_an_uploaded_portrait_is_known_by_its_bytes_not_its_address(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, settings: dict[str, str | int]
) -> None:
    wanted = order(Kind.VIDEO, model="google/veo-3.1", settings=settings, portrait=PORTRAIT)
    other = Portrait(data=b"\x89PNG two", content_type="image/png")
    prediction = await provider.start(wanted)
    await provider.start(
        order(Kind.VIDEO, model="google/veo-3.1", settings=settings, prompt=wanted.prompt, portrait=other)
    )
    assert len(emulator.files()) == 2
    assert await provider.find(wanted, just_now()) == [prediction]


async def test_an_upload_that_is_no_longer_there_has_to_be_believed(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    wanted = order(Kind.VIDEO, portrait=PORTRAIT)
    prediction = await provider.start(wanted)
    emulator.fail("file", status=404)
    assert await provider.find(wanted, just_now()) == [prediction]


async def test_an_upload_that_cannot_be_checked_is_no_guess(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    wanted = order(Kind.VIDEO, portrait=PORTRAIT)
    await provider.start(wanted)
    emulator.fail("file", status=500)
    with pytest.raises(ProviderTrouble) as caught:
        await provider.find(wanted, just_now())
    assert caught.value.trouble is Trouble.UNAVAILABLE


async def test_the_same_portrait_is_uploaded_once(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.fail("create", status=503, times=2)
    wanted = order(Kind.VIDEO, portrait=PORTRAIT)
    for _ in range(2):
        with pytest.raises(ProviderTrouble):
            await provider.start(wanted)
    await provider.start(wanted)
    assert len(emulator.files()) == 1


async def test_replicates_own_name_for_an_official_model_does_not_hide_it(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.set(internal_names=True)
    wanted = order(model="flux")
    prediction = await provider.start(wanted)
    assert emulator.creations()[0]["model"] == "replicate-internal/flux-1.1-pro"
    assert await provider.find(wanted, just_now()) == [prediction]


async def test_the_search_goes_back_page_by_page_until_the_moment(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.set(page_size=2)
    wanted = order()
    prediction = await provider.start(wanted)
    for _ in range(5):
        await provider.start(order())
    assert await provider.find(wanted, just_now()) == [prediction]
    assert len(emulator.calls("list")) == 3


async def test_the_search_stops_at_the_moment(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    emulator.set(page_size=2)
    wanted = order()
    for _ in range(6):
        await provider.start(wanted)
    # Later than all of them by more than the clocks may differ.
    assert await provider.find(wanted, datetime.now(UTC) + timedelta(minutes=5)) == []
    assert len(emulator.calls("list")) == 1


async def test_clocks_that_differ_a_little_hide_nothing(provider: ReplicateProvider, order: MakeOrder) -> None:
    wanted = order()
    prediction = await provider.start(wanted)
    assert await provider.find(wanted, datetime.now(UTC) + timedelta(seconds=10)) == [prediction]


async def test_a_create_that_was_hung_up_on_may_land_later(
    emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    emulator.fail("create", "dawdle", seconds=5.0)
    wanted = order()
    async with provider_at(emulator.url, catalogue, create=0.2) as provider:
        with pytest.raises(ProviderTrouble) as caught:
            await provider.start(wanted)
        assert caught.value.trouble is Trouble.AMBIGUOUS
        assert await provider.find(wanted, just_now()) == []

        async def landed() -> bool:
            return len(await provider.find(wanted, just_now())) == 1

        assert await eventually(landed, within=30)


async def test_a_list_that_cannot_be_read_is_no_empty_list(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    await provider.start(order())
    for status, body in ((500, None), (200, "nonsense"), (200, "{}")):
        emulator.fail("list", status=status, body=body)
        with pytest.raises(ProviderTrouble) as caught:
            await provider.find(order(), just_now())
        assert caught.value.trouble is Trouble.UNAVAILABLE


OTHERWISE: list[dict[str, Any]] = [
    {"prompt": "The innkeeper, in other words."},
    {"settings": {"seconds": 12}},
    {"model": "openai/sora-2-pro"},
    {"portrait": Portrait(url="https://example.com/another.png")},
    {"prompt": "", "portrait": None},
]


@pytest.mark.parametrize("portrait", [Portrait(url="https://example.com/one.png"), PORTRAIT])
@pytest.mark.parametrize("now", OTHERWISE)
async def test_what_would_be_ordered_otherwise_today_is_found_by_its_mark(
    provider: ReplicateProvider, order: MakeOrder, now: dict[str, Any], portrait: Portrait
) -> None:
    before = order(Kind.VIDEO, prompt="The innkeeper.", portrait=portrait)
    prediction = await provider.start(before)
    today = order(Kind.VIDEO, **({"prompt": before.prompt, "portrait": portrait} | now))
    await provider.start(today)
    await provider.start(
        order(Kind.VIDEO, prompt="The innkeeper.", portrait=Portrait(data=b"other", content_type="image/png"))
    )

    assert await provider.find(today, just_now(), provider.mark(before)) == [prediction]


async def test_what_is_ordered_the_same_is_found_with_its_mark(provider: ReplicateProvider, order: MakeOrder) -> None:
    wanted = order()
    prediction = await provider.start(wanted)
    assert await provider.find(wanted, just_now(), provider.mark(wanted)) == [prediction]


async def test_many_who_look_at_once_share_their_calls(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    wanted = order()
    prediction = await provider.start(wanted)

    found = await asyncio.gather(*(provider.find(wanted, just_now()) for _ in range(100)))

    assert found == [[prediction]] * 100
    assert len(emulator.calls("list")) <= 2
