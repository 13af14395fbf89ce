"""A lean Telegram for load: so many people at once, each asking again when answered.

Speaks just enough of the Bot API over HTTP for any bot framework, by polling or webhook, and
measures from the moment a question may be fetched to the moment its answer arrives.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import aiohttp

TOKEN = "123456789:AAF0bench-bench-bench-bench-bench-0001"  # noqa: S105 - opens nothing
BOT = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
FIRST_UPDATE = 1_000


@dataclass
class Load:
    """People in a closed loop, and what happened to their questions."""

    people: int
    questions: Sequence[str]
    want: int
    """Answers after which the run ends."""
    pending: deque[dict[str, Any]] = field(default_factory=deque)
    unconfirmed: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked_at: dict[int, float] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    repeats: int = 0
    update_id: int = FIRST_UPDATE
    started: float = 0.0
    ended: float = 0.0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    methods: Counter[str] = field(default_factory=Counter)
    deliver: Callable[[dict[str, Any]], None] | None = None
    """Where updates go at once when the bot uses a webhook."""

    def begin(self) -> None:
        """Let everybody ask once."""
        self.started = time.perf_counter()
        for chat in range(1, self.people + 1):
            self.ask(chat)

    def ask(self, chat: int) -> None:
        """Let one person ask the next question."""
        self.update_id += 1
        text = self.questions[self.update_id % len(self.questions)]
        person = {"id": chat, "is_bot": False, "first_name": "P", "language_code": "en"}
        update = {
            "update_id": self.update_id,
            "message": {
                "message_id": self.update_id,
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private", "first_name": "P"},
                "from": person,
                "text": text,
            },
        }
        self.asked_at[chat] = time.perf_counter()
        if self.deliver:
            self.deliver(update)
        else:
            self.pending.append(update)
            self.arrived.set()

    def answered(self, chat: int) -> None:
        """Note an answer; the person asks again until enough were given."""
        asked = self.asked_at.pop(chat, None)
        if asked is None:
            self.repeats += 1
            return
        self.latencies.append(time.perf_counter() - asked)
        if len(self.latencies) >= self.want:
            self.ended = self.ended or time.perf_counter()
            self.done.set()
        else:
            self.ask(chat)

    async def updates(self, offset: int, limit: int, hold: float) -> list[dict[str, Any]]:
        """Return what waits, as getUpdates does: what is below the offset is forgotten."""
        for known in [number for number in self.unconfirmed if number < offset]:
            del self.unconfirmed[known]
        if not self.pending and not self.unconfirmed and hold:
            self.arrived.clear()
            try:
                async with asyncio.timeout(hold):
                    await self.arrived.wait()
            except TimeoutError:
                return []
        while self.pending and len(self.unconfirmed) < limit:
            update = self.pending.popleft()
            self.unconfirmed[update["update_id"]] = update
        return [self.unconfirmed[number] for number in sorted(self.unconfirmed)][:limit]


class StandIn:
    """The HTTP server around a load."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.port = 0
        self.webhook: str | None = None
        self.webhook_secret = ""
        self.ready = asyncio.Event()
        """Set when the bot first fetches, or has set its webhook."""
        self._server: asyncio.Server | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent = 0

    async def __aenter__(self) -> StandIn:
        """Listen on a free port of this machine."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        if self._session:
            await self._session.close()
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value for name, _, value in (ln.partition(": ") for ln in lines)
                }
                body = await _body(reader, headers)
                path = urlsplit(first.split(" ")[1])
                given = _parameters(body, headers.get("content-type", ""), path.query)
                result = await self._method(path.path.rpartition("/")[2].lower(), given)
                answer = json.dumps({"ok": True, "result": result}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + str(len(answer)).encode()
                    + b"\r\n\r\n"
                    + answer
                )
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _method(self, name: str, given: dict[str, Any]) -> Any:
        self.load.methods[name] += 1
        match name:
            case "getupdates":
                self.ready.set()
                offset, limit = int(given.get("offset") or 0), int(given.get("limit") or 100)
                return await self.load.updates(offset, limit, float(given.get("timeout") or 0))
            case "sendmessage":
                return {**self._sent(int(given["chat_id"])), "text": "…"}
            case "sendphoto":
                size = {"width": 1080, "height": 720, "file_unique_id": "u"}
                photo = str(given.get("photo") or "")
                kept = photo if photo.startswith("kept-") else f"kept-{self.sent}"
                return {**self._sent(int(given["chat_id"])), "photo": [{**size, "file_id": kept}]}
            case "getme":
                return BOT
            case "setwebhook" if given.get("url"):
                self.webhook = str(given["url"])
                self.webhook_secret = str(given.get("secret_token") or "")
                self.load.deliver = self._post
                self.ready.set()
                return True
            case "getwebhookinfo":
                return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case _:
                return True

    def _sent(self, chat: int) -> dict[str, Any]:
        """Note what a chat got; its first message answers its question."""
        self.sent += 1
        self.load.answered(chat)
        return {
            "message_id": 10_000_000 + self.sent,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "P"},
            "from": BOT,
        }

    def _post(self, update: dict[str, Any]) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Call the webhook until it answers 200, as Telegram does."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook_secret}
        while self._session and self.webhook:
            try:
                async with self._session.post(self.webhook, json=update, headers=headers) as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length") or 0))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _parameters(body: bytes, kind: str, query: str) -> dict[str, Any]:
    given: dict[str, Any] = {key: values[-1] for key, values in parse_qs(query).items()}
    if not body:
        return given
    if kind.startswith("application/json"):
        return {**given, **json.loads(body)}
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = (pair.partition("=") for pair in body.decode().split("&"))
        return {**given, **{key: unquote_plus(value) for key, _, value in pairs}}
    return {**given, **_multipart(body, kind)}


def _multipart(body: bytes, kind: str) -> dict[str, Any]:
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    given = {}
    for part in body.split(b"--" + boundary):
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0]
        if name:
            given[name.decode()] = value.removesuffix(b"\r\n").decode(
                errors="replace"
            )  # or a picture
    return given
