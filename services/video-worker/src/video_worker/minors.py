"""Words for minors, replaced by neutral ones: video models refuse a scene for the word, whatever happens in it.

Whole words only, in any case, plural and possessive too. What is decided, where a word means several things:

- "baby blue", "baby's breath", "kid gloves", "girlfriend", a Game Boy and a key of A minor are not persons, and stay;
  a baby dragon is a young one, a baby carriage a small one.
- "minor" is replaced where it can only be a person ("minors", "a minor who …"), never before a noun.
- Names are not spared: Billy the Kid becomes Billy the Person, since the model's filter knows no names either.
- Words said of adults as well ("lad", "youth", "young") stay.
- Ages below eighteen become "young"; an adult's age, a child's relation ("daughter") and a place ("high school") stay.
"""

import re

from video_worker.ages import AGED, DAYS_OLD, NOT_BEFORE_NOUN, OLD
from video_worker.ages import RULES as AGE_RULES
from video_worker.rewording import Rule, rule

# No rule looks past a sentence's end, and most sentences hold nothing that any rule could want. Split where one ends,
# not searched for from where it begins: of a hundred thousand full stops that would be one search each.
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)")
_TELLING = re.compile(
    r"(?i)boy|girl|child|kid|bab[yi]|infan|newborn|toddl|youngster|teen|tween|adolesc|juvenil|minor|pubesc|\bunder|"
    r"grade|schooler|school |kindergart|olds?\b|age\b|aged\b|ages\b|yo\b|y/o|y\.o|[(,] ?(?:\d|[a-z]{3,9}[,)])"
)
_KEPT = re.compile(
    r"(?i)\b(baby[- ](?:blues?|pink|grand|steps?|carrots?|corn|spinach|oil|bump|showers?|boomers?)|"
    r"baby[- ]sit(?:s|ters?|ting)?|baby['’]s[- ]breath|kid[- ](?:gloves?|leather|goats?)|"
    r"kid (?:you|yourself|me|myself|around)|(?:boy|girl)[- ]friends?|game boys?)\b"
)
_ROLES = (
    "king|queen|prince|princess|emperor|empress|monarch|pharaoh|wizard|witch|sorcerer|mage|detective|sleuth|genius|"
    "prodigy|star|actor|actress|singer|soldier|hero|heroine|warrior|knight|bride|sister|brother|cousin|wonder|inventor|"
    "scientist|pirate|ghost|robot|vampire|werewolf|dragon|griffin|unicorn|phoenix|monster|alien|animal|bird|bear|cub|"
    "cat|kitten|dog|puppy|deer|fox|owl|penguin|seal|turtle|whale|dolphin|wolf|lion|tiger|elephant|giraffe|monkey|panda|"
    "rabbit|horse|goat|lamb|sheep|pig|duck|chick|dinosaur"
)
_THINGS = "carriage|stroller|monitor|bottle|blanket|clothes|shoes|toys?|dolls?|chair|seat|crib|cot|cradle"
_OLD_THINGS = (
    "friends?|home|house|bedroom|memory|memories|sweethearts?|dreams?|toys?|photos?|photographs?|rivals?|nickname"
)
_GRADES = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|1?1st|1?2nd|1?3rd|\\d{1,2}th"
)

_YOUNG = r"boy|girl|child|kid|baby|infant|toddler|teen(?:age)?"
_MODIFIER = (
    rf"(?:(?:teen(?:aged?)?|adolescent|juvenile|under-?aged?|school-?aged?|pre-?teen|tween|(?:pre)?pubescent|infant|baby|"
    rf"newborn|little|small|tiny|wee|{OLD}|{DAYS_OLD})[\s-]{{1,3}}){{0,3}}"
)
_PERSON = rf"{_MODIFIER}(?:boy|girl|child|kid|kiddo|kiddie|toddler|infant|newborn|baby|youngster){AGED}"
_PEOPLE = (
    rf"{_MODIFIER}(?:boys|girls|children|kids|kiddos|kiddies|toddlers|infants|newborns|babies|youngsters|juveniles)"
    rf"{AGED}"
)
_TEEN = rf"{_MODIFIER}(?:teenager|teen|pre-?teen|tween|tweenager)"
_STUDENT = (
    rf"school[- ]?(?:boy|girl|child|kid)|(?:middle|high|grade|elementary|pre|nursery)[- ]?schooler|kindergart(?:e)?ner|"
    rf"(?:{_GRADES})[- ]grader|(?:middle|high|grade|elementary|primary|junior[- ]high)[- ]school (?:student|pupil|kid)"
)
_DETERMINED = r"(?:(?<=\ba )(?<!\bin a )(?<!\bof a )|(?<=\bthe )|(?<=\b(?:any|one) )|(?<=\b(?:this|that) )|(?<=\bno ))"

