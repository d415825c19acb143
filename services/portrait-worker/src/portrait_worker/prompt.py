"""A portrait's prompt: the client's own words, or one made of the documents.

A built prompt runs style, character, the show's rules, requirements. It names neither the show nor any colour code:
models write both on the picture.
"""

from shared.documents.character import CharacterView, read_character
from shared.documents.seed import SeedView, read_seed
from shared.documents.show import ShowView, is_realistic, read_show
from shared.domain.request import JobRequest
from shared.prompting.character import background_clauses, body_clauses, identity, wardrobe_clauses
from shared.prompting.clauses import Clause, Rank, Wording, declare, fit, prompt_of, say
from shared.prompting.colours import colour_words
from shared.prompting.look import left_out, look_clauses
from shared.prompting.style import realism, required_style, style_clauses
from shared.prompting.title import Title

STYLE_CHARS = 450
"""Characters a built prompt spends on how the picture is made."""
CHARACTER_CHARS = 1_200
"""Characters it spends on who is in it."""
SHOW_CHARS = 600
"""Characters it spends on the show's rules; with the style, a blueprint comes to about a kilobyte."""

NO_TEXT = (
    "No text anywhere in the picture",
    "no letters",
    "no words",
    "no numbers",
    "no captions",
    "no color codes",
    "no signatures",
    "no logos",
    "no watermarks",
)
_FRAMINGS = {
    "face": "Close-up portrait of the face",
    "bust": "Head-and-shoulders portrait",
    "full_body": "Full-body portrait, head to toe",
}


def portrait_prompt(request: JobRequest, max_chars: int | None) -> str:
    """Return the prompt for a portrait: ``customPrompt`` as it came, else one built in at most ``max_chars``.

    ``max_chars`` is the model's limit, None when it states none. It does not bind the client's own words.
    """
    if request.custom_prompt and request.custom_prompt.strip():
        return request.custom_prompt
    show, character, seed = read_show(request.show), read_character(request.character), read_seed(request.seed)
    title = Title(show.title)

    def wording(text: str) -> str:
        return title.strip_from(colour_words(text))

    clauses = _clauses(show, character, seed, wording, guarded=request.guardrails)
    return prompt_of(clauses if max_chars is None else fit(clauses, max_chars))


def _clauses(
    show: ShowView, character: CharacterView, seed: SeedView, wording: Wording, *, guarded: bool
) -> list[Clause]:
    style = fit(style_clauses(show, wording), STYLE_CHARS)
    subject = fit(_subject(character, seed, wording), CHARACTER_CHARS)
    rules = fit(_rules(show, character, wording), SHOW_CHARS)
    no_text = declare(*NO_TEXT, wording=wording)
    if guarded:
        return [*style, *subject, *rules, *required_style(show, wording, "picture"), no_text]
    photographic = [realism(wording)] if is_realistic(show) else []
    return [*subject, *photographic, *style, *rules, no_text]


def _subject(character: CharacterView, seed: SeedView, wording: Wording) -> list[Clause]:
    manner = character.manner
    framing = _FRAMINGS.get(manner.framing, "Character portrait")
    named = say(framing, *identity(character, seed), wording=wording, rank=Rank.ESSENTIAL)
    return [
        *(named or [Clause(f"{framing}.", Rank.ESSENTIAL)]),
        *body_clauses(character, seed, wording),
        *wardrobe_clauses(character, wording),
        *say("Expression", manner.expression[:2], wording=wording, rank=Rank.TELLING),
        *say("Posture", manner.pose[:2], wording=wording),
        *say("Background", manner.background[:2], wording=wording),
        *say("Staging", manner.staging[:3], wording=wording),
        *background_clauses(character, wording),
    ]


def _rules(show: ShowView, character: CharacterView, wording: Wording) -> list[Clause]:
    return [
        *look_clauses(show, wording),
        *left_out(wording, show.prohibitions[:8], character.wardrobe.avoid[:3]),
        *say("Story", show.logline, wording=wording, rank=Rank.EXTRA),
        *say("Also", show.reference, wording=wording, rank=Rank.EXTRA),
    ]
