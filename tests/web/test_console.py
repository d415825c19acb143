"""What the console tells those who look: one line for each thing that happens, with the character and the job."""

import re

import pytest
from playwright.async_api import expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.pages.tasks import TasksPanel
from tests.web.slowly import slowly_rendered
from tests.web.visit import MIRA, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


def told(visitor: Visitor, what: str) -> list[str]:
    """Return the job of each line that tells this of Mira's portrait."""
    line = rf"\[greenroom\] {MIRA} · portrait · {what} · (\w+)…?"
    found = [re.fullmatch(line, each) for each in visitor.traffic.lines]
    return [match[1] for match in found if match]


async def test_every_step_of_a_job_is_a_line_once(visitor: Visitor, stack: Stack) -> None:
    panel = TasksPanel(await visitor.opens())
    await stack.services["portrait-worker"].stop()  # else the answer may come when it runs already
    await panel.has_made(MIRA)
    await panel.opens()
    await panel.row(MIRA).is_in("active")
    # A gateway tells the latest news of each job: what is over as soon as it began may be told as one.
    async with slowly_rendered(stack):
        await eventually(lambda: told(visitor, "processing"))
    await panel.row(MIRA).is_in("succeeded")

    [job] = visitor.traffic.job_ids
    steps = ("started", "starting", "processing", "completed")
    assert [told(visitor, step) for step in steps] == [[job[:8]]] * 4
    mine = [line for line in visitor.traffic.lines if MIRA in line]
    order = [next(at for at, line in enumerate(mine) if f" {step} " in line) for step in steps]
    assert order == sorted(order)


async def test_what_is_resumed_is_a_line(visitor: Visitor, stack: Stack) -> None:
    panel = TasksPanel(await visitor.opens())
    async with slowly_rendered(stack):
        await panel.has_made(MIRA)
        await expect(panel.toggle).to_have_accessible_name("Background tasks: 1 running")

        await visitor.reloads()
        await panel.opens()
    await panel.row(MIRA).is_in("succeeded")

    assert told(visitor, "resumed") == told(visitor, "started")
    assert len(visitor.traffic.job_ids) == 1


async def test_a_duplicate_is_a_line_and_no_job(visitor: Visitor) -> None:
    panel = TasksPanel(await visitor.opens())
    await panel.generate(MIRA).evaluate("button => { button.click(); button.click(); }")
    await panel.opens()
    await panel.row(MIRA).is_in("succeeded")

    assert told(visitor, re.escape("skipped (duplicate)")) == told(visitor, "started")
    assert len(visitor.traffic.posts) == 1
