"""The clip: a portrait, given or painted, that the camera moves in on while it breathes."""

from pathlib import Path

from shared.predictions.local.drawing.painter import LAYERS, Step, paint
from shared.predictions.local.drawing.traits import Description
from shared.predictions.local.film import Film
from shared.predictions.local.framing import Shape, stage_of
from shared.predictions.local.motion import RATE
from shared.predictions.local.mp4 import Mp4Writer
from shared.predictions.local.reference import of_painted, read

_STAGE = 1.1
"""How much larger than the frame the stage is, so that moving in on it stays sharp."""


def render_clip(description: Description, portrait: bytes | None, shape: Shape, path: Path, step: Step) -> None:
    """Write a clip of ``shape`` to ``path``: of the given picture, or, without one, of the portrait painted first.

    Raises :class:`shared.predictions.local.reference.NotAPicture` when the given bytes are none.
    """
    frames = shape.seconds * RATE
    first = LAYERS if portrait is None else 1
    total = first + frames + 1
    if portrait is None:
        reference = of_painted(paint(description, step=lambda done, _: step(done, total)))
    else:
        step(0, total)
        reference = read(portrait)
    stage = stage_of(reference, (_even(shape.width * _STAGE), _even(shape.height * _STAGE)))
    film = Film(stage, shape, description.seed)
    with Mp4Writer(path, shape) as writer:
        for number in range(frames):
            step(first + number, total)
            writer.write(film.frame(number))
    step(total, total)


def _even(length: float) -> int:
    return round(length / 2) * 2
