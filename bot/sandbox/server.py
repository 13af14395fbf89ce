"""The sandbox over HTTP: the Bot API, webhook delivery, the page and its controls."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.methods import ApiError, Upload, in_utf8
from bot.sandbox.posts import METHODS
from bot.sandbox.room import GROUP, Bot, Data, Fault, Room, quoted
from bot.serving import start

STATIC = Path(__file__).parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
RETRY_FIRST, RETRY_LONGEST = 0.2, 30.0
HEARTBEAT = 15.0
MOST_SHOWN = 300
"""Messages of each chat that the page shows when it opens."""
_PATIENCE = aiohttp.ClientTimeout(total=60)


def create_app(room: Room) -> Starlette:
    """Return the sandbox as an ASGI app."""
    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
            Route("/file/bot{token}/files/{file_id}", download),
            Route("/", page),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/api/room", describe),
            Route("/api/events", events),
            Route("/api/files/{file_id}", download),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            Route("/control/{action}", control, methods=["GET", "POST"]),
        ]
    )
    app.state.room = room
    return app


class Droppable:
    """Remembers uvicorn's side of each connection, so that a fault can break it off."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the call on."""
        await self._app({**scope, "cycle": getattr(send, "__self__", None)}, receive, send)


# -- the Bot API ------------------------------------------------------------------------------


async def call_method(request: Request) -> Response:
    """Answer one call of a bot's."""
    room: Room = request.app.state.room
    bot = room.bot(request.path_params["token"])
    if bot is None:
        return _refusal(ApiError(401, "Unauthorized"))
    name = request.path_params["method"].lower()
    try:
        given = in_utf8(await _parameters(request))
        fault = room.fault(name, _chat_of(given))
        if fault and (answer := await _spoil(fault, before=True)):
            return answer
        result = await METHODS.get(name, _no_such_method)(room, bot, given)
    except ApiError as error:
        return _refusal(error)
    if fault and (answer := await _spoil(fault, before=False)):
        return answer
    return Response(
        json.dumps({"ok": True, "result": result}, ensure_ascii=False),
        media_type="application/json",
        headers={"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())},
    )


async def _no_such_method(room: Room, bot: Bot, given: Data) -> Any:
    raise ApiError(404, "Not Found: method not found")


def _chat_of(given: Data) -> int | None:
    with suppress(KeyError, ValueError, TypeError):
        return int(given["chat_id"])
    return None


def _refusal(error: ApiError) -> Response:
    body: Data = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    wait = error.parameters.get("retry_after")
    return JSONResponse(body, error.code, {"Retry-After": str(wait)} if wait else None)


class Dropped(Response):
    """Closes the connection without an answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Break off, as a network does."""
        scope["cycle"].transport.abort()


async def _spoil(fault: Fault, *, before: bool) -> Response | None:
    """Return the answer of a fault, at the moment it strikes."""
    if fault.kind == "delay":
        if before:
            await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "drop_after":
        return None if before else Dropped()
    if not before:
        return None
    if fault.kind == "drop_before":
        return Dropped()
    if fault.kind == "429":
        wait = max(1, round(fault.seconds))
        return _refusal(ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait))
    return _refusal(ApiError(int(fault.kind), "Internal Server Error"))


async def _parameters(request: Request) -> Data:
    given: Data = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        try:
            sent = json.loads(body) if body else {}
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
        return {**given, **sent} if isinstance(sent, dict) else given
    if kind.startswith("application/x-www-form-urlencoded"):
        body = await request.body()
        return {**given, **_form(body)}
    if kind.startswith("multipart/form-data"):
        async with request.form(max_files=20) as form:
            for name, value in form.items():
                given[name] = (
                    Upload(value.filename or name, await value.read())
                    if isinstance(value, UploadFile)
                    else value
                )
    return given


def _form(body: bytes) -> Data:
    """Return a form's fields; bytes that are no UTF-8 stay visible, to be refused."""
    text = body.decode(errors="surrogateescape")
    return dict(parse_qsl(text, keep_blank_values=True, errors="surrogateescape"))


# -- webhooks ---------------------------------------------------------------------------------


