"""The chaos tests over many seeds in a row: ``python -m tests.chaos.seeds COUNT [what pytest takes]``.

Each seed is one run of its own, and its line says what replays it. Ends with 1 when any was red.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence

PATIENCE = 300
"""Seconds for one test: some take more than a minute by themselves, and several run at once. An alarm in the middle of
an event loop may end nothing but the task it meets, and the test then waits for ever.
"""


def main(count: int, arguments: Sequence[str]) -> int:
    """Run ``count`` seeds, GREENROOM_SEED first when it is set; return the exit code."""
    given = os.environ.get("GREENROOM_SEED")
    seeds = [int(given)] if given else []
    seeds += [random.SystemRandom().randrange(2**32) for _ in range(count - len(seeds))]
    red = [seed for seed in seeds if not green(seed, arguments)]
    say(f"{len(seeds) - len(red)} of {len(seeds)} seeds were green" + "".join(f"\n  red: {seed}" for seed in red))
    return 1 if red else 0


def green(seed: int, arguments: Sequence[str]) -> bool:
    """Run everything with one seed; what pytest says is shown only when it was red."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "tests/chaos", f"--timeout={PATIENCE}", *arguments]
    ran = subprocess.run(command, env=os.environ | {"GREENROOM_SEED": str(seed)}, capture_output=True, text=True)
    passed = ran.returncode == 0
    summary = ran.stdout.rstrip().rpartition("\n")[2]
    if not passed:
        say(ran.stdout + ran.stderr)
    say(f"GREENROOM_SEED={seed}: {'green' if passed else 'RED'} in {time.monotonic() - began:.0f} s: {summary}")
    return passed


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), sys.argv[2:]))
