"""``make up`` as a test starts it: the real program on free ports, with a data folder of its own."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from tests.support.nats_server import free_port

ROOT = Path(__file__).resolve().parents[2]
READY = "Greenroom is ready: "
PATIENCE = 60.0


class LocalRun:
    """One started run; its output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str], data: Path, *, read: bool = True) -> None:
        self.process = process
        self.lines: list[str] = []
        self._data = data
        self._unread: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        if read:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._unread.put(line.rstrip("\n"))
        self._unread.put(None)

    def wait_for(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Return the first line not yet looked at that matches, or fail with all that was printed."""
        deadline = monotonic() + seconds
        with suppress(queue.Empty):
            while (line := self._unread.get(timeout=max(0.0, deadline - monotonic()))) is not None:
                self.lines.append(line)
                if found := re.search(pattern, line):
                    return found
        raise AssertionError(f"no line matched {pattern!r} in:\n" + "\n".join(self.lines))

    def wait_ready(self) -> str:
        """Return the address once the run is ready."""
        return self.wait_for(f"^{READY}(.+)$")[1]

    def ended(self, seconds: float = PATIENCE) -> int:
        """Return the exit code once the run is over, with everything it printed in ``lines``."""
        code = self.process.wait(timeout=seconds)
        while (line := self._unread.get(timeout=5)) is not None:
            self.lines.append(line)
        return code

    def pids(self) -> dict[str, int]:
        """Return the processes the run has written down, by name."""
        rows = (line.split("\t") for line in (self._data / "running").read_text().splitlines())
        return {name: int(pid) for name, pid in rows}

    def kill(self) -> None:
        """Kill the run and everything it started."""
        pids = self.pids() if (self._data / "running").exists() else {}
        for pid in pids.values():
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    @property
    def output(self) -> str:
        """Everything printed and read so far."""
        return "\n".join(self.lines)


@contextmanager
def local_run(
    data: Path, *, procfile: Path | None = None, read: bool = True, variables: Mapping[str, str] | None = None
) -> Iterator[LocalRun]:
    """Start a run whose data are in ``data``; whatever it leaves running at the end is killed.

    With ``read`` off, the output is the caller's to read from the process.
    """
    gateway, nats = free_port(), free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in {"NATS_URL", "MEDIA_URL", "HOST"}}
    environ = inherited | {"PORT": str(gateway), "NATS_PORT": str(nats), "DATA_DIR": str(data), **(variables or {})}
    command = [sys.executable, "-m", "deploy.local.up", *(["--procfile", str(procfile)] if procfile else [])]
    run = LocalRun(start_run(command, environ), data, read=read)
    try:
        yield run
    finally:
        run.kill()


def start_run(command: list[str], environ: dict[str, str]) -> subprocess.Popen[str]:
    """Start a command in the checkout, in a session of its own as a terminal would give it."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    """Whether a process exists and is more than a zombie nobody has reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
