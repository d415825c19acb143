"""The four scenarios the first users care about."""

import asyncio

from tests.e2e.conftest import app_of
from tests.support.app import CAST, portrait_body
from tests.support.eventually import eventually
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack


async def test_three_portraits_are_there_when_the_client_returns(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        ids = [await app.portrait(name) for name in CAST[:3]]

    # Nobody asks for a while: the work goes on by itself.
    await eventually(lambda: len(emulator.calls("download")) >= 3, within=30)

    async with app_of(replicate_stack) as returned:
        for job_id in ids:
            _, picture = await returned.output("portrait", job_id)
            assert picture.startswith(b"\x89PNG")
    assert len(emulator.creations()) == 3


async def test_a_show_of_seven_with_five_done_makes_only_two(replicate_stack: Stack, emulator: Emulator) -> None:
    """The app keeps jobIds of its own and sends them all again: those that are done are answered, not made."""
    async with app_of(replicate_stack) as app:
        for name in CAST[:5]:
            await app.portrait(name, jobId=f"low-tide-{name}")
        await asyncio.gather(*(app.end("portrait", f"low-tide-{name}") for name in CAST[:5]))
        made = len(emulator.creations())

        answers = [
            await app.http.post("/api/characters/portrait", json=portrait_body(name, jobId=f"low-tide-{name}"))
            for name in CAST
        ]
        for name in CAST:
            assert (await app.end("portrait", f"low-tide-{name}"))["status"] == "succeeded"

    assert made == 5
    assert [answer.status_code for answer in answers] == [200] * 5 + [202] * 2
    assert [answer.json()["status"] for answer in answers[:5]] == ["succeeded"] * 5
    assert all(answer.json()["deduplicated"] for answer in answers[:5])
    assert len(emulator.creations()) == 7


async def test_another_client_that_only_knows_the_job_id_follows_it_to_its_end(
    replicate_stack: Stack, emulator: Emulator
) -> None:
    emulator.set(run={"*": [600.0, 600.0]})
    async with app_of(replicate_stack) as app, app_of(replicate_stack) as other:
        job_id = await app.portrait("Mira")
        seen: list[str] = []

        async def is_seen(status: str) -> bool:
            seen.append((await other.status("portrait", job_id))["status"])
            return seen[-1] == status

        await eventually(lambda: is_seen("processing"), within=30)
        await eventually(emulator.creations, within=30)
        emulator.finish()
        await eventually(lambda: is_seen("succeeded"), within=30)

    order = ["starting", "processing", "succeeded"]
    assert [order.index(status) for status in seen] == sorted(order.index(status) for status in seen)
    assert "processing" in seen


async def test_a_second_click_while_one_runs_learns_the_first_ones_id(
    replicate_stack: Stack, emulator: Emulator
) -> None:
    emulator.set(run={"*": [600.0, 600.0]})
    async with app_of(replicate_stack) as app, app_of(replicate_stack) as other_tab:
        first = await app.portrait("Mira")

        async def running() -> bool:
            return bool((await app.status("portrait", first))["status"] == "processing")

        await eventually(running, within=30)
        await eventually(emulator.creations, within=30)
        second = await other_tab.submit("portrait", portrait_body("Mira", jobId="second-click"))
        emulator.finish()
        ended = await other_tab.end("portrait", second["jobId"])
        emulator.set(run={"*": [0.2, 0.4]})
        again = await app.submit("portrait", portrait_body("Mira"))
        await app.end("portrait", again["jobId"])

    assert second == {"jobId": first, "status": "processing", "deduplicated": True}
    assert ended["status"] == "succeeded"
    assert again["jobId"] not in (first, "second-click")
    assert len(emulator.creations()) == 2, "a click after the end is a new wish"
