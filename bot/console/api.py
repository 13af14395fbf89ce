"""The read-only JSON API, for whoever holds a key, with its OpenAPI description."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.console.guard import ROOT, deps
from bot.console.pages import number_of
from knowledge.errors import NotFoundError
from knowledge.store import demand, groups
from knowledge.store.groups import Wanted
from knowledge.store.listings import rows
from knowledge.store.rows import group_row, question_row

MOST = 500


async def _allowed(request: Request) -> bool:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and await deps(request).signin.has_key(secret.strip())


def _refused() -> Response:
    told = {"error": "Send a key: Authorization: Bearer KEY; an admin makes one."}
    return JSONResponse(told, 401, headers={"www-authenticate": "Bearer"})


def _number(request: Request, name: str, default: int, most: int) -> int:
    given = request.query_params.get(name, "")
    return min(int(given), most) if given.isdecimal() and len(given) < 10 else default


async def table(request: Request) -> Response:
    """Return questions or groups, newest or weightiest first."""
    if not await _allowed(request):
        return _refused()
    name = request.path_params["name"]
    limit = _number(request, "limit", 100, MOST)
    offset = _number(request, "offset", 0, 10**9)
    if name == "topics":
        return JSONResponse({"topics": await _topics(request)})

    def work(session: Session) -> list[dict[str, Any]]:
        if name == "groups":
            state = request.query_params.get("state", "all")
            wanted = Wanted(state=state, limit=limit, offset=offset)
            return [group_row(one) for one in groups.listing(session, wanted)]
        if name == "questions":
            return rows(session, name, limit, offset=offset)
        raise NotFoundError(
            "There is no table {name!r}; see {place}.",
            name=name,
            place=f"{ROOT}/api/openapi.json",
        )

    return JSONResponse({name: await deps(request).guide.store.read(work)})


async def _topics(request: Request) -> list[dict[str, Any]]:
    guide = deps(request).guide
    counted = await deps(request).figures.of(demand.by_topic)
    figures = {one.topic: one for one in counted}
    return [
        {
            "id": key,
            "kind": topic.kind,
            "title": dict(topic.title.root),
            "phrasings": {language: len(said) for language, said in topic.phrasings.items()},
            "asked": figures[key].asked if key in figures else 0,
            "doubted": figures[key].doubted if key in figures else 0,
        }
        for key, topic in guide.snapshot.content.topics.items()
    ]


async def one_group(request: Request) -> Response:
    """Return a group with its questions."""
    if not await _allowed(request):
        return _refused()
    card = await deps(request).guide.curation.card(number_of(request))
    asked = [question_row(question) for question in card.samples]
    return JSONResponse({**group_row(card.group), "wordings": asked})


async def openapi(_: Request) -> Response:
    """Return the description of this API."""
    return JSONResponse(DESCRIPTION)


def _listing(name: str, *extra: dict[str, Any]) -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    parameters = [
        {"name": "limit", "in": "query", "schema": {**whole, "maximum": MOST}},
        {"name": "offset", "in": "query", "schema": whole},
        *extra,
    ]
    return {"get": {"summary": f"List {name}", "parameters": parameters, "responses": _ANSWERS}}


_ANSWERS = {
    "200": {
        "description": "As JSON.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    "401": {"description": "No key was sent, or it does not work."},
    "404": {"description": "There is no such thing."},
}
_STATE = {"name": "state", "in": "query", "schema": {"type": "string"}}
_NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Health IT guide: questions, groups and topics",
        "version": "1",
        "description": "Read-only. Nobody who asked can be told from it.",
    },
    "servers": [{"url": f"{ROOT}/api"}],
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    "security": [{"key": []}],
    "paths": {
        "/questions": _listing("questions"),
        "/groups": _listing("groups", _STATE),
        "/groups/{number}": {
            "get": {"summary": "One group", "parameters": [_NUMBER], "responses": _ANSWERS}
        },
        "/topics": {"get": {"summary": "List topics", "responses": _ANSWERS}},
    },
}
