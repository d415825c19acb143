"""Every model of the catalogue, from an order to a file, through an API that checks each input against the schema."""

import io
from pathlib import Path

import av
import pytest
from PIL import Image

from shared.catalogue import Catalogue, load
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.ports.provider import Portrait, ProviderTrouble
from shared.predictions.replicate import ReplicateProvider
from tests.contract.provider_suite import finished, read
from tests.contract.replicate.conftest import MakeOrder, provider_at
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.schemas import version_of

PICTURE = "https://example.com/portrait.png"


@pytest.mark.parametrize(
    ("model", "form"), [("nano-banana-pro", "PNG"), ("flux", "PNG"), ("gpt-image", "PNG"), ("seedream", "JPEG")]
)
async def test_a_portrait_of_every_model(provider: ReplicateProvider, order: MakeOrder, model: str, form: str) -> None:
    end = await finished(provider, await provider.start(order(model=model)))
    with Image.open(io.BytesIO(await read(provider.open(end.outputs[0])))) as picture:
        assert picture.format == form
        assert picture.width < picture.height


CLIPS: list[tuple[str, dict[str, str | int], dict[str, object], tuple[int, bool]]] = [
    (
        "openai/sora-2",
        {"seconds": 4, "aspectRatio": "portrait", "resolution": "standard"},
        {"seconds": 4, "aspect_ratio": "portrait", "input_reference": PICTURE},
        (4, True),
    ),
    (
        "openai/sora-2-pro",
        {"seconds": 12, "aspectRatio": "landscape", "resolution": "high"},
        {"seconds": 12, "aspect_ratio": "landscape", "resolution": "high", "input_reference": PICTURE},
        (12, False),
    ),
    (
        "google/veo-3.1",
        {"seconds": 6, "aspectRatio": "portrait", "resolution": "720p"},
        {"duration": 6, "aspect_ratio": "9:16", "resolution": "720p", "image": PICTURE},
        (6, True),
    ),
    (
        "google/veo-3.1",
        {"seconds": 4, "aspectRatio": "landscape", "resolution": "1080p"},
        {"duration": 4, "aspect_ratio": "16:9", "resolution": "1080p", "image": PICTURE},
        (4, False),
    ),
    (
        "google/veo-3.1",
        {"seconds": 8, "aspectRatio": "landscape", "resolution": "1080p"},
        {"duration": 8, "aspect_ratio": "16:9", "resolution": "1080p", "reference_images": [PICTURE]},
        (8, False),
    ),
]


@pytest.mark.parametrize(("model", "settings", "sent", "clip"), CLIPS)
async def test_a_clip_of_every_model(
    provider: ReplicateProvider,
    emulator: Emulator,
    order: MakeOrder,
    model: str,
    settings: dict[str, str | int],
    sent: dict[str, object],
    clip: tuple[int, bool],
) -> None:
    wanted = order(Kind.VIDEO, model=model, settings=settings, portrait=Portrait(url=PICTURE))
    end = await finished(provider, await provider.start(wanted))
    (made,) = emulator.creations()
    assert made["input"] == {"prompt": wanted.prompt, **sent}
    with av.open(io.BytesIO(await read(provider.open(end.outputs[0]))), "r") as container:
        stream = container.streams.video[0]
        assert container.duration is not None
        assert (round(container.duration / av.time_base), stream.width < stream.height) == clip


