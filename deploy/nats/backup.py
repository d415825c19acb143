"""Save what is in flight, and bring it back into an empty NATS: every stream on disk, with its consumers' places.

    python deploy/nats/backup.py save FOLDER [--stream NAME ...]
    python deploy/nats/backup.py restore FOLDER [--replace]

It runs where a service is installed, as the NATS user ``operator``, and finds NATS as a service does (``NATS_URL``,
``NATS_NKEY_FILE``, ``NATS_CA_FILE``). ``FOLDER/<stream>/`` gets ``stream.json`` and, once whole, ``stream.snapshot``.
The bucket of records is not saved: it is made again from the logs.

Saving needs no pause. Restoring wants the services stopped, and refuses a stream that holds messages unless it may
replace it. Exits 1 with one sentence when it cannot be done.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.jetstream.server import LoginUnusable
from shared.jetstream.topology import Topology
from shared.runtime.settings import CommonSettings, load_settings
from shared.wiring.bus import server_of

CHUNK = 128 * 1024
"""Bytes of a piece on its way, either way."""

_ANSWER_WITHIN = 30.0
_NOT_FOUND = 10059

# JOBS before STATUS: what ends in between comes back as a job to do whose log says that it is done, and is let go. The
# other way round it would come back as one that runs, with nobody to run it.
STREAMS = tuple(str(stream.name) for stream in Topology().streams())


class Undone(Exception):
    """It could not be done; the message is a sentence that says why."""


async def save(client: Client, folder: Path, streams: Sequence[str]) -> None:
    """Write a snapshot of each stream below ``folder``, over an older one."""
    for stream in streams:
        target = folder / stream
        target.mkdir(parents=True, exist_ok=True)
        unfinished = target / "stream.snapshot.part"
        with unfinished.open("wb") as file:
            about = await _snapshot(client, stream, file.write)
        (target / "stream.json").write_text(json.dumps({"config": about["config"], "state": about["state"]}))
        unfinished.rename(target / "stream.snapshot")
        print(f"{stream}: {about['state']['messages']} messages")


async def _snapshot(client: Client, stream: str, write: Any) -> dict[str, Any]:
    inbox = client.new_inbox()
    pieces = await client.subscribe(inbox, pending_bytes_limit=0, pending_msgs_limit=0)
    try:
        about = await _ask(client, f"STREAM.SNAPSHOT.{stream}", {"deliver_subject": inbox, "chunk_size": CHUNK})
        while (piece := await pieces.next_msg(_ANSWER_WITHIN)).data:
            await asyncio.to_thread(write, piece.data)
            if piece.reply:  # the server waits there now and then
                await piece.respond(b"")
        _whole(stream, piece)
    finally:
        await pieces.unsubscribe()
    return about


def _whole(stream: str, last: Msg) -> None:
    status = (last.headers or {}).get("Status", "204")
    if not status.startswith("2"):
        raise Undone(
            f"The snapshot of {stream} broke off: NATS says {status} {(last.headers or {}).get('Description')}."
        )


def saved_in(folder: Path) -> list[Path]:
    """Return the folders of the streams that are saved in a backup; raises :class:`Undone` when there are none."""
    saved = [path.parent for path in sorted(folder.glob("*/stream.snapshot"))]
    if not saved:
        raise Undone(f"There is no backup in {folder}.")
    return saved


async def restore(client: Client, saved: Sequence[Path], replace: bool) -> None:
    """Make every saved stream what it was."""
    for each in saved:
        await _clear(client, each.name, replace)
    for each in saved:
        state = await _restore(client, each)
        print(f"{each.name}: {state['messages']} messages")


async def _clear(client: Client, stream: str, replace: bool) -> None:
    try:
        held = (await _ask(client, f"STREAM.INFO.{stream}"))["state"]["messages"]
    except LookupError:
        return
    if held and not replace:
        raise Undone(f"{stream} holds {held} messages. Stop the services, and say --replace if they may go.")
    await _ask(client, f"STREAM.DELETE.{stream}")


async def _restore(client: Client, saved: Path) -> dict[str, Any]:
    about = json.loads((saved / "stream.json").read_text())
    begun = await _ask(client, f"STREAM.RESTORE.{saved.name}", about)
    async for piece in _pieces(saved / "stream.snapshot"):
        _checked(saved.name, (await client.request(begun["deliver_subject"], piece, _ANSWER_WITHIN)).data)
    done = await client.request(begun["deliver_subject"], b"", _ANSWER_WITHIN)
    state: dict[str, Any] = _checked(saved.name, done.data)["state"]
    return state


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece


async def _ask(client: Client, call: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make one call of JetStream's API; raises ``LookupError`` for a stream there is not, else :class:`Undone`."""
    answer = await client.request(f"$JS.API.{call}", json.dumps(body).encode() if body else b"", _ANSWER_WITHIN)
    return _checked(call, answer.data)


def _checked(what: str, answer: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(answer) if answer else {}
    if error := said.get("error"):
        if error.get("err_code") == _NOT_FOUND:
            raise LookupError(what)
        raise Undone(f"NATS refuses {what}: {error.get('description')}.")
    return said


async def run(arguments: argparse.Namespace, settings: CommonSettings) -> None:
    """Do what was asked; raises :class:`Undone`, ``LoginUnusable``, nats-py's errors and ``OSError``."""
    server = server_of(settings, "operator")
    client = await nats.connect(list(server.urls), allow_reconnect=False, connect_timeout=5, **server.options())
    try:
        if arguments.deed == "save":
            await save(client, arguments.folder, arguments.stream or STREAMS)
        else:
            await restore(client, saved_in(arguments.folder), arguments.replace)
    finally:
        await client.close()


def main(given: Sequence[str] | None = None) -> int:
    """Save or restore; return the exit code."""
    parser = argparse.ArgumentParser(prog="backup.py", description=(__doc__ or "").partition("\n")[0])
    deeds = parser.add_subparsers(dest="deed", required=True)
    saving = deeds.add_parser("save", help="write a snapshot of every stream")
    saving.add_argument("folder", type=Path)
    saving.add_argument("--stream", action="append", choices=STREAMS, help="only this one; may be said again")
    restoring = deeds.add_parser("restore", help="make the streams what they were")
    restoring.add_argument("folder", type=Path)
    restoring.add_argument("--replace", action="store_true", help="even where there are messages now")
    try:
        asyncio.run(run(parser.parse_args(given), load_settings(CommonSettings)))
    except (Undone, LoginUnusable, NatsError, OSError) as problem:
        print(f"backup: {problem}", file=sys.stderr)
        return 1
    except LookupError as missing:
        print(f"backup: there is no stream for {missing}; did the services ever run here?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
