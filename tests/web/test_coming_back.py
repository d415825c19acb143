"""Reloads, closed tabs, lost answers and other tabs: what was begun is found again, and nothing is made twice."""

import httpx
import pytest
from playwright.async_api import Route, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.pages.show import ShowView
from tests.web.pages.tasks import TasksPanel
from tests.web.slowly import slowly_rendered
from tests.web.stored import hide_media
from tests.web.visit import MIRA, OTTO, PATIENCE, TEO, Visitor, sample_documents

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

POSTS = "**/v1/jobs/portrait"


async def test_a_reload_in_the_middle_ends_with_the_picture(visitor: Visitor, stack: Stack) -> None:
    mira = ShowView(await visitor.opens()).card(MIRA)
    async with slowly_rendered(stack):
        await mira.generate.click()
        await expect(mira.cancel()).to_be_visible()

        await visitor.reloads()

    await mira.shows_picture()
    assert len(visitor.traffic.job_ids) == 1


@pytest.mark.usefixtures("nobody_renders")
@pytest.mark.parametrize("elsewhere", ["the library", "another site"])
async def test_three_portraits_are_there_after_a_while_elsewhere(
    visitor: Visitor, stack: Stack, elsewhere: str
) -> None:
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    show = ShowView(page)
    for name in (MIRA, TEO, OTTO):
        await show.card(name).generate.click()
        await expect(show.card(name).cancel()).to_be_visible()
    await eventually(lambda: len(visitor.traffic.answers) == 3)
    await stack.start()

    if elsewhere == "the library":
        await visitor.goes("#/")
        await expect(page.locator(".lineup img")).to_have_count(3, timeout=3 * PATIENCE)
        await visitor.goes(address)
    else:
        await page.goto("about:blank")
        for job_id in visitor.traffic.job_ids:
            await _until_made(stack, job_id)
        await page.goto(f"{visitor.base_url}/page/{address}")

    for name in (MIRA, TEO, OTTO):
        await show.card(name).shows_picture()
    await expect(show.count).to_have_text("3 of 7 portraits ready")
    assert len(visitor.traffic.posts) == 3


