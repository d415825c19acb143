"""A program that behaves as a service does towards whoever runs it: says it is ready over HTTP, drains on SIGTERM.

python -m tests.support.stand_in [--exit CODE] [--stubborn] [--child] [--never-ready] [--chatty]
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with 200, or 503 when the server says so."""

    def do_GET(self) -> None:
        self.send_response(self.server.answer)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the test reads the output."""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--exit", type=int)
    options.add_argument("--stubborn", action="store_true")
    options.add_argument("--child", action="store_true")
    options.add_argument("--never-ready", action="store_true")
    options.add_argument("--chatty", action="store_true")
    asked = options.parse_args()
    if asked.exit is not None:
        say("giving up")
        sys.exit(asked.exit)
    if asked.child:
        child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        say(f"child {child.pid}")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: None if asked.stubborn else stopped.set())
    server = HTTPServer(("127.0.0.1", int(os.environ.get("HEALTH_PORT") or os.environ["PORT"])), Ready)
    server.answer = 503 if asked.never_ready else 200  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"listening, media in {os.environ['MEDIA_URL']}")
    while not stopped.wait(0.1):
        if asked.chatty:
            say("still here")
    say("drained")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
