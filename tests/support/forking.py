"""Processes that start in a moment: forked from a server that has imported everything already, and gone with it."""

import asyncio
import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "gateway.wiring",
        "status.wiring",
        "portrait_worker.wiring",
        "video_worker.wiring",
        "tests.support.chaos.service",
        "tests.support.replicate_emulator.server",
    ]
)
_PR_SET_PDEATHSIG = 1


def go_with_parent() -> None:
    """Have the system kill this process once its parent, the server it was forked from, is gone. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def write_to(log: Path) -> None:
    """Send what this process prints to the end of a file."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())


def module_process(module: str, env: Mapping[str, str], folder: Path, log: Path) -> ForkServerProcess:
    """Return ``python -m module``, started, with these variables and no others, in ``folder``."""
    process = FORKS.Process(target=_be, args=(module, dict(env), folder, log), daemon=True)
    process.start()
    return process


async def ended(process: ForkServerProcess, within: float) -> int | None:
    """Wait for a process's end; return its exit code, None when that did not come ``within`` so many seconds.

    Never in a thread of its own: the code can be read once, starting any process asks after all that run, and of two
    that ask at once one reads nothing and takes that for a 255.
    """
    end = time.monotonic() + within
    while process.is_alive() and time.monotonic() < end:
        await asyncio.sleep(0.01)
    return process.exitcode


def _be(module: str, env: Mapping[str, str], folder: Path, log: Path) -> None:
    go_with_parent()
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    write_to(log)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
