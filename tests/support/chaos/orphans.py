"""Leaving nothing behind: a forked process that goes when its test run goes, however that ended."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def go_with_parent() -> None:
    """Have the system kill this process once its parent, the server it was forked from, is gone. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
