"""What people paste, and what they are told when it cannot be read: the page's own reader, in a real browser."""

import json
from typing import Any

import pytest

from tests.web.visit import Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

_READ = """async texts => {
    const { readDocuments } = await import("/page/shows/documents.js");
    return texts.map(text => {
        try {
            return { read: readDocuments(text) };
        } catch (error) {
            return { told: error.message, name: error.name };
        }
    });
}"""

_SHOW, _MIRA = '{"show_title": "A"}', '{"character": "Mira"}'

_UNDERSTOOD = [
    (_SHOW, "A", []),
    (_MIRA, None, ["Mira"]),
    (f"[{_MIRA}, {_MIRA}]", None, ["Mira", "Mira"]),
    (f"[{_SHOW}, {_MIRA}]", "A", ["Mira"]),
    (f"{_SHOW}\n\n{_MIRA}", "A", ["Mira"]),
    (f"{_SHOW},\n{_MIRA}", "A", ["Mira"]),
    (f'{{"show": {_SHOW}, "characters": [{_MIRA}]}}', "A", ["Mira"]),
    (f'{{"show": {_SHOW}, "character": {_MIRA}, "jobId": "a request\'s body"}}', "A", ["Mira"]),
    (f'{{"blueprint": {_SHOW}, "characters": {{"mira": {_MIRA}}}}}', "A", ["Mira"]),
    (f'{{"show_title": "A", "characters": [{_MIRA}]}}', "A", ["Mira"]),
    (f"```json\n{_SHOW}\n```", "A", []),
    (f"\ufeff{_SHOW}", "A", []),
    ('{"metadata": {"name": "Mira"}}', None, [None]),
]

_REFUSED = [
    ("", "It is empty. Give the JSON of a show, of characters, or of both."),
    ('{\n "show_title": "A",\n}', "Line 3, column 1: there is a comma too many before }."),
    ('{"a": 1 "b": 2}', 'Line 1, column 9: a comma is missing before "b":.'),
    ('{"a" 1}', "Line 1, column 6: a colon was expected after the field's name, not 1}."),
    ("{'a': 1}", "Line 1, column 2: a field's name in double quotes was expected, not 'a':."),
    ('{"a": “b”}', "Line 1, column 7: JSON's quotes are \", not “."),
    ('{\n"a": "b\n', "Line 2, column 6: this text has no closing quote."),
    ('{"a": "\\q"}', "Line 1, column 7: this text has a \\ or a sign that JSON does not allow."),
    ('{"a": nul}', "Line 1, column 7: a value was expected, not nul."),
    ('{"a": [1, 2', "Line 1, column 12: the text ends before the [ of line 1 is closed."),
    ("// a show\n{}", "Line 1, column 1: JSON has no comments."),
    (f"{_SHOW} and so on", "Line 1, column 21: there is more after the end of the document."),
    ("[" * 50_000, "Line 1, column 65: this is nested more than 64 levels deep."),
    (f"[{_SHOW}, {_SHOW}]", "There are 2 shows in this: A and A. Add them one at a time."),
    ("[]", "There is no show and no character in this."),
]

_MISFITS = [
    ('{"show": 3}', "“show” is a number: it must be an object."),
    ('{"characters": ["Mira"]}', "“characters[0]” is a text: a character is an object with at least a name."),
    ('{"show": {}, "characters": 7}', "“characters” is a number: it must be a list of characters."),
    ("7", "This is a number: a show is an object with "),
    ('{"colour": 1}', "This has no field that makes a show or a character (it has colour): "),
]


async def _read(visitor: Visitor, *texts: str) -> list[dict[str, Any]]:
    page = await visitor.opens()
    read: list[dict[str, Any]] = await page.evaluate(_READ, list(texts))
    return read


async def test_every_shape_people_have_is_understood(visitor: Visitor) -> None:
    read = [answer.get("read") for answer in await _read(visitor, *(text for text, _, _ in _UNDERSTOOD))]

    seen = [
        (
            one and one["show"] and one["show"]["show_title"],
            one and [c["document"].get("character") for c in one["characters"]],
        )
        for one in read
    ]
    assert seen == [(title, names) for _, title, names in _UNDERSTOOD]


async def test_what_is_no_json_is_told_by_line_and_column(visitor: Visitor) -> None:
    answers = await _read(visitor, *(text for text, _ in _REFUSED))

    assert [answer.get("told") for answer in answers] == [told for _, told in _REFUSED]
    assert {answer["name"] for answer in answers} == {"DocumentError"}


async def test_what_is_no_show_is_told_by_its_field(visitor: Visitor) -> None:
    answers = await _read(visitor, *(text for text, _ in _MISFITS))

    for answer, (_, told) in zip(answers, _MISFITS, strict=True):
        assert answer.get("told", "").startswith(told)


async def test_what_the_server_would_refuse_for_its_size_is_told_at_once(visitor: Visitor) -> None:
    show = {"show_title": "A", "notes": "x" * 200_000}
    cast = [{"character": "Mira"}, {"character": "Teo", "notes": "y" * 80_000}]

    too_long, too_much = await _read(
        visitor,
        json.dumps(show | {"notes": "x" * 400_000}),
        json.dumps({"show": show, "characters": cast}),
    )

    assert too_long["told"] == "The show is 391 KiB; the server takes 256 KiB."
    assert too_much["told"] == "characters[1] and the show are 274 KiB together; the server takes 256 KiB."


async def test_addresses_that_are_no_pictures_are_left_out(visitor: Visitor) -> None:
    outputs = {"portrait": {"url": "javascript:alert(1)", "at": 1}, "video": {"url": "data:text/html,x", "at": 1}}
    mira = {"document": {"character": "Mira"}, "outputs": outputs}
    text = json.dumps({"show": {}, "characters": [mira]})

    (answer,) = await _read(visitor, text)

    assert answer["read"]["characters"][0]["outputs"] == {}
