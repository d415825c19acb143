"""From what documents say to somebody's nature: species, presentation, age, build. Pure; chance fills the silence."""

from dataclasses import dataclass

from shared.predictions.local.drawing.breeds import BREEDS
from shared.predictions.local.drawing.traits import Species
from shared.predictions.local.sources import Sources
from shared.predictions.local.vocabulary import (
    AGES,
    ANIMALS,
    BEASTLY,
    BUILDS_SAID,
    FAMILIES,
    MARKERS,
    PEOPLE,
    PRESENTATIONS,
)
from shared.predictions.local.wording import every, first, said


@dataclass(frozen=True, slots=True)
class Being:
    """Somebody's nature. ``presentation`` is feminine, masculine or androgynous; ``age`` runs from 0 to 1."""

    species: Species
    presentation: str
    age: float
    build: str

    @property
    def human_like(self) -> bool:
        """Whether the head is drawn as people's are."""
        return self.species.family not in ("robot", "animal")


def being(sources: Sources) -> Being:
    """Return who this is."""
    return Being(_species(sources), _presentation(sources), _age(sources), _build(sources))


def _presentation(sources: Sources) -> str:
    gender = said(sources.detail("gender_identity"), sources.hint.words("gender"))
    told = first(sources.opening(), PRESENTATIONS) or first(gender, PRESENTATIONS)
    told = told or first(said(sources.words("metadata", "tags"), sources.words("metadata", "role")), PRESENTATIONS)
    return told or sources.chance.pick("presentation", ("feminine", "masculine", "androgynous"))


def _species(sources: Sources) -> Species:
    told = said(sources.detail("species", "type"), sources.detail("species", "subtype")) or sources.detail("species")
    told = told or said(sources.hint.words("species_hint"))
    text = told or _self_told(sources)
    markers = frozenset(every(said(text, sources.prose), MARKERS))
    family, animal = first(text, FAMILIES), first(text, ANIMALS)
    if family == "robot" and "circuits" not in markers:
        return Species(family="robot", markers=markers - {"antennae"})
    if animal or first(text, BEASTLY):
        chosen = animal or sources.chance.pick("beast", ("cat", "fox", "bear", "rabbit", "otter"))
        return Species(family="animal", kind=chosen, markers=_beast_markers(chosen, markers))
    if family is None and told and not markers:
        # A species nobody has heard of still looks like something.
        markers = frozenset({sources.chance.pick("marker", ("pointed", "spots", "antennae", "gills"))})
    return Species(family=family or "human", markers=markers)


def _self_told(sources: Sources) -> str:
    """Return where a species may be named when no field for it is filled: not among people's words."""
    opening = sources.opening()
    return "" if first(opening, PEOPLE) else said(opening, sources.words("metadata", "tags"))


def _beast_markers(kind: str, markers: frozenset[str]) -> frozenset[str]:
    grown = {"antlers": {"antlers"}, "horns": {"horns"}, "dragon": {"horns"}}.get(BREEDS[kind].marking, set())
    return markers & {"wings", "halo", "horns", "antlers", "circuits"} | grown


def _age(sources: Sources) -> float:
    text = said(sources.opening(), sources.detail("age_range"), sources.detail("age"), sources.hint.words("age_range"))
    told = first(text, AGES) or first(sources.prose, AGES)
    return float(told) if told else sources.chance.between("age", 0.15, 0.58)


def _build(sources: Sources) -> str:
    text = sources.detail("build", "body_type") or sources.detail("build")
    told = first(text, BUILDS_SAID) or first(sources.opening(), BUILDS_SAID[:3])
    return told or sources.chance.pick("build", ("slim", "average", "average", "broad", "stocky", "round"))
