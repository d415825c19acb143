"""Reloads, closed tabs, lost answers and other tabs: what was begun is found again, and nothing is made twice."""

import json

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.visit import MIRA, PATIENCE, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

POSTS = "**/api/characters/portrait"


async def test_a_reload_in_the_middle_ends_with_the_picture(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).portrait_button.click()
    await expect(visitor.card(MIRA).status).not_to_have_text("Sending")

    await page.reload()

    await visitor.card(MIRA).shows_picture()
    assert len(visitor.traffic.posts) == 1


async def test_closing_the_tab_loses_nothing(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens_page()
    async with page.expect_response(POSTS) as answered:
        await visitor.card(MIRA).portrait_button.click()
    job_id = (await (await answered.value).json())["jobId"]
    await page.close()
    await _until_made(stack, job_id)

    await visitor.opens_page()

    await visitor.card(MIRA).shows_picture()
    await expect(visitor.card(TEO).portrait_button).to_have_text("Make portrait")
    assert len(visitor.traffic.posts) == 1


async def test_a_clip_is_there_again_after_a_reload(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    teo = visitor.card(TEO)
    await teo.makes_portrait()
    await teo.clip_button.click()
    await expect(teo.clip).to_be_visible(timeout=PATIENCE)

    await page.reload()

    await expect(visitor.card(TEO).clip).to_be_visible()
    await expect(visitor.card(TEO).status).to_have_text("Clip ready")


async def test_a_post_whose_answer_is_lost_is_sent_again_under_its_id(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await page.route(POSTS, _answer_lost, times=1)

    await visitor.card(MIRA).portrait_button.click()
    await expect(visitor.banner).to_be_visible()
    await visitor.card(MIRA).shows_picture()

    await expect(visitor.banner).to_be_hidden()
    assert len(visitor.traffic.posts) == 2
    assert len(visitor.traffic.job_ids) == 1


async def test_a_post_whose_answer_is_lost_with_the_tab_is_found(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await page.route(POSTS, _answer_lost)
    await visitor.card(MIRA).portrait_button.click()
    await expect(visitor.banner).to_be_visible()
    await page.close()
    sent = len(visitor.traffic.posts)

    await visitor.opens_page()

    await visitor.card(MIRA).shows_picture()
    assert len(visitor.traffic.posts) == sent, "the server knew the job already"


async def test_a_post_that_never_arrived_is_sent_by_the_next_tab(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await page.route(POSTS, lambda route: route.abort())
    await visitor.card(MIRA).portrait_button.click()
    await expect(visitor.banner).to_be_visible()
    await page.close()

    await visitor.opens_page()

    await visitor.card(MIRA).shows_picture()
    assert visitor.traffic.answers == [202]
    assert len(visitor.traffic.job_ids) == 1


async def test_a_picture_outlives_the_record_of_its_job(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).makes_portrait()
    await _rename_job(page, "a-job-whose-record-was-pruned")

    await page.reload()
    async with page.expect_response("**/status?*"):
        pass

    await visitor.card(MIRA).shows_picture()
    await expect(visitor.card(MIRA).clip_button).to_have_text("Make clip")


async def test_a_card_without_record_and_picture_is_back_at_its_start(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).makes_portrait()
    await _rename_job(page, "a-job-whose-record-was-pruned")
    _delete_media(stack, await visitor.card(MIRA).picture.get_attribute("src"))

    await page.reload()

    await visitor.card(MIRA).is_at_its_start()
    await page.reload()
    await visitor.card(MIRA).is_at_its_start()
    await expect(visitor.card(MIRA).detail).to_be_empty()


async def test_a_picture_that_is_gone_before_its_record_puts_the_card_back(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens_page()
    await visitor.card(MIRA).makes_portrait()
    _delete_media(stack, await visitor.card(MIRA).picture.get_attribute("src"))
    await page.close()
    await visitor.forgets_its_cache()

    await visitor.opens_page()

    await visitor.card(MIRA).is_at_its_start()
    await expect(visitor.card(MIRA).detail).to_have_text("The file is no longer kept.")


async def test_the_other_tab_follows_what_this_one_begins(visitor: Visitor) -> None:
    other = await visitor.opens_page()
    await visitor.opens_page()

    await visitor.card(MIRA).portrait_button.click()

    await visitor.card(MIRA).shows_picture()
    await expect(other.locator(".card img")).to_be_visible(timeout=PATIENCE)
    assert len(visitor.traffic.posts) == 1


async def test_rubbish_in_the_store_is_no_job(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    for rubbish in ("{", "[]", "7", '{"jobId": 7}'):
        await page.evaluate("([k, v]) => localStorage.setItem(k, v)", [_MIRA_KEY, rubbish])
        await page.reload()
        await visitor.card(MIRA).is_at_its_start()


_MIRA_KEY = "greenroom.job.low-tide-hotel.mira-okonjo.portrait"


async def _answer_lost(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def _until_made(stack: Stack, job_id: str) -> None:
    async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False) as http:

        async def made() -> bool:
            answer = await http.get("/api/characters/portrait/status", params={"jobId": job_id})
            return bool(answer.json()["status"] == "succeeded")

        await eventually(made, within=60)


async def _rename_job(page: Page, job_id: str) -> None:
    """Make the page remember a job that the server does not know: what is left when a record's time has passed."""
    entry = json.loads(await page.evaluate("key => localStorage.getItem(key)", _MIRA_KEY))
    await page.evaluate("([k, v]) => localStorage.setItem(k, v)", [_MIRA_KEY, json.dumps(entry | {"jobId": job_id})])


def _delete_media(stack: Stack, address: str | None) -> None:
    assert address
    found = [file for file in (stack.folder / "media").rglob(f"{address.rpartition('/')[2]}*") if file.is_file()]
    assert found
    for file in found:
        file.unlink()
