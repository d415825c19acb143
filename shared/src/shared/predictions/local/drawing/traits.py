"""What the illustrator needs to know of somebody: small, complete, and free of doubt. Pure data."""

from dataclasses import dataclass

from shared.predictions.local.drawing.colours import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """What they are. ``family`` chooses who draws the head; ``kind`` names the animal; ``markers`` are words."""

    family: str
    kind: str = ""
    markers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The lasting face. ``age`` and ``softness`` (angular to round) run from 0 to 1; ``marks`` are freckles, scars."""

    shape: str
    nose: str
    skin: Colour
    age: float
    softness: float
    brow: float
    lips: float
    lashes: bool
    marks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """The eyes: ``size`` about 1, ``tall`` 0 (narrow) to 1 (round), ``tilt`` in degrees, outer corner up."""

    colour: Colour
    size: float
    tall: float
    tilt: float
    glowing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """The passing face. ``smile``, ``brow`` and ``frown`` run from -1 to 1, the others from 0 to 1."""

    smile: float = 0.2
    open: float = 0.0
    brow: float = 0.0
    frown: float = 0.0
    lid: float = 0.0
    wide: float = 0.0
    lopsided: float = 0.0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hair:
    """``style`` names a drawing; ``texture`` is straight, wavy, curly or coily; ``length`` runs from 0 to 1."""

    style: str
    texture: str
    colour: Colour
    length: float
    fringe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beard:
    """Facial hair; ``style`` names a drawing."""

    style: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Garment:
    """What they wear; ``kind`` names a drawing, ``inner`` is what shows beneath it."""

    kind: str
    colour: Colour
    inner: Colour
    trim: Colour
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessory:
    """One thing worn on top; ``kind`` names a drawing."""

    kind: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where they are, in what light. ``side`` is where it comes from: -1 left, 1 right; ``contrast`` is 0 to 1."""

    place: str
    sky: Colour
    ground: Colour
    accent: Colour
    key: Colour
    rim: Colour
    shadow: Colour
    side: int
    contrast: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Somebody, ready to be drawn. ``build`` is slim, average, broad, round or stocky; angles are in degrees.

    ``turn`` is how far the face looks aside, -1 to 1; ``closeness`` how near we stand, about 1 for a bust.
    ``seed`` decides what no word has decided: the same description always gives the same picture.
    """

    name: str
    seed: int
    species: Species
    face: Face
    eyes: Eyes
    expression: Expression
    hair: Hair
    beard: Beard | None
    build: str
    garment: Garment
    accessories: tuple[Accessory, ...]
    scene: Scene
    tilt: float
    turn: float
    closeness: float
