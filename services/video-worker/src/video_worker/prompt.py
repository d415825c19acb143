"""A clip's prompt: length and orientation, style, logline, character, scene, requirements.

The scene is the client's own text and reaches the model whole, but for the words that video models refuse; what was
built around it makes room.
"""

from collections.abc import Mapping

from shared.documents.character import CharacterView, read_character
from shared.documents.seed import SeedView, read_seed
from shared.documents.show import ShowView, is_realistic, read_show
from shared.domain.request import JobRequest
from shared.prompting.character import background_clauses, body_clauses, identity, wardrobe_clauses
from shared.prompting.clauses import Clause, Rank, declare, fit, prompt_of, say
from shared.prompting.colours import colour_words
from shared.prompting.look import left_out, look_clauses
from shared.prompting.style import realism, required_style, style_clauses
from video_worker.minors import neutral

SHOW_CHARS = 800
"""Characters a built prompt spends on the show, logline included."""
CHARACTER_CHARS = 700
"""Characters it spends on the character; the given picture shows the rest."""

NO_TEXT = ("No captions", "no titles", "no color codes", "no watermarks")
_ORIENTATIONS = {
    "portrait": "portrait orientation (vertical, 9:16)",
    "landscape": "landscape orientation (widescreen, 16:9)",
    "square": "square format (1:1)",
}


def video_prompt(request: JobRequest, max_chars: int | None) -> str:
    """Return the prompt for a clip in at most ``max_chars`` characters, None when the model states no limit.

    A scene longer than that goes out alone and whole. A ``customPrompt``, should a retry bring one, stands for all.
    """
    if request.custom_prompt and request.custom_prompt.strip():
        return neutral(request.custom_prompt)
    show, character, seed = read_show(request.show), read_character(request.character), read_seed(request.seed)
    clauses = [
        _format(request.settings),
        *fit(_show(show), SHOW_CHARS),
        *fit(_character(character, seed, pictured=request.portrait_url is not None), CHARACTER_CHARS),
        *_scene(character, max_chars),
        *_requirements(show, guarded=request.guardrails),
    ]
    return prompt_of(clauses if max_chars is None else fit(clauses, max_chars))


def _wording(text: str) -> str:
    return neutral(colour_words(text))


def _format(settings: Mapping[str, str | int]) -> Clause:
    seconds, orientation = settings.get("seconds"), _ORIENTATIONS.get(str(settings.get("aspectRatio")))
    length = f"{seconds} seconds long" if seconds else ""
    return Clause(", ".join(filter(None, ("Video clip", length, orientation))) + ".", Rank.ESSENTIAL)


def _show(show: ShowView) -> list[Clause]:
    return [
        *style_clauses(show, _wording),
        *look_clauses(show, _wording),
        *left_out(_wording, show.prohibitions[:5]),
        *say("Logline", show.logline, wording=_wording, rank=Rank.REQUIRED),
    ]


def _character(character: CharacterView, seed: SeedView, *, pictured: bool) -> list[Clause]:
    manner = character.manner
    likeness = "looks exactly as in the given picture" if pictured else ""
    named = say("Character", *identity(character, seed), wording=_wording, rank=Rank.ESSENTIAL, end=likeness)
    return [
        *(named or [Clause(f"One character; {likeness}." if likeness else "One character.", Rank.ESSENTIAL)]),
        *body_clauses(character, seed, _wording),
        *wardrobe_clauses(character, _wording),
        *say("Manner", manner.expression[:2], manner.gestures[:2], wording=_wording, rank=Rank.TELLING),
        *say("Staging", manner.staging[:3], wording=_wording),
        *background_clauses(character, _wording),
    ]


def _scene(character: CharacterView, max_chars: int | None) -> list[Clause]:
    if not character.scene.strip():
        return []
    scene = neutral(character.scene)
    labelled = f"Scene: {scene}"
    # The label is ours, and makes room like all that is.
    fits = max_chars is None or len(labelled) <= max_chars
    return [Clause(labelled if fits else scene, whole=True)]


def _requirements(show: ShowView, *, guarded: bool) -> list[Clause]:
    style = required_style(show, _wording, "clip") if guarded else []
    photographic = [realism(_wording)] if is_realistic(show) and not guarded else []
    return [*style, *photographic, declare(*NO_TEXT, wording=_wording, rank=Rank.TELLING)]
