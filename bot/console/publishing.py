"""The console's pages for staff: versions, drafts and what they would do, facts to look at again.

Publishing here is the publishing of every other door: the same check, gate and merge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.guard import ROOT, deps, file_form, form, page
from bot.console.pages import LONGEST_TRIED, names_of, number_of, page_of, render, traces
from knowledge.editing.publishing import Draft, unpacked
from knowledge.editing.reports import blast_lines, fault_lines, report
from knowledge.editing.sheets import LARGEST_FILE
from knowledge.editing.submissions import take_in
from knowledge.editing.translations import count_states
from knowledge.errors import ContentError, Fault, GuideError, LostError, OutdatedError
from knowledge.guide import Guide, known_language
from knowledge.people import Right
from knowledge.schema import SOURCE_LANGUAGE
from knowledge.signin import SignedIn
from knowledge.snapshot import Snapshot

PAGE = 25
QUESTIONS = 5_000
"""Logged questions a draft is tried on here, so that the page comes within seconds."""

MOST = 50
"""Entries of each kind in a report."""

BAD, CONFLICT = 400, 409


@page
async def versions(request: Request, who: SignedIn) -> Response:
    """What was published: who, when, why, what changed, and the way back."""
    publisher = deps(request).guide.publisher
    at = page_of(request)
    live = await publisher.live_number()
    shown = await publisher.versions(below=live + 1 - (at - 1) * PAGE, limit=PAGE)
    more = bool(shown) and shown[-1].number > 1
    return render("versions.html", who, versions=shown, live=live, page=at, more=more)


@page
async def version(request: Request, who: SignedIn) -> Response:
    """One version: its own changes, and what going back to it would change."""
    return await _show_version(request, who, number_of(request))


async def _show_version(
    request: Request, who: SignedIn, number: int, status: int = 200, error: str = ""
) -> Response:
    publisher = deps(request).guide.publisher
    live = await publisher.live_number()
    back = await publisher.going_back(number)
    (found,) = await publisher.versions(after=number - 1, below=number + 1)
    return render("version.html", who, status, version=found, live=live, back=back, error=error)


@form
async def rollback(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Make a version live again, if the live one is still the one that was looked at."""
    who.actor.must(Right.PUBLISHER)
    number = number_of(request)
    publisher = deps(request).guide.publisher
    if str(await publisher.live_number()) != given.get("live"):
        said = "Somebody published meanwhile. Look again at what going back would change."
        return await _show_version(request, who, number, CONFLICT, said)
    await publisher.rollback(number, by=who.actor.name, reason=_words(given, "reason"))
    return RedirectResponse(f"{ROOT}/versions", 303)


@page
async def drafts(request: Request, who: SignedIn) -> Response:
    """Drafts that wait, and a form to hand one in."""
    return await _show_drafts(request, who)


async def _show_drafts(
    request: Request, who: SignedIn, status: int = 200, faults: tuple[Fault, ...] = ()
) -> Response:
    who.actor.must(Right.PUBLISHER)
    guide = deps(request).guide
    return render(
        "drafts.html",
        who,
        status,
        drafts=await guide.publisher.drafts(),
        proposals=await guide.curation.proposals(),
        names=await names_of(request),
        faults=fault_lines(faults, most=MOST),
    )


