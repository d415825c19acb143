"""What used to leave the page in a state that nothing led out of: each of these ways is walked to its end."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.web.heard import has_heard, listen
from tests.web.pages.library import Library
from tests.web.pages.queue import QueueView
from tests.web.pages.show import ShowView
from tests.web.pages.tasks import TasksPanel
from tests.web.stored import jobs_of
from tests.web.visit import MIRA, PATIENCE, TEO, Visitor, cast_of, visiting

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

_MIRA = {"character": MIRA, "character_id": "mira-okonjo"}
_PAID = {
    "settings": {"autoGenerate": True, "asked": 5, "models": None, "wishes": {"ada": {"portrait": [1], "prompt": 7}}}
}
_ON_LINE = "on => Object.defineProperty(navigator, 'onLine', { get: () => on, configurable: true })"
_READ_AT = """async text => {
    const { readDocuments } = await import("/page/shows/documents.js");
    return readDocuments(text).characters[0].outputs.portrait.at;
}"""
_HIDES = """isHidden => {
    Object.defineProperty(document, "hidden", { get: () => isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
_OFFLINE_EVENT = "() => dispatchEvent(new Event('offline'))"


async def test_a_character_removed_and_added_again_begins_anew(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    await show.card(MIRA).makes_portrait()
    old = await show.card(MIRA).picture.get_attribute("src")
    directing = await show.directs(show.card(MIRA))
    await directing.remove.click()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(show.cards).to_have_count(6)
    await expect(show.title).to_be_focused()

    await listen(page)
    dialog = (await show.asks("Add a character")).root
    await dialog.get_by_text("Or paste JSON").click()
    await dialog.get_by_label("One dossier, or a list of them").fill(json.dumps(_MIRA))
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await eventually(lambda: has_heard(page, "Added 1 character."))
    await show.card(MIRA).is_in("empty")
    await visitor.reloads()  # the server is asked what it has of the show
    await show.card(MIRA).is_in("empty")
    await show.card(MIRA).makes_portrait()

    assert await show.card(MIRA).picture.get_attribute("src") != old
    assert len({job["characterId"] for job in await jobs_of(stack, visitor.show_id)}) == 2


async def test_a_dropped_file_makes_nothing_by_itself(visitor: Visitor, stack: Stack) -> None:
    library = Library(await visitor.opens("#/"))
    show = ShowView(library.page)

    await library.drops(("paid.json", json.dumps(cast_of(3, "Paid") | _PAID)))

    await expect(show.title).to_have_text("Paid")
    await expect(show.auto).not_to_be_checked()
    await expect(show.missing).to_have_text("Generate missing (3)")
    dialog = await show.asks("Models for the whole show")
    await expect(dialog.portrait_model).to_be_visible()
    await dialog.ends_with("Keep")
    assert await jobs_of(stack, visitor.show_id) == []


async def test_no_network_is_no_trouble_while_the_server_answers(visitor: Visitor) -> None:
    page = await visitor.opens()

    await page.evaluate(_ON_LINE, False)
    async with page.expect_response("**/healthz"):
        await page.evaluate(_OFFLINE_EVENT)
    await page.wait_for_timeout(2_000)  # the banner's own patience, and more

    await expect(visitor.banner).to_be_hidden()


async def test_the_caption_goes_on_when_nobody_points_any_more(visitor: Visitor) -> None:
    page = await visitor.opens()
    await ShowView(page).card(MIRA).makes_portrait()
    await visitor.goes("#/queue")
    queue = QueueView(page)
    await queue.is_known()
    token = queue.portraits.own_token(MIRA).first
    idle = "Nothing waits, and nothing is being made."
    await expect(queue.portraits.caption).to_have_text(idle)

    await token.hover()
    await expect(queue.portraits.caption).to_contain_text(MIRA)
    await page.mouse.move(1, 1)

    await expect(queue.portraits.caption).to_have_text(idle)


async def test_a_view_never_visited_opens_without_the_server(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()

    async def is_ahead() -> bool:
        loaded = {path for _, path in visitor.traffic.calls}
        return {"/page/queue/view.js", "/page/queue/queue.css", "/page/shows/library.js"} <= loaded

    await eventually(is_ahead)
    await page.evaluate("() => import('/page/queue/view.js')")  # has come with all that it needs
    await visitor.context.set_offline(True)
    await page.get_by_role("link", name="Queue").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


async def test_a_view_that_did_not_come_is_asked_for_again(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    await page.evaluate("window.isTheSamePage = true")
    await visitor.context.route("**/queue/queue.css", lambda route: route.abort())
    await visitor.context.route("**/queue/view.js", lambda route: route.abort())
    await page.get_by_role("link", name="Queue").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("This part of the page did not open")
    visitor.traffic.complaints.clear()  # which says why

    await visitor.context.unroute("**/queue/queue.css")
    await visitor.context.unroute("**/queue/view.js")
    await page.get_by_role("button", name="Try again").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    assert await page.evaluate("window.isTheSamePage")
    assert await page.evaluate("() => [...document.styleSheets].some(({ href }) => href?.endsWith('queue.css'))")


async def test_a_show_stays_whole_until_the_next_view_is_there(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    held: list[Route] = []

    await visitor.context.route("**/queue/view.js", lambda route: held.append(route))
    await page.get_by_role("link", name="Queue").click()
    await eventually(_is_held(held))
    await expect(show.cards).to_have_count(7)
    await expect(show.title).to_be_visible()
    await held[0].continue_()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


async def test_a_picture_that_did_not_load_comes_by_itself(visitor: Visitor, stack: Stack) -> None:
    visitor.expects_trouble = True
    page = await visitor.opens()
    show = ShowView(page)
    await show.card(MIRA).makes_portrait()
    await visitor.forgets_its_cache()
    await visitor.context.route("**/media/**", lambda route: route.abort())
    await visitor.reloads()
    await eventually(lambda: _has_failed(visitor))
    await visitor.goes("#/")
    await expect(Library(page).tiles.first.locator(".lineup img")).to_have_count(0)

    await visitor.context.unroute("**/media/**")

    await expect(Library(page).tiles.first.locator(".lineup img")).to_have_count(1, timeout=PATIENCE)


@pytest.mark.motion
async def test_a_clip_that_was_paused_stays_paused(visitor: Visitor) -> None:
    page = await visitor.opens()
    teo = ShowView(page).card(TEO)
    await teo.makes_portrait()
    await teo.makes_clip()
    await eventually(lambda: teo.clip.evaluate("clip => !clip.paused"))

    await teo.clip.evaluate("clip => clip.pause()")
    await page.set_viewport_size({"width": 400, "height": 500})
    for _ in range(2):
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        await page.wait_for_timeout(300)
        await teo.clip.scroll_into_view_if_needed()
        await page.wait_for_timeout(300)

    assert await teo.clip.evaluate("clip => clip.paused")


async def test_nothing_is_left_of_a_deleted_show(visitor: Visitor, stack: Stack) -> None:
    page = await visitor.opens()
    tasks = TasksPanel(page)
    await ShowView(page).missing.click()
    await visitor.goes("#/")
    await Library(page).tiles.first.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()

    await expect(tasks.toggle).to_have_accessible_name("Background tasks: nothing runs", timeout=PATIENCE)
    await tasks.opens()
    await expect(tasks.rows).to_have_count(0)


async def test_the_page_opens_without_a_sample_that_does_not_come(visitor: Visitor) -> None:
    visitor.expects_trouble = True
    await visitor.context.route("**/sample.json", lambda route: None)

    page = await visitor.opens()

    await expect(Library(page).empty).to_be_visible()


async def test_a_database_that_says_nothing_is_done_without(visitor: Visitor) -> None:
    await visitor.context.add_init_script("IDBFactory.prototype.open = () => new EventTarget()")

    page = await visitor.opens("#/")

    await expect(page.get_by_text("This browser lets no page keep anything")).to_be_visible()


async def test_a_picture_of_the_future_keeps_no_new_one_out(visitor: Visitor) -> None:
    page = await visitor.opens("#/")
    ada = {"id": "ada", "document": {"character": "Ada"}, "outputs": {"portrait": {"url": "/media/none", "at": 9e15}}}
    text = json.dumps({"show": {"show_title": "Ahead"}, "characters": [ada]})

    assert await page.evaluate(_READ_AT, text) <= await page.evaluate("() => Date.now()")


async def test_two_clicks_ask_once(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    held: list[Route] = []
    await visitor.context.route("**/v1/models", lambda route: held.append(route))

    await _presses_twice(page, "Models for the whole show")
    await eventually(_is_held(held))
    await held[0].continue_()

    await expect(show.dialog.root).to_have_count(1)
    await page.wait_for_timeout(500)
    await expect(show.dialog.root).to_have_count(1)


async def test_the_pages_policy_lets_nobody_move_its_base_or_forms(visitor: Visitor) -> None:
    page = await visitor.opens()

    answer = await page.request.get(f"{visitor.base_url}/page/")

    policy = answer.headers["content-security-policy"].split("; ")
    assert {"base-uri 'none'", "form-action 'self'"} <= set(policy)


async def test_the_tab_says_what_the_show_is_called_and_what_came_meanwhile(visitor: Visitor) -> None:
    page = await visitor.opens()
    show = ShowView(page)
    dialog = (await show.asks("Rename the show")).root
    await dialog.get_by_label("Title").fill("High Tide Hotel")
    await dialog.get_by_role("button", name="Rename", exact=True).click()
    await expect(page).to_have_title("High Tide Hotel · Greenroom")

    await page.evaluate(_HIDES, True)
    await show.card(MIRA).makes_portrait()
    await expect(page).to_have_title("(1) High Tide Hotel · Greenroom")
    await page.evaluate(_HIDES, False)

    await expect(page).to_have_title("High Tide Hotel · Greenroom")


async def test_only_ones_own_token_leads_anywhere(visitor: Visitor, browser: Browser, stack: Stack) -> None:
    await ShowView(await visitor.opens()).card(MIRA).makes_portrait()
    await visitor.goes("#/queue")
    own = QueueView(visitor.page).portraits.own_token(MIRA)
    await expect(own).not_to_have_attribute("aria-disabled", "true")
    job_id = await own.get_attribute("data-id")
    async with visiting(browser, stack.base_url) as other:
        foreign = (await other.opens("#/queue")).locator(f"[data-id='{job_id}']")
        await expect(foreign).to_have_attribute("aria-disabled", "true", timeout=PATIENCE)


async def _presses_twice(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).evaluate("button => { button.click(); button.click(); }")


def _is_held(held: list[Route]) -> Callable[[], Awaitable[bool]]:
    async def is_held() -> bool:
        return bool(held)

    return is_held


async def _has_failed(visitor: Visitor) -> bool:
    return any("/media/" in line for line in visitor.traffic.unloaded)
