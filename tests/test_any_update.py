"""Whatever Telegram may send, the real bot with all its handlers goes on answering."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from structlog.typing import EventDict
from telegram.error import TelegramError

from bot.app import SANDBOX_TOKEN, build
from bot.intake import Processor, started
from bot.sandbox.room import Room
from bot.sandbox.server import serve
from bot.settings import Settings
from knowledge.guide import Guide
from knowledge.store.engine import Store
from tests import small
from tests.updates import CONTENTS, MESSAGE, WHOLE

HARMFUL = {"handler_failed", "update failed outside its handlers; skipping it"}


@contextmanager
def failures() -> Iterator[list[object]]:
    """Collect what the bot's own code did not foresee; Telegram may refuse what makes no sense."""
    found: list[object] = []

    def collect(_: object, __: str, said: EventDict) -> EventDict:
        if said["event"] in HARMFUL and not isinstance(said.get("exc_info"), TelegramError):
            found.append(said.get("exc_info"))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[collect])
    try:
        yield found
    finally:
        structlog.configure(processors=before)


@asynccontextmanager
async def whole_bot(url: str) -> AsyncIterator[tuple[Processor, Room]]:
    """Run everything behind the intake: all handlers, the database, requests over HTTP."""
    room = Room()
    telegram = await serve(room)
    settings = Settings(
        _env_file=None,
        token=SecretStr(SANDBOX_TOKEN),
        api_url=telegram.url,
        database_url=url,
        person_limits="on",
        staff=frozenset({101}),
        burst_seconds=0.0,
    )
    guide = Guide(Store(url), burst_seconds=0.0)
    await guide.open(small.FILES)
    parts = build(settings, guide)
    try:
        async with started(parts.application):
            yield Processor(parts.application, parts.metrics), room
    finally:
        await guide.store.aclose()
        await telegram.aclose()


async def all_handled(url: str, given: list[dict[str, Any]]) -> None:
    """Hand updates to the bot, then a question; nothing failed, and the question is answered."""
    asked = {"message": {**MESSAGE, "text": "what does a trainer do"}}
    async with whole_bot(url) as (processor, room):
        with failures() as found:
            for number, update in enumerate([*given, asked], start=1):
                await processor.handle({**update, "update_id": number})
        assert not found
        said = [one for one in room.messages[101].values() if one["from"]["is_bot"]]
        assert "Trainer" in said[-1]["text"]


async def test_every_kind_of_update_and_message_is_harmless(store_url: str) -> None:
    kinds = [{kind: copy.deepcopy(payload)} for kind, payload in WHOLE.items()]
    messages = [{"message": {**MESSAGE, key: value}} for key, value in CONTENTS.items()]
    edited = [{"edited_message": {**MESSAGE, key: value}} for key, value in CONTENTS.items()]
    await all_handled(store_url, [*kinds, *messages, *edited])


ODD = [
    *("\x00", "a\x00b", "/start \x00", "\ud800", "trainer \udfff"),  # no database takes these
    *("\u202eevil", "\U0001f468\u200d\u2695\ufe0f", "/", "?" * 4096, "\U0001f3e5" * 999),
]


async def test_every_odd_text_is_harmless(store_url: str) -> None:
    texts = [{"message": {**MESSAGE, "text": text}} for text in ODD]
    await all_handled(store_url, texts)


FORGED = [
    *("b:x", "b:", "b:+", "b:+:x", "b:c:1:rude", "b:c:1", "b:!:1", "b:?:1:2:3", "b:t:0"),
    *("d:", "d:e:plan.trainer", "d:f:plan.ohio", "d:f:plan.", "d:e:=", "d:e:-", "d:f:-=.", "d:w:"),
    *("a:", "a:aaf016:0b=", "p:aaf016:z=1;=", "m:", "n:", "q", ":", "\x00"),
]


async def test_every_forged_button_is_harmless(store_url: str) -> None:
    pressed = WHOLE["callback_query"]
    updates = [{"callback_query": {**pressed, "data": data}} for data in FORGED]
    await all_handled(store_url, updates)


@pytest.mark.parametrize("number", [2**31, 2**52, 2**63 - 1])
async def test_every_number_an_id_can_be_is_harmless(number: int, sqlite_url: str) -> None:
    chat = {"id": number, "type": "private", "first_name": "Ana"}
    message = {**MESSAGE, "chat": chat, "from": {**chat, "is_bot": False}, "text": "how long?"}
    await all_handled(sqlite_url, [{"message": message}])
