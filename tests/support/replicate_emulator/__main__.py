"""``python -m tests.support.replicate_emulator --port N``: the emulator as a process of its own."""

import argparse
import json
import sys

from tests.support.replicate_emulator.server import server
from tests.support.replicate_emulator.world import Settings, World


def main() -> None:
    """Serve until told to stop. ``--settings`` takes the same JSON as the control API."""
    options = argparse.ArgumentParser(prog="replicate-emulator", description="An emulator of Replicate's HTTP API.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8090)
    options.add_argument("--settings", default="{}", help="JSON, as for POST /_emulator/settings")
    given = options.parse_args()
    settings = Settings().changed(json.loads(given.settings))
    sys.stderr.write(f"Replicate's emulator listens on http://{given.host}:{given.port}\n")
    server(World(settings), given.host, given.port).run()


if __name__ == "__main__":
    main()