class Deliveries:
    """Calls webhooks: one chat's updates in order, side by side across chats, until taken."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._busy: set[tuple[str, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            try:
                while True:
                    self._room.webhook_wake.clear()
                    for bot in self._room.bots.values():
                        self._start(bot, session)
                    await self._room.webhook_wake.wait()
            finally:
                for task in self._tasks:
                    task.cancel()

    def _start(self, bot: Bot, session: aiohttp.ClientSession) -> None:
        if not bot.webhook.get("url"):
            return
        for update in list(bot.updates):
            lane = (bot.token, _lane(update))
            if lane in self._busy or len(self._busy) >= bot.webhook["max_connections"]:
                continue
            self._busy.add(lane)
            task = asyncio.create_task(self._deliver(bot, update, lane, session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, bot: Bot, update: Data, lane: tuple[str, int], session: aiohttp.ClientSession
    ) -> None:
        wait = RETRY_FIRST
        try:
            while bot.webhook.get("url"):
                if await self._taken(bot, update, session):
                    with suppress(ValueError):
                        bot.updates.remove(update)
                    return
                await asyncio.sleep(wait)
                wait = min(wait * 2, RETRY_LONGEST)
        finally:
            self._busy.discard(lane)
            self._room.webhook_wake.set()

    async def _taken(self, bot: Bot, update: Data, session: aiohttp.ClientSession) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": bot.webhook["secret_token"]}
        fault = self._room.fault("webhook", None)
        copies = 2 if fault and fault.kind == "duplicate" else 1
        taken, reason = False, ""
        for _ in range(copies):
            try:
                async with session.post(bot.webhook["url"], json=update, headers=headers) as reply:
                    taken = reply.status // 100 == 2
                    reason = f"Wrong response from the webhook: {reply.status} {reply.reason}"
            except (aiohttp.ClientError, TimeoutError) as error:
                reason = f"Connection failed: {type(error).__name__}"
        if not taken:
            bot.webhook_error = {
                "last_error_date": int(time.time()),
                "last_error_message": reason,
            }
        return taken


def _lane(update: Data) -> int:
    for part in update.values():
        if isinstance(part, dict):
            message = part.get("message") or part
            owner = message.get("chat") or part.get("from") or {}
            return int(owner.get("id", 0))
    return 0


# -- the page ---------------------------------------------------------------------------------


async def page(request: Request) -> Response:
    """Serve the chat page."""
    return FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": CSP})


async def describe(request: Request) -> Response:
    """Return everything the page shows when it opens."""
    room: Room = request.app.state.room
    bot = next(iter(room.bots.values()), None)
    people = [
        {"id": p.id, "name": p.first_name, "note": p.note, "language": p.language_code}
        for p in room.people.values()
    ]
    chats = {
        str(chat): list(messages.values())[-MOST_SHOWN:]
        for chat, messages in room.messages.items()
    }
    return JSONResponse(
        {
            "people": people,
            "group": GROUP,
            "chats": chats,
            "events": len(room.events),
            "bot": bot and {"name": bot.user()["first_name"], "username": bot.username},
            "commands": {
                str(p.id): _menu(bot, p.id, p.language_code) for p in room.people.values()
            }
            if bot
            else {},
            "descriptions": {
                language: text
                for (name, language), text in (bot.texts.items() if bot else ())
                if name == "description"
            },
        }
    )


def _menu(bot: Bot, person: int, language: str) -> list[Data]:
    """Return the commands a person sees, by Telegram's order of scopes and languages."""
    for scope in (f"chat:{person}", "all_private_chats", "default"):
        for code in (language, ""):
            if commands := bot.commands.get((scope, code)):
                return commands
    return []


async def events(request: Request) -> Response:
    """Send what happens from now on, as server-sent events."""
    room: Room = request.app.state.room
    at = int(request.query_params.get("from", len(room.events)))
    return StreamingResponse(_stream(room, at), media_type="text/event-stream")


async def _stream(room: Room, at: int) -> AsyncIterator[str]:
    yield ": here\n\n"
    while True:
        fresh, at = await _after(room, at)
        yield "".join(f"data: {json.dumps(event)}\n\n" for event in fresh) or ": still here\n\n"


async def _after(room: Room, at: int) -> tuple[list[Data], int]:
    """Return the events after a place and the next place, once there are some or in a while."""
    async with room.changed:
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                await room.changed.wait_for(lambda: len(room.events) > at)
    return room.events[at:], len(room.events)


async def download(request: Request) -> Response:
    """Return a file's content."""
    room: Room = request.app.state.room
    found = room.files.get(request.path_params["file_id"])
    if found is None:
        return Response("not found", 404)
    name, content = found
    kinds = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}
    kind = kinds.get(Path(name).suffix.lower(), "application/octet-stream")
    safe = re.sub(r"[^\w.-]", "_", name)
    headers = {"Content-Disposition": f'inline; filename="{safe}"', "Content-Security-Policy": CSP}
    return Response(content, media_type=kind, headers=headers)


# -- what people do ---------------------------------------------------------------------------


