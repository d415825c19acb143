"""From what documents say to a scene: the place, its colours, its light. Pure; silence is filled by chance."""

from collections.abc import Sequence

from shared.predictions.local.drawing.colours import Colour, darker, distance, lighter, lightness, mix, with_lightness
from shared.predictions.local.drawing.traits import Scene
from shared.predictions.local.sources import Sources
from shared.predictions.local.stages import ANYWHERE, BY_GENRE, DARK_PLACES, LAMPS, STAGES
from shared.predictions.local.things import LIGHTS, PLACES_SAID, SIDES
from shared.predictions.local.wording import first, said

_APART = 0.17
"""How different the backdrop must look from what stands before it."""


def scene(sources: Sources, palette: Sequence[Colour], figure: Sequence[Colour]) -> Scene:
    """Return the scene; ``palette`` tints it, and it keeps clear of the ``figure``'s own colours."""
    place = _place(sources)
    stage = STAGES[place]
    light = _light(sources, place, stage.light)
    lamp = LAMPS[light]
    tints = _tints(sources, palette)
    sky = _apart(_toward(stage.sky, tints, stage.tint, sources, "sky"), figure)
    ground = _toward(stage.ground, tints, stage.tint * 0.8, sources, "ground")
    accent = _toward(stage.accent, tints, stage.tint * 0.7, sources, "accent")
    if light in ("moon", "noir") and place not in DARK_PLACES:
        sky, ground = darker(mix(sky, lamp.shadow, 0.4), 0.06), mix(ground, lamp.shadow, 0.5)
    return Scene(
        place=place,
        sky=sky,
        ground=ground if lightness(ground) < 0.8 else darker(ground, 0.05),
        accent=_bright(accent, sky),
        key=lamp.key,
        rim=lamp.rim,
        shadow=mix(lamp.shadow, with_lightness(sky, 0.28), 0.25),
        side=_side(sources),
        contrast=lamp.contrast,
    )


def _place(sources: Sources) -> str:
    hint = sources.words("portrait_guidance", "background_hint")
    told = first(sources.custom, PLACES_SAID) or first(hint, PLACES_SAID)
    told = told or first(sources.words("scene_presence"), PLACES_SAID)
    if told:
        return told
    genre = sources.show.text("genre").casefold().replace("-", "_").replace(" ", "_")
    return sources.chance.pick("place", BY_GENRE.get(genre, ANYWHERE))


def _light(sources: Sources, place: str, usual: str) -> str:
    told = said(sources.custom, sources.words("scene_presence", "lighting_override"))
    found = first(told, LIGHTS) or first(sources.words("portrait_guidance", "background_hint"), LIGHTS)
    if found is None and place == "poster":
        found = first(said(sources.show.words("visual_aesthetics", "lighting", "key")), LIGHTS)
    return found or usual


_TINTS: tuple[Colour, ...] = (
    (70, 128, 134), (88, 98, 148), (160, 92, 88), (84, 120, 92), (150, 116, 70), (112, 84, 136),
)  # fmt: skip
_SECOND_TINTS: tuple[Colour, ...] = ((240, 180, 110), (236, 140, 110), (140, 200, 190), (230, 206, 150))


def _tints(sources: Sources, palette: Sequence[Colour]) -> list[Colour]:
    shown = sources.show_colours("primary_palette") or list(palette)
    pick = sources.chance.pick
    return shown or [pick("tint", _TINTS), pick("second tint", _SECOND_TINTS)]


def _toward(own: Colour, tints: Sequence[Colour], share: float, sources: Sources, name: str) -> Colour:
    """Pull a place's own colour towards one of the two tints that are nearest to it."""
    near = sorted(tints, key=lambda tint: distance(tint, own))
    chosen = sources.chance.pick(name, near[:2])
    return mix(own, chosen, share)


def _apart(colour: Colour, figure: Sequence[Colour]) -> Colour:
    """Return the colour, lighter or darker until it stands off from all of the figure's."""
    options = [colour]
    for step in (0.08, 0.16, 0.24, 0.32):
        options += [darker(colour, step), lighter(colour, step)]
    good = [option for option in options if all(distance(option, other) > _APART for other in figure)]
    return good[0] if good else max(options, key=lambda option: min(distance(option, other) for other in figure))


def _bright(accent: Colour, sky: Colour) -> Colour:
    return accent if lightness(accent) > lightness(sky) + 0.06 else lighter(accent, 0.14)


def _side(sources: Sources) -> int:
    told = said(sources.words("scene_presence", "lighting_override"), sources.custom)
    known = first(told, SIDES)
    return int(known) if known else sources.chance.pick("side", (-1, -1, 1))
