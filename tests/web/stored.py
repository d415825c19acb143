"""What the server has behind a page's back: its jobs of a show, and the files it keeps."""

from pathlib import Path
from typing import Any

import httpx

from tests.support.stack import Stack


async def jobs_of(stack: Stack, show_id: str) -> list[dict[str, Any]]:
    """Return the jobs that the server has of a show, newest first."""
    async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False) as http:
        found: list[dict[str, Any]] = (await http.get("/v1/jobs", params={"showId": show_id})).json()["jobs"]
    return found


def hide_media(stack: Stack, address: str | None) -> dict[Path, bytes]:
    """Delete the stored file of an address; return what it was."""
    assert address
    name = address.rpartition("/")[2]
    found = {file: file.read_bytes() for file in (stack.folder / "media").rglob(f"{name}*") if file.is_file()}
    assert found, f"{name} is not in the media folder"
    for file in found:
        file.unlink()
    return found


def put_back(files: dict[Path, bytes]) -> None:
    """Have files there again."""
    for file, content in files.items():
        file.write_bytes(content)
