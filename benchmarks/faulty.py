"""A Telegram that fails on purpose, forgets nothing before it may, and remembers all it was told.

People ask in bursts of three, each burst from a new chat, so that the order of answers shows.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.standin import BOT

Data = dict[str, Any]
BURST = 3
FIRST_CHAT, FIRST_UPDATE = 10_000, 1_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name, no secret
AGAIN = 0.05
"""Seconds until an update that was not taken is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often Telegram does wrong, of one call in each way."""

    flood: float = 0.0
    """429 with a second to wait."""
    refuse: float = 0.0
    """500 in the Bot API's words: not done."""
    lose: float = 0.0
    """Done, but a gateway answers 502 or the connection breaks."""
    twice: float = 0.0
    """The webhook is called again with what it took already."""
    shuffle: bool = False
    """Updates come in any order."""


@dataclass
class Telegram:
    """The people, what they asked, and what they heard."""

    questions: Sequence[str]
    faults: Faults = field(default_factory=Faults)
    asked: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Update number → chat and text."""
    heard: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[int, Data] = field(default_factory=dict)
    """What was not acknowledged."""
    hooks: list[str] = field(default_factory=list)
    """Where the replicas listen; whoever is there gets the next call, as behind a balancer."""
    secret: str = ""
    replied: asyncio.Condition = field(default_factory=asyncio.Condition)
    failed: Counter[str] = field(default_factory=Counter)
    open_chats: set[int] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311
    _lanes: set[asyncio.Task[None]] = field(default_factory=set)

    def ask(self) -> int:
        """Let a new person ask three things at once; return the chat."""
        chat = FIRST_CHAT + len(self.asked) // BURST
        updates = []
        for text in self.chance.sample(self.questions, BURST):
            number = FIRST_UPDATE + len(self.asked)
            self.asked[number] = chat, text
            updates.append(_update(number, chat, text))
        self.open_chats.add(chat)
        for update in updates:
            self.waiting[update["update_id"]] = update
        if self.hooks:
            lane = asyncio.create_task(self._deliver(updates))
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return chat

    async def settled(self) -> None:
        """Wait until everybody heard as many answers as they asked for."""
        async with self.replied:
            await self.replied.wait_for(lambda: not self.open_chats)

    async def acknowledged(self) -> None:
        """Wait until nothing is kept any more."""
        while self.waiting:  # noqa: ASYNC110 - a bench, and many ways to get there
            await asyncio.sleep(AGAIN)

    async def _deliver(self, updates: Sequence[Data]) -> None:
        """Call the webhook with one chat's updates, each until it is taken, as Telegram does."""
        async with aiohttp.ClientSession() as session:
            for update in updates:
                while not await self._taken(session, update):  # noqa: ASYNC110 - a fixed pace
                    await asyncio.sleep(AGAIN)
                if self.chance.random() < self.faults.twice:
                    self.failed["delivered twice"] += 1
                    await self._taken(session, update)
                self.waiting.pop(update["update_id"], None)

    async def _taken(self, session: aiohttp.ClientSession, update: Data) -> bool:
        hook = self.chance.choice(self.hooks)
        try:
            async with session.post(
                hook, json=update, headers={SECRET_HEADER: self.secret}
            ) as reply:
                return reply.status == web.HTTPOk.status_code
        except (aiohttp.ClientError, OSError):
            return False

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of the Bot API."""
        given: Data = dict(request.query)
        if request.can_read_body:
            given |= await request.json()
        match request.match_info["method"]:
            case "getUpdates":
                return _ok(await self._updates(int(given["offset"]), float(given["timeout"])))
            case "sendMessage" | "sendPhoto" | "sendDocument":
                return await self._send(request, int(given["chat_id"]), str(given.get("text")))
            case "getMe":
                return _ok(BOT)
            case "getFile" | "getChat":
                return _refused(400, description="Bad Request: there is none of that id")
            case "setWebhook" if given.get("url"):
                self.secret = str(given["secret_token"])
                return _ok(True)
            case "getWebhookInfo":
                return _ok({"url": "", "has_custom_certificate": False, "pending_update_count": 0})
            case _:
                return _ok(True)

    async def _updates(self, offset: int, hold: float) -> list[Data]:
        for number in [number for number in self.waiting if number < offset]:
            del self.waiting[number]
        until = time.monotonic() + min(hold, 1.0)
        while not self.waiting and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(AGAIN)
        found = sorted(self.waiting)[:100]
        if self.faults.shuffle:
            self.chance.shuffle(found)
        return [self.waiting[number] for number in found]

    async def _send(self, request: web.Request, chat: int, text: str) -> web.StreamResponse:
        draw, faults = self.chance.random(), self.faults
        if draw < faults.flood:
            self.failed["429"] += 1
            return _refused(429, parameters={"retry_after": 1})
        if (draw := draw - faults.flood) < faults.refuse:
            self.failed["500"] += 1
            return _refused(500)
        self.heard[chat].append(text)
        if len(set(self.heard[chat])) >= BURST:
            self.open_chats.discard(chat)
        async with self.replied:
            self.replied.notify_all()
        draw -= faults.refuse
        if draw < faults.lose / 2:
            self.failed["502 after it was done"] += 1
            return web.Response(status=502, text="bad gateway")
        if draw < faults.lose and request.transport:
            self.failed["connection cut after it was done"] += 1
            request.transport.abort()
        sent = {"message_id": len(self.heard), "date": int(time.time()), "text": text or "…"}
        return _ok(sent | {"chat": {"id": chat, "type": "private", "first_name": "P"}})

    async def serve(self) -> tuple[web.AppRunner, str]:
        """Listen on a free port; return what to clean up, and the root address."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self.call)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return runner, f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """Call no webhook any more."""
        for lane in self._lanes:
            lane.cancel()


def _update(number: int, chat: int, text: str) -> Data:
    person = {"id": chat, "is_bot": False, "first_name": "P", "language_code": "en"}
    home = {"id": chat, "type": "private", "first_name": "P"}
    message = {"message_id": number, "date": int(time.time()), "chat": home, "from": person}
    return {"update_id": number, "message": message | {"text": text}}


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, **more: Any) -> web.Response:
    said = {"ok": False, "error_code": status, "description": "on purpose", **more}
    return web.json_response(said, status=status)
