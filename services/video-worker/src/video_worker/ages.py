"""Ages below eighteen, as people write them, and how each is said without a number."""

import re

from video_worker.rewording import Rule, rule

# The longer first: a pattern that has read "six" is not to miss "sixteen".
_WORDS = "seventeen|sixteen|fifteen|fourteen|thirteen|twelve|eleven|ten|nine|eight|seven|six|five|four|three|two|one"
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million")
# "Twenty-two" and "1,012" end in a small number and are none.
_NO_LARGER = r"(?<![.\d])(?<!\d,)" + "".join(rf"(?<!{tens}[ -])" for tens in _TENS)
_ONE = rf"(?:1[0-7]|[1-9]|{_WORDS})"
NUMBER = rf"(?={_ONE}){_NO_LARGER}{_ONE}(?:\s?(?:-|–|to|or|and)\s?{_ONE})?(?!\d|[.,]\d|\s?[-–]\s?\d)"
"""One to seventeen, in figures or words, or a range of such; never the end of a larger number."""
_SMALL = rf"(?=[\dotfsen]){_NO_LARGER}(?:\d{{1,2}}|{_WORDS})"
_LINK = r"[\s-]{0,3}"
OLD = rf"(?:{NUMBER}(?:{_LINK}(?:year|yr){_LINK}old|\s?(?:yo|y/o|y\.o\.?))|{_SMALL}{_LINK}(?:month|week){_LINK}old)"
"""An age before a noun, or standing for one: "12-year-old", "six month old", "9yo"."""
DAYS_OLD = rf"{_SMALL}{_LINK}day{_LINK}old"
"""The same in days, which is said of bread and beards too."""

_NOT_A_NOUN = (
    "a|an|the|who|whose|that|which|with|without|and|or|but|nor|in|on|at|by|to|from|of|for|is|was|are|were|be|has|had|have|"
    "will|would|can|could|as|into|onto|under|over|near|behind|beside|beneath|then|than|not|while|when|where|alone|ran|sat|"
    "stood|held|came|went|fell|saw|took|left|lay|slept"
)
# A guess, and a harmless one: verbs in the present end in s, those of a caption in -ing or -ed.
_NOUN = rf"(?!(?:{_NOT_A_NOUN})\b)(?:[^\W\d]*ss|[^\W\d]+(?<!s)(?<![a-z]{{2}}ing)(?<![a-z]{{2}}ed))\b"
NOT_BEFORE_NOUN = rf"(?!\w|[ -]{_NOUN})"
"""What follows a noun: what follows an adjective is a noun."""
AGED = rf"(?:,?\s+(?:aged?\s+{NUMBER}(?:\s+years)?|of\s+{NUMBER}(?=\s*(?:[,.;!?]|$))))?"
"""An age that follows a person, if one does: "a girl, aged 12," or "a boy of ten.", but not "a child of two worlds"."""

# Of bounded length: "A'A'A'A" of any is a name from each of its letters on.
_NAME = r"[A-Z][\w'’-]{0,40}"

RULES: tuple[Rule, ...] = (
    rule(rf"at\s+(?:the\s+)?age\s+(?:of\s+)?{NUMBER}", "at a young age"),
    rule(r"under\s+the\s+age\s+of\s+(?:1[0-8]|eighteen|sixteen)", "of any age"),
    rule(r"under[- ](?:1[0-8]|eighteen|sixteen)s", "people"),
    rule(r"under-(?:1[0-8]|eighteen|sixteen)", "young"),
    rule(rf"(?:{OLD}|{DAYS_OLD})s", "young people"),
    rule(rf"{NUMBER}{_LINK}(?:years|yrs){_LINK}(?:old|of\s+age)|{_SMALL} months old", "young"),
    # "A three-day-old beard" is not about a person; "a three-day-old sleeps" is.
    rule(f"{OLD}|{DAYS_OLD}", "young person", after=NOT_BEFORE_NOUN),
    rule(OLD, "young"),
    rule(rf"(?:aged?|ages)(?:\s+of|:)?\s+{NUMBER}(?:\s+years)?", "young"),
    # A script's own ways: MARA (12), and "Mara, 12, climbs".
    Rule(re.compile(rf"\b(?P<kept>{_NAME} \()(?P<words>{NUMBER})(?=\))"), "young"),
    Rule(re.compile(rf"\b(?P<kept>{_NAME}, )(?P<words>{NUMBER})(?=,\s)"), "young"),
)
"""In the order in which they are to be applied."""
