"""Polling, through python-telegram-bot's own application and HTTP, with Telegram failing."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs
from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import Application, MessageHandler, filters
from typing_extensions import override

from bot import logs, outbox, polling
from bot.intake import BotApplication, Processor, started
from bot.metrics import Metrics
from bot.outbox import Limits, Outbox
from bot.polling import LIMIT, Polling
from bot.transport import AiohttpRequest
from knowledge.errors import TryAgainLaterError
from tests.wire import CUT, TOKEN, Answer, Call, Wire, message, ok, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

ANA, BEN = 101, 102


@dataclass
class Telegram(Wire):
    """Keeps updates until a fetch confirms them, as Telegram does, and fails when told to."""

    kept: dict[int, dict[str, Any]] = field(default_factory=dict)
    sent: list[tuple[int, str]] = field(default_factory=list)
    number: int = 1000
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    floods: dict[int, Answer] = field(default_factory=dict)
    shuffled: bool = False
    hidden: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, chat: int, text: str) -> int:
        self.number += 1
        said = message(chat, text) | {"message_id": self.number}
        self.kept[self.number] = {"update_id": self.number, "message": said}
        self.news.set()
        return self.number

    async def until(self, holds: Callable[[], bool] | int) -> None:
        """Wait until something holds; it is looked at whenever a request has arrived."""
        if isinstance(holds, int):
            await super().until(holds)
            return
        async with asyncio.timeout(20), self.arrived:
            await self.arrived.wait_for(holds)

    @override
    async def usual(self, call: Call) -> Answer:
        if self.faults.get(call.endpoint):
            return self.faults[call.endpoint].pop(0)
        match call.endpoint:
            case "getUpdates":
                return ok(await self._updates(call.parameters))
            case "sendMessage":
                chat, text = int(call.parameters["chat_id"]), call.parameters["text"]
                if chat in self.floods:
                    return self.floods[chat]
                self.sent.append((chat, text))
                return ok(message(chat, text))
            case _:
                return await super().usual(call)

    async def _updates(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(asked["offset"])
        self.kept = {number: data for number, data in self.kept.items() if number >= offset}
        if not self.kept and int(asked["timeout"]):
            await self.notice()
            self.news.clear()
            await self.news.wait()
        first = [self.kept[number] for number in sorted(self.kept)][:LIMIT]
        return first[::-1] if self.shuffled else first


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    it = Telegram()
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()


@dataclass
class Bot:
    """A bot that echoes, unless a test makes it stumble."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    kept: list[int] = field(default_factory=list)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    intake: Polling | None = None
    server: Wire = field(default_factory=Wire)

    async def on_text(self, update: Update, _: Any) -> None:
        assert update.message is not None
        text = update.message.text or ""
        await self.server.notice()
        if text in self.gates:
            await self.gates[text].wait()
        if self.failures.get(text):
            raise self.failures[text].pop(0)
        self.kept.append(update.update_id)
        await update.message.reply_text(f"re {text}")

    async def on_error(self, _: object, context: Any) -> None:
        logging.getLogger("handlers").error("failed", exc_info=context.error)
        self.told.append(str(context.error))

    def sample(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"guide_{name}", labels)

    @asynccontextmanager
    async def running(self, server: Wire) -> AsyncIterator[asyncio.Task[None]]:
        """Run the bot; at the end, stop it as a signal would."""
        self.server = server
        metrics = Metrics(self.registry)
        application = build(server, metrics)
        application.add_handler(MessageHandler(filters.TEXT, self.on_text))
        application.add_error_handler(self.on_error)
        async with started(application):
            self.intake = Polling(Processor(application, metrics), allowed_updates=["message"])
            task = asyncio.create_task(self.intake.run(self.stop))
            try:
                yield task
            finally:
                self.stop.set()
                await asyncio.gather(task, return_exceptions=True)


