"""Who may come in: sessions, the form key against forged forms, and headers on every page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.drafts import Drafts
from knowledge.curation.demand import Figures
from knowledge.editing.sheets import LARGEST_FILE
from knowledge.guide import Guide
from knowledge.people import ForbiddenError
from knowledge.rights import Rights
from knowledge.signin import SignedIn, SignIn

ROOT = "/console"
COOKIE = "guide_session"
FORM_KEY = "form_key"
LARGEST_FORM = 200_000
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Headers:
    """Adds the security headers to whatever the console answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].decode() not in HEADERS]
                ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        await self._app(scope, receive, told)


class Deps:
    """What the pages need."""

    def __init__(self, guide: Guide, rights: Rights, *, secure: bool) -> None:
        self.guide = guide
        self.rights = rights
        self.figures = Figures(guide.store)
        self.drafts = Drafts(guide)
        self.signin = SignIn(guide.store, rights)
        self.secure = secure
        """Whether cookies are for https only."""


def deps(request: Request) -> Deps:
    """Return what the pages need."""
    return cast("Deps", request.app.state.deps)


async def signed_in(request: Request) -> SignedIn | None:
    """Return who asks."""
    return await deps(request).signin.who(request.cookies.get(COOKIE, ""))


Page = Callable[[Request, SignedIn], Awaitable[Response]]
Form = Callable[[Request, SignedIn, dict[str, Any]], Awaitable[Response]]


def page(run: Page) -> Callable[[Request], Awaitable[Response]]:
    """Show a page to people who are signed in; others are told how to."""

    async def shown(request: Request) -> Response:
        who = await signed_in(request)
        if who is None:
            return RedirectResponse(f"{ROOT}/enter", 303)
        return await run(request, who)

    return shown


def form(run: Form) -> Callable[[Request], Awaitable[Response]]:
    """Take a form of one of our own pages, made for this very session."""
    return _taking(run, read_form)


def file_form(run: Form) -> Callable[[Request], Awaitable[Response]]:
    """Take a form that brings a file; its name and bytes stand under ``file``."""
    return _taking(run, _read_file_form)


def _taking(
    run: Form, read: Callable[[Request], Awaitable[dict[str, Any]]]
) -> Callable[[Request], Awaitable[Response]]:
    async def taken(request: Request) -> Response:
        who = await signed_in(request)
        if who is None:
            return RedirectResponse(f"{ROOT}/enter", 303)
        given = await read(request)
        if not who.fits(str(given.get(FORM_KEY, ""))):
            raise ForbiddenError(
                "This form is too old or not ours. Go back and load the page again."
            )
        return await run(request, who, given)

    return taken


async def read_form(request: Request) -> dict[str, Any]:
    """Return the fields of a form; one field of several values as a list under ``name[]``."""
    if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
        raise ForbiddenError("That is too much for one form.")
    async with request.form(max_files=0, max_fields=200) as sent:
        given: dict[str, Any] = {name: str(value) for name, value in sent.items()}
        given |= {f"{name}[]": [str(one) for one in sent.getlist(name)] for name in sent}
    return given


async def _read_file_form(request: Request) -> dict[str, Any]:
    if int(request.headers.get("content-length") or 0) > LARGEST_FILE + LARGEST_FORM:
        raise ForbiddenError(
            "That file is too large. Send at most {most:,} bytes.", most=LARGEST_FILE
        )
    async with request.form(max_files=1, max_fields=20) as sent:
        given: dict[str, Any] = {name: str(value) for name, value in sent.items()}
        file = sent.get("file")
        if isinstance(file, UploadFile):
            given["file"] = file.filename or "", await file.read(LARGEST_FILE + 1)
    return given
