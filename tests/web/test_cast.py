"""Making portraits and clips on a show's page, against the whole system."""

import pytest
from playwright.async_api import expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.axe import is_accessible
from tests.web.gallery import shot
from tests.web.pages.show import ShowView
from tests.web.slowly import slowly_rendered
from tests.web.stored import hide_media, jobs_of, put_back
from tests.web.visit import MIRA, OTTO, PATIENCE, TEO, Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def test_one_click_makes_a_portrait(visitor: Visitor, stack: Stack) -> None:
    show = ShowView(await visitor.opens())
    mira = show.card(MIRA)

    async with slowly_rendered(stack):
        await mira.generate.click()
        await expect(mira.progress).to_have_accessible_name(f"Progress of the portrait of {MIRA}")
    await mira.shows_picture()

    await expect(show.count).to_have_text("1 of 7 portraits ready")
    await expect(show.lit_bulbs).to_have_count(1)
    await expect(mira.progress).to_be_hidden()
    assert [job["status"] for job in await jobs_of(stack, visitor.show_id)] == ["succeeded"]


async def test_the_whole_cast_is_made_by_one_button(visitor: Visitor, stack: Stack) -> None:
    show = ShowView(await visitor.opens())
    await expect(show.missing).to_have_text("Generate missing (7)")

    async with slowly_rendered(stack):
        await show.missing.click()
        await expect(show.missing).to_have_text("Generating…")
    await expect(show.count).to_have_text("7 of 7 portraits ready", timeout=2 * PATIENCE)

    await expect(show.missing).to_have_text("The cast is ready")
    await expect(show.lit_bulbs).to_have_count(7)
    assert len(visitor.traffic.job_ids) == 7


@pytest.mark.motion
async def test_a_clip_is_made_from_the_portrait_and_plays(visitor: Visitor) -> None:
    teo = ShowView(await visitor.opens()).card(TEO)
    await teo.makes_portrait()

    await teo.makes_clip()

    await eventually(lambda: teo.clip.evaluate("clip => clip.readyState >= 2 && clip.duration > 0"))
    await eventually(lambda: teo.clip.evaluate("clip => !clip.paused && clip.currentTime > 0"))
    for attribute in ("controls", "loop", "muted", "playsinline"):
        assert await teo.clip.get_attribute(attribute) is not None, attribute
    assert visitor.traffic.posts[-1]["portraitUrl"].startswith("/media/")


async def test_a_clip_stands_still_for_those_who_want_less_motion(visitor: Visitor) -> None:
    teo = ShowView(await visitor.opens()).card(TEO)
    await teo.makes_portrait()

    await teo.makes_clip()
    await eventually(lambda: teo.clip.evaluate("clip => clip.readyState >= 1"))

    assert await teo.clip.evaluate("clip => clip.paused")


async def test_a_new_portrait_retires_the_clip_of_the_old_one(visitor: Visitor) -> None:
    teo = ShowView(await visitor.opens()).card(TEO)
    await teo.makes_portrait()
    await teo.makes_clip()

    await teo.new_portrait.click()

    await expect(teo.clip).to_have_count(0, timeout=PATIENCE)
    await teo.shows_picture()
    await expect(teo.animate).to_be_visible()


async def test_a_clip_comes_only_for_the_portrait_it_moves(visitor: Visitor) -> None:
    page = await visitor.opens()
    state = """async made => {
        const { slotOfCharacter } = await import("/page/show/slot.js");
        const video = { kind: "video", phase: "succeeded", request: { portraitUrl: made } };
        return slotOfCharacter({ portrait: { url: "now", at: 2 } }, { portrait: null, video }).state;
    }"""

    assert [await page.evaluate(state, made) for made in ("now", "before", None)] == ["arriving", "done", "arriving"]


async def test_the_users_own_words_are_sent_and_remembered(visitor: Visitor) -> None:
    show = ShowView(await visitor.opens())
    otto = show.card(OTTO)
    dialog = await show.directs(otto)
    await dialog.prompt.fill("An otter in a raincoat")
    await dialog.scene.fill("Otto dances with a mop")
    await dialog.ends_with("Keep")
    await otto.makes_portrait()
    await otto.makes_clip()

    portrait, clip = visitor.traffic.posts
    assert portrait["customPrompt"] == "An otter in a raincoat"
    assert clip["character"]["showcase_scene_prompt"] == "Otto dances with a mop"

    await visitor.reloads()
    dialog = await show.directs(otto)
    await expect(dialog.prompt).to_have_value("An otter in a raincoat")
    await expect(dialog.scene).to_have_value("Otto dances with a mop")


