"""Documents to drawing: all that the illustrator needs, read from whatever the client sent. Pure, deterministic."""

from shared.predictions.local import face, hairdo
from shared.predictions.local.being import being
from shared.predictions.local.drawing.traits import Accessory, Description, Hair, Species
from shared.predictions.local.dress import garment, palette
from shared.predictions.local.setting import scene
from shared.predictions.local.sources import Sources
from shared.predictions.local.trinkets import accessories
from shared.predictions.local.wording import Table, first

_TURNS: Table = (
    ("0.9", "three+quarter three-quarter profile sideways over+the+shoulder"),
    ("0.2", "facing straight front upright attention symmetrical head-on"),
)
_TILTS: Table = (("0", "upright attention straight level raised formal stiff"), ("6", "tilt lean cocked"))
_CLOSENESS = {"face": 1.16, "bust": 1.06, "full_body": 0.9}
_TALL_HATS = frozenset({"witch", "tophat", "toque"})
_ROOM_FOR_HEIGHT = 0.98


def describe(show: object, character: object, seed: object = None, custom_prompt: str | None = None) -> Description:
    """Return a whole description of the character; documents of the wrong type read as empty ones."""
    sources = Sources(show, character, seed, custom_prompt)
    who = being(sources)
    features = face.face(sources, who)
    hair = hairdo.hair(sources, who, features.skin)
    clothes = garment(sources, who)
    worn = accessories(sources, who, clothes)
    figure = [clothes.colour, features.skin, *([] if hair.style == "bald" else [hair.colour])]
    return Description(
        name=sources.name,
        seed=sources.chance.seed,
        species=who.species,
        face=features,
        eyes=face.eyes(sources, who, features.skin),
        expression=face.expression(sources),
        hair=hair,
        beard=hairdo.beard(sources, who, hair.colour),
        build=who.build,
        garment=clothes,
        accessories=worn,
        scene=scene(sources, palette(sources), figure),
        tilt=_tilt(sources),
        turn=_turn(sources),
        closeness=min(_closeness(sources), _ROOM_FOR_HEIGHT if _is_tall(who.species, hair, worn) else 2.0),
    )


def _is_tall(species: Species, hair: Hair, worn: tuple[Accessory, ...]) -> bool:
    return species.kind == "rabbit" or hair.style == "floating" or any(item.kind in _TALL_HATS for item in worn)


def _pose(sources: Sources) -> str:
    return sources.words("portrait_guidance", "pose_preference") or sources.words("performance", "pose_defaults")


def _tilt(sources: Sources) -> float:
    told = first(_pose(sources), _TILTS)
    way = sources.chance.pick("tilt way", (-1, 1))
    return way * float(told) if told else sources.chance.between("tilt", -4.5, 4.5)


def _turn(sources: Sources) -> float:
    told = first(_pose(sources), _TURNS)
    way = sources.chance.pick("turn way", (-1, 1))
    return way * (float(told) if told else sources.chance.between("turn", 0.3, 0.8))


def _closeness(sources: Sources) -> float:
    told = sources.character.text("portrait_guidance", "focal_point").casefold().replace(" ", "_").replace("-", "_")
    return _CLOSENESS.get(told) or sources.chance.between("closeness", 1.0, 1.08)
