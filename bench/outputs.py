"""How much memory a worker needs for large outputs that it stores at the same time.

    python -m bench.outputs [--outputs 20] [--mib 64]

Real processes on loopback: nats-server, the status service, one video worker, an emulated Replicate, and a host that
serves a playable clip padded to that size. All predictions end together, so that all outputs come at once. One round of
a few small outputs warms the worker up first; what counts is by how much its resident memory then grows at its most.
"""

import argparse
import asyncio
import multiprocessing
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bench.two_thousand import memory
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.jetstream.requests import JetStreamRequests
from shared.runtime.clock import SystemClock
from tests.support import samples
from tests.support.chaos.scene import Scene, scene
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import client_of, free_port

TARGET_MIB = 32
MIB = 1024 * 1024
_BLOCK = bytes(256 * 1024)


@dataclass(frozen=True)
class Numbers:
    """What was measured: bytes, and the seconds from the first download to the last job's end."""

    outputs: int
    size: int
    warm: int
    peak: int
    stored: int
    took: float

    @property
    def grown(self) -> int:
        """Bytes that the worker grew by, warm, at its most."""
        return self.peak - self.warm

    def holds(self) -> bool:
        """Whether every output was stored whole, within the target."""
        return self.stored == self.outputs and self.grown <= TARGET_MIB * MIB


def padded(clip: bytes, size: int) -> Iterator[bytes]:
    """Yield the clip and a box that players skip, ``size`` bytes in all, without ever holding them."""
    yield clip + struct.pack(">I4s", size - len(clip), b"free")
    left = size - len(clip) - 8
    while left > 0:
        yield _BLOCK[: min(left, len(_BLOCK))]
        left -= len(_BLOCK)


def serve_clips(port: int) -> None:
    """Serve ``/<bytes>.mp4`` until killed."""
    clip = samples.mp4_bytes()

    async def give(request: Request) -> Response:
        size = int(request.path_params["size"])
        return StreamingResponse(padded(clip, size), headers={"content-length": str(size)}, media_type="video/mp4")

    app = Starlette(routes=[Route("/{size:int}.mp4", give)])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)


@asynccontextmanager
async def clip_host() -> AsyncIterator[str]:
    """Yield the address of a running host of clips."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve_clips, args=(port,), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            await eventually(lambda: _answers(http), within=60, every=0.1)
        yield url
    finally:
        process.kill()
        process.join(10)


async def _answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/100000.mp4")).status_code == 200
    except httpx.TransportError:
        return False


async def measure(outputs: int, mib: int, seed: int = 0) -> Numbers:
    """Run once."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            clip_host() as host,
            scene(
                Path(folder), seed, ack_wait=20.0, gateways=0, portrait_workers=0, video_workers=0, failing=False
            ) as stage,
        ):
            worker = stage.add("video-worker", CONCURRENCY="100")
            await worker.start()
            await _made(stage, "warm", 4, f"{host}/{4 * MIB}.mp4")
            warm, began = memory(worker.pid, "VmRSS"), time.monotonic()
            forget_peak(worker.pid)
            stored = await _made(stage, "large", outputs, f"{host}/{mib * MIB}.mp4")
            return Numbers(outputs, mib * MIB, warm, memory(worker.pid, "VmHWM"), stored, time.monotonic() - began)


def forget_peak(pid: int) -> None:
    """Let a process's largest memory be measured anew from here."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


async def _made(stage: Scene, name: str, count: int, address: str) -> int:
    """Have ``count`` clips made whose outputs are all at ``address``; return how many were stored whole."""
    stage.emulator.go(name, output=address, seconds=5.0)
    async with client_of(stage.nats) as client:
        requests, now = JetStreamRequests(client.jetstream(timeout=5), "bench"), SystemClock().now()
        for number in range(count):
            character = {"character": name, "showcase_scene_prompt": f"{name} {number} walks along the pier"}
            await requests.file(a_request(f"{name}-{number}", Kind.VIDEO, character=character, created_at=now), 0)
    size = int(address.rpartition("/")[2].removesuffix(".mp4"))

    async def ended() -> bool:
        jobs = [job for job_id, job in (await stage.jobs()).items() if job_id.startswith(name)]
        return len(jobs) == count and all(job.done for job in jobs)

    await eventually(ended, within=300, every=0.5)
    jobs = [job for job_id, job in (await stage.jobs()).items() if job_id.startswith(name)]
    return sum(job.status is Status.SUCCEEDED and job.output is not None and job.output.bytes == size for job in jobs)


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--outputs", type=int, default=20)
    options.add_argument("--mib", type=int, default=64)
    given = options.parse_args()
    numbers = asyncio.run(measure(given.outputs, given.mib))
    print(f"{numbers.stored} of {numbers.outputs} outputs of {given.mib} MiB stored in {numbers.took:.1f} s")
    print(f"the worker: {numbers.warm / MIB:.0f} MiB warm, {numbers.grown / MIB:.1f} MiB more at its most")
    print(f"target: ≤ {TARGET_MIB} MiB more: {'met' if numbers.holds() else 'MISSED'}")
    raise SystemExit(0 if numbers.holds() else 1)


if __name__ == "__main__":
    main()
