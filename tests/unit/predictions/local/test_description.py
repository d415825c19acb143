"""What documents say is what is drawn; what they leave out is filled in, always the same; nothing in them is fatal."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.predictions.local.description import describe
from shared.predictions.local.drawing.colours import distance
from shared.predictions.local.drawing.painter import paint
from shared.predictions.local.drawing.traits import Description
from tests.unit.predictions.local.cast import NAMES, described, document


def kinds(description: Description) -> set[str]:
    """Return the kinds of what is worn."""
    return {item.kind for item in description.accessories}


def dossier(**details: Any) -> dict[str, Any]:
    """Return a dossier of these ``character_details``."""
    return {"character": "Sam", "character_details": details}


def test_the_night_manager() -> None:
    mira = described("mira-okonjo")
    assert (mira.species.family, mira.hair.style, mira.hair.texture) == ("human", "afro", "coily")
    assert (mira.garment.kind, mira.scene.place, mira.build) == ("uniform", "lobby", "slim")
    assert kinds(mira) == {"glasses", "hoops"}
    assert mira.face.marks == {"mole"}
    assert mira.beard is None
    assert mira.scene.side == -1
    assert distance(mira.face.skin, (0x7A, 0x4A, 0x32)) < 0.01
    assert distance(mira.garment.colour, (0xEF, 0x7B, 0x5A)) < 0.05


def test_the_bellhop() -> None:
    nine = described("bellhop-nine")
    assert nine.species.family == "robot"
    assert kinds(nine) == {"pillbox", "bowtie"}
    assert nine.eyes.colour == (0xFF, 0xC6, 0x5C)


def test_the_lifeguard() -> None:
    otto = described("otto-brindle")
    assert (otto.species.family, otto.species.kind) == ("animal", "otter")
    assert (otto.garment.kind, otto.garment.pattern) == ("tank", "stripes")
    assert (otto.scene.place, kinds(otto)) == ("beach", {"whistle"})


def test_the_detective() -> None:
    halvard = described("halvard-grue")
    assert halvard.beard is not None
    assert halvard.beard.style == "walrus"
    assert (halvard.garment.kind, halvard.scene.place, halvard.face.age) == ("coat", "sea", 0.95)
    assert halvard.face.brow == 1.0
    assert halvard.expression.frown > 0.3


def test_the_ghost() -> None:
    isolde = described("dame-isolde")
    assert (isolde.species.family, isolde.hair.style) == ("ghost", "floating")
    assert (isolde.garment.kind, isolde.eyes.glowing) == ("lace", True)
    assert kinds(isolde) == {"necklace", "drops"}


def test_the_recordist_and_the_cook() -> None:
    juno, teo = described("juno-park"), described("teo-salgado")
    assert (juno.hair.style, juno.hair.fringe, juno.scene.place) == ("bob", True, "rain")
    assert juno.expression.wide > 0.5
    assert kinds(teo) == {"neckerchief", "toque"}
    assert teo.expression.closed
    assert teo.beard is not None
    assert teo.beard.style == "handlebar"
    assert teo.face.marks == {"scar"}


def test_the_clients_own_words_come_first() -> None:
    character = dossier(hair={"style": "long", "color_hex": "#101010"}, eye_color="brown", species="human")
    told = describe({}, character, {}, "A woman with a blue mohawk, green eyes and an eyepatch, in a red cloak, at sea")
    assert (told.hair.style, told.garment.kind, told.scene.place) == ("mohawk", "cloak", "sea")
    assert "eyepatch" in kinds(told)
    assert told.face.lashes
    assert distance(told.garment.colour, (196, 48, 43)) < 0.08


def test_what_is_denied_is_not_drawn() -> None:
    told = describe({}, dossier(distinctive_features=["no glasses", "never without a scarf"], species="human"), {})
    assert not kinds(told) & {"glasses", "square glasses"} or told == describe({}, dossier(species="human"), {})
    assert "glasses" in kinds(describe({}, dossier(distinctive_features=["glasses"]), {}))


def test_the_seed_speaks_where_the_dossier_is_silent() -> None:
    seed = {"gender": "male", "age_range": "70s", "species_hint": "fox", "key_visual_trait": "a monocle"}
    told = describe({}, {"character": "Sam"}, seed)
    assert (told.species.kind, told.face.lashes, told.face.age) == ("fox", False, 0.95)
    assert kinds(told) == {"monocle"}
    assert describe({}, dossier(species={"type": "robot"}), seed).species.family == "robot"


@pytest.mark.parametrize(
    ("species", "family", "kind", "markers"),
    [
        ({"type": "Robot", "subtype": "kitchen aid"}, "robot", "", set()),
        ({"type": "cyborg"}, "human", "", {"circuits"}),
        ({"type": "half-elf"}, "human", "", {"pointed"}),
        ({"type": "ghost"}, "ghost", "", set()),
        ({"type": "alien"}, "alien", "", {"antennae", "spots"}),
        ({"type": "anthropomorphic animal", "subtype": "snow leopard"}, "animal", "leopard", set()),
        ("red fox", "animal", "fox", set()),
        ({"type": "dragon"}, "animal", "dragon", {"horns"}),
        ({"type": "human", "visual_markers": ["small horns"]}, "human", "", {"horns"}),
        ({"type": "mermaid"}, "human", "", {"gills", "scales"}),
        (["owl"], "animal", "owl", set()),
    ],
)
def test_species(species: Any, family: str, kind: str, markers: set[str]) -> None:
    told = describe({}, dossier(species=species)).species
    assert (told.family, told.kind, set(told.markers)) == (family, kind, markers)


def test_a_species_nobody_has_heard_of_looks_like_something() -> None:
    assert describe({}, dossier(species="a Glorbnak of the ninth moon")).species.markers


def test_a_person_who_holds_an_animal_is_a_person() -> None:
    told = describe({}, {"character": "Sam"}, {}, "A woman holding a cat")
    assert told.species.family == "human"


def test_somebody_keeps_their_face_when_their_scene_is_edited() -> None:
    before = describe({"show_title": "Low Tide"}, {"character": "Sam", "showcase_scene_prompt": "Sam runs."})
    after = describe({"show_title": "Low Tide"}, {"character": "Sam", "showcase_scene_prompt": "Sam sits."})
    assert after == before


def test_the_same_name_in_another_show_is_somebody_else() -> None:
    assert describe({"show_title": "A"}, {"character": "Sam"}) != describe({"show_title": "B"}, {"character": "Sam"})


def test_a_dossier_without_a_name_is_told_from_others_by_what_it_says() -> None:
    assert describe({}, {"look": {"eyes": "calm"}}).seed != describe({}, {"look": {"eyes": "wild"}}).seed


def test_the_shows_palette_reaches_the_backdrop() -> None:
    character = {"character": "Sam", "portrait_guidance": {"background_hint": "an open sky, clouds"}}
    teal, rust = (describe({"primary_palette": [code]}, character).scene.sky for code in ("#0e6e70", "#a8492a"))
    assert distance(teal, rust) > 0.05


def test_the_backdrop_stands_off_from_the_figure() -> None:
    for name in NAMES:
        told = described(name)
        assert distance(told.scene.sky, told.garment.colour) > 0.1, name


@pytest.mark.parametrize("broken", [None, 7, "text", [], [[1]], True])
def test_documents_of_the_wrong_type_read_as_empty(broken: Any) -> None:
    assert describe(broken, broken, broken) == describe({}, broken)
    assert paint(describe(broken, broken), 0.1).image.size == (83, 122)


def garbled(value: Any) -> list[Any]:
    """Return a document once for each of its fields, with that field replaced by something of another type."""
    if not isinstance(value, dict):
        return []
    others: tuple[Any, ...] = (None, 3, ["#zzz", {}, 1.5], {"a": {"b": []}}, "⁂")
    copies = []
    for key, inner in value.items():
        copies += [value | {key: other} for other in others]
        copies += [value | {key: copy} for copy in garbled(inner)]
    return copies


def test_no_field_of_the_wrong_type_is_fatal() -> None:
    copies = garbled(document("halvard-grue"))
    assert len(copies) > 200
    for copy in copies:
        assert describe(document("show"), copy).garment.kind


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "character": JSON,
        "metadata": JSON,
        "look": st.fixed_dictionaries({}, optional={"palette": JSON, "wardrobe": JSON, "signature_colors": JSON})
        | JSON,
        "character_details": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("species", "skin_color", "eye_color", "hair", "facial_hair", "build"), JSON)
        )
        | JSON,
        "portrait_guidance": JSON,
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(show=FIELDS | JSON, character=FIELDS | JSON, seed=JSON, custom=st.none() | st.text(max_size=80))
def test_anything_at_all_can_be_described(show: Any, character: Any, seed: Any, custom: str | None) -> None:
    told = describe(show, character, seed, custom)
    assert told == describe(show, character, seed, custom)
    assert -90 < told.tilt < 90