@pytest.mark.usefixtures("nobody_renders")
async def test_a_tab_that_is_opened_anew_goes_on(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    await ShowView(page).card(MIRA).generate.click()
    await ShowView(page).card(MIRA).is_in("waiting")
    await expect(ShowView(page).card(MIRA).status).to_have_text("Next in the queue")
    await page.close()

    mira = ShowView(await visitor.opens(address)).card(MIRA)
    await mira.is_in("waiting")
    await expect(mira.detail).to_have_text("No portrait worker is running; the job starts as soon as one does.")
    await stack.start()

    await mira.shows_picture()
    assert len(visitor.traffic.posts) == 1


async def test_what_ended_while_every_tab_was_closed_appears(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    async with page.expect_response(POSTS) as answered:
        await ShowView(page).card(MIRA).generate.click()
    job_id = (await (await answered.value).json())["jobId"]
    await page.close()
    await _until_made(stack, job_id)

    show = ShowView(await visitor.opens(address))

    await show.card(MIRA).shows_picture()
    await show.card(TEO).is_in("empty")
    assert len(visitor.traffic.posts) == 1


@pytest.mark.usefixtures("nobody_renders")
@pytest.mark.parametrize("view", ["#/", "#/queue"])
async def test_what_the_browser_forgot_is_a_task_of_every_view(visitor: Visitor, stack: Stack, view: str) -> None:
    """Before its show is opened again: a job that waited for longer than tasks are kept."""
    page = await visitor.opens()
    await ShowView(page).card(MIRA).generate.click()
    await expect(ShowView(page).card(MIRA).status).to_have_text("Next in the queue")
    await page.goto(f"{visitor.base_url}/healthz")
    await page.evaluate("localStorage.clear()")
    await page.close()

    panel = TasksPanel(await visitor.opens(view))
    await expect(panel.toggle).to_have_accessible_name("Background tasks: 1 running")
    await panel.opens()
    await panel.row(MIRA).is_in("active")
    await stack.start()
    await panel.row(MIRA).is_in("succeeded")
    assert len(visitor.traffic.posts) == 1


@pytest.mark.usefixtures("nobody_renders")
async def test_what_the_browser_forgot_the_server_still_knows(visitor: Visitor, stack: Stack) -> None:
    """Another hour: the tasks are out of the browser's storage, the show is not."""
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    await mira.generate.click()
    await expect(mira.status).to_have_text("Next in the queue")
    await page.goto(f"{visitor.base_url}/healthz")
    await page.evaluate("localStorage.clear()")
    await page.go_back()

    await mira.is_in("waiting")
    await stack.start()
    await mira.shows_picture()
    await page.goto(f"{visitor.base_url}/healthz")
    await page.evaluate("localStorage.clear()")
    await page.go_back()
    await mira.shows_picture()
    assert len(visitor.traffic.posts) == 1


async def test_a_clip_is_there_again_after_a_reload(visitor: Visitor) -> None:
    teo = ShowView(await visitor.opens()).card(TEO)
    await teo.makes_portrait()
    await teo.makes_clip()

    await visitor.reloads()

    await expect(teo.clip).to_be_visible()
    await teo.shows_picture()


async def test_a_post_whose_answer_is_lost_is_sent_again_under_its_id(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    await page.route(POSTS, _answer_lost, times=1)

    await ShowView(page).card(MIRA).generate.click()
    await ShowView(page).card(MIRA).shows_picture()

    assert len(visitor.traffic.posts) == 2
    assert len(visitor.traffic.job_ids) == 1


async def test_a_post_whose_answer_is_lost_with_the_tab_is_found(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    await page.route(POSTS, _answer_lost)
    await ShowView(page).card(MIRA).generate.click()
    await expect(visitor.banner).to_be_visible()
    await page.close()
    sent = len(visitor.traffic.posts)

    await ShowView(await visitor.opens(address)).card(MIRA).shows_picture()

    assert len(visitor.traffic.posts) == sent, "the server knew the job already"


async def test_a_post_that_never_arrived_is_sent_by_the_next_tab(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    await page.route(POSTS, lambda route: route.abort())
    await ShowView(page).card(MIRA).generate.click()
    await expect(visitor.banner).to_be_visible()
    await page.close()

    await ShowView(await visitor.opens(address)).card(MIRA).shows_picture()

    assert visitor.traffic.answers == [202]
    assert len(visitor.traffic.job_ids) == 1


async def test_a_picture_outlives_the_record_of_its_job(visitor: Visitor) -> None:
    page = await visitor.opens()
    await ShowView(page).card(MIRA).makes_portrait()
    url = await ShowView(page).card(MIRA).picture.get_attribute("src")

    await visitor.goes(f"#/shows/{await visitor.brings(_with_portrait(str(url)))}")

    await ShowView(page).card(MIRA).shows_picture()
    await expect(ShowView(page).card(MIRA).animate).to_be_visible()


async def test_a_slot_without_record_and_picture_is_empty(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)

    await visitor.goes(f"#/shows/{await visitor.brings(_with_portrait('/media/of-another-day.png'))}")

    await mira.is_in("empty")
    await expect(mira.generate).to_be_visible()
    await expect(mira.animate).to_be_hidden()
    await visitor.reloads()
    await mira.is_in("empty")
    await expect(mira.detail).to_be_empty()


async def test_a_picture_that_is_gone_before_its_record_empties_the_slot(visitor: Visitor, stack: Stack) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    address = f"#/shows/{visitor.show_id}"
    await ShowView(page).card(MIRA).makes_portrait()
    hide_media(stack, await ShowView(page).card(MIRA).picture.get_attribute("src"))
    await page.close()
    await visitor.forgets_its_cache()

    mira = ShowView(await visitor.opens(address)).card(MIRA)

    await mira.is_in("empty")
    await expect(mira.detail).to_have_text("The file of the portrait is no longer kept. Make it again.")
    await expect(mira.pictures).to_have_count(0)
    await visitor.reloads()
    await mira.is_in("empty")
    await mira.makes_portrait()


async def test_the_other_tab_follows_what_this_one_begins(visitor: Visitor) -> None:
    other = await visitor.opens()
    await visitor.opens(f"#/shows/{visitor.show_id}")

    await ShowView(visitor.page).card(MIRA).generate.click()

    await ShowView(visitor.page).card(MIRA).shows_picture()
    await ShowView(other).card(MIRA).shows_picture()
    assert len(visitor.traffic.posts) == 1


async def test_rubbish_in_the_storage_is_no_task(visitor: Visitor) -> None:
    page = await visitor.opens()
    mira = ShowView(page).card(MIRA)
    key = f"greenroom/task/{visitor.show_id}/mira-okonjo/portrait"
    for rubbish in ("{", "[]", "7", '{"at": 1e15, "task": {"jobId": 7, "phase": "active"}}'):
        await page.evaluate("([k, v]) => localStorage.setItem(k, v)", [key, rubbish])
        await visitor.reloads()
        await mira.is_in("empty")
        assert await page.evaluate("k => localStorage.getItem(k)", key) is None


def _with_portrait(url: str) -> dict[str, object]:
    """Return the sample show, the first of its cast with a portrait that no job is known of."""
    documents = sample_documents()
    portrait = {"url": url, "jobId": "of-another-day", "model": None, "width": 832, "height": 1216, "at": 1}
    documents["characters"][0]["outputs"] = {"portrait": portrait | {"durationSeconds": None}}
    return documents


async def _answer_lost(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def _until_made(stack: Stack, job_id: str) -> None:
    async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False) as http:

        async def made() -> bool:
            return bool((await http.get(f"/v1/jobs/{job_id}")).json()["status"] == "succeeded")

        await eventually(made, within=60)
