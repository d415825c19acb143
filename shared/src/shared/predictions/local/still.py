"""The portrait as a file: painted, labelled, and encoded as a PNG that says what made it."""

import io

from shared.predictions.local import eyelids
from shared.predictions.local.drawing.label import draw_label, png_info
from shared.predictions.local.drawing.painter import LAYERS, WIDTH, Portrait, Step, paint
from shared.predictions.local.drawing.traits import Description

EYELIDS = "Greenroom-Eyelids"
"""The PNG text in which a portrait tells a clip how to blink."""


def render_portrait(description: Description, step: Step) -> bytes:
    """Return a PNG of 832 × 1216 pixels; the same description always gives the same bytes."""
    portrait = paint(description, step=lambda done, _: step(done, LAYERS + 1))
    data = encode(portrait)
    step(LAYERS + 1, LAYERS + 1)
    return data


def encode(portrait: Portrait) -> bytes:
    """Return a finished portrait as a PNG, with its label in the picture and in the file."""
    picture = draw_label(portrait.image, portrait.image.width / WIDTH)
    lids = portrait.eyelids
    extra = {EYELIDS: eyelids.to_text(lids, picture.size)} if lids else {}
    buffer = io.BytesIO()
    # The grain hardly compresses: a slower setting saves a twentieth of the size for three times the time.
    picture.save(buffer, "PNG", pnginfo=png_info(extra), compress_level=4)
    return buffer.getvalue()
