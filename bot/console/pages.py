"""The pages that are read: inbox, group, history, topics, charts, tables, try a question."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console.charts import bars
from bot.console.guard import ROOT, deps, page
from bot.console.words import REASONS, cell, nearness, word
from handlers.cards import nearest_topics
from handlers.markup import to_plain
from knowledge.curation.choices import prefilled
from knowledge.curation.exports import FORMATS, as_file
from knowledge.errors import NotFoundError
from knowledge.guide import known_language
from knowledge.people import ForbiddenError, Right
from knowledge.schema import LANGUAGES
from knowledge.signin import SignedIn
from knowledge.snapshot import Snapshot
from knowledge.store import decisions, demand
from knowledge.store.groups import Wanted
from knowledge.store.listings import TABLES
from knowledge.store.rows import decision_row
from knowledge.verdicts import outcome

PAGE = 25
LONGEST_TRIED = 1_000
THRESHOLDS = ("answer_at", "offer_at")
MOST_EXPORTED = 50_000
STATES = ("open", "with_staff", "later", "ignored", "answered", "all")

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["fromjson"] = json.loads
_TEMPLATES.filters["day"] = lambda moment: moment.strftime("%d %b %Y")
_TEMPLATES.filters |= {"word": word, "cell": cell}
_TEMPLATES.globals["nearness"] = nearness
_TEMPLATES.globals["root"] = ROOT
_TEMPLATES.globals["Right"] = Right


def render(template: str, who: SignedIn | None, status: int = 200, /, **values: Any) -> Response:
    """Return a page."""
    shown = _TEMPLATES.get_template(template).render(who=who, **values)
    return HTMLResponse(shown, status)


def number_of(request: Request, name: str = "number") -> int:
    """Return a number from the address; an absurd one is simply not found."""
    number = int(request.path_params[name])
    if number > 2**31 - 1:
        raise NotFoundError("There is no {number}.", number=number)
    return number


def page_of(request: Request) -> int:
    """Return the page that the address asks for; the first where it asks for none."""
    given = request.query_params.get("page", "1")
    return min(max(int(given), 1), 10_000) if given.isdecimal() and len(given) < 6 else 1


@page
async def inbox(request: Request, who: SignedIn) -> Response:
    """The groups that wait, weightiest first, with filters."""
    asked = request.query_params
    state = asked.get("state", "open")
    at = page_of(request)
    wanted = Wanted(
        state=state if state in STATES else "open",
        text=asked.get("text", "")[:200].strip(),
        language=asked.get("language", "") if asked.get("language", "") in LANGUAGES else "",
        reason=asked.get("reason", "") if asked.get("reason", "") in REASONS else "",
        limit=PAGE,
        offset=(at - 1) * PAGE,
    )
    found, total = await deps(request).guide.curation.inbox(wanted)
    return render(
        "inbox.html",
        who,
        groups=found,
        total=total,
        wanted=wanted,
        page=at,
        pages=max((total + PAGE - 1) // PAGE, 1),
        proposals=len(await deps(request).guide.curation.proposals()),
        states=STATES,
        reasons=REASONS,
        languages=LANGUAGES,
    )


@page
async def group(request: Request, who: SignedIn) -> Response:
    """One group with the forms to decide it."""
    return await show_group(request, who, number_of(request))


async def show_group(
    request: Request, who: SignedIn, number: int, *, status: int = 200, **told: Any
) -> Response:
    """Return a group's page, with what was done or went wrong where there is something."""
    guide = deps(request).guide
    card = await guide.curation.card(number)
    snapshot = guide.snapshot
    made = await guide.store.read(
        lambda session: decisions.history(session, group=number, limit=20)
    )
    content = snapshot.content
    offered_at = snapshot.understanding.policy["offer_at"]
    draft = prefilled(card.group, card.samples, snapshot.understanding.finder, snapshot.content)
    shown = {"said": "", "error": "", "preview": None, "given": {}} | told
    return render(
        "group.html",
        who,
        status,
        card=card,
        group=card.group,
        decisions=made,
        proposal=await guide.curation.proposal(number),
        names=await names_of(request),
        draft=draft,
        usual=next(iter(nearest_topics(card.group, content, offered_at)), ""),
        offered_at=offered_at,
        titles={key: topic.title.say("en") for key, topic in content.topics.items()},
        sources=sorted({source.title for source in content.sources.values()}),
        topics=[topic for topic in content.topics.values() if topic.kind == "answer"],
        pointers=[topic for topic in content.topics.values() if topic.kind == "not_ours"],
        languages=LANGUAGES,
        **shown,
    )


async def names_of(request: Request) -> dict[int, str]:
    """Return what those are called who have a right by name; others are numbers."""
    return {one.id: one.name for one in await deps(request).rights.everybody() if one.name}


