"""The chat page in a real browser: ask, press a button, read the answer; by keyboard too."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.sandbox.room import Room
from tests.bots import Running


async def opened(chromium: Browser, room: Room, *, width: int = 390, path: str = "/") -> Page:
    page = await chromium.new_page(viewport={"width": width, "height": 800})
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(room.url + path)
    return page


async def test_ask_press_and_read(chromium: Browser, room: Room, running: Running) -> None:
    page = await opened(chromium, room)
    await page.get_by_label("Your message").fill("how long is training for a trianer")
    await page.keyboard.press("Enter")
    messages = page.get_by_role("list", name="Messages")
    await expect(messages).to_contain_text("6 months or less")
    await page.get_by_role("button", name="What it pays").click()
    await expect(messages).to_contain_text("$67,310")


async def test_start_menu_and_edits(chromium: Browser, room: Room, running: Running) -> None:
    page = await opened(chromium, room)
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Roles", exact=True).click()
    await page.get_by_role("button", name="Trainer").click()
    await expect(page.locator(".message").last).to_contain_text("6 months or less")
    await expect(page.locator(".message")).to_have_count(2)


async def test_commands_by_person_and_deep_links(
    chromium: Browser, room: Room, running: Running
) -> None:
    page = await opened(chromium, room, path="/?as=2001&start=cost")
    await expect(page.locator("#messages")).to_contain_text("No single price")
    await page.get_by_role("button", name="Menu", exact=True).click()
    await expect(page.get_by_role("button", name="/review")).to_be_visible()
    await page.get_by_label("You are").select_option("101")
    await page.get_by_role("button", name="Menu", exact=True).click()
    await expect(page.get_by_role("button", name="/review")).to_have_count(0)


async def test_a_message_can_be_replied_to(
    chromium: Browser, room: Room, running: Running
) -> None:
    page = await opened(chromium, room)
    box = page.get_by_label("Your message")
    await box.fill("what did the training cost")
    await page.keyboard.press("Enter")
    answer = page.locator(".message:not(.mine)").first
    await expect(answer).to_contain_text("No single price")
    await answer.get_by_role("button", name="Reply", exact=True).click()
    await expect(page.locator("#replying")).to_contain_text("No single price")
    await expect(box).to_be_focused()
    await box.fill("what does a trainer earn")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .quote")).to_contain_text("No single price")
    await expect(page.locator("#replying")).to_be_hidden()
    await expect(page.locator(".message").last).to_contain_text("$67,310")


async def test_a_curator_works_the_deck(chromium: Browser, room: Room, running: Running) -> None:
    page = await opened(chromium, room)
    box, last = page.get_by_label("Your message"), page.locator(".message").last
    await box.fill("qwzx vvkk plugh")
    await page.keyboard.press("Enter")
    await expect(last).to_contain_text("passed your question on")
    await page.get_by_label("You are").select_option("2001")
    await box.fill("/review")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="New answer").click()
    await expect(last).to_contain_text("title on the first line")
    await box.fill("Plugh\nAsk the school.")
    await page.keyboard.press("Enter")
    await expect(last).to_contain_text("Proposed")


async def test_a_text_is_never_read_as_html(
    chromium: Browser, room: Room, running: Running
) -> None:
    page = await opened(chromium, room)
    await page.get_by_label("Your message").fill("<img src=x onerror=alert(1)> <b>hi</b>")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .bubble")).to_have_text(
        "<img src=x onerror=alert(1)> <b>hi</b>"
    )


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_fits_and_is_accessible(
    chromium: Browser, room: Room, running: Running, width: int
) -> None:
    page = await opened(chromium, room, width=width)
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("button", name="Roles", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    results = await Axe().run(page)
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []
