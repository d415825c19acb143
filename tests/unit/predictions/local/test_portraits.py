"""Portraits: the same for the same words, different for different people, and never without their mark."""

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from shared.predictions.local.description import describe
from shared.predictions.local.drawing.accessories import ON_BUST, ON_HEAD
from shared.predictions.local.drawing.backdrop import PLACES
from shared.predictions.local.drawing.beard import STYLES as BEARDS
from shared.predictions.local.drawing.breeds import BREEDS
from shared.predictions.local.drawing.bust import BUILDS
from shared.predictions.local.drawing.features import NOSES
from shared.predictions.local.drawing.garments import GARMENTS
from shared.predictions.local.drawing.hair_styles import STYLES as HAIR_STYLES
from shared.predictions.local.drawing.hats import HATS
from shared.predictions.local.drawing.head import SHAPES
from shared.predictions.local.drawing.label import NOTICE, SOFTWARE
from shared.predictions.local.drawing.markers import BEHIND, ON_SKIN, ON_TOP, ROOTS
from shared.predictions.local.drawing.painter import HEIGHT, LAYERS, WIDTH, paint
from shared.predictions.local.drawing.traits import Accessory, Beard, Description, Species
from shared.predictions.local.moods import EXPRESSIONS_BY_NAME
from shared.predictions.local.still import render_portrait
from tests.unit.predictions.local.cast import NAMES, SMALL, described, difference, small_picture

UNLIKE = 14.0
"""How different two people's pictures must be at least; two washes of one picture differ by less than 1."""


def ignore(done: int, total: int) -> None:
    """Take no notice of a step."""


@pytest.fixture(scope="module")
def mira() -> bytes:
    return render_portrait(described("mira-okonjo"), ignore)


def test_the_same_words_give_the_same_bytes(mira: bytes) -> None:
    assert render_portrait(described("mira-okonjo"), ignore) == mira


def test_a_portrait_is_a_png_of_the_promised_size(mira: bytes) -> None:
    with Image.open(io.BytesIO(mira)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (WIDTH, HEIGHT))


def test_the_file_says_that_no_model_made_it(mira: bytes) -> None:
    with Image.open(io.BytesIO(mira)) as picture:
        assert picture.info["Comment"] == NOTICE
        assert picture.info["Software"] == SOFTWARE


def test_the_picture_says_it_at_its_foot_and_is_left_alone_elsewhere(mira: bytes) -> None:
    with Image.open(io.BytesIO(mira)) as labelled:
        plain = paint(described("mira-okonjo")).image
        left, top, right, bottom = ImageChops.difference(labelled, plain).getbbox() or (0, 0, 0, 0)
    assert top > HEIGHT * 0.94
    assert bottom < HEIGHT
    assert right - left > WIDTH * 0.4
    assert abs((left + right) / 2 - WIDTH / 2) < 4


def test_the_cast_are_seven_people() -> None:
    assert len(NAMES) == 7
    for one, other in combinations(NAMES, 2):
        unlike = difference(small_picture(described(one)), small_picture(described(other)))
        assert unlike > UNLIKE, (one, other, unlike)


def test_names_alone_make_seven_people_too() -> None:
    names = ("Mira", "Anselm", "Ruby", "Kofi", "Yuki", "Dmitri", "Paz")
    pictures = {name: small_picture(describe({}, {"character": name})) for name in names}
    for one, other in combinations(names, 2):
        unlike = difference(pictures[one], pictures[other])
        assert unlike > UNLIKE, (one, other, unlike)


def test_each_layer_is_told_of_in_turn() -> None:
    told: list[tuple[int, int]] = []
    paint(described("juno-park"), SMALL, lambda done, total: told.append((done, total)))
    assert told == [(done, LAYERS) for done in range(LAYERS + 1)]


def test_a_step_that_raises_stops_the_painting() -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint(described("juno-park"), SMALL, stop)


def test_the_scale_changes_the_size_and_not_the_picture() -> None:
    small, large = (paint(described("teo-salgado"), scale).image for scale in (0.2, 0.4))
    assert (small.width * 2, small.height * 2) == pytest.approx(large.size, abs=2)
    assert difference(small, large) < 4


