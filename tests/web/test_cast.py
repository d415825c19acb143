"""Making portraits and clips on the page, against the whole system."""

import shlex
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.visit import MIRA, OTTO, PATIENCE, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def test_one_click_makes_a_portrait(visitor: Visitor) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)

    await mira.portrait_button.click()
    await expect(mira.root.get_by_role("progressbar")).to_be_visible()
    await mira.shows_picture()

    await expect(mira.status).to_have_text("Portrait ready")
    await expect(visitor.page.locator("#count")).to_have_text("1 of 7 portraits ready")
    await expect(mira.root.get_by_role("progressbar")).to_be_hidden()
    assert visitor.traffic.answers == [202]


@pytest.mark.parametrize("clicks", ["double click", "two presses"])
async def test_two_clicks_make_one_job(visitor: Visitor, clicks: str) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)

    if clicks == "double click":
        await mira.portrait_button.dblclick()
    else:
        await mira.portrait_button.evaluate("button => { button.click(); button.click(); }")
    await mira.shows_picture()

    assert len(visitor.traffic.posts) == 1
    await expect(mira.clip).to_have_count(0)


async def test_two_tabs_that_click_at_once_share_one_job(visitor: Visitor) -> None:
    first, second = await visitor.opens_page(), await visitor.opens_page()

    for page in (first, second):
        await page.get_by_role("button", name=f"Make portrait: {MIRA}").evaluate("button => button.click()")
    for page in (first, second):
        await expect(page.locator(".card img")).to_be_visible(timeout=PATIENCE)

    pictures = {await page.locator(".card img").get_attribute("src") for page in (first, second)}
    assert len(pictures) == 1


async def test_the_whole_cast_is_made_by_one_button(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    everyone = page.get_by_role("button", name="Make all portraits")

    await everyone.click()
    await expect(page.locator("#make-all")).to_have_text("Making portraits…")
    await expect(page.locator("#count")).to_have_text("7 of 7 portraits ready", timeout=2 * PATIENCE)

    await expect(page.locator("#make-all")).to_have_text("The cast is ready")
    await expect(page).to_have_title("7/7 · Greenroom")
    assert len(visitor.traffic.job_ids) == 7


async def test_a_clip_is_made_from_the_portrait_and_plays(visitor: Visitor) -> None:
    await visitor.opens_page()
    teo = visitor.card(TEO)
    await teo.makes_portrait()

    await teo.clip_button.click()
    await expect(teo.clip).to_be_visible(timeout=PATIENCE)

    await eventually(lambda: teo.clip.evaluate("clip => clip.readyState >= 2 && clip.duration > 0"))
    await eventually(lambda: teo.clip.evaluate("clip => !clip.paused && clip.currentTime > 0"))
    for attribute in ("controls", "loop", "muted", "playsinline"):
        assert await teo.clip.get_attribute(attribute) is not None, attribute
    assert visitor.traffic.posts[-1]["portraitUrl"].startswith("/media/")


async def test_a_clip_stands_still_for_those_who_want_less_motion(browser: Browser, stack: Stack) -> None:
    context = await browser.new_context(reduced_motion="reduce")
    visitor = Visitor(context, stack.base_url)
    await visitor.opens_page()
    teo = visitor.card(TEO)
    await teo.makes_portrait()

    await teo.clip_button.click()
    await expect(teo.clip).to_be_visible(timeout=PATIENCE)
    await eventually(lambda: teo.clip.evaluate("clip => clip.readyState >= 1"))

    assert await teo.clip.evaluate("clip => clip.paused")
    await context.close()


async def test_a_new_portrait_retires_the_clip_of_the_old_one(visitor: Visitor) -> None:
    await visitor.opens_page()
    teo = visitor.card(TEO)
    await teo.makes_portrait()
    await teo.clip_button.click()
    await expect(teo.clip).to_be_visible(timeout=PATIENCE)

    await teo.portrait_button.click()

    await expect(teo.clip).to_have_count(0, timeout=PATIENCE)
    await teo.shows_picture()
    await expect(teo.clip_button).to_have_text("Make clip")


async def test_the_users_own_words_are_sent_and_remembered(visitor: Visitor) -> None:
    page = await visitor.opens_page()
    otto = visitor.card(OTTO)
    await otto.root.get_by_text("Direct it yourself").click()
    await otto.root.get_by_label("Portrait prompt").fill("An otter in a raincoat")
    await otto.makes_portrait()
    await otto.root.get_by_label("Scene of the clip").fill("Otto dances with a mop")
    async with page.expect_response("**/video"):
        await otto.clip_button.click()

    portrait, clip = visitor.traffic.posts
    assert portrait["customPrompt"] == "An otter in a raincoat"
    assert clip["character"]["showcase_scene_prompt"] == "Otto dances with a mop"

    await page.reload()
    assert await visitor.card(OTTO).root.get_by_label("Portrait prompt").input_value() == "An otter in a raincoat"


async def test_a_failure_is_told_and_can_be_tried_again(visitor: Visitor, stack: Stack) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    await mira.makes_portrait()
    kept = _hide_media(stack, await mira.picture.get_attribute("src"))

    await mira.clip_button.click()
    await expect(mira.status).to_have_text("The clip was not made", timeout=PATIENCE)
    told = await mira.detail.text_content()
    _put_back(kept)
    await mira.clip_button.click()
    await expect(mira.clip).to_be_visible(timeout=PATIENCE)

    async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False) as http:
        failed = (await http.get(f"/v1/jobs/{visitor.traffic.posts[1]['jobId']}")).json()
    assert failed["error"]["code"] == "input_rejected"
    assert told == failed["detail"]
    assert len(visitor.traffic.job_ids) == 3, "trying again is a job of its own"


async def test_a_refusal_is_told_in_the_servers_words(visitor: Visitor) -> None:
    await visitor.opens_page()
    mira = visitor.card(MIRA)
    await mira.makes_portrait()
    await mira.root.get_by_text("Direct it yourself").click()
    await mira.root.get_by_label("Scene of the clip").evaluate("area => { area.value = '\\ud800'; }")

    await mira.clip_button.click()

    await expect(mira.clip_button).to_have_text("Try again")
    await expect(mira.detail).to_have_text("The body has text that is not valid Unicode.")


async def test_the_copied_command_makes_a_portrait(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens_page()
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])

    copied = []
    for button in await page.get_by_role("button", name="Copy").all():
        await button.click()
        await expect(button).to_have_text("Copied")
        copied.append(shlex.split(await page.evaluate("navigator.clipboard.readText()")))
    ask, look = copied

    header, value = ask[ask.index("-H") + 1].split(": ")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(ask[2], headers={header: value}, content=ask[ask.index("-d") + 1])
        assert answer.status_code == 202

        async def made() -> bool:
            return bool((await http.get(look[2])).json()["status"] == "succeeded")

        await eventually(made, within=60)


def _hide_media(stack: Stack, address: str | None) -> dict[Path, bytes]:
    """Delete a stored file behind the system's back; return what it was."""
    assert address
    name = address.rpartition("/")[2]
    found = {file: file.read_bytes() for file in (stack.folder / "media").rglob(f"{name}*") if file.is_file()}
    assert found, f"{name} is not in the media folder"
    for file in found:
        file.unlink()
    return found


def _put_back(files: dict[Path, bytes]) -> None:
    for file, content in files.items():
        file.write_bytes(content)
