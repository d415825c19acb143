"""A show's style as clauses: what opens a prompt, what closes it as a requirement, and what realism asks for."""

from shared.documents.show import ShowView
from shared.prompting.clauses import Clause, Rank, Wording, declare, say


def style_clauses(show: ShowView, wording: Wording) -> list[Clause]:
    """State the style, then how it is done; none of it when the show has none."""
    art_style = [f"{aspect}: {', '.join(words[:2])}" for aspect, words in show.art_style]
    return [
        *say("Style", *_core(show), wording=wording, rank=Rank.ESSENTIAL),
        *say("Treatment", show.treatment if show.medium else "", wording=wording, rank=Rank.TELLING),
        *say("In the spirit of", show.references[:3], wording=wording),
        *say("Art style", *art_style, wording=wording),
    ]


def required_style(show: ShowView, wording: Wording, work: str) -> list[Clause]:
    """Repeat the style as a requirement on the whole ``work`` (picture, clip)."""
    end = f"the whole {work} keeps to this style and no other"
    return say("Required style", *_core(show), wording=wording, rank=Rank.REQUIRED, end=end)


def realism(wording: Wording) -> Clause:
    """Ask for a photograph, as a realistic show needs when its style is not guarded: models smooth things otherwise."""
    return declare(
        "Photographic skin, fabric and light",
        "visible pores",
        "woven cloth with signs of wear",
        "shadows as a lens records",
        wording=wording,
        rank=Rank.REQUIRED,
    )


def _core(show: ShowView) -> tuple[str, ...]:
    """Name the style in the fewest words the show offers."""
    core = tuple(filter(None, (show.medium, show.stylization)))
    return core or tuple(filter(None, (show.treatment, show.genre)))[:1]
