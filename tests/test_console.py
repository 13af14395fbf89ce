"""The console's doors: who comes in, what each may do, and what no text can do to it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from starlette.applications import Starlette

from bot.console.app import console
from bot.console.guard import COOKIE
from knowledge.guide import Asked, Guide
from knowledge.people import TERMINAL, Actor, Right
from knowledge.rights import Rights
from knowledge.signin import SignIn, hashed
from knowledge.store.engine import Store
from knowledge.store.review_tables import SignInLink, WebSession
from knowledge.store.tables import now
from tests import small

EVIL = '=cmd|"/c calc"!A1 <script>alert(1)</script>'
CURATOR, PUBLISHER, VIEWER, ADMIN = 2001, 1001, 3001, 4001


@dataclass
class Desk:
    """The console, served in this process, with people of every right."""

    guide: Guide
    rights: Rights
    app: Starlette

    @property
    def signin(self) -> SignIn:
        return SignIn(self.guide.store, self.rights)

    def browser(self) -> httpx.AsyncClient:
        wire = httpx.ASGITransport(app=self.app, client=("127.0.0.9", 1))
        return httpx.AsyncClient(transport=wire, base_url="http://desk", follow_redirects=False)

    async def link(self, person: int) -> str:
        return await self.signin.link(await self.rights.actor(person, "console"))

    async def enter(self, person: int) -> httpx.AsyncClient:
        browser = self.browser()
        answer = await browser.post("/console/enter", data={"token": await self.link(person)})
        assert answer.status_code == 303
        return browser

    async def ask(self, text: str, chat: int = 7) -> None:
        self.updates = getattr(self, "updates", 0) + 1
        await self.guide.ask(Asked(text=text, chat=chat, bot=1, update_id=self.updates))
        await self.guide.curation.group_waiting()


@pytest.fixture
async def desk(store: Store) -> Desk:
    policy = small.FILES["policy.yaml"].replace("offer_at: {value: 0.18", "offer_at: {value: 0.45")
    guide = Guide(store)
    await guide.open({**small.FILES, "policy.yaml": policy})
    rights = Rights(store, publishers=frozenset({PUBLISHER}), curators=frozenset({CURATOR}))
    await rights.give(VIEWER, Right.VIEWER, TERMINAL)
    await rights.give(ADMIN, Right.ADMIN, TERMINAL, "Ada")
    app = Starlette(routes=[console(guide, rights, secure=False)])
    return Desk(guide=guide, rights=rights, app=app)


async def form_key(browser: httpx.AsyncClient) -> str:
    shown = await browser.get("/console/")
    found = re.search(r'name="form_key" value="([^"]+)"', shown.text)
    assert found
    return found[1]


async def send(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, data={"form_key": await form_key(browser), **fields})


PAGES = (
    "/console/",
    "/console/history",
    "/console/topics",
    "/console/charts",
    "/console/try?q=what+does+a+trainer+earn",
    "/console/tables/questions",
    "/console/tables/groups",
    "/console/tables/decisions",
    "/console/groups/1",
)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_shown_to_who_is_signed_in_only(desk: Desk, path: str) -> None:
    await desk.ask("parking garage")
    refused = await desk.browser().get(path)
    assert (refused.status_code, refused.headers["location"]) == (303, "/console/enter")
    shown = await (await desk.enter(VIEWER)).get(path)
    assert shown.status_code == 200
    assert "<h1>" in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'style="|onclick=|<script>|src="http|href="http', shown.text)


async def test_a_link_works_once(desk: Desk) -> None:
    link = await desk.link(CURATOR)
    first, second = desk.browser(), desk.browser()
    assert (await first.get(f"/console/enter?token={link}")).status_code == 200
    assert (await first.post("/console/enter", data={"token": link})).status_code == 303
    again = await second.post("/console/enter", data={"token": link})
    assert again.status_code == 400
    assert COOKIE not in second.cookies


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    browser = desk.browser()
    answer = await browser.post("/console/enter", data={"token": await desk.link(CURATOR)})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie
    guarded = Starlette(routes=[console(desk.guide, desk.rights, secure=True)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=guarded), base_url="https://desk"
    ) as other:
        answer = await other.post("/console/enter", data={"token": await desk.link(CURATOR)})
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_forged_old_and_replaced_links_open_nothing(desk: Desk) -> None:
    browser = desk.browser()
    replaced = await desk.link(CURATOR)
    current = await desk.link(CURATOR)
    for token in ("", "x" * 43, replaced):
        refused = await browser.post("/console/enter", data={"token": token})
        assert refused.status_code == 400

    def age(session: object) -> None:
        kept = session.get_one(SignInLink, hashed(current))  # type: ignore[attr-defined]
        kept.expires_at = now().replace(year=2020)

    await desk.guide.store.write(age)
    assert (await browser.post("/console/enter", data={"token": current})).status_code == 400


async def test_a_link_lets_in_whom_it_was_made_for(desk: Desk) -> None:
    browser = await desk.enter(PUBLISHER)
    await browser.post("/console/enter", data={"token": await desk.link(VIEWER)})
    assert (await browser.get("/console/tables/audit")).status_code == 403
    assert (await send(browser, "/console/groups/1/scrub", words="parking")).status_code == 403


async def test_a_session_that_is_over_or_forged_opens_nothing(desk: Desk) -> None:
    browser = await desk.enter(CURATOR)
    secret = browser.cookies[COOKIE]

    def age(session: object) -> None:
        kept = session.get_one(WebSession, hashed(secret))  # type: ignore[attr-defined]
        kept.expires_at = now().replace(year=2020)

    await desk.guide.store.write(age)
    assert (await browser.get("/console/")).status_code == 303
    for forged in ("", "x" * 43, hashed(secret), "ü"):
        other = desk.browser()
        other.headers["cookie"] = f"{COOKIE}={forged}".encode().decode("latin-1")
        assert (await other.get("/console/")).status_code == 303


async def test_too_many_attempts_are_turned_away(desk: Desk) -> None:
    browser = desk.browser()
    statuses = [
        (await browser.post("/console/enter", data={"token": f"guess {n}"})).status_code
        for n in range(12)
    ]
    assert statuses == [400] * 10 + [429] * 2
    right = await browser.post("/console/enter", data={"token": await desk.link(CURATOR)})
    assert right.status_code == 429


async def test_nothing_that_opens_a_door_is_kept_in_the_clear(desk: Desk) -> None:
    link = await desk.link(CURATOR)
    kept = await desk.guide.store.read(lambda session: session.get(SignInLink, link))
    assert kept is None
    browser = await desk.enter(CURATOR)
    secret = browser.cookies[COOKIE]
    assert await desk.guide.store.read(lambda session: session.get(WebSession, secret)) is None


async def test_who_lost_the_right_is_out_at_once(desk: Desk) -> None:
    browser = await desk.enter(VIEWER)
    link = await desk.link(VIEWER)
    await desk.rights.give(VIEWER, Right.NONE, TERMINAL)
    assert (await browser.get("/console/")).status_code == 303
    assert (await browser.post("/console/enter", data={"token": link})).status_code == 400


async def test_signing_out_everywhere_ends_every_session(desk: Desk) -> None:
    one, other = await desk.enter(CURATOR), await desk.enter(CURATOR)
    stranger = await desk.enter(VIEWER)
    assert (await send(one, "/console/leave", everywhere="yes")).status_code == 303
    assert (await other.get("/console/")).status_code == 303
    assert (await stranger.get("/console/")).status_code == 200


async def test_a_form_of_another_site_or_session_is_refused(desk: Desk) -> None:
    await desk.ask("parking garage")
    one, other = await desk.enter(CURATOR), await desk.enter(CURATOR)
    stolen = await form_key(other)
    for key in ("", "x", "ü", stolen):
        refused = await one.post(
            "/console/groups/1/decide", data={"form_key": key, "kind": "later", "days": "7"}
        )
        assert refused.status_code == 403
    assert (await desk.guide.curation.card(1)).group.state == "open"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console/groups/1/decide", {"kind": "later"}),
        ("/console/groups/1/decide", {"kind": "phrasing", "topic": "cost", "phrasings_en": "x"}),
        ("/console/groups/1/merge", {"into": "1"}),
        ("/console/groups/1/split", {"question": "1"}),
        ("/console/groups/1/scrub", {"words": "parking"}),
        ("/console/groups/1/tell", {}),
        ("/console/decisions/1/undo", {}),
        ("/console/decisions/1/approve", {}),
        ("/console/people", {"person": "3001", "right": "admin"}),
    ],
)
async def test_a_viewer_can_change_nothing(desk: Desk, path: str, fields: dict[str, str]) -> None:
    await desk.ask("parking garage")
    browser = await desk.enter(VIEWER)
    assert (await send(browser, path, **fields)).status_code in (403, 409)
    assert (await desk.guide.curation.card(1)).group.state == "open"
    assert (await desk.rights.actor(VIEWER, "console")).right is Right.VIEWER
    assert desk.guide.snapshot.number == 1


async def test_only_admins_give_rights(desk: Desk) -> None:
    for person in (CURATOR, PUBLISHER):
        browser = await desk.enter(person)
        refused = await send(browser, "/console/people", person="2001", right="admin")
        assert refused.status_code == 403
    admin = await desk.enter(ADMIN)
    assert (await send(admin, "/console/people", person="5", right="curator")).status_code == 303
    assert (await desk.rights.actor(5, "telegram")).right is Right.CURATOR
    assert (await send(admin, "/console/people", person="x", right="curator")).status_code == 409


async def test_preview_decide_and_take_back(desk: Desk) -> None:
    await desk.ask("qwzx vvkk plugh")
    browser = await desk.enter(CURATOR)
    fields = {"kind": "phrasing", "topic": "cost", "phrasings_en": "qwzx vvkk plugh"}
    seen = await send(browser, "/console/groups/1/decide", do="preview", **fields)
    assert "Would be answered (1)" in seen.text
    assert desk.guide.snapshot.number == 1
    done = await send(browser, "/console/groups/1/decide", do="save", **fields)
    assert "Live as version 2" in done.text
    late = await send(browser, "/console/groups/1/decide", do="save", **fields)
    assert late.status_code == 409
    assert "decided already" in late.text
    assert (await send(browser, "/console/decisions/1/undo")).status_code == 303
    assert (await desk.guide.curation.card(1)).group.state == "open"


async def test_a_proposal_is_published_by_who_may(desk: Desk) -> None:
    await desk.ask("parking garage")
    curator, publisher = await desk.enter(CURATOR), await desk.enter(PUBLISHER)
    fields = {
        "kind": "new_answer",
        "topic": "parking",
        "title_en": "Parking",
        "answer_en": "Each college had its own rules.",
        "source": "Handbook",
        "source_url": "https://college.example/h",
        "source_date": "2026-08",
        "phrasings_en": "parking garage\r\nwhere do i park",
        "do": "save",
    }
    faulty = {**fields, "answer_en": "It costs 10 dollars."}
    refused = await send(curator, "/console/groups/1/decide", **faulty)
    assert "Take the number 10 out" in refused.text
    assert "Proposed" in (await send(curator, "/console/groups/1/decide", **fields)).text
    assert (await send(curator, "/console/decisions/1/approve")).status_code == 403
    assert 'href="/console/groups/1">Parking</a>' in (await publisher.get("/console/drafts")).text
    assert "1 proposed answer waits" in (await publisher.get("/console/")).text
    assert "waits for a publisher" in (await publisher.get("/console/history")).text
    assert "Each college had its own rules" in (await publisher.get("/console/groups/1")).text
    assert (await send(publisher, "/console/decisions/1/approve")).status_code == 303
    assert "parking" in desk.guide.snapshot.content.topics
    (said,) = desk.guide.snapshot.say("parking garage", today=desk.guide.today())
    assert said.worded
    assert [one.source.title for one in said.worded.cited] == ["Handbook"]
    assert "No draft waits" in (await publisher.get("/console/drafts")).text


async def test_a_topic_that_is_not_near_is_not_chosen(desk: Desk) -> None:
    await desk.ask("parking garage")
    await desk.ask("call me at 212-555-0100 about the parking garage")
    shown = (await (await desk.enter(CURATOR)).get("/console/groups/1")).text
    assert '<option value="">Choose a topic</option>' in shown
    assert "call me" not in shown.partition('name="phrasings_en"')[2].partition("</textarea>")[0]


async def test_no_question_can_be_run_anywhere(desk: Desk) -> None:
    await desk.ask(EVIL)
    browser = await desk.enter(PUBLISHER)
    for path in ("/console/", "/console/groups/1", "/console/tables/questions", "/console/charts"):
        shown = (await browser.get(path)).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown
    as_csv = (await browser.get("/console/tables/questions/csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(as_csv))
    assert row["text"].startswith("'=")
    as_xlsx = (await browser.get("/console/tables/questions/xlsx")).content
    cells = [cell for row in load_workbook(BytesIO(as_xlsx)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    as_json = (await browser.get("/console/tables/questions/json")).json()
    assert as_json[0]["text"] == EVIL


async def test_scrubbed_words_are_gone_from_search_exports_and_the_api(desk: Desk) -> None:
    await desk.ask("parking lot of Bartholomew Quux")
    browser = await desk.enter(CURATOR)
    paths = [
        "/console/?text=quux&state=all",
        "/console/groups/1",
        *(f"/console/tables/questions/{form}" for form in ("csv", "json")),
        "/console/tables/groups/json",
    ]
    assert (await browser.get(paths[-1])).text.count("Quux") == 1
    done = await send(browser, "/console/groups/1/scrub", words="Bartholomew Quux")
    assert done.status_code == 303
    for path in paths:
        assert "Bartholomew" not in (await browser.get(path)).text
    sheet = load_workbook(BytesIO((await browser.get("/console/tables/questions/xlsx")).content))
    cells = [cell.value for row in sheet.active.iter_rows() for cell in row]
    assert "parking lot of [removed]" in cells
    key = await desk.signin.api_key("report", TERMINAL)
    told = await browser.get("/console/api/questions", headers={"authorization": f"Bearer {key}"})
    assert "Bartholomew" not in told.text


async def test_the_api_changes_nothing(desk: Desk) -> None:
    await desk.ask("parking garage")
    browser = desk.browser()
    key = await desk.signin.api_key("report", TERMINAL)
    for path in ("questions", "groups", "groups/1", "topics"):
        for verb in ("POST", "PUT", "PATCH", "DELETE"):
            asked = await browser.request(
                verb, f"/console/api/{path}", headers={"authorization": f"Bearer {key}"}
            )
            assert asked.status_code == 405


async def test_the_log_of_who_did_what_is_for_publishers(desk: Desk) -> None:
    assert (await (await desk.enter(CURATOR)).get("/console/tables/audit")).status_code == 403
    shown = await (await desk.enter(PUBLISHER)).get("/console/tables/audit")
    assert "sign_in" in shown.text


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    browser = await desk.enter(VIEWER)
    for path in ("nope", "groups/99", f"groups/{10**30}", "tables/people", "tables/groups/exe"):
        assert (await browser.get(f"/console/{path}")).status_code == 404


async def test_odd_filters_break_nothing(desk: Desk) -> None:
    await desk.ask("parking garage")
    browser = await desk.enter(VIEWER)
    for query in ("page=-1", "page=9999999", "page=x", "state=x", "text=%25_%27", "reason=x"):
        assert (await browser.get(f"/console/?{query}")).status_code == 200


async def test_the_api_needs_a_key_and_tells_nobodys_name(desk: Desk) -> None:
    await desk.ask("parking garage")
    browser = desk.browser()
    description = (await browser.get("/console/api/openapi.json")).json()
    for path in ("questions", "groups", "topics", "groups/1"):
        assert (await browser.get(f"/console/api/{path}")).status_code == 401
    key = await desk.signin.api_key("reports", TERMINAL)
    headers = {"authorization": f"Bearer {key}"}
    for path in description["paths"]:
        answer = await browser.get(f"/console/api{path.replace('{number}', '1')}", headers=headers)
        assert answer.status_code == 200
        assert "asker" not in json.dumps(answer.json())
    assert (await browser.get("/console/api/people", headers=headers)).status_code == 404
    assert (await browser.post("/console/api/groups", headers=headers)).status_code == 405
    await desk.signin.take_api_key("reports", TERMINAL)
    assert (await browser.get("/console/api/groups", headers=headers)).status_code == 401


async def test_nobody_in_telegram_is_the_person_at_the_machine(desk: Desk) -> None:
    assert (await desk.rights.actor(-1, "telegram")).right is Right.NONE
    assert (await desk.rights.actor(0, "telegram")).right is Right.NONE
    local = await desk.enter(-1)
    assert "command line, admin" in (await local.get("/console/")).text
    stranger = Actor(id=9, right=Right.NONE)
    with pytest.raises(Exception, match="viewer"):
        await desk.signin.link(stranger)
