"""``python -m gateway.keys``: make a key, or check a keys file."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.keys.file import KeysError, read_keys
from gateway.keys.making import add_entry, new_key
from shared.domain.ids import BadOwner, parse_owner

_WRONG = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for on the command line; return the exit code, 2 when it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        return _new(asked) if asked.command == "new" else _check(asked.file)
    except (KeysError, BadOwner) as error:
        sys.stderr.write(f"{error}\n")
        return _WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.keys", description="Keys for Greenroom's HTTP API.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a key, and say what the keys file must have for it")
    new.add_argument("owner", help="whose jobs it is for: 1 to 64 letters, digits, underscores or hyphens")
    new.add_argument("--file", type=Path, help="add it to this keys file, which is made if it is not there")
    new.add_argument("--submits-per-minute", type=int, metavar="N", help="the owner's limit; 600 if none is named")
    new.add_argument("--active-jobs", type=int, metavar="N", help="the owner's limit; 1000 if none is named")
    new.add_argument("--read-only", action="store_true", help="a key that can only look")
    new.add_argument("--note", help="for people: who has the key, since when")
    check = commands.add_parser("check", help="say what a keys file holds, or what is wrong with it")
    check.add_argument("file", type=Path)
    return parser


def _new(asked: argparse.Namespace) -> int:
    said: dict[str, Any] = {
        "submitsPerMinute": asked.submits_per_minute,
        "activeJobs": asked.active_jobs,
        "readOnly": asked.read_only or None,
        "note": asked.note,
    }
    made = new_key(parse_owner(asked.owner), **{name: value for name, value in said.items() if value is not None})
    if asked.file is None:
        sys.stderr.write(f"Its entry in the keys file:\n  {json.dumps(made.entry)}\n")
    else:
        add_entry(asked.file, made.entry)
        sys.stderr.write(f"Added to {asked.file}. ")
    # The key alone on standard output, so that it can be piped to where it is needed.
    sys.stderr.write("The key, shown only this once:\n")
    sys.stdout.write(f"{made.key}\n")
    return 0


def _check(path: Path) -> int:
    keys = read_keys(path)
    for owner, limits in keys.limits.items():
        count = sum(caller.owner == owner for caller in keys.callers.values())
        sys.stdout.write(
            f"{owner}: {count} key{'s' if count != 1 else ''}, {limits.submits_per_minute} submits a minute,"
            f" {limits.active_jobs} active jobs\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
