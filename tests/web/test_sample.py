"""The page's own copy of the sample documents."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/examples"


def test_the_sample_is_the_documents_of_the_examples() -> None:
    """The page's copy, so that it needs nothing from outside its folder; its order is the cast's on the page."""
    sample = json.loads((ROOT / "services/gateway/src/gateway/web/sample.json").read_text())
    characters = [json.loads(file.read_text()) for file in (EXAMPLES / "characters").glob("*.json")]

    assert sample["show"] == json.loads((EXAMPLES / "show.json").read_text())
    assert {c["character_id"]: c for c in sample["characters"]} == {c["character_id"]: c for c in characters}
    assert len(sample["characters"]) == len(characters)