@file_form
async def hand_in(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Make a draft of a file: YAML, a spreadsheet, or another bot's export."""
    who.actor.must(Right.PUBLISHER)
    guide = deps(request).guide
    name, raw = given.get("file") or ("", b"")
    if not raw:
        raise GuideError("Choose a file first.")
    if len(raw) > LARGEST_FILE:
        raise GuideError("That file is too large. Send at most {most:,} bytes.", most=LARGEST_FILE)
    live = await guide.publisher.live_number()
    files = await guide.publisher.files_of(live)
    try:
        taken = await asyncio.to_thread(take_in, raw, name, files, guide.snapshot.content)
    except ContentError as error:
        return await _show_drafts(request, who, BAD, error.faults)
    draft = Draft(files=taken, base=live)
    title = _words(given, "title") or name
    number = await guide.publisher.save(draft, by=who.actor.name, title=title)
    return RedirectResponse(f"{ROOT}/drafts/{number}", 303)


@page
async def draft(request: Request, who: SignedIn) -> Response:
    """What a draft would do; and a question tried on it, beside the live version."""
    return await _show_draft(request, who, number_of(request))


async def _show_draft(
    request: Request, who: SignedIn, number: int, status: int = 200, **told: Any
) -> Response:
    who.actor.must(Right.PUBLISHER)
    guide = deps(request).guide
    kept = await guide.publisher.saved(number)
    looked = await deps(request).drafts.look(kept)
    shown = {"said": "", "error": "", "lost": False, "conflicts": (), "blast": ()} | told
    return render(
        "draft.html",
        who,
        status,
        draft=kept,
        examined=looked.examined,
        lines=report(looked.examined, SOURCE_LANGUAGE, most=MOST),
        **await _tried(request.query_params, guide, looked.snapshot),
        **shown,
    )


async def _tried(
    asked: Mapping[str, str], guide: Guide, snapshot: Snapshot | None
) -> dict[str, Any]:
    """Return a question's answers by a draft and by the live version, with their traces."""
    text = asked.get("q", "")[:LONGEST_TRIED].strip()
    language = known_language(asked.get("language"))
    today = guide.today()
    tried: list[tuple[str, list[dict[str, Any]]]] = []
    if text and snapshot:
        for title, one in (("By the draft", snapshot), ("By the live version", guide.snapshot)):
            tried.append((title, await asyncio.to_thread(traces, one, text, language, today)))
    return {"text": text, "language": language, "tried": tried}


@form
async def replay(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Try a draft on what people asked."""
    who.actor.must(Right.PUBLISHER)
    number = number_of(request)
    publisher = deps(request).guide.publisher
    tried = await unpacked(await publisher.saved(number))
    blast = await publisher.replay(tried, questions=QUESTIONS)
    lines = blast_lines(blast, SOURCE_LANGUAGE, most=MOST) or ["No question was logged yet."]
    return await _show_draft(request, who, number, blast=lines)


@form
async def publish(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Make a draft live everywhere."""
    who.actor.must(Right.PUBLISHER)
    number = number_of(request)
    try:
        done = await deps(request).guide.publisher.publish_saved(
            number, by=who.actor.name, override=_words(given, "override") or None
        )
    except LostError as error:
        return await _show_draft(request, who, number, CONFLICT, error=str(error), lost=True)
    except (ContentError, OutdatedError) as error:
        return await _show_draft(request, who, number, CONFLICT, error=str(error))
    return RedirectResponse(f"{ROOT}/versions/{done.number}", 303)


@form
async def renew(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Take into a draft what was published since it was begun."""
    who.actor.must(Right.PUBLISHER)
    number = number_of(request)
    publisher = deps(request).guide.publisher
    renewed, merged = await publisher.renew_saved(number, by=who.actor.name)
    if merged.conflicts:
        return await _show_draft(request, who, number, CONFLICT, conflicts=merged.conflicts)
    return RedirectResponse(f"{ROOT}/drafts/{renewed}", 303)


@form
async def try_in_chat(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Answer this person's own chat with the bot from a draft, until they send /live."""
    who.actor.must(Right.PUBLISHER)
    number = number_of(request)
    await deps(request).guide.try_draft(who.actor.id, number)
    said = "Your chat with the bot is answered from this draft now. Send /live there to end that."
    return await _show_draft(request, who, number, said=said)


@form
async def discard(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Drop a draft."""
    who.actor.must(Right.PUBLISHER)
    guide = deps(request).guide
    await guide.publisher.discard(number_of(request))
    await guide.refresh()
    return RedirectResponse(f"{ROOT}/drafts", 303)


@page
async def stale(request: Request, who: SignedIn) -> Response:
    """Facts past their review, those first that most people ask for; how translations stand."""
    guide = deps(request).guide
    content = guide.snapshot.content
    due = await guide.publisher.stale(content)
    words, at = request.query_params.get("text", "")[:200].strip(), page_of(request)
    found = [one for one in due if words.casefold() in f"{one.name} {one.said}".casefold()]
    everybody = await deps(request).rights.everybody()
    return render(
        "stale.html",
        who,
        due=len(due),
        total=len(found),
        facts=found[(at - 1) * PAGE : at * PAGE],
        text=words,
        page=at,
        more=len(found) > at * PAGE,
        publishers=[one.name for one in everybody if one.right >= Right.PUBLISHER and one.name],
        translated=count_states(content),
    )


@form
async def confirm(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Note that a fact was looked at today and still holds."""
    who.actor.must(Right.PUBLISHER)
    fact = _words(given, "fact")
    await deps(request).guide.publisher.confirm([fact], by=who.actor.name)
    rest = {"page": str(page_of(request)), "text": _words(request.query_params, "text")}
    return RedirectResponse(f"{ROOT}/stale?{urlencode(rest)}", 303)


def _words(given: Mapping[str, Any], name: str) -> str:
    return " ".join(str(given.get(name, "")).split())[:300]


ROUTES = (
    Route("/versions", versions),
    Route("/versions/{number:int}", version),
    Route("/versions/{number:int}/rollback", rollback, methods=["POST"]),
    Route("/drafts", drafts),
    Route("/drafts", hand_in, methods=["POST"]),
    Route("/drafts/{number:int}", draft),
    Route("/drafts/{number:int}/replay", replay, methods=["POST"]),
    Route("/drafts/{number:int}/publish", publish, methods=["POST"]),
    Route("/drafts/{number:int}/renew", renew, methods=["POST"]),
    Route("/drafts/{number:int}/try", try_in_chat, methods=["POST"]),
    Route("/drafts/{number:int}/discard", discard, methods=["POST"]),
    Route("/stale", stale),
    Route("/stale", confirm, methods=["POST"]),
)
