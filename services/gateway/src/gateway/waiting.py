"""``Prefer: wait=n`` (RFC 7240): how long a client would rather wait than be answered at once."""

import re

from fastapi import Request

from gateway.live import MOST_WAIT

_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*)?')
_PARAMETERS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")*')


def wait_of(request: Request) -> int | None:
    """Return the seconds that a request would wait, at most :data:`gateway.live.MOST_WAIT`; None for no such wish.

    A preference that cannot be read is none: that is what makes it a preference.
    """
    text, at = ",".join(request.headers.getlist("prefer")), 0
    while at < len(text) and (found := _PREFERENCE.match(text, at)):
        if found[1].lower() == "wait":
            value = found[2] if found[2] is not None else found[3] or ""
            return min(MOST_WAIT, int(value[:9])) if value.isascii() and value.isdecimal() else None
        rest = _PARAMETERS.match(text, found.end())
        at = (rest.end() if rest else found.end()) + 1
    return None


def applied(seconds: int) -> dict[str, str]:
    """Return the header that says that a wish to wait was heeded, and for how long."""
    return {"Preference-Applied": f"wait={seconds}"}
