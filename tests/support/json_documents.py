"""Arbitrary JSON, and documents with arbitrary JSON where they should have something else."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st


def json_values() -> st.SearchStrategy[Any]:
    """Return any JSON value, a few levels deep."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=8,
    )


@st.composite
def mangled(draw: st.DrawFn, document: dict[str, Any]) -> Any:
    """Return ``document`` with up to four of its values, at any depth, gone or replaced by any JSON."""
    paths = [(), *_paths(document, ())]
    for path in draw(st.lists(st.sampled_from(paths), max_size=4, unique=True)):
        document = _with(document, path, draw(json_values() | st.just(GONE)))
    return {} if document is GONE else document


GONE = object()
"""In place of a value: its field is taken away."""


def _paths(document: Any, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield (*at, name)
            yield from _paths(value, (*at, name))


def _with(document: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    if not isinstance(document, dict) or path[0] not in document:
        return document
    changed = {**document, path[0]: _with(document[path[0]], path[1:], value)}
    return {name: kept for name, kept in changed.items() if kept is not GONE}


def replaced(document: Any, words: str) -> Any:
    """Return ``document`` with ``words`` set into every text of it, however deep."""
    if isinstance(document, dict):
        return {name: replaced(value, words) for name, value in document.items()}
    if isinstance(document, list):
        return [replaced(value, words) for value in document]
    return f"one {words} two" if isinstance(document, str) else document
