"""The pictures of the page: every view and state that is to be looked at is shot by a test, and by one only."""

import ast
from pathlib import Path

import pytest

from tests.web.gallery import SHOTS

pytestmark = pytest.mark.web


def test_each_picture_is_taken_by_one_test() -> None:
    """Read from the tests' text, for a run of some of them takes only some of the pictures."""
    trees = [ast.parse(file.read_text()) for file in sorted(Path(__file__).parent.glob("test_*.py"))]
    shots = [name for tree in trees for name in _texts(tree) if name in SHOTS]

    assert sorted(shots) == sorted(SHOTS)


def _texts(tree: ast.AST) -> list[str]:
    """Return the texts in calls: a picture's name is given to ``shot``, or to a test that hands it on."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shots = [call for call in calls if isinstance(call.func, ast.Name | ast.Attribute) and _name(call) in _TAKERS]
    nodes = {node for call in shots for node in ast.walk(call) if isinstance(node, ast.Constant)}
    return [node.value for node in nodes if isinstance(node.value, str)]


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func)


_TAKERS = {"shot", "pytest.mark.parametrize"}
