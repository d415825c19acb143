"""The shipped models: what clients may ask for, and what Replicate is then sent."""

import pytest

from shared.catalogue import Catalogue, Ref, load
from shared.domain.kinds import Kind


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_the_models_on_offer_and_their_names_at_replicate(catalogue: Catalogue) -> None:
    named = {kind: {model.key: model.ref for model in catalogue.models(kind)} for kind in Kind}
    assert named == {
        Kind.PORTRAIT: {
            "nano-banana-pro": Ref("google/nano-banana-pro", None),
            "flux": Ref("black-forest-labs/flux-1.1-pro", None),
            "gpt-image": Ref("openai/gpt-image-1", None),
            "seedream": Ref("bytedance/seedream-4", None),
        },
        Kind.VIDEO: {
            "openai/sora-2": Ref("openai/sora-2", None),
            "openai/sora-2-pro": Ref("openai/sora-2-pro", None),
            "google/veo-3.1": Ref("google/veo-3.1", None),
        },
    }


def test_the_defaults(catalogue: Catalogue) -> None:
    assert catalogue.default(Kind.PORTRAIT).key == "nano-banana-pro"
    assert catalogue.default(Kind.VIDEO).key == "openai/sora-2"


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("nano-banana-pro", {"prompt": "P", "aspect_ratio": "9:16", "output_format": "png"}),
        ("flux", {"prompt": "P", "aspect_ratio": "9:16", "output_format": "png"}),
        ("gpt-image", {"prompt": "P", "aspect_ratio": "2:3", "output_format": "png"}),
        ("seedream", {"prompt": "P", "aspect_ratio": "9:16"}),
    ],
)
def test_a_portraits_input(catalogue: Catalogue, key: str, sent: dict[str, object]) -> None:
    assert catalogue.get(Kind.PORTRAIT, key).inputs("P", {}) == sent


def test_a_portrait_model_is_given_no_start_image(catalogue: Catalogue) -> None:
    model = catalogue.get(Kind.PORTRAIT, "flux")
    assert model.inputs("P", {}, "https://example.com/a.png") == model.inputs("P", {})


def test_soras_input_in_its_own_words(catalogue: Catalogue) -> None:
    sora = catalogue.get(Kind.VIDEO, "openai/sora-2-pro")
    settings: dict[str, str | int] = {"seconds": 12, "aspectRatio": "landscape", "resolution": "high"}
    assert sora.inputs("P", settings, "https://example.com/a.png") == {
        "prompt": "P",
        "seconds": 12,
        "aspect_ratio": "landscape",
        "resolution": "high",
        "input_reference": "https://example.com/a.png",
    }


def test_sora_2_has_one_resolution_which_is_recorded_but_not_sent(catalogue: Catalogue) -> None:
    sora = catalogue.get(Kind.VIDEO, "openai/sora-2")
    assert sora.settle({"resolution": "high"})["resolution"] == "standard"
    assert "resolution" not in sora.inputs("P", {"resolution": "standard"})


@pytest.mark.parametrize(
    ("settings", "image"),
    [
        ({"seconds": 8, "aspectRatio": "landscape"}, {"reference_images": ["U"]}),
        ({"seconds": 6, "aspectRatio": "landscape"}, {"image": "U"}),
        ({"seconds": 8, "aspectRatio": "portrait"}, {"image": "U"}),
        ({"seconds": 4, "aspectRatio": "portrait"}, {"image": "U"}),
        ({}, {"reference_images": ["U"]}),  # the model's defaults are landscape and 8 s
    ],
)
def test_veo_takes_references_only_where_it_can(
    catalogue: Catalogue, settings: dict[str, str | int], image: dict[str, object]
) -> None:
    sent = catalogue.get(Kind.VIDEO, "google/veo-3.1").inputs("P", settings, "U")
    assert {name: sent[name] for name in ("image", "reference_images") if name in sent} == image


def test_veos_input_in_its_own_words(catalogue: Catalogue) -> None:
    veo = catalogue.get(Kind.VIDEO, "google/veo-3.1")
    assert veo.inputs("P", {"seconds": 6, "aspectRatio": "portrait", "resolution": "720p"}) == {
        "prompt": "P",
        "duration": 6,
        "aspect_ratio": "9:16",
        "resolution": "720p",
    }


def test_a_prompt_goes_in_whole_whatever_the_models_limit(catalogue: Catalogue) -> None:
    veo = catalogue.get(Kind.VIDEO, "google/veo-3.1")
    assert veo.prompt_limit == 4000
    assert veo.inputs("x" * 9000, {})["prompt"] == "x" * 9000


def test_building_an_input_leaves_the_model_as_it_was(catalogue: Catalogue) -> None:
    model = catalogue.get(Kind.PORTRAIT, "flux")
    model.inputs("P", {})["aspect_ratio"] = "1:1"
    assert model.inputs("P", {})["aspect_ratio"] == "9:16"
