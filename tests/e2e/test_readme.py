"""The README's own lines, run as they stand in a shell, against a stack on another port."""

import asyncio
import io
import json
import re
from pathlib import Path

from PIL import Image

from tests.e2e.conftest import app_of
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]


def curl_blocks() -> list[str]:
    """Return the README's shell blocks that talk to a running Greenroom."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    return [block for block in blocks if "curl" in block]


async def shell(script: str) -> list[dict[str, object]]:
    """Run a script in the checkout; return the JSON objects it printed."""
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", script, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    # curl ends its output without a line break, so the objects stand side by side.
    decoder, text, found = json.JSONDecoder(), printed.decode().strip(), []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return found


async def test_the_readmes_lines_give_a_picture_and_a_clip(local_stack: Stack) -> None:
    portrait, clip = [block.replace("http://127.0.0.1:8000", local_stack.base_url) for block in curl_blocks()]

    async with app_of(local_stack) as app:
        first = await shell(portrait)
        ended = await app.end("portrait", "mira-portrait")
        picture = await app.http.get(ended["outputUrl"])
        # One shell for both, as for a reader, so that the first block's variables are there.
        both = await shell(portrait + "\n" + clip)
        _, film = await app.output("video", "mira-clip")

    assert first[0] == {"jobId": "mira-portrait", "status": "starting"}
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    assert both[0] == {"jobId": "mira-portrait", "status": "succeeded", "deduplicated": True}
    assert both[2] == {"jobId": "mira-clip", "status": "starting"}
    assert film[4:8] == b"ftyp"