async def test_models_are_chosen_for_the_show_and_for_one_of_its_cast(visitor: Visitor, stack: Stack) -> None:
    show = ShowView(await visitor.opens())
    dialog = await show.asks("Models for the whole show")
    await dialog.portrait_model.select_option("FLUX 1.1 Pro")
    await dialog.clip_model.select_option("Veo 3.1")  # which offers the shape that was shown, though not as its default
    await dialog.setting("Length").select_option("6 s")
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-models")
    await dialog.ends_with("Keep")
    dialog = await show.directs(show.card(TEO))
    await expect(dialog.clip_model).to_contain_text("As the show: Veo 3.1")
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-direct")
    await dialog.portrait_model.select_option("Seedream 4")
    await dialog.ends_with("Keep")

    await show.card(MIRA).makes_portrait()
    await show.card(TEO).makes_portrait()
    await show.card(TEO).animate.click()

    async def asked() -> bool:
        return len(await jobs_of(stack, visitor.show_id)) == 3

    await eventually(asked)
    await show.card(TEO).cancel("clip").click()

    jobs = await jobs_of(stack, visitor.show_id)
    made = {(job["characterName"], job["kind"]): (job["model"], job["settings"]) for job in jobs}
    assert made == {
        (MIRA, "portrait"): ("flux", {}),
        (TEO, "portrait"): ("seedream", {}),
        (TEO, "video"): ("google/veo-3.1", {"seconds": 6, "aspectRatio": "portrait", "resolution": "1080p"}),
    }


async def test_a_failure_is_told_and_can_be_tried_again(visitor: Visitor, stack: Stack) -> None:
    mira = ShowView(await visitor.opens()).card(MIRA)
    await mira.makes_portrait()
    kept = hide_media(stack, await mira.picture.get_attribute("src"))

    await mira.animate.click()
    await mira.is_in("failed")
    await expect(mira.status).to_have_text("The clip was not made")
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-clip-failed", at=mira.root)
    told = await mira.detail.text_content()
    put_back(kept)
    await mira.retry("clip").click()
    await mira.is_in("done")
    await expect(mira.clip).to_be_visible(timeout=PATIENCE)

    again, failed, _ = await jobs_of(stack, visitor.show_id)
    assert failed["error"]["code"] == "input_rejected"
    assert told == failed["detail"]
    assert again["retryOf"] == failed["jobId"]


async def test_a_failure_beside_a_picture_can_be_put_away(visitor: Visitor, stack: Stack) -> None:
    mira = ShowView(await visitor.opens()).card(MIRA)
    await mira.makes_portrait()
    kept = hide_media(stack, await mira.picture.get_attribute("src"))
    await mira.animate.click()
    await mira.is_in("failed")
    put_back(kept)

    await mira.dismiss("clip").click()

    await mira.shows_picture()
    await expect(mira.animate).to_be_visible()


async def test_a_refusal_is_told_in_the_servers_words(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    show = ShowView(await visitor.opens())
    mira = show.card(MIRA)
    await mira.makes_portrait()
    dialog = await show.directs(mira)
    await dialog.scene.evaluate("area => { area.value = '\\ud800'; }")
    await dialog.ends_with("Keep")

    await mira.animate.click()

    await mira.is_in("failed")
    await expect(mira.detail).to_contain_text("The body has text that is not valid Unicode.")
    await mira.edit("clip").click()
    await show.dialog.scene.fill("Mira waves")
    await show.dialog.ends_with("Retry")
    await mira.is_in("done")
    await expect(mira.clip).to_be_visible(timeout=PATIENCE)


async def test_the_cast_grows_and_shrinks(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    dialog = (await show.asks("Add a character")).root
    await dialog.get_by_label("Name").fill("Nell")
    await dialog.get_by_label("Who they are, and what they look like").fill("A diver with a brass helmet")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await show.card("Nell").makes_portrait()
    assert "brass helmet" in str(visitor.traffic.posts[-1]["character"])

    await show.asks("Add a character")
    await dialog.get_by_text("Or paste JSON").click()
    await dialog.get_by_label("One dossier, or a list of them").fill('[{"character": "Ida"}, {"character": "Uma"')
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.locator(".wrong")).to_contain_text("Line 1, column")
    await is_accessible(page)
    await shot(page, "show-add")
    await dialog.get_by_label("One dossier, or a list of them").fill('[{"character": "Ida"}, {"character": "Uma"}]')
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(show.cards).to_have_count(10)

    directing = await show.directs(show.card("Ida"))
    await directing.remove.click()
    await is_accessible(page)
    await shot(page, "show-remove")
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(show.cards).to_have_count(9)
    await expect(show.dialog.root).to_have_count(0)


async def test_a_show_is_renamed(visitor: Visitor) -> None:
    show = ShowView(await visitor.opens())
    dialog = (await show.asks("Rename the show")).root
    await is_accessible(visitor.page)
    await shot(visitor.page, "show-rename")
    await dialog.get_by_label("Title").fill("High Tide Hotel")
    await dialog.get_by_role("button", name="Rename", exact=True).click()

    await expect(show.title).to_have_text("High Tide Hotel")
    await visitor.reloads()
    await expect(show.title).to_have_text("High Tide Hotel")
    await show.card(MIRA).makes_portrait()
    assert visitor.traffic.posts[-1]["show"]["show_title"] == "High Tide Hotel"