async def control(request: Request) -> Response:
    """Let a person act, or set a fault; the page, tests and benchmarks all come this way."""
    room: Room = request.app.state.room
    given: Data = dict(request.query_params)
    if request.method == "POST":
        given |= await request.json()
    run = CONTROLS.get(request.path_params["action"])
    if run is None:
        return JSONResponse({"error": f"choose one of {sorted(CONTROLS)}"}, 404)
    try:
        return JSONResponse({"ok": True, "result": await run(room, given)})
    except (KeyError, ValueError, TypeError) as error:
        return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)


async def _say(room: Room, given: Data) -> Any:
    chat = int(given["chat"]) if given.get("chat") else None
    extra: Data = {}
    if number := given.get("reply_to"):
        known = room.messages[chat or int(given["person"])].get(int(number))
        extra = {"reply_to_message": quoted(known)} if known else {}
    message = await room.say(int(given["person"]), str(given["text"]), chat_id=chat, **extra)
    return message["message_id"]


async def _press(room: Room, given: Data) -> Any:
    person = int(given["person"])
    chat = int(given.get("chat") or person)
    return await room.press(person, chat, int(given["message_id"]), str(given["data"]))


async def _react(room: Room, given: Data) -> Any:
    await room.react(int(given["person"]), int(given["message_id"]), given.get("emoji") or None)


async def _edit(room: Room, given: Data) -> Any:
    message = await room.edit(int(given["person"]), int(given["message_id"]), str(given["text"]))
    return message["message_id"]


async def _location(room: Room, given: Data) -> Any:
    place = {"latitude": float(given["latitude"]), "longitude": float(given["longitude"])}
    return (await room.say(int(given["person"]), "", location=place))["message_id"]


async def _document(room: Room, given: Data) -> Any:
    content = base64.b64decode(given["content"]) if "content" in given else given["text"].encode()
    name = str(given["name"])
    file_id = room.keep_file(name, content)
    document = {
        "file_id": file_id,
        "file_unique_id": file_id[-12:],
        "file_name": name,
        "file_size": len(content),
    }
    kind: Data = {"document": document}
    if given.get("as") == "photo":
        kind = {"photo": [{**document, "width": 640, "height": 480}]}
    caption = str(given.get("caption") or "")
    return (await room.say(int(given["person"]), caption, **kind))["message_id"]


async def _inline(room: Room, given: Data) -> Any:
    return await room.ask_inline(int(given["person"]), str(given["query"]))


async def _updates(room: Room, given: Data) -> Any:
    return await room.push(given["update"])


async def _transcript(room: Room, given: Data) -> Any:
    return list(room.messages[int(given["chat"])].values())


async def _faults(room: Room, given: Data) -> Any:
    room.faults = [Fault(**fault) for fault in given["faults"]]
    return len(room.faults)


async def _block(room: Room, given: Data) -> Any:
    change = room.blocked.add if given.get("blocked", True) else room.blocked.discard
    change(int(given["person"]))


async def _wait(room: Room, given: Data) -> Any:
    """Wait until a chat has so many messages of the bot's."""
    chat, count = int(given["chat"]), int(given["count"])

    def of_bot() -> list[Data]:
        return [m for m in room.messages[chat].values() if m["from"]["is_bot"]]

    async with room.changed:
        async with asyncio.timeout(float(given.get("seconds") or 10)):
            await room.changed.wait_for(lambda: len(of_bot()) >= count)
    return of_bot()


CONTROLS = {
    "say": _say,
    "press": _press,
    "react": _react,
    "edit": _edit,
    "location": _location,
    "document": _document,
    "inline": _inline,
    "updates": _updates,
    "transcript": _transcript,
    "faults": _faults,
    "block": _block,
    "wait": _wait,
}


# -- running ----------------------------------------------------------------------------------


@dataclass
class Running:
    """A sandbox that serves."""

    room: Room
    url: str
    server: uvicorn.Server
    tasks: tuple[asyncio.Task[None], ...]

    async def aclose(self) -> None:
        """Stop serving, at once."""
        self.server.should_exit = True
        self.server.force_exit = True
        for task in self.tasks[1:]:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def serve(room: Room, *, port: int = 0, listener: socket.socket | None = None) -> Running:
    """Start serving a room in this loop, on a listener or a port; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    if listener is None:
        listener = socket.create_server(("127.0.0.1", port))
    server, serving = await start(Droppable(create_app(room)), listener)
    delivering = asyncio.create_task(Deliveries(room).run())
    room.url = url = "http://{}:{}".format(*listener.getsockname())
    return Running(room=room, url=url, server=server, tasks=(serving, delivering))
