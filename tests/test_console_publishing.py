"""The console's pages for staff: versions, drafts, stale facts; who may, and in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.app import serving
from bot.console.app import console
from knowledge.editing.editing import add_phrasings
from knowledge.editing.publishing import Draft
from knowledge.editing.sheets import write_book
from knowledge.editing.spreadsheets import PHRASINGS
from knowledge.guide import Asked, Guide
from knowledge.people import TERMINAL, Right
from knowledge.reading import Files
from knowledge.rights import Rights
from knowledge.signin import SignIn
from knowledge.store.engine import Store
from tests.test_console import ADMIN, CURATOR, PUBLISHER, VIEWER, Desk, form_key, send
from tests.test_console_pages import NARROW, WIDE, Served
from tests.test_publishing import FILES, shorter, without_cost

SAID = "Trainer: length 6 months or less → 5 months or less"
PAGES = ("versions", "versions/1", "drafts", "drafts/1", "stale")
POSTS = (
    "versions/1/rollback",
    "drafts/1/replay",
    "drafts/1/publish",
    "drafts/1/renew",
    "drafts/1/try",
    "drafts/1/discard",
    "stale",
)


@pytest.fixture
async def desk(store: Store) -> Desk:
    guide = Guide(store)
    await guide.open(FILES)
    rights = Rights(store, publishers=frozenset({PUBLISHER}), curators=frozenset({CURATOR}))
    await rights.give(VIEWER, Right.VIEWER, TERMINAL)
    app = Starlette(routes=[console(guide, rights, secure=False)])
    return Desk(guide=guide, rights=rights, app=app)


async def keep(guide: Guide, files: dict[str, str], base: int = 1) -> int:
    return await guide.publisher.save(Draft(files=files, base=base), by="ann", title="The law")


async def hand_in(browser: httpx.AsyncClient, name: str, raw: bytes) -> httpx.Response:
    given = {"form_key": await form_key(browser), "title": "From a file"}
    return await browser.post("/console/drafts", data=given, files={"file": (name, raw)})


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_asks_who_comes(desk: Desk, path: str) -> None:
    await keep(desk.guide, shorter(FILES))
    stranger = await desk.browser().get(f"/console/{path}")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/console/enter")
    shown = await (await desk.enter(PUBLISHER)).get(f"/console/{path}")
    assert shown.status_code == 200
    assert not re.search(r'style="|onclick=|<script>|src="http', shown.text)
    viewed = await (await desk.enter(VIEWER)).get(f"/console/{path}")
    assert viewed.status_code == (403 if path.startswith("drafts") else 200)
    assert "<button>Still true" not in viewed.text
    assert "live again</button>" not in viewed.text


@pytest.mark.parametrize("path", POSTS)
async def test_only_publishers_change_anything_and_only_by_our_forms(
    desk: Desk, path: str
) -> None:
    number = await keep(desk.guide, shorter(FILES))
    fields = {"fact": "trainer.pay", "live": "1", "reason": "x"}
    refused = await send(await desk.enter(CURATOR), f"/console/{path}", **fields)
    assert refused.status_code == 403
    assert "you need the right &#39;publisher&#39;" in refused.text
    forged = await (await desk.enter(PUBLISHER)).post(f"/console/{path}", data=fields)
    assert forged.status_code == 403
    assert await desk.guide.publisher.live_number() == 1
    assert (await desk.guide.publisher.saved(number)).title == "The law"


async def test_curators_hand_nothing_in(desk: Desk) -> None:
    refused = await hand_in(await desk.enter(CURATOR), "things.yaml", b"things: []")
    assert refused.status_code == 403
    assert await desk.guide.publisher.drafts() == []


async def test_a_file_becomes_a_draft_then_a_version_and_is_taken_back(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    raw = shorter(FILES)["things.yaml"].encode()
    made = await hand_in(browser, "things.yaml", raw)
    assert made.headers["location"] == "/console/drafts/1"
    assert SAID in (await browser.get("/console/drafts/1")).text
    done = await send(browser, "/console/drafts/1/publish")
    assert done.headers["location"] == "/console/versions/2"
    assert SAID in (await browser.get("/console/versions/2")).text
    assert "5 months or less → 6 months or less" in (await browser.get("/console/versions/1")).text
    await send(browser, "/console/versions/1/rollback", live="2", reason="the wrong law")
    (newest, *_) = await desk.guide.publisher.versions()
    assert (newest.number, newest.published_by) == (3, str(PUBLISHER))
    assert newest.reason == "Back to version 1: the wrong law"
    assert await desk.guide.publisher.files_of(3) == FILES


async def test_there_is_no_version_0(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    assert (await browser.get("/console/versions/0")).status_code == 404


async def test_a_faulty_file_is_answered_with_its_places(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    book = write_book({"phrasings": (PHRASINGS, [("coast", "en", "how much")])})
    refused = await hand_in(browser, "ways.xlsx", book)
    assert refused.status_code == 400
    assert "phrasings!A2: there is no topic &#39;coast&#39;" in refused.text
    broken = FILES["things.yaml"].replace("source: law", "source: lore", 1).encode()
    made = await hand_in(browser, "things.yaml", broken)
    shown = (await browser.get(made.headers["location"])).text
    assert "things.yaml:11:16: error: there is no source &#39;lore&#39;" in shown
    assert "Publish</button>" not in shown
    stopped = await send(browser, f"{made.headers['location']}/publish")
    assert stopped.status_code == 409
    assert await desk.guide.publisher.live_number() == 1


async def test_a_huge_or_missing_file_is_refused(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    assert (await hand_in(browser, "a.yaml", b"x" * 5_000_001)).status_code == 409
    assert (await hand_in(browser, "a.yaml", b"x" * 6_000_000)).status_code == 403
    assert "Choose a file first" in (await hand_in(browser, "a.yaml", b"")).text


async def test_lost_golden_questions_need_words(desk: Desk) -> None:
    number = await keep(desk.guide, without_cost(FILES))
    browser = await desk.enter(PUBLISHER)
    refused = await send(browser, f"/console/drafts/{number}/publish")
    assert refused.status_code == 409
    assert "was it free" in refused.text
    await send(browser, f"/console/drafts/{number}/publish", override="no more fees")
    (newest, *_) = await desk.guide.publisher.versions()
    assert newest.override == "no more fees (lost: was it free)"


async def test_the_second_publisher_takes_the_first_ones_change_in(desk: Desk) -> None:
    number = await keep(desk.guide, shorter(FILES))
    await desk.guide.publisher.confirm(["trainer.pay"], by="bob")
    browser = await desk.enter(PUBLISHER)
    refused = await send(browser, f"/console/drafts/{number}/publish")
    assert refused.status_code == 409
    assert "version 2 by bob: Trainer: pay confirmed" in refused.text
    renewed = await send(browser, f"/console/drafts/{number}/renew")
    shown = (await browser.get(renewed.headers["location"])).text
    assert SAID in shown
    assert "Somebody published" not in shown
    await send(browser, f"{renewed.headers['location']}/publish")
    facts = desk.guide.snapshot.content.things["trainer"].facts
    assert (facts["length"].value, facts["pay"].confirmed is None) == (5, False)


async def test_a_clash_is_listed_and_the_draft_kept(desk: Desk) -> None:
    other = FILES["things.yaml"].replace("{value: 6, unit: months", "{value: 9, unit: months", 1)
    number = await keep(desk.guide, {**FILES, "things.yaml": other})
    await desk.guide.publisher.publish(Draft(files=shorter(FILES), base=1), by="bob", reason="")
    refused = await send(await desk.enter(PUBLISHER), f"/console/drafts/{number}/renew")
    assert refused.status_code == 409
    assert "things trainer facts.length: yours is" in refused.text
    assert (await desk.guide.publisher.saved(number)).base == 1


async def test_going_back_looks_at_what_is_live(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    await desk.guide.publisher.publish(Draft(files=shorter(FILES), base=1), by="bob", reason="")
    await desk.guide.publisher.confirm(["trainer.pay"], by="ann")
    late = await send(browser, "/console/versions/1/rollback", live="2", reason="x")
    assert late.status_code == 409
    assert "Somebody published meanwhile" in late.text
    assert await desk.guide.publisher.live_number() == 3


async def test_a_draft_is_tried_on_what_people_asked_and_in_an_own_chat(desk: Desk) -> None:
    await desk.ask("was it free")
    number = await keep(desk.guide, without_cost(FILES))
    browser = await desk.enter(PUBLISHER)
    shown = (await send(browser, f"/console/drafts/{number}/replay")).text
    assert "1 logged questions tried: 1 lost" in shown
    tried = await send(browser, f"/console/drafts/{number}/try")
    assert "Send /live there" in tried.text
    assert desk.guide.snapshot_for(PUBLISHER).number == -number
    assert desk.guide.snapshot_for(CURATOR) is desk.guide.snapshot
    await send(browser, f"/console/drafts/{number}/discard")
    assert desk.guide.snapshot_for(PUBLISHER) is desk.guide.snapshot
    assert (await browser.get(f"/console/drafts/{number}")).status_code == 404


async def test_many_versions_come_page_by_page(desk: Desk) -> None:
    def paid(turn: int) -> Callable[[Files], Files]:
        return lambda files: add_phrasings(files, "cost", "en", [f"bill {turn} paid"])

    for turn in range(27):
        reason = f"way {turn} of asking"
        await desk.guide.publisher.edit(paid(turn), by="ann", reason=reason)
    browser = await desk.enter(VIEWER)
    first, second = [(await browser.get(f"/console/versions?page={at}")).text for at in (1, 2)]
    assert "way 26 of asking" in first
    assert "way 1 of asking" not in first
    assert "way 1 of asking" in second
    assert (await browser.get("/console/versions/99")).status_code == 404


@pytest.fixture
async def served(sqlite_url: str) -> AsyncIterator[Served]:
    store = Store(sqlite_url)
    guide = Guide(store)
    await guide.open(FILES)
    rights = Rights(store)
    await rights.give(ADMIN, Right.ADMIN, TERMINAL, "Ada")
    await guide.ask(Asked(text="what does a trainer earn", chat=1, bot=1, update_id=1))
    app = Starlette(routes=[console(guide, rights, secure=False)])
    async with serving(app, "127.0.0.1", 0) as port:
        yield Served(
            url=f"http://127.0.0.1:{port}",
            guide=guide,
            signin=SignIn(store, rights),
            rights=rights,
        )
    await store.aclose()


async def readable(page: Page, width: int) -> None:
    """Hold a page to what everybody needs to read it."""
    found = await Axe().run(page)
    serious = [
        (one["id"], one["nodes"][0]["html"])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert not serious, (page.url, serious)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_every_page_is_readable_by_everybody(
    served: Served, chromium: Browser, width: int
) -> None:
    broken = {**FILES, "things.yaml": FILES["things.yaml"].replace("source: law", "source: lore")}
    for files in (shorter(FILES), without_cost(FILES), broken):
        await keep(served.guide, files)
    await served.guide.publisher.publish(
        Draft(files=shorter(FILES), base=1), by="bob", reason="amended"
    )
    await keep(served.guide, without_cost(FILES), base=1)
    page = await served.enter(chromium, width)
    tried = "drafts/1?q=what+does+a+trainer+earn"
    for path in (*PAGES, tried, "drafts/2", "drafts/3", "drafts/4"):
        await page.goto(f"{served.url}/console/{path}")
        await readable(page, width)


@pytest.mark.parametrize(("width", "script"), [(NARROW, True), (WIDE, False)])
async def test_staff_hand_in_try_publish_and_go_back(
    served: Served, chromium: Browser, tmp_path: Path, width: int, *, script: bool
) -> None:
    page = await served.enter(chromium, width, script=script)
    file = tmp_path / "things.yaml"
    file.write_text(shorter(FILES)["things.yaml"], "utf-8")
    await page.get_by_role("link", name="Drafts").click()
    await page.get_by_label("A content file").set_input_files(file)
    await page.get_by_label("What it is").fill("The law was amended")
    await page.get_by_role("button", name="Look at it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The law was amended")
    await expect(page.locator("main")).to_contain_text(SAID)
    await page.get_by_role("textbox", name="Question").fill("how long is training for a trainer")
    await page.get_by_role("button", name="Try", exact=True).click()
    readings = page.locator(".answer")
    await expect(readings.first).to_contain_text("5 months")
    await expect(readings.last).to_contain_text("6 months")
    await page.get_by_role("button", name="Try it on the questions").click()
    await expect(page.locator("main")).to_contain_text("1 logged questions tried")
    if script:  # the reader of pages is itself a script
        await readable(page, width)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Version 2 is live")
    await page.goto(f"{served.url}/console/versions")
    await page.get_by_role("link", name="The content that travels").click()
    await page.get_by_label("Why").fill("not yet law")
    await page.get_by_role("button", name="Make version 1 live again").click()
    await expect(page.locator("ol.groups > li").first).to_contain_text("not yet law")
    assert served.guide.snapshot.number == 3


async def test_a_stale_fact_is_renewed_by_a_button(served: Served, chromium: Browser) -> None:
    page = await served.enter(chromium, NARROW)
    await page.get_by_role("link", name="Stale facts").click()
    await expect(page.locator("main")).to_contain_text("Trainer: pay")
    await expect(page.locator("main")).to_contain_text("asked 1 time")
    await expect(page.locator("main")).to_contain_text(re.compile(r"es: 0 texts reviewed"))
    await page.get_by_role("button", name="Still true").click()
    await expect(page.locator("main")).to_contain_text("Every fact is fresh")
    (newest, *_) = await served.guide.publisher.versions()
    assert newest.published_by == "Ada"