def somebody(name: str = "mira-okonjo") -> Description:
    """Return somebody plain to change: bare-headed, in a shirt."""
    told = described(name)
    return replace(told, accessories=(), hair=replace(told.hair, style="crop"))


def unlike_the_plain(changed: Description) -> float:
    """Return how much a change shows."""
    return difference(small_picture(changed), small_picture(somebody()))


@pytest.mark.parametrize("style", sorted(set(HAIR_STYLES) - {"crop"}))
def test_every_hair_style_shows(style: str) -> None:
    plain = somebody()
    assert unlike_the_plain(replace(plain, hair=replace(plain.hair, style=style, texture="straight"))) > 0.3


@pytest.mark.parametrize("kind", sorted(set(GARMENTS) - {"uniform"}))
def test_every_garment_shows(kind: str) -> None:
    plain = somebody()
    assert unlike_the_plain(replace(plain, garment=replace(plain.garment, kind=kind))) > 0.3


@pytest.mark.parametrize("kind", sorted([*HATS, *ON_HEAD, *ON_BUST]))
def test_every_accessory_shows(kind: str) -> None:
    assert unlike_the_plain(replace(somebody(), accessories=(Accessory(kind=kind, colour=(60, 140, 90)),))) > 0.02


@pytest.mark.parametrize("style", BEARDS)
def test_every_beard_shows(style: str) -> None:
    assert unlike_the_plain(replace(somebody(), beard=Beard(style=style, colour=(230, 225, 220)))) > 0.05


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"lobby"}))
def test_every_place_shows(place: str) -> None:
    plain = somebody()
    assert unlike_the_plain(replace(plain, scene=replace(plain.scene, place=place))) > 1.0


@pytest.mark.parametrize("marker", sorted({*BEHIND, *ROOTS, *ON_SKIN, *ON_TOP, "pointed"}))
def test_every_marker_shows(marker: str) -> None:
    changed = replace(somebody(), species=Species(family="human", markers=frozenset({marker})))
    assert unlike_the_plain(changed) > 0.01


@pytest.mark.parametrize("mood", sorted(EXPRESSIONS_BY_NAME))
def test_every_mood_can_be_told_from_a_blank_face(mood: str) -> None:
    blank = replace(somebody(), expression=replace(somebody().expression, smile=0, lid=0, lopsided=0, brow=0))
    changed = replace(blank, expression=EXPRESSIONS_BY_NAME[mood])
    assert ImageChops.difference(small_picture(changed), small_picture(blank)).getbbox() is not None


def test_every_animal_is_its_own() -> None:
    plain = somebody()
    species = {kind: describe({}, {"character_details": {"species": kind}}).species for kind in BREEDS}
    assert {kind: one.kind for kind, one in species.items()} == {kind: kind for kind in BREEDS}
    pictures = {kind: small_picture(replace(plain, species=one)) for kind, one in species.items()}
    for one, other in combinations(BREEDS, 2):
        assert difference(pictures[one], pictures[other]) > 0.1, (one, other)


@pytest.mark.parametrize("build", sorted(BUILDS))
def test_builds_differ_at_the_shoulders(build: str) -> None:
    plain = somebody()
    others = [replace(plain, build=other) for other in BUILDS if other != build]
    mine = small_picture(replace(plain, build=build))
    assert all(difference(mine, small_picture(other)) > 0.1 for other in others)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("nose", NOSES)
def test_every_face_can_be_painted(shape: str, nose: str) -> None:
    plain = somebody()
    assert small_picture(replace(plain, face=replace(plain.face, shape=shape, nose=nose))).getbbox() is not None


def test_words_no_drawing_is_known_for_still_give_a_picture() -> None:
    plain = somebody()
    odd = replace(
        plain,
        build="gaseous",
        hair=replace(plain.hair, style="tesseract"),
        garment=replace(plain.garment, kind="nothing yet", pattern="moire"),
        accessories=(Accessory(kind="a second shadow", colour=(1, 2, 3)),),
        scene=replace(plain.scene, place="between"),
        species=Species(family="animal", kind="snark", markers=frozenset({"boojum"})),
    )
    assert small_picture(odd).size == small_picture(plain).size
