"""The job machine on the real topology, moved by hypothesis and held against a pure model."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test
from nats.aio.client import Client
from structlog.testing import capture_logs

from tests.chaos.stateful.example import Bench
from tests.chaos.stateful.machine import JobMachine
from tests.chaos.stateful.stepping import Killed, SteppedLoop, stepped_loop
from tests.support.nats_server import NatsServer

EXAMPLES = int(os.environ.get("GREENROOM_STATEFUL_EXAMPLES") or 10)
STEPS = int(os.environ.get("GREENROOM_STATEFUL_STEPS") or 50)
# Shrinking takes minutes: a red run says its seed at once, and replays it with this set.
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("GREENROOM_STATEFUL_SHRINK") else [])]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A server, and a loop whose time is the test's."""
    folder = tmp_path / "nats"
    folder.mkdir()
    server = NatsServer(folder)
    with asyncio.Runner(loop_factory=SteppedLoop) as runner:
        runner.get_loop().set_exception_handler(_but_for_the_killed)
        try:
            client = runner.run(_started(server))
            yield Bench(runner, server, client, client.jetstream(timeout=10))
            runner.run(client.close())
        finally:
            server.kill()


async def _quiet(_: Exception) -> None:
    return None


async def _started(server: NatsServer) -> Client:
    with stepped_loop().flowing():
        await server.start()
        return await _connected(server)


async def _connected(server: NatsServer) -> Client:
    # Time leaps here: a ping that is due after each leap tells nothing.
    return await nats.connect(
        server.url,
        reconnect_time_wait=0.02,
        max_reconnect_attempts=-1,
        pending_size=0,
        ping_interval=10**9,
        error_cb=_quiet,
    )


def _but_for_the_killed(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


@pytest.mark.timeout(60 + 4 * EXAMPLES)
def test_jobs_keep_their_promises_whatever_happens_in_whichever_order(bench: Bench, seed: int) -> None:
    @seeded(seed)
    class Machine(JobMachine):
        def __init__(self) -> None:
            super().__init__(bench)

    with capture_logs():
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                phases=PHASES,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
