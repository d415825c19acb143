"""``Prefer: wait=n`` (RFC 7240): how long a client would rather wait than be answered at once."""

import re

from fastapi import Request

from gateway.live import MOST_WAIT

_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_WAIT = re.compile(r'\s*wait\s*=\s*"?([0-9]+)"?\s*(?:;.*)?', re.IGNORECASE | re.DOTALL)
_MOST_CHARACTERS = 1_000
"""Of all preferences together: one quotation mark that is never closed is looked for from each character on."""
_NAMED = re.compile(r"\s*wait\s*(?:[=;]|$)", re.IGNORECASE)


def wait_of(request: Request) -> int | None:
    """Return the seconds that a request would wait, at most :data:`gateway.live.MOST_WAIT`; None for no such wish.

    A preference that cannot be read is none: that is what makes it a preference.
    """
    preferences = ",".join(request.headers.getlist("prefer"))
    for member in _MEMBER.findall(preferences if len(preferences) <= _MOST_CHARACTERS else ""):
        if _NAMED.match(member):
            # Said twice, the first counts.
            found = _WAIT.fullmatch(member)
            return min(MOST_WAIT, int(found[1].lstrip("0")[:9] or 0)) if found else None
    return None


def applied(seconds: int) -> dict[str, str]:
    """Return the header that says that a wish to wait was heeded, and for how long."""
    return {"Preference-Applied": f"wait={seconds}"}
