"""What is made of what a client asks for: leniently on the first door, strictly on the second."""

import pytest

from shared.catalogue import Catalogue, UnknownModel, load
from shared.domain.kinds import Kind

SORA = {"seconds": 4, "aspectRatio": "portrait", "resolution": "standard"}
VEO = {"seconds": 8, "aspectRatio": "landscape", "resolution": "1080p"}
SMALL_VEO = {"seconds": 4, "aspectRatio": "portrait", "resolution": "720p"}
WIDE = SORA | {"seconds": 12, "aspectRatio": "landscape"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.mark.parametrize(
    ("key", "wanted", "model", "settings"),
    [
        (None, {}, "openai/sora-2", SORA),
        ("nobody/knows", {}, "openai/sora-2", SORA),
        ("flux", {}, "openai/sora-2", SORA),  # a portrait's model is no video's
        ("openai/sora-2", {"seconds": 12, "aspectRatio": "landscape"}, "openai/sora-2", WIDE),
        ("openai/sora-2", {"seconds": 6}, "openai/sora-2", SORA),  # veo's, not sora's
        ("openai/sora-2", {"aspectRatio": "square"}, "openai/sora-2", SORA),
        ("openai/sora-2", {"resolution": "1080p"}, "openai/sora-2", SORA),
        ("openai/sora-2-pro", {"resolution": "high"}, "openai/sora-2-pro", SORA | {"resolution": "high"}),
        ("google/veo-3.1", {}, "google/veo-3.1", VEO),
        ("google/veo-3.1", SMALL_VEO, "google/veo-3.1", SMALL_VEO),
        ("google/veo-3.1", {"aspectRatio": "square"}, "google/veo-3.1", VEO),
        ("google/veo-3.1", {"resolution": "standard"}, "google/veo-3.1", VEO),
        ("google/veo-3.1", {"resolution": "high", "seconds": 6}, "google/veo-3.1", VEO | {"seconds": 6}),
    ],
)
def test_what_is_not_on_offer_falls_back_to_the_models_default(
    catalogue: Catalogue, key: str | None, wanted: dict[str, object], model: str, settings: dict[str, object]
) -> None:
    found, used = catalogue.resolve(Kind.VIDEO, key, wanted)
    assert (found.key, used) == (model, settings)


@pytest.mark.parametrize("wrong", [None, True, 8.0, "8", [8], {"seconds": 8}, float("nan"), -8, 10**30])
def test_a_value_of_the_wrong_type_falls_back_too(catalogue: Catalogue, wrong: object) -> None:
    _, used = catalogue.resolve(Kind.VIDEO, "openai/sora-2", {"seconds": wrong})
    assert used == SORA


def test_only_the_wrong_value_falls_back(catalogue: Catalogue) -> None:
    _, used = catalogue.resolve(Kind.VIDEO, "openai/sora-2", {"seconds": 12, "aspectRatio": 7})
    assert used == SORA | {"seconds": 12}


def test_a_portrait_has_no_settings(catalogue: Catalogue) -> None:
    model, used = catalogue.resolve(Kind.PORTRAIT, "seedream", {"seconds": 8, "anything": {}})
    assert (model.key, used) == ("seedream", {})


def test_an_unknown_model_is_named_with_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownModel, match="no portrait model 'dall-e'; choose one of nano-banana-pro, flux") as caught:
        catalogue.get(Kind.PORTRAIT, "dall-e")
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize(
    "wanted",
    [{}, {"seconds": None}, {"seconds": 8}, {"seconds": 8, "aspectRatio": "landscape", "resolution": "standard"}],
)
def test_a_wish_that_is_on_offer_has_nothing_wrong(catalogue: Catalogue, wanted: dict[str, object]) -> None:
    assert catalogue.check(Kind.VIDEO, "openai/sora-2", wanted) == []
    assert catalogue.check(Kind.VIDEO, None, wanted) == []


def test_the_strict_way_names_each_field_and_its_choices(catalogue: Catalogue) -> None:
    assert catalogue.check(Kind.VIDEO, "openai/sora-2", {"seconds": 5, "aspectRatio": "square"}) == [
        ("seconds", "Sora 2 offers seconds 4, 8, 12."),
        ("aspectRatio", "Sora 2 offers aspectRatio portrait, landscape."),
    ]


@pytest.mark.parametrize("wrong", [True, 8.0, "8", [8], {}])
def test_the_strict_way_is_strict_about_types(catalogue: Catalogue, wrong: object) -> None:
    assert [field for field, _ in catalogue.check(Kind.VIDEO, None, {"seconds": wrong})] == ["seconds"]


def test_the_strict_way_refuses_a_setting_the_model_has_not(catalogue: Catalogue) -> None:
    assert catalogue.check(Kind.PORTRAIT, "flux", {"seconds": 8}) == [
        ("seconds", "FLUX 1.1 Pro has no setting seconds.")
    ]


def test_of_an_unknown_model_only_that_is_said(catalogue: Catalogue) -> None:
    (field, sentence), *more = catalogue.check(Kind.PORTRAIT, "dall-e", {"seconds": 8})
    assert (field, more) == ("model", [])
    assert "dall-e" in sentence
