"""Guidance in a real browser at phone size: the map, a pay chart, a comparison, the check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, Page, expect

from knowledge.reading import read_folder
from tests.bots import Running

if TYPE_CHECKING:
    from bot.sandbox.room import Room

WIDTH = 390


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    return read_folder()


@pytest.fixture
def files(real: dict[str, str]) -> dict[str, str]:
    return real


@pytest.fixture
async def page(chromium: Browser, room: Room, running: Running) -> Page:
    """The chat page on a phone, with the shipped content behind it."""
    made = await chromium.new_page(viewport={"width": WIDTH, "height": 844})
    made.on("pageerror", lambda error: pytest.fail(str(error)))
    await made.goto(room.url)
    return made


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")


async def picture_is_shown(page: Page, caption: str) -> None:
    """The picture is there, drawn, no wider than the phone, and its caption is its alternative."""
    image = page.locator("#messages img").last
    await expect(image).to_have_attribute("alt", re.compile(caption))
    await expect(image).to_have_js_property("complete", value=True)
    assert await image.evaluate("image => image.naturalWidth") > WIDTH
    box = await image.bounding_box()
    assert box is not None
    assert box["width"] <= WIDTH


async def test_the_map_is_shown_with_words_that_say_the_same(page: Page) -> None:
    await say(page, "/where ohio")
    await expect(page.locator("#messages")).to_contain_text("Cuyahoga Community College")
    await picture_is_shown(page, "Ohio")


async def test_pay_is_shown_as_text_and_chart(page: Page) -> None:
    await say(page, "what does a trainer earn")
    await expect(page.locator("#messages")).to_contain_text("May 2024")
    await picture_is_shown(page, r"\$")


async def test_a_comparison_fits_a_phone(page: Page) -> None:
    await say(page, "difference between implementation manager and implementation support")
    messages = page.locator("#messages")
    await expect(messages).to_contain_text("The same for all")
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH


async def test_the_check_is_done_by_tapping_and_typing(page: Page) -> None:
    messages = page.locator("#messages")
    await say(page, "can I get in?")
    await expect(messages).to_contain_text("What have you worked in?")
    await say(page, "I'm an LPN with 10 years at a clinic")
    await expect(messages).to_contain_text("by the rules of then: 1 yes")
    await page.locator(".message").last.get_by_role("button", name="I'd rather not say").click()
    await say(page, "show the result")
    await expect(messages).to_contain_text("No, and what would open it")
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH
