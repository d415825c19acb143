"""What is measured of a file, and the two ways in which a file cannot be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measures:
    """Width and height in pixels, and a clip's duration in seconds."""

    width: int
    height: int
    duration_seconds: float | None = None


class Damaged(Exception):
    """The file is cut short, or is not what its first bytes say; the message is for operators."""


class TooManyPixels(Exception):
    """Decoding would take more memory than any wanted picture is worth."""

    def __init__(self, width: int, height: int, frames: int = 1) -> None:
        super().__init__(f"{width} × {height} pixels" + (f" in {frames} frames" if frames > 1 else ""))