async def test_a_models_newest_version_is_asked_for_by_its_name(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    await provider.start(order(model="seedream"))
    (made,) = emulator.creations()
    assert (made["model"], made["byVersion"]) == ("bytedance/seedream-4", False)


@pytest.mark.parametrize(
    "named",
    [
        f"black-forest-labs/flux-1.1-pro:{version_of('black-forest-labs/flux-1.1-pro')}",
        version_of("black-forest-labs/flux-1.1-pro"),
    ],
)
async def test_a_pinned_version_is_asked_for_as_such(
    emulator: Emulator, order: MakeOrder, tmp_path: Path, named: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f'[portrait.flux]\nref = "{named}"\n')
    async with provider_at(emulator.url, load(own)) as provider:
        wanted = order(model="flux")
        prediction = await provider.start(wanted)
        await finished(provider, prediction)
        (made,) = emulator.creations()
        assert (made["model"], made["byVersion"]) == ("black-forest-labs/flux-1.1-pro", True)
        assert await provider.find(wanted, wanted.deadline.replace(year=2000)) == [prediction]


async def test_an_operators_own_model_needs_no_code(emulator: Emulator, order: MakeOrder, tmp_path: Path) -> None:
    emulator.know(
        **{
            "acme/clips": {
                "makes": "video",
                "output": "object",
                "inputs": {"text": {"required": True}, "length": {"type": "integer", "options": [5]}},
            }
        }
    )
    own = tmp_path / "own.toml"
    own.write_text(
        '[video.clips]\nlabel = "Clips"\nref = "acme/clips"\nprompt = { input = "text" }\n'
        'settings = { seconds = { input = "length", default = 5, values = [5] } }\n'
    )
    async with provider_at(emulator.url, load(own)) as provider:
        end = await finished(provider, await provider.start(order(Kind.VIDEO, model="clips")))
        assert (await read(provider.open(end.outputs[0])))[4:8] == b"ftyp"


async def test_the_operators_openai_key_is_sent_and_found_again_though_replicate_hides_it(
    emulator: Emulator, order: MakeOrder, tmp_path: Path
) -> None:
    emulator.set(openai_key_required=True)
    own = tmp_path / "own.toml"
    own.write_text('[portrait.gpt-image.fixed]\nopenai_api_key = "sk-secret"\n')
    async with provider_at(emulator.url, load(own)) as provider:
        wanted = order(model="gpt-image")
        prediction = await provider.start(wanted)
        assert await provider.find(wanted, wanted.deadline.replace(year=2000)) == [prediction]


@pytest.mark.parametrize("shape", ["string", "list", "object", "nested"])
@pytest.mark.parametrize("kind", list(Kind))
async def test_an_output_of_any_shape(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, kind: Kind, shape: str
) -> None:
    emulator.go(shape=shape)
    end = await finished(provider, await provider.start(order(kind)))
    data = await read(provider.open(end.outputs[0]))
    assert data.startswith(b"\x89PNG") if kind is Kind.PORTRAIT else data[4:8] == b"ftyp"


async def test_the_prompt_reaches_the_model_whole(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    prompt = "Zoë 🎭 «says»\n\t" * 2_000 + "the end"
    await provider.start(order(prompt=prompt))
    assert emulator.creations()[0]["prompt"] == prompt


async def test_half_a_surrogate_pair_is_no_trouble(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    wanted = order(prompt="half \ud83d and whole \U0001f3ad")
    prediction = await provider.start(wanted)
    assert emulator.creations()[0]["prompt"] == "half \ufffd and whole \U0001f3ad"
    assert await provider.find(wanted, wanted.deadline.replace(year=2000)) == [prediction]


async def test_the_webhook_and_the_deadline_are_passed_on(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    await provider.start(order(webhook="http://127.0.0.1:9/hooks/replicate?job=7"))
    (made,) = emulator.creations()
    assert made["webhook"] == "http://127.0.0.1:9/hooks/replicate?job=7"
    assert 900 < made["cancelAfter"] <= 960


async def test_a_model_that_has_left_the_catalogue_is_rejected(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    with pytest.raises(ProviderTrouble, match="no portrait model 'dall-e'") as caught:
        await provider.start(order(model="dall-e"))
    assert caught.value.trouble is Trouble.REJECTED
    assert emulator.calls() == []


async def test_what_such_a_model_had_begun_is_still_fetched(
    provider: ReplicateProvider, emulator: Emulator, catalogue: Catalogue, order: MakeOrder
) -> None:
    prediction = await provider.start(order(model="flux"))
    async with provider_at(emulator.url, catalogue) as successor:
        await successor.attach(prediction, order(model="dall-e"))
        await finished(successor, prediction)
