"""The operations guide's own program for looking at what was set aside, run as an operator runs it."""

import asyncio
import subprocess
import sys

from nats.js import JetStreamContext

from shared.events import subjects
from shared.jetstream.topology import SET_ASIDE
from tests.support.markdown import page
from tests.support.nats_server import NatsServer


async def look(server: NatsServer) -> str:
    (program,) = page("docs/operations.md").blocks("python")
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        env={"NATS_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout


async def test_the_program_shows_each_message_with_its_reason(server: NatsServer, js: JetStreamContext) -> None:
    assert await look(server) == ""
    for sequence, subject in enumerate(("jobs.portrait.one", "status.video.two", "jobs.video.three"), start=1):
        headers = {"Greenroom-Subject": subject, "Greenroom-Reason": f"reason {sequence}"}
        await js.publish(subjects.set_aside("JOBS", sequence), b"\xffbody", headers=headers)
    await js.delete_msg(SET_ASIDE, 2)

    assert (await look(server)).splitlines() == [
        *("1: jobs.portrait.one: reason 1", "\ufffdbody"),
        *("3: jobs.video.three: reason 3", "\ufffdbody"),
    ]
