"""Replacing words in a text so that it still reads: the case of what went, and the article before what came."""

import re
from dataclasses import dataclass

_ARTICLE = r"(?:(?P<article>an?)(?P<gap>\s+))?"
_START = r"(?<!\w)"
_END = r"(?!\w)"


@dataclass(frozen=True, slots=True)
class Rule:
    """Words to look for, the pattern's group ``words``, and what to say instead.

    An article in its group ``article`` is made to fit; its group ``kept`` stays as it is.
    """

    pattern: re.Pattern[str]
    instead: str

    def apply(self, text: str) -> str:
        """Return ``text`` with every occurrence replaced."""
        return self.pattern.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        groups = found.groupdict()
        instead = cased(self.instead, groups["words"])
        if groups.get("article"):
            return _article(groups["article"], instead) + groups["gap"] + instead
        return (groups.get("kept") or "") + instead


def rule(words: str, instead: str, *, before: str = "", after: str = _END) -> Rule:
    """Make the rule that puts ``instead`` for the pattern ``words``, whatever their case.

    ``before`` and ``after`` are patterns for what must stand on either side; by default, that the words are whole.
    """
    pattern = f"{_START}{_ARTICLE}{_START}{before}(?P<words>{words}){after}"
    return Rule(re.compile(pattern, re.IGNORECASE), instead)


def cased(instead: str, words: str) -> str:
    """Return ``instead`` in the case of ``words``: CAPITALS, Capitalized or plain."""
    letters = [letter for letter in words if letter.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return instead.upper()
    if letters and letters[0].isupper():
        return instead[0].upper() + instead[1:]
    return instead


def _article(article: str, following: str) -> str:
    """Return "a" or "an" as the next word wants it, in the case of the article that stood there."""
    fitting = "an" if following[0].lower() in "aeiou" else "a"
    if article[0].islower():
        return fitting
    return fitting.upper() if following.isupper() and len(following) > 1 else fitting.capitalize()