@page
async def history(request: Request, who: SignedIn) -> Response:
    """Decisions, newest first, each with its way back."""
    at = page_of(request)
    made = await deps(request).guide.store.read(
        lambda session: decisions.history(session, limit=PAGE, offset=(at - 1) * PAGE)
    )
    plain = [{**decision_row(one), "detail": one.detail} for one in made]
    waiting = {one.number for one in await deps(request).guide.curation.proposals()}
    names = await names_of(request)
    told = {"names": names, "waiting": waiting}
    return render("history.html", who, **told, decisions=plain, page=at, more=len(made) == PAGE)


@page
async def topics(request: Request, who: SignedIn) -> Response:
    """Topics, how often each is asked and how it does."""
    guide = deps(request).guide
    figures = await deps(request).figures.of(demand.by_topic)
    content = guide.snapshot.content
    asked = {one.topic: one for one in figures}
    found = [
        {
            "id": key,
            "title": topic.title.say("en"),
            "asked": asked[key].asked if key in asked else 0,
            "doubted": asked[key].doubted if key in asked else 0,
            "phrasings": sum(map(len, topic.phrasings.values())),
        }
        for key, topic in content.topics.items()
    ]
    found.sort(key=lambda row: (-int(str(row["asked"])), str(row["id"])))
    return render("topics.html", who, topics=found)


@page
async def charts(request: Request, who: SignedIn) -> Response:
    """What people ask for: by day, by role and state, and how long answers take."""
    guide = deps(request).guide
    figures = deps(request).figures
    days, cells = await figures.of(demand.by_day), await figures.of(demand.by_role_and_state)
    waited, states = await figures.of(demand.median_days), await figures.of(demand.states)
    top, _ = await guide.curation.inbox(Wanted(limit=10))
    total = sum(day.asked for day in days)
    things = guide.snapshot.content.things
    names = {key: thing.name.say("en") for key, thing in things.items()}
    return render(
        "charts.html",
        who,
        bars=bars(days),
        days=days,
        share=round(100 * sum(day.answered for day in days) / total) if total else None,
        waited=waited,
        states=states,
        top=top,
        roles=sorted({role for role, _ in cells}),
        places=sorted({state for _, state in cells}),
        cells=cells,
        names=names,
    )


@page
async def table(request: Request, who: SignedIn) -> Response:
    """Any table, page by page."""
    name, at = request.path_params["name"], page_of(request)
    _may_see(name, who)
    found = await deps(request).guide.curation.rows(name, PAGE, offset=(at - 1) * PAGE)
    return render(
        "table.html",
        who,
        name=name,
        rows=found,
        tables=TABLES,
        formats=FORMATS,
        page=at,
        more=len(found) == PAGE,
    )


@page
async def export(request: Request, who: SignedIn) -> Response:
    """Any table as a file."""
    name, form = request.path_params["name"], request.path_params["form"]
    _may_see(name, who)
    if form not in FORMATS:
        raise NotFoundError(
            "There is no format {form!r}; choose {names}.", form=form, names=", ".join(FORMATS)
        )

    found = await deps(request).guide.curation.rows(name, MOST_EXPORTED)
    written = await asyncio.to_thread(as_file, found, form)
    kept = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(written, media_type=FORMATS[form], headers=kept)


def _may_see(name: str, who: SignedIn) -> None:
    if name == "audit" and who.actor.right < Right.PUBLISHER:
        raise ForbiddenError("To see who did what you need the right 'publisher'; ask an admin.")


@page
async def try_question(request: Request, who: SignedIn) -> Response:
    """A question answered with its trace; nothing is logged."""
    guide = deps(request).guide
    text = request.query_params.get("q", "")[:LONGEST_TRIED].strip()
    language = known_language(request.query_params.get("language"))
    tried: list[dict[str, Any]] = []
    if text:
        today = guide.today()
        tried = await asyncio.to_thread(traces, guide.snapshot, text, language, today)
    return render("try.html", who, text=text, language=language, tried=tried)


def traces(snapshot: Snapshot, text: str, language: str, today: date) -> list[dict[str, Any]]:
    """Return what a question gets, and how it was understood."""
    policy = snapshot.understanding.policy
    return [
        {
            "outcome": outcome(said.understood.verdict),
            "answer": to_plain(said.worded.text, snapshot.content.sources) if said.worded else "",
            "language": said.understood.language,
            "slots": said.understood.slots,
            "rest": said.understood.rest,
            "corrections": said.understood.corrections,
            "ranked": said.understood.ranked,
            "thresholds": {name: policy[name] for name in THRESHOLDS},
        }
        for said in snapshot.say(text, language=language, today=today, deeper=True)
    ]


@page
async def people(request: Request, who: SignedIn) -> Response:
    """Who has which right; admins change it here."""
    who.actor.must(Right.PUBLISHER)
    found = await deps(request).rights.everybody()
    return render("people.html", who, people=found, rights=list(Right), said="", error="")
