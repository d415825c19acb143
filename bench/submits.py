"""How long a submit takes, and whether the poll right after it ever says unknown.

    python -m bench.submits [--count 200] [--kib 20]

Real processes on loopback with the blank provider, one client, one submit after the other. Prints the submit's time
against ``GET /healthz`` of the same gateway in the same run: the ratio is what a machine's speed cancels out of.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

import httpx

from tests.support.documents import character_document, show_document
from tests.support.stack import running_stack

TARGET_MS = 100.0


async def _timed(call: Awaitable[httpx.Response]) -> tuple[float, httpx.Response]:
    started = time.perf_counter()
    answer = await call
    return (time.perf_counter() - started) * 1000, answer


def _row(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    return f"{name:<28} median {statistics.median(times):7.2f} ms   p95 {p95:7.2f} ms   max {ordered[-1]:7.2f} ms"


async def measure(count: int, kib: int) -> int:
    """Run once; return the exit code: 0 when the median is within the target and no poll said unknown."""
    show = show_document(kib * 1024 * 3 // 4)
    submits: list[float] = []
    polls: list[float] = []
    floor: list[float] = []
    unknown = 0
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_stack(Path(folder), False, PROVIDER="blank") as stack,
            httpx.AsyncClient(base_url=stack.base_url, trust_env=False) as http,
        ):
            for number in range(count):
                character = character_document(f"c{number}", kib * 1024 // 4)
                body = {"show": show, "character": character}
                took, accepted = await _timed(http.post("/api/characters/portrait", json=body))
                assert accepted.status_code == 202, accepted.text
                submits.append(took)
                query = {"jobId": accepted.json()["jobId"]}
                took, seen = await _timed(http.get("/api/characters/portrait/status", params=query))
                polls.append(took)
                unknown += seen.json()["status"] is None
                floor.append((await _timed(http.get("/healthz")))[0])
    median, bare = statistics.median(submits), statistics.median(floor)
    print(f"{count} submits of {kib} KiB, one after the other")
    print(_row("POST portrait → 202", submits))
    print(_row("GET status right after", polls))
    print(_row("GET healthz (the floor)", floor))
    print(f"submit / floor = {median / bare:.1f}   polls that said unknown: {unknown}")
    print(f"target: median ≤ {TARGET_MS:.0f} ms: {'met' if median <= TARGET_MS else 'MISSED'}")
    return 0 if median <= TARGET_MS and unknown == 0 else 1


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--kib", type=int, default=20)
    given = options.parse_args()
    raise SystemExit(asyncio.run(measure(given.count, given.kib)))


if __name__ == "__main__":
    main()
