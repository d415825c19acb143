"""The README's own lines, run as they stand in a shell, against a stack on another port."""

import asyncio
import io
import json
import re
import time
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from PIL import Image

from tests.e2e.conftest import app_of
from tests.support.app import App
from tests.support.eventually import eventually
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]


def curl_blocks() -> list[str]:
    """Return the README's shell blocks that talk to a running Greenroom."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    return [block for block in blocks if "curl" in block]


async def visit(portrait: str, clip: str, app: App) -> tuple[bytes, bytes]:
    """Run both blocks in one shell, as a reader does who waits for the portrait; return the picture and the clip."""
    shell = await asyncio.create_subprocess_exec(
        *("bash", "-euc", f"{portrait}\nread -r\n{clip}"), cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert shell.stdout is not None
    accepted = json.loads(await shell.stdout.readuntil(b"}"))
    assert accepted == {"jobId": accepted["jobId"], "status": "starting"}
    _, picture = await app.output("portrait", accepted["jobId"])

    printed, complaint = await shell.communicate(b"\n")
    assert shell.returncode == 0, complaint.decode()
    polled, following, _ = objects(printed.decode())
    assert polled["status"] is not None
    assert following == {"jobId": following["jobId"], "status": "starting"}
    _, film = await app.output("video", following["jobId"])
    return picture, film


async def another_second() -> None:
    """Wait until the clock that names the reader's jobs shows another second."""
    now = int(time.time())
    await eventually(lambda: int(time.time()) > now)


def objects(printed: str) -> list[dict[str, Any]]:
    """Return the JSON objects in what curl printed: it ends none with a line break."""
    decoder, text, found = json.JSONDecoder(), printed.strip(), []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return found


async def test_the_readmes_lines_give_a_picture_and_a_clip_at_every_visit(local_stack: Stack) -> None:
    portrait, clip = [block.replace("http://127.0.0.1:8000", local_stack.base_url) for block in curl_blocks()]

    async with app_of(local_stack) as app:
        for _ in range(2):
            picture, film = await visit(portrait, clip, app)
            assert Image.open(io.BytesIO(picture)).format == "PNG"
            assert film[4:8] == b"ftyp"
            await another_second()
