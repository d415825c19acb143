"""What has to be true before anything is started: the data folder is ours alone, and the ports are free."""

import errno
import fcntl
import os
import socket
from contextlib import ExitStack
from pathlib import Path

SELF = "make up"
"""The name under which the run itself stands among its programs' names."""


class Refused(Exception):
    """Greenroom cannot start here; the message is one sentence that says what to do."""


class Folder:
    """The data folder, held by this run and everything it starts.

    The hold is a lock on a file that is also everyone's standard input, so it outlives this process for as long as any
    of its programs runs: two servers never write one store, and what a killed run left behind is found again.
    """

    def __init__(self, path: Path) -> None:
        """Take the folder, making it where needed; raises :class:`Refused` while another run has it."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._file = path / "running"
        hold = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_holders(self._file)) from None
        os.ftruncate(hold, 0)
        os.dup2(hold, 0)
        os.close(hold)
        self.note(SELF, os.getpid())

    def note(self, name: str, pid: int) -> None:
        """Write down one process that holds the folder."""
        with self._file.open("a") as file:
            file.write(f"{name}\t{pid}\n")


def _holders(file: Path) -> str:
    """Say who holds the folder of ``file``, and how to be rid of them."""
    rows = [line.split("\t") for line in file.read_text().splitlines()]
    alive = {name: int(pid) for name, pid in rows if _alive(int(pid))}
    if pid := alive.get(SELF):
        return f"Greenroom already runs from {file.parent} as process {pid}: stop that one first."
    if not alive:
        return f"Another run is just starting or stopping in {file.parent}: try again in a moment."
    names = ", ".join(f"{name} ({pid})" for name, pid in alive.items())
    pids = " ".join(str(pid) for pid in alive.values())
    return (
        f"An earlier run was killed and left programs running in {file.parent}: {names}."
        f" Stop them with `kill {pids}`, then start again."
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def require_free(host: str, port: int, who: str, variable: str) -> None:
    """Raise :class:`Refused` unless ``who`` could listen on the port now; ``variable`` is what chooses the port."""
    try:
        _bind(host, port).close()
    except PermissionError:
        raise Refused(f"Only root may listen on port {port}. Choose one above 1023: {variable}=8000 make up") from None
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise Refused(f"{who} cannot listen on {host}: {problem.strerror}.") from None
        raise Refused(
            f"Port {port} is in use, and {who} is to listen on it."
            f" Stop what holds it, or choose another: {variable}={port + 1} make up"
        ) from None


def free_ports(count: int) -> list[int]:
    """Return that many different loopback ports on which nothing listens."""
    with ExitStack() as held:
        bound = [held.enter_context(_bind("127.0.0.1", 0)) for _ in range(count)]
        return [one.getsockname()[1] for one in bound]


def port_number(text: str, variable: str) -> int:
    """Return a port as a number, or raise :class:`Refused` naming the variable."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Refused(f"{variable} must be a port, 1 to 65535, not {text!r}.")


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    # as the servers do: connections of an earlier run that are still fading do not make a port busy
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