_WORD_RULES: tuple[Rule, ...] = (
    rule(r"oh,? boy", "oh my"),
    rule(r"child['’]s play", "easy work"),
    rule(r"(?:boy|girl) scout", "scout"),
    rule(r"(?:boy|girl) scouts", "scouts"),
    rule(r"(?:boy|girl) (?:band|group)", "pop group"),
    rule(r"(?:boy|girl) (?:bands|groups)", "pop groups"),
    rule(r"(?:child|kid)-(?:sized?)", "small"),
    rule(r"(?:child|kid)-friendly", "family-friendly"),
    rule(r"baby", "small", after=rf"(?=[ -](?:{_THINGS})\b)"),
    rule(rf"{_MODIFIER}(?:{_YOUNG})[\s-]", "young ", after=rf"(?=(?:{_ROLES})s?\b)"),
    rule(r"childhood", "old", after=rf"(?=\s(?:{_OLD_THINGS})\b)"),
    rule(r"childhood|boyhood|girlhood|babyhood|infancy|adolescence", "youth"),
    rule(r"childish|kiddish", "playful"),
    rule(r"childishly", "playfully"),
    rule(r"child-?like", "wide-eyed"),
    rule(r"boyish|girlish|babyish", "youthful"),
    rule(r"boyishly|girlishly", "youthfully"),
    rule(r"baby-?faced", "smooth-faced"),
    rule(r"baby[- ]face", "smooth face"),
    rule(r"(?:grand|step|god)-?(?:child|kid)", "relative"),
    rule(r"(?:grand|step|god)-?(?:children|kids)", "relatives"),
    rule(rf"{_MODIFIER}(?:{_STUDENT})", "student"),
    rule(rf"{_MODIFIER}(?:(?:{_STUDENT})s|school[- ]?children)", "students"),
    # "The boys' coats" is possessive, "'the boys'" a quotation.
    rule(rf"{_PEOPLE}['’]", "people's", after=r"(?=\s\w)"),
    rule(_PEOPLE, "people"),
    rule(_PERSON, "person"),
    rule(r"(?<=\bin (?:his|her|our) )(?:(?:early|mid|late)[- ])?teens", "youth"),
    rule(r"(?<=\bin their )(?:(?:early|mid|late)[- ])?teens", "youth"),
    rule(r"(?:early|mid|late)[- ]teens", "youth"),
    rule(rf"(?:{_TEEN}|adolescent)s", "young adults"),
    rule(_TEEN, "young adult"),
)
_LAST_RULES: tuple[Rule, ...] = (
    rule(r"teenaged?|under-?aged?|school-?aged?|(?:pre-?)?pubescent|tweenaged?", "young"),
    rule(r"juvenile|adolescent", "young person", after=NOT_BEFORE_NOUN),
    rule(r"juvenile|adolescent", "young"),
    rule(r"minors['’]", "people's", after=r"(?=\s\w)"),
    rule(r"minors", "people", after=r"(?!\w|\s+leagues?\b)"),
    rule("minor", "person", before=_DETERMINED, after=r"(?=\s+(?:who|whose|is|was|has|had|under)\b)"),
)


def neutral(text: str) -> str:
    """Return ``text`` with its words for minors replaced and everything else as it was."""
    return "".join(map(_sentence, _SENTENCE_END.split(text)))


def _sentence(text: str) -> str:
    if not _TELLING.search(text):
        return text
    pieces = _KEPT.split(text)
    pieces[::2] = map(_replaced, pieces[::2])
    return "".join(pieces)


def _replaced(text: str) -> str:
    for each in (*_WORD_RULES, *AGE_RULES, *_LAST_RULES):
        text = each.apply(text)
    return text