def build(server: Wire, metrics: Metrics) -> BotApplication:
    request = AiohttpRequest()
    limits = Limits(chat=0, group=0, everybody=0, patience=0.05)
    return cast(
        "BotApplication",
        Application.builder()
        .application_class(BotApplication)
        .token(TOKEN)
        .base_url(server.base_url)
        .request(request)
        .get_updates_request(request)
        .rate_limiter(Outbox(limits, metrics))
        .updater(None)
        .job_queue(None)
        .build(),
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Wait milliseconds where the bot waits seconds; keep expected failures off the screen."""
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.001)
    for name in ("FIRST_RETRY", "LONGEST_RETRY", "FIRST_RECONNECT", "LONGEST_RECONNECT"):
        monkeypatch.setattr(polling, name, 0.01)
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.02)
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def every_log() -> Iterator[io.StringIO]:
    """All that any library would write, on the most talkative level."""
    out = io.StringIO()
    root = logging.getLogger()
    handlers, hook, level = root.handlers[:], sys.excepthook, root.level
    levels = {name: logging.getLogger(name).level for name in logs.TAMED}
    logs.setup("DEBUG", json=True, stream=out)
    for name in logs.TAMED:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield out
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def sent(telegram: Telegram, count: int) -> bool:
    return len(telegram.sent) == count


def answers(telegram: Telegram, chat: int) -> list[str]:
    return [text for to, text in telegram.sent if to == chat]


async def test_questions_are_answered_and_then_forgotten() -> None:
    async with telegram() as server:
        numbers = [server.say(chat, f"{n}") for n in range(3) for chat in (ANA, BEN)]
        bot = Bot()
        async with bot.running(server):
            await server.until(lambda: len(server.sent) == 6)
            later = server.say(ANA, "later")
            await server.until(lambda: "re later" in answers(server, ANA))
        assert server.endpoints[:3] == ["getMe", "deleteWebhook", "getUpdates"]
        assert json.loads(server.calls[2].parameters["allowed_updates"]) == ["message"]
        assert answers(server, ANA) == ["re 0", "re 1", "re 2", "re later"]
        assert sorted(bot.kept) == [*numbers, later]
        assert server.kept == {}


async def test_order_holds_though_telegram_mixes_it_up() -> None:
    async with telegram() as server:
        server.shuffled = True
        for n in range(30):
            server.say(ANA, f"{n}")
        async with Bot().running(server):
            await server.until(lambda: len(server.sent) == 30)
        assert answers(server, ANA) == [f"re {n}" for n in range(30)]


async def test_what_is_not_finished_is_not_forgotten_and_does_not_hold_the_rest() -> None:
    async with telegram() as server:
        bot = Bot(gates={"slow": asyncio.Event()})
        slow = server.say(ANA, "slow")
        server.say(ANA, "behind it")
        async with bot.running(server):
            for n in range(20):
                server.say(BEN, f"{n}")
                await server.until(partial(sent, server, n + 1))
            assert answers(server, ANA) == []
            assert min(server.kept) == slow
            await server.until(lambda: bot.sample("open_updates") == 2)
            assert bot.sample("queue_updates") == 1
            bot.gates["slow"].set()
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re slow", "re behind it"]
        assert len(bot.kept) == 22


async def test_the_next_process_takes_what_the_first_did_not_finish() -> None:
    async with telegram() as server:
        first = Bot(gates={"slow": asyncio.Event()})
        server.say(ANA, "slow")
        server.say(BEN, "quick")
        async with first.running(server) as task:
            await server.until(lambda: len(server.sent) == 1)
            task.cancel()  # and the handler with it: the process is gone
            for running in asyncio.all_tasks():
                if "ChatOrder._run" in repr(running.get_coro()):
                    running.cancel()
        second = Bot()
        async with second.running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re slow"]
        assert len(first.kept) == 1
        assert set(first.kept) | set(second.kept) == {1001, 1002}


async def test_stopping_finishes_what_runs_and_leaves_what_waits() -> None:
    async with telegram() as server:
        bot = Bot(gates={"slow": asyncio.Event()})
        server.say(ANA, "slow")
        waiting = server.say(ANA, "behind it")
        async with bot.running(server) as task:
            await server.until(lambda: server.endpoints.count("getUpdates") >= 2)
            bot.stop.set()
            bot.gates["slow"].set()
            await task
            assert answers(server, ANA) == ["re slow"]
            assert list(server.kept) == [waiting]
            assert server.endpoints[-1] == "getUpdates"


async def test_a_passing_failure_is_retried_in_order_until_it_works() -> None:
    async with telegram() as server:
        locked: list[Exception] = [TryAgainLaterError("the database is locked") for _ in range(5)]
        bot = Bot(failures={"hard": locked})
        server.say(ANA, "hard")
        server.say(ANA, "behind it")
        server.say(BEN, "other")
        async with bot.running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re hard", "re behind it"]
        assert answers(server, BEN) == ["re other"]
        assert bot.told == []
        assert bot.sample("retries_total", what="update") == 5


async def test_a_lasting_failure_to_keep_is_never_acknowledged() -> None:
    async with telegram() as server:
        full: list[Exception] = [TryAgainLaterError("the disk is full") for _ in range(10_000)]
        bot = Bot(failures={"hard": full})
        hard = server.say(ANA, "hard")
        async with bot.running(server):
            for n in range(2 * LIMIT):
                server.say(BEN, f"{n}")
            await server.until(lambda: len(server.sent) == LIMIT - 1)
            await server.until(lambda: len(full) < 9_990)
        assert min(server.kept) == hard
        async with Bot().running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re hard"]


async def test_a_bug_is_told_once_and_acknowledged() -> None:
    async with telegram() as server:
        bot = Bot(failures={"hard": [KeyError("a bug")]})
        server.say(ANA, "hard")
        server.say(ANA, "next")
        async with bot.running(server):
            await server.until(lambda: not server.kept)
        assert bot.told == ["'a bug'"]
        assert answers(server, ANA) == ["re next"]


async def test_a_parked_chat_holds_no_other_even_beyond_telegrams_window() -> None:
    async with telegram() as server:
        bot = Bot()
        server.floods[ANA] = refused(429, "Too Many Requests", retry_after=0.3)
        parked, behind = server.say(ANA, "parked"), server.say(ANA, "behind it")
        async with bot.running(server):
            for n in range(3 * LIMIT):
                server.say(BEN, f"{n}")
            await server.until(lambda: len(answers(server, BEN)) == 3 * LIMIT)
            assert not {parked, behind} & set(server.kept)
            assert answers(server, ANA) == []
            del server.floods[ANA]
            await server.until(lambda: answers(server, ANA) == ["re parked", "re behind it"])
        assert answers(server, BEN) == [f"re {n}" for n in range(3 * LIMIT)]


async def test_telegram_failing_in_every_way_delays_but_loses_nothing() -> None:
    async with telegram() as server:
        server.faults = {
            "deleteWebhook": [refused(500), CUT],
            "getUpdates": [
                refused(500),
                CUT,
                refused(502, "Bad Gateway"),
                refused(409, "Conflict: terminated by other getUpdates request"),
                refused(409, "Conflict: can't use getUpdates method while webhook is active"),
                refused(401, "Unauthorized"),
                refused(429, "Too Many Requests", retry_after=0.01),
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html",
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
            ],
            "sendMessage": [refused(500), refused(429, retry_after=0.01), refused(502)],
        }
        for n in range(10):
            server.say(ANA, f"{n}")
        bot = Bot()
        async with bot.running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == [f"re {n}" for n in range(10)]
        assert bot.sample("retries_total", what="fetch") == 9


async def test_answers_still_owed_at_the_end_are_named(quick: list[Any]) -> None:
    async with telegram() as server:
        server.floods[ANA] = refused(429, "Too Many Requests", retry_after=600)
        parked = server.say(ANA, "parked")
        async with Bot().running(server):
            for n in range(2 * LIMIT):
                server.say(BEN, f"{n}")
            await server.until(lambda: len(answers(server, BEN)) == 2 * LIMIT)
    assert [entry["updates"] for entry in quick if "updates" in entry] == [[parked]]


@pytest.mark.parametrize("nonsense", [{}, [], [1, "x", None, {"update_id": "y"}], "x"])
async def test_nonsense_instead_of_updates_does_no_harm(nonsense: object) -> None:
    async with telegram() as server:
        server.faults = {"getUpdates": [ok(nonsense)]}
        server.say(ANA, "x")
        async with Bot().running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re x"]


async def test_an_answer_lost_on_the_way_is_repeated() -> None:
    async with telegram() as server:
        server.faults = {"sendMessage": [CUT]}
        server.say(ANA, "x")
        async with Bot().running(server):
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re x"]


async def test_what_telegram_may_have_taken_is_not_repeated_for_ever() -> None:
    async with telegram() as server:
        server.faults = {"sendMessage": [CUT] * 10}
        server.say(ANA, "x")
        bot = Bot()
        async with bot.running(server):
            await server.until(lambda: not server.kept)
        assert server.endpoints.count("sendMessage") == 3
        assert bot.sample("updates_total", result="given_up") == 1


async def test_repeats_by_telegram_are_not_run_twice() -> None:
    async with telegram() as server:
        bot = Bot()
        number = server.say(ANA, "x")
        again = server.kept[number]
        async with bot.running(server):
            await server.until(lambda: not server.kept)
            server.kept[number] = again
            server.say(ANA, "y")
            await server.until(lambda: not server.kept)
        assert answers(server, ANA) == ["re x", "re y"]


async def test_readiness_follows_the_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram() as server:
        bot = Bot()
        server.faults = {"deleteWebhook": [refused(500) for _ in range(4)]}
        async with bot.running(server):
            assert bot.intake is not None
            with pytest.raises(RuntimeError, match="No fetch"):
                await bot.intake.check()
            server.say(ANA, "x")
            await server.until(lambda: not server.kept)
            assert "fetched" in await bot.intake.check()
            monkeypatch.setattr(polling, "LONG_POLL", -100)
            with pytest.raises(RuntimeError, match="Nothing could be fetched"):
                await bot.intake.check()


async def test_whatever_happens_the_token_is_in_no_output(every_log: io.StringIO) -> None:
    async with telegram() as server:
        server.faults = {
            "getUpdates": [CUT, refused(409), refused(401), refused(500), b"HTTP/1.1 2\r\n\r\n"],
            "sendMessage": [CUT, refused(500), refused(403), refused(400), refused(404)],
        }
        bot = Bot(failures={"4": [KeyError(f"a bug that knows {TOKEN}")]})
        for n in range(6):
            server.say(ANA, f"{n}")
        async with bot.running(server):
            await server.until(lambda: not server.kept)
        page = generate_latest(bot.registry).decode()
    text = every_log.getvalue()
    assert "Calling Bot API endpoint" in text, "the libraries' own words are part of it"
    assert "update must wait" in text
    assert "a bug that knows <token>" in text
    for output in (text, page):
        assert TOKEN not in output
        assert TOKEN.partition(":")[2] not in output


async def test_a_refused_token_is_explained_without_showing_it() -> None:
    async with telegram() as server:
        server.faults = {"getMe": [refused(401, "Unauthorized")]}
        with pytest.raises(InvalidToken, match="@BotFather") as caught:
            async with Bot().running(server):
                pass
        assert TOKEN not in repr(caught.value) + repr(caught.value.__context__)


async def test_telegram_being_away_at_the_start_is_told(unused_tcp_port: int) -> None:
    metrics = Metrics(CollectorRegistry())
    application = build(Wire(port=unused_tcp_port), metrics)
    with pytest.raises(Exception, match="could not be reached"):
        async with started(application):
            pass
