"""The API's reference at ``/docs``: readable and usable with nothing but this server."""

import pytest
from playwright.async_api import Page, expect

from tests.web.visit import Visitor

pytestmark = [pytest.mark.web, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def opens_reference(visitor: Visitor) -> Page:
    """Open ``/docs`` and wait for its operations."""
    page = await visitor.context.new_page()
    visitor.traffic.watch(page)
    answer = await page.goto(f"{visitor.base_url}/docs")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    await expect(page.locator(".opblock").first).to_be_visible(timeout=30_000)
    return page


async def test_every_operation_is_shown_and_nobody_else_is_asked(visitor: Visitor) -> None:
    page = await opens_reference(visitor)
    document = await (await page.request.get(f"{visitor.base_url}/openapi.json")).json()

    methods = sum(len(path) for path in (*document["paths"].values(), *document.get("webhooks", {}).values()))
    await expect(page.locator(".opblock")).to_have_count(methods)
    await expect(page.get_by_role("heading", name="Greenroom").first).to_be_visible()
    await page.locator("#operations-jobs-submitPortrait").get_by_role("button").first.click()
    await expect(page.get_by_text("low-tide-hotel").first).to_be_visible()
    assert visitor.traffic.elsewhere == []
    assert visitor.traffic.complaints + visitor.traffic.unloaded == []


async def test_a_job_is_asked_for_from_the_page_as_its_example_stands(visitor: Visitor) -> None:
    page = await opens_reference(visitor)
    operation = page.locator("#operations-jobs-submitPortrait")
    await operation.get_by_role("button").first.click()

    await operation.get_by_role("button", name="Execute").click()

    live = operation.locator(".live-responses-table")
    await expect(live).to_contain_text("202", timeout=30_000)
    await expect(live).to_contain_text('"characterName": "Mira"')
    assert visitor.traffic.complaints + visitor.traffic.unloaded + visitor.traffic.elsewhere == []
