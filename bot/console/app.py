"""The console as one ASGI app, mounted under /console."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console import actions, api, pages, publishing
from bot.console.guard import ROOT, Deps, Headers, signed_in
from knowledge.errors import GuideError, NotFoundError, TryAgainLaterError
from knowledge.guide import Guide
from knowledge.people import ForbiddenError
from knowledge.rights import Rights

_STATUS: dict[type[Exception], int] = {
    ForbiddenError: 403,
    NotFoundError: 404,
    TryAgainLaterError: 503,
}


def console(guide: Guide, rights: Rights, *, secure: bool) -> Mount:
    """Return the console's routes.

    Args:
        guide: the knowledge service.
        rights: who may do what.
        secure: whether people reach it by https, so that cookies need it.
    """
    app = Starlette(
        routes=[
            Route("/", pages.inbox),
            Route("/groups/{number:int}", pages.group),
            Route("/groups/{number:int}/decide", actions.decide, methods=["POST"]),
            Route("/groups/{number:int}/tell", actions.tell, methods=["POST"]),
            Route("/groups/{number:int}/merge", actions.merge, methods=["POST"]),
            Route("/groups/{number:int}/split", actions.split, methods=["POST"]),
            Route("/groups/{number:int}/scrub", actions.scrub, methods=["POST"]),
            Route("/decisions/{number:int}/undo", actions.undo, methods=["POST"]),
            Route("/decisions/{number:int}/approve", actions.approve, methods=["POST"]),
            Route("/history", pages.history),
            Route("/topics", pages.topics),
            Route("/charts", pages.charts),
            Route("/try", pages.try_question),
            Route("/tables/{name}", pages.table),
            Route("/tables/{name}/{form}", pages.export),
            *publishing.ROUTES,
            Route("/people", pages.people),
            Route("/people", actions.give_right, methods=["POST"]),
            Route("/enter", actions.enter),
            Route("/enter", actions.enter_by_link, methods=["POST"]),
            Route("/leave", actions.leave, methods=["POST"]),
            Route("/api/openapi.json", api.openapi),
            Route("/api/groups/{number:int}", api.one_group),
            Route("/api/{name}", api.table),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Headers)],
        exception_handlers={GuideError: _explain, 404: _missing},
    )
    app.state.deps = Deps(guide, rights, secure=secure)
    return Mount(ROOT, app)


async def _explain(request: Request, error: Exception) -> Response:
    """Say in a sentence what did not work."""
    kinds = (code for kind, code in _STATUS.items() if isinstance(error, kind))
    return await _told(request, str(error), next(kinds, 409))


async def _missing(request: Request, _: Exception) -> Response:
    return await _told(request, "There is no such page.", 404)


async def _told(request: Request, words: str, status: int) -> Response:
    if request.url.path.startswith(f"{ROOT}/api"):
        return JSONResponse({"error": words}, status)
    who = None if status == _STATUS[TryAgainLaterError] else await signed_in(request)
    return pages.render("told.html", who, status, words=words)
