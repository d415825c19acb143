"""How far a model has got, by its own logs."""

import re

_RECENT = 4_000
"""Characters of the logs' end that are looked at: a long render logs every step."""

_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s?%")
_FRACTION = re.compile(r"progress\W{1,3}(0?\.\d+|0|1\.0+)(?![\d.])", re.IGNORECASE)
_POINTS = re.compile(r"progress\W{1,3}(\d{1,3}(?:\.\d+)?)(?![\d./])", re.IGNORECASE)
_STEPS = re.compile(r"(?<![\w/.:-])(\d{1,6})\s?/\s?(\d{1,6})(?![\w/.:-])")


def progress_in(logs: str) -> int | None:
    """Return the last progress the logs tell, 0 to 99, or None: ``45%|``, ``progress: 0.45``, ``step 12/50``."""
    for line in reversed(re.split(r"[\r\n]+", logs[-_RECENT:])):
        found = _in_line(line)
        if found is not None:
            return max(0, min(99, int(found)))
    return None


def _in_line(line: str) -> float | None:
    if found := _last(_PERCENT, line):
        return _within(float(found[1]))
    if found := _last(_FRACTION, line):
        return float(found[1]) * 100
    if found := _last(_POINTS, line):
        return _within(float(found[1]))
    if found := _last(_STEPS, line):
        done, of = int(found[1]), int(found[2])
        return 100 * done / of if of > 1 and done <= of else None
    return None


def _last(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(line))), None)


def _within(percent: float) -> float | None:
    return percent if percent <= 100 else None
