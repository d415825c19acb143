"""Keeping a show's title out of a text: a model that reads it writes it on the picture.

The title is found as people and machines write it: in any case, with or without accents, its words run together or set
apart by anything that is no letter, letter-spaced, possessive. It is found as whole words only, so that a show called
"Home" costs no character their homeland.
"""

import re
import unicodedata
from collections.abc import Iterator

_SEAM = "\ue000"
"""Set where one word ends and another begins without a space: "LanternRow", "season2", scripts that use no spaces."""
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_LETTER = r"[^\W_]"
_WORD = re.compile(rf"{_LETTER}+|[&+]")
_WITHIN_WORD = r"[^\w\s]{0,2}+"
_BETWEEN_WORDS = r"[\W_]{0,8}+"
_BETWEEN_SPACED_LETTERS = r"[\W_]{1,3}+"
_CONNECTIVES = frozenset({"&", "+", "and", "n"})
_CONNECTED = rf"{_BETWEEN_WORDS}(?:(?:and|n)(?!{_LETTER}){_BETWEEN_WORDS})?+"
_PLURAL = "(?:e?s)?"
_POSSESSIVE = "(?:['’`´]s)?"
_ARTICLES = frozenset({"the", "a", "an"})
_NUMERAL = r"(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten)"
_EDITION = re.compile(
    rf"(?i)[\s:,–—-]*(?:\([^()]*\)|\b(?:season|series|part|chapter|book|volume|vol\.?)\s+{_NUMERAL})\s*$"
)
_SUBTITLE = re.compile(r"\s*[:|(]|\s+[–—/-]\s+")

_GONE = "\ue001"
_GONE_POSSESSIVE = "\ue002"
_NEUTRAL = ("this world", "the story", "")
_JOINED = re.compile(rf"(?<=\w)[-–—_/]+(?=[{_GONE}{_GONE_POSSESSIVE}])|(?<=[{_GONE}{_GONE_POSSESSIVE}])[-–—_/]+(?=\w)")
_QUOTED = re.compile(rf"([\"'“‘«(\[*_])\s*([{_GONE}{_GONE_POSSESSIVE}])\s*[\"'”’»)\]*_]")
_ANNOUNCED = re.compile(
    r"(?i)(?<![,\s])[,\s]*\b(?:titled|entitled|called|named|reading|saying|spelling|labell?ed|that (?:says|reads))"
    rf"[:\s]+{_GONE}"
)
_ENDS = r"(?=\s*(?:$|[.,;:!?)]))"
_OWN = re.compile(rf"(?i)\b(the|an?|this|that|our|its)\s+[{_GONE}{_GONE_POSSESSIVE}](?!\s*(?:$|[.,;:!?)]))")
_ALONE = re.compile(rf"(?i)\b(?:the|an?|this|that|our|its)\s+{_GONE}{_ENDS}")
_PLACED = re.compile(
    r"(?i)\b(of|in|on|at|from|to|for|by|with|across|around|through|into|behind|beyond|near|over|under|inside|outside|"
    rf"about|within|throughout)\s+{_GONE}"
)
_TIDY = (
    (re.compile(r"\(\s*\)|\[\s*\]|“\s*”|«\s*»"), ""),
    (re.compile(r"\s{2,}"), " "),
    (re.compile(r"\s+(?=[.,;:!?)])"), ""),
    (re.compile(r"([,;:])(?:\s*[.,;:])+"), r"\1"),
    (re.compile(r"^[\s.,;:!?–—-]+|(?<![\s,;:–—-])[\s,;:–—-]+$"), ""),
)


