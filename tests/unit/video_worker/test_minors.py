"""Words for minors are replaced by neutral ones, and the sentence still reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_worker.minors import neutral


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A boy and a girl run.", "A person and a person run."),
        ("Two children and three kids", "Two people and three people"),
        ("a teen, a teenager, two teenagers", "a young adult, a young adult, two young adults"),
        ("a toddler, an infant, a newborn, a baby", "a person, a person, a person, a person"),
        ("schoolgirls, a schoolboy, school children", "students, a student, students"),
        ("a preteen, tweens, adolescents", "a young adult, young adults, young adults"),
        ("a high school student, a sixth-grader, two 3rd graders", "a student, a student, two students"),
        ("youngsters and a youngster", "people and a person"),
        ("her grandchildren", "her relatives"),
    ],
)
def test_persons(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the girl's hat, the girl’s hat", "the person's hat, the person’s hat"),
        ("the boys' coats, the babies’ cots", "the people's coats, the people's cots"),
        ("the children's laughter", "the people's laughter"),
    ],
)
def test_possessives(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a BOY", "a PERSON"),
        ("The Boys", "The People"),
        ("Teenagers", "Young adults"),
        ("GIRLS' NIGHT", "PEOPLE'S NIGHT"),
    ],
)
def test_case_is_kept(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("an infant", "a person"),
        ("An adolescent smiles", "A young person smiles"),
        ("AN INFANT", "A PERSON"),
        ("an 8-year-old girl", "a person"),
        ("a childhood friend", "an old friend"),
        ("A child", "A person"),
    ],
)
def test_the_article_fits(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a 12-year-old runs", "a young person runs"),
        ("a 12 year old, alone", "a young person, alone"),
        ("a twelve-year-old detective", "a young detective"),
        ("12-year-old Mara", "young Mara"),
        ("two 9-year-olds", "two young people"),
        ("she is 12 years old", "she is young"),
        ("a 16yo, a 16 y/o", "a young person, a young person"),
        ("an eleven-year-old princess", "a young princess"),
        ("10 to 12 year old kids", "people"),
        ("Mara, aged 12, climbs", "Mara, young, climbs"),
        ("a boy, aged 12, climbs", "a person, climbs"),
        ("a girl of ten, barefoot", "a person, barefoot"),
        ("at the age of nine", "at a young age"),
        ("ages 8-12", "young"),
        ("an 18-month-old boy", "a person"),
        ("a two-week-old sleeps", "a young person sleeps"),
        ("children under the age of 18", "people of any age"),
        ("under-18s only", "people only"),
        ("in her teens, in his late teens", "in her youth, in his youth"),
        ("MARA (12) climbs. Mara, 12, climbs.", "MARA (young) climbs. Mara, young, climbs."),
    ],
)
def test_ages(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("little girls", "people"),
        ("a teenage boy", "a person"),
        ("a teenage rebel", "a young rebel"),
        ("underage drinkers", "young drinkers"),
        ("school-age children, a school-aged cast", "people, a young cast"),
        ("a juvenile wolf, two juveniles", "a young wolf, two people"),
        ("a child prodigy, the boy king", "a young prodigy, the young king"),
        ("a baby dragon, a baby carriage", "a young dragon, a small carriage"),
        ("childhood, childish, childlike", "youth, playful, wide-eyed"),
        ("a boyish grin", "a youthful grin"),
        ("child's play", "easy work"),
        ("oh boy", "oh my"),
        ("a boy band", "a pop group"),
        ("minors, a minor who waits", "people, a person who waits"),
    ],
)
def test_words_beside_the_noun(text: str, said: str) -> None:
    assert neutral(text) == said


@pytest.mark.parametrize(
    "text",
    [
        *("baby blue eyes", "baby's breath in a vase", "baby steps", "kid gloves", "I kid you not"),
        *("her girlfriend", "a boyfriend", "a cowboy", "Supergirl", "a Game Boy", "kidnapped", "kidneys"),
        *("a brainchild", "infantry", "minority", "the canteen", "sixteen lamps", "a schooner"),
        *("in A minor", "a minor chord", "minor injuries", "Ursa Minor", "the minor leagues", "a minor, forgotten god"),
        *("a 45-year-old man", "he is 30 years old", "a hundred-year-old oak", "a twenty-two-year-old", "aged 40"),
        *("a 112-year-old bridge", "1,012 years old", "a three-day-old beard", "one old man", "ten years later"),
        *("lamps (12) glow", "aged 16-21", "12 lamps, 7 boats", "her daughter", "the high school", "under 18 degrees"),
        *("", " \n ", "No such word here."),
    ],
)
def test_what_means_no_minor_stays(text: str) -> None:
    assert neutral(text) == text


_SPEECH = (
    "a an the A An boy BOYS girl's kids' child Children teen 12-year-old aged 12 years old minor minors baby blue "
    "dragon of ten, who runs. (8) Mara, 9, little under-18s school student childhood friend\nteens in her 'boys' "
    "king young"
)


@given(st.lists(st.sampled_from(_SPEECH.split(" ")), max_size=14).map(" ".join))
def test_replaced_once_is_replaced_for_good(text: str) -> None:
    assert neutral(neutral(text)) == neutral(text)


@given(st.text(max_size=200))
def test_nothing_is_fatal(text: str) -> None:
    neutral(text)


@given(st.text(alphabet="bcdfghmpqruvwxz .,;!?\n\t'\"-", max_size=200))
def test_everything_else_stays_to_the_letter(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    "text", ["boy " + "!" * 200_000, "boy " + "A'" * 100_000, "boy. " * 40_000], ids=["!", "A'", "."]
)
def test_any_scene_is_read_in_one_go(text: str) -> None:
    """As long as a body may be; searched for anew from each of its characters, it held a worker for minutes."""
    assert neutral(text) == text.replace("boy", "person")
