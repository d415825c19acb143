"""What the provider says in its own words: out of error bodies, and out of failed predictions."""

import json
import re

MOST = 400
"""Characters of the provider's words that are passed on to people."""

_FLAGGED = re.compile(
    r"\bE005\b|flagged|nsfw|content[ _]?(policy|policies|moderat|violation)|moderation[ _]?(blocked|system)"
    r"|safety[ _](system|filter|policy|policies|guidelines)|responsible ai|sensitive (content|words?|information)"
    r"|prohibited[ _]content|violat\w+ .{0,40}\b(policy|policies|practices|guidelines|terms)\b|inappropriate content",
    re.IGNORECASE,
)
_REJECTED = re.compile(r"\bE006\b|input validation|invalid[ _]input|invalid value for", re.IGNORECASE)
_TAGS = re.compile(rb"<\s*(!doctype|html|head|body)", re.IGNORECASE)


def is_flagged(text: str) -> bool:
    """Whether the words mean that the content, not the request's form, was refused."""
    return _FLAGGED.search(text) is not None


def is_rejected(text: str) -> bool:
    """Whether the words mean that the input could not be used."""
    return _REJECTED.search(text) is not None


def said_in(body: bytes) -> str:
    """Return what an error body says, in one line; empty for none, for a web page or for noise."""
    if _TAGS.search(body[:1000]):
        return ""
    text = body.decode("utf-8", "replace")
    try:
        return one_line(_of_json(json.loads(text)))
    except (ValueError, RecursionError):
        return one_line(text)


def one_line(text: str) -> str:
    """Return the text on one line, bullets and doubled spaces gone, cut at :data:`MOST` characters."""
    lines = [line.strip().removeprefix("- ").strip() for line in text.splitlines()]
    flat = re.sub(r"\s+", " ", "; ".join(line for line in lines if line)).strip()
    return flat if len(flat) <= MOST else flat[: MOST - 1] + "…"


def _of_json(value: object) -> str:
    """Return the first thing said: ``detail`` may be text, a list, or a list of objects with ``loc`` and ``msg``."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(said for each in value if (said := _of_json(each)))
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("msg"), str):
        return f"{_place(value.get('loc'))}{value['msg']}"
    spoken = (_of_json(value[name]) for name in ("detail", "error", "message", "title") if value.get(name))
    return next((said for said in spoken if said), "")


def _place(loc: object) -> str:
    return f"{'.'.join(map(str, loc))}: " if isinstance(loc, list) and loc else ""
