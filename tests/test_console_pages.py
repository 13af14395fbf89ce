"""The console in a real browser: read and decide by mouse, by keyboard and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.app import serving
from bot.console.app import console
from knowledge.guide import Asked, Guide
from knowledge.people import TERMINAL, Right
from knowledge.rights import Rights
from knowledge.signin import SignIn
from knowledge.store.engine import Store
from tests import small

NARROW, WIDE = 360, 1280
ADMIN = 4001
ASKED = (
    "parking garage",
    "parking permits",
    "daycare downtown",
    "<b>qwzx</b> vvkk plugh",
    "what does a trainer earn in Maine",
)


@dataclass
class Served:
    """A console that is served, with an admin's way in."""

    url: str
    guide: Guide
    signin: SignIn
    rights: Rights

    async def enter(self, chromium: Browser, width: int, *, script: bool = True) -> Page:
        """Return a page of somebody who came in by the link."""
        context = await chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda told: _no_error(told.type, told.text))
        secret = await self.signin.link(await self.rights.actor(ADMIN, "console"))
        await page.goto(f"{self.url}/console/enter?token={secret}")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
        await page.wait_for_load_state()  # keys are heard from then on
        return page


def _no_error(kind: str, words: str) -> None:
    if kind == "error" and "409" not in words:
        pytest.fail(words)


@pytest.fixture
async def served(sqlite_url: str) -> AsyncIterator[Served]:
    store = Store(sqlite_url)
    guide = Guide(store)
    policy = small.FILES["policy.yaml"].replace("offer_at: {value: 0.18", "offer_at: {value: 0.45")
    await guide.open({**small.FILES, "policy.yaml": policy})
    rights = Rights(store)
    await rights.give(ADMIN, Right.ADMIN, TERMINAL, "Ada")
    for number, text in enumerate(ASKED):
        await guide.ask(Asked(text=text, chat=number, bot=1, update_id=number))
    await guide.curation.group_waiting()
    app = Starlette(routes=[console(guide, rights, secure=False)])
    async with serving(app, "127.0.0.1", 0) as port:
        yield Served(
            url=f"http://127.0.0.1:{port}",
            guide=guide,
            signin=SignIn(store, rights),
            rights=rights,
        )
    await store.aclose()


PATHS = (
    "",
    "groups/1",
    "history",
    "topics",
    "charts",
    "tables/questions",
    "tables/audit",
    "try?q=what+does+a+trainer+earn",
    "people",
    "enter",
)


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_every_page_is_readable_by_everybody(
    chromium: Browser, served: Served, width: int
) -> None:
    page = await served.enter(chromium, width)
    for path in PATHS:
        await page.goto(f"{served.url}/console/{path}")
        for summary in await page.locator("summary").all():
            await summary.click()
        found = await Axe().run(page)
        serious = [
            (one["id"], one["nodes"][0]["html"])
            for one in found.response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert not serious, (path, serious)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


async def test_a_group_is_decided_and_taken_back(chromium: Browser, served: Served) -> None:
    page = await served.enter(chromium, NARROW)
    await page.get_by_role("link", name="qwzx").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("<b>qwzx</b> vvkk plugh")
    await page.get_by_label("Topic").select_option("cost")
    await page.get_by_label("Phrasings, en").first.fill("qwzx vvkk plugh")
    await page.get_by_role("button", name="Preview").first.click()
    await expect(page.get_by_role("heading", name="What it would do")).to_be_visible()
    await expect(page.get_by_label("Phrasings, en").first).to_have_value("qwzx vvkk plugh")
    await page.get_by_role("button", name="Save, live at once").click()
    await expect(page.get_by_role("status")).to_contain_text("Live as version 2")
    await page.get_by_role("button", name="Take back").click()
    await expect(page.locator("main")).to_contain_text("open")
    assert served.guide.snapshot.number == 3


async def test_everything_works_without_javascript(chromium: Browser, served: Served) -> None:
    page = await served.enter(chromium, WIDE, script=False)
    await page.get_by_label("Words").fill("daycare")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(".groups h2")).to_have_count(1)
    await page.get_by_role("link", name="daycare downtown").click()
    await page.get_by_text("Later, not reusable, wrong answer").click()
    await page.locator("#other-reason").fill("about one person")
    await page.get_by_role("button", name="Not reusable").click()
    await expect(page.get_by_role("status")).to_contain_text("Done")
    await page.get_by_role("link", name="History").click()
    await expect(page.locator("main")).to_contain_text("not reusable by Ada")
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


async def test_the_keyboard_alone_is_enough(chromium: Browser, served: Served) -> None:
    page = await served.enter(chromium, WIDE)
    await page.keyboard.press("/")
    await page.keyboard.type("parking")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("text=parking"))
    await page.wait_for_load_state()
    await expect(page.locator(".groups h2")).to_have_count(1)
    await page.locator("body").press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("parking")


async def test_groups_are_split_merged_and_scrubbed(chromium: Browser, served: Served) -> None:
    page = await served.enter(chromium, WIDE)
    await page.get_by_role("link", name="parking").click()
    await page.get_by_label("parking permits").check()
    await page.get_by_role("button", name="Let the chosen ones stand apart").click()
    await page.goto(f"{served.url}/console/?text=parking")
    await expect(page.locator(".groups h2")).to_have_count(2)
    await page.get_by_role("link", name="parking permits").click()
    await page.get_by_text("Merge, personal data").click()
    await page.get_by_label("Make it part of group number").fill("1")
    await page.get_by_role("button", name="Merge").click()
    await expect(page.locator(".wordings li")).to_have_count(2)
    await page.get_by_text("Merge, personal data").click()
    await page.get_by_label("Personal words").fill("garage")
    await page.get_by_role("button", name="Remove personal data").click()
    await expect(page.locator("main")).to_contain_text("[removed]")
    await expect(page.locator("main")).not_to_contain_text("garage")


async def test_tables_are_downloaded_and_rights_given(chromium: Browser, served: Served) -> None:
    page = await served.enter(chromium, WIDE)
    await page.get_by_role("link", name="Tables").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="XLSX").click()
    assert (await waiting.value).suggested_filename == "questions.xlsx"
    await page.get_by_role("link", name="People").click()
    await page.get_by_label("Telegram id").fill("77")
    await page.get_by_label("Right").select_option("curator")
    await page.get_by_role("button", name="Give").click()
    await expect(page.locator("tbody")).to_contain_text("77")
    await page.get_by_role("link", name="Try").click()
    await page.get_by_label("Question").fill("what does a trainer earn")
    await page.get_by_role("main").get_by_role("button", name="Try").click()
    await expect(page.locator("main")).to_contain_text("role_pay")
