"""What the forms of the console do; each calls the same service as every other door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.forms import choice_of
from bot.console.guard import COOKIE, ROOT, deps, form, read_form, signed_in
from bot.console.pages import number_of, render, show_group
from knowledge.errors import GuideError
from knowledge.people import Right, person_id, right_named
from knowledge.signin import SESSION_LASTS, SignedIn, SignInError, TooManyError

BAD, TOO_MANY, CONFLICT = 400, 429, 409


async def enter(request: Request) -> Response:
    """Say how to come in; a link from the bot shows one button, so that no preview uses it up."""
    token = request.query_params.get("token", "")[:200]
    return render("enter.html", await signed_in(request), token=token, error="")


async def enter_by_link(request: Request) -> Response:
    """Use a link up and begin a session."""
    given = await read_form(request)
    place = request.client.host if request.client else ""
    try:
        secret = await deps(request).signin.enter(str(given.get("token", "")), place)
    except SignInError as error:
        status = TOO_MANY if isinstance(error, TooManyError) else BAD
        return render("enter.html", None, status, token="", error=str(error))
    response = RedirectResponse(f"{ROOT}/", 303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path=ROOT,
        secure=deps(request).secure,
        httponly=True,
        samesite="strict",
    )
    return response


@form
async def leave(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """End this session, or all of the person's."""
    everywhere = given.get("everywhere") == "yes"
    secret = request.cookies.get(COOKIE, "")
    await deps(request).signin.leave(secret, who.actor, everywhere=everywhere)
    response = RedirectResponse(f"{ROOT}/enter", 303)
    response.delete_cookie(COOKIE, path=ROOT)
    return response


@form
async def decide(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Preview a choice, or carry it out."""
    number = number_of(request)
    curation = deps(request).guide.curation
    try:
        who.actor.must(Right.CURATOR)
        choice = choice_of(given)
        if given.get("do") == "preview":
            seen = await curation.preview(number, choice)
            return await show_group(request, who, number, preview=seen, given=given)
        tell = given.get("hold") != "yes"
        decided = await curation.decide(number, choice, who.actor, tell=tell)
    except GuideError as error:
        return await show_group(
            request, who, number, status=CONFLICT, error=str(error), given=given
        )
    said = "Done."
    if decided.proposed:
        said = "Proposed. The publishers are told, and one of them will look at it."
    if decided.replaced:
        said += " It takes the place of the proposal before."
    if decided.decision.version:
        said += f" Live as version {decided.decision.version}."
    if decided.closed:
        said += " Also answered now: " + "; ".join(one.head for one in decided.closed[:5])
    return await show_group(request, who, number, said=said)


@form
async def undo(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Take a decision back."""
    opened = await deps(request).guide.curation.undo(who.actor, number_of(request))
    first = opened[0].id if opened else None
    return RedirectResponse(f"{ROOT}/groups/{first}" if first else f"{ROOT}/history", 303)


@form
async def approve(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Publish what a curator proposed."""
    decided = await deps(request).guide.curation.approve(number_of(request), who.actor)
    return RedirectResponse(f"{ROOT}/groups/{decided.decision.group_id}", 303)


@form
async def tell(request: Request, who: SignedIn, _: dict[str, Any]) -> Response:
    """Tell those whose notice was held back."""
    number = number_of(request)
    await deps(request).guide.curation.let_go(number, who.actor)
    return RedirectResponse(f"{ROOT}/groups/{number}", 303)


@form
async def merge(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Let another group take this one in."""
    into = str(given.get("into", ""))
    if not into.isdecimal() or len(into) > 9:
        raise GuideError("Name the group by its number.")
    await deps(request).guide.curation.merge(number_of(request), int(into), who.actor)
    return RedirectResponse(f"{ROOT}/groups/{into}", 303)


@form
async def split(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Let chosen questions begin a group of their own."""
    chosen = [int(one) for one in given.get("question[]", ()) if one.isdecimal()]
    number = number_of(request)
    await deps(request).guide.curation.split(number, chosen, who.actor)
    return RedirectResponse(f"{ROOT}/groups/{number}", 303)


@form
async def scrub(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Take personal words out of everything."""
    await deps(request).guide.curation.scrub(str(given.get("words", "")), who.actor)
    return RedirectResponse(f"{ROOT}/groups/{number_of(request)}", 303)


@form
async def give_right(request: Request, who: SignedIn, given: dict[str, Any]) -> Response:
    """Give somebody a right, or take it."""
    number = person_id(str(given.get("person", "")))
    actor = replace(who.actor, door="console")
    right, name = right_named(str(given.get("right", ""))), str(given.get("name", ""))[:64]
    await deps(request).rights.give(number, right, actor, name)
    return RedirectResponse(f"{ROOT}/people", 303)