class Title:
    """A show's title, to be kept out of texts. An empty one occurs nowhere."""

    def __init__(self, title: str) -> None:
        forms = list(dict.fromkeys(_forms(title)))
        patterns = [pattern for form in forms for pattern in _spellings(form)]
        self._pattern = re.compile("|".join(dict.fromkeys(patterns))) if patterns else None
        # One word of each form, which plain text must hold, however spelled, if it is to be worth a closer look.
        self._clues = tuple(map(_clue, forms))

    def occurs_in(self, text: str) -> bool:
        """Whether the title stands anywhere in ``text``."""
        return next(self._spans(text), None) is not None

    def strip_from(self, text: str) -> str:
        """Return ``text`` without the title, mended to read on; unchanged when the title is not in it."""
        if self.occurs_in(text):
            text = self._mended(self._marked(text))
        # What closes up around a gap can spell the title again; from here on there is less each time, so this ends.
        while self.occurs_in(text):
            text = _tidy(self._marked(text).replace(_GONE, " ").replace(_GONE_POSSESSIVE, " "))
        return text

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the title stands, from its first character up to, not including, what follows it."""
        if self._pattern is None or not self._is_possible(text):
            return
        folded, origins = _fold(text)
        for found in self._pattern.finditer(folded):
            yield origins[found.start()], max(origins[found.end()], origins[found.end() - 1] + 1)

    def _is_possible(self, text: str) -> bool:
        if not text.isascii():
            return True
        letters = "".join(filter(str.isalnum, text.lower()))
        return any(clue in letters for clue in self._clues)

    def _marked(self, text: str) -> str:
        pieces: list[str] = []
        at = 0
        for start, end in self._spans(text):
            possessive = text[max(start, end - 2) : end].casefold() in {"'s", "’s", "`s", "´s"}
            pieces += text[at:start], _GONE_POSSESSIVE if possessive else _GONE
            at = end
        return "".join([*pieces, text[at:]])

    def _mended(self, text: str) -> str:
        neutral = next(words for words in _NEUTRAL if not self.occurs_in(words))
        text = _QUOTED.sub(r"\2", _JOINED.sub(" ", text))
        text = _ANNOUNCED.sub(" ", text)
        text = _OWN.sub(r"\1 ", text)
        text = _PLACED.sub(rf"\1 {neutral}", _ALONE.sub(_GONE, text))
        return _tidy(text.replace(_GONE_POSSESSIVE, "the").replace(_GONE, " "))


def _forms(title: str) -> Iterator[str]:
    """Yield the ways in which the title is commonly given: whole, without its edition, subtitle or article."""
    yield title
    short = _EDITION.sub("", title)
    yield short
    for part in (short, _SUBTITLE.split(short)[0]):
        words = _words(part)
        # One word alone is too common to go by ("Alien: Earth" would lose its aliens).
        if len(words) > 1:
            yield part
        if len(words) > 2 and words[0] in _ARTICLES:
            yield part.split(maxsplit=1)[-1]


def _clue(form: str) -> str:
    return max((word for word in _words(form) if word not in _CONNECTIVES), key=len, default="")


def _spellings(title: str) -> Iterator[str]:
    words = _words(title)
    letters = [letter for word in words for letter in word if letter not in "&+"]
    if not letters:
        # A title of signs alone has no words to respect. An accent alone folds to a space: no end of those is found.
        yield from [re.escape(sign)] if (sign := _fold(title)[0].strip()) else []
        return
    yield _bounded(_joined(words) + (_PLURAL if len(words) > 1 else "") + _POSSESSIVE)
    if any(word in _CONNECTIVES for word in words[1:-1]):
        yield _bounded(_BETWEEN_WORDS.join(_spelled("and" if word in "&+" else word) for word in words) + _POSSESSIVE)
    if len(letters) > 2:
        yield _bounded(_BETWEEN_SPACED_LETTERS.join(map(re.escape, letters)) + _POSSESSIVE)


def _joined(words: list[str]) -> str:
    """Join the words; a connective within may be written in any way, or left out."""
    pattern = _spelled(words[0])
    gap = _BETWEEN_WORDS
    for at, word in enumerate(words[1:], start=1):
        if word in _CONNECTIVES and at < len(words) - 1:
            gap = _CONNECTED
        else:
            pattern, gap = pattern + gap + _spelled(word), _BETWEEN_WORDS
    return pattern


def _spelled(word: str) -> str:
    return _WITHIN_WORD.join(map(re.escape, word))


def _bounded(pattern: str) -> str:
    return f"(?<!{_LETTER}){pattern}(?!{_LETTER})"


def _words(text: str) -> list[str]:
    return _WORD.findall(_fold(text)[0])


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text's letters without case, accents and invisible marks, and where each came from.

    The list is one longer than the text returned: its last entry is the length of ``text``.
    """
    folded: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        plain = character.lower() if character.isascii() else _plain(character)
        piece = _SEAM + plain if plain and at and _is_seam(text[at - 1], character) else plain
        folded.append(piece)
        origins += [at] * len(piece)
    return "".join(folded), [*origins, len(text)]


def _plain(character: str) -> str:
    # A Turkish dotless i is an I in capitals, like any other.
    caseless = unicodedata.normalize("NFKD", character).casefold().replace("ı", "i")
    return "".join(filter(_is_visible, unicodedata.normalize("NFKD", caseless)))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cf"}


def _is_seam(before: str, after: str) -> bool:
    if not (before.isalnum() and after.isalnum()):
        return False
    if _UNSPACED.match(before) or _UNSPACED.match(after):
        return True
    return (before.islower() and after.isupper()) or before.isdigit() != after.isdigit()


def _tidy(text: str) -> str:
    for untidy, tidied in _TIDY:
        text = untidy.sub(tidied, text)
    return text if any(map(str.isalnum, text)) else ""
