"""From a person's message to the bot's answer, by polling and by webhook, with Telegram failing.

The sandbox is the Telegram here; nothing between it and the handlers is pretended.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from benchmarks.servers import free_port
from bot import outbox, polling
from bot.app import serving
from bot.intake import BotApplication, Processor, started
from bot.metrics import Metrics
from bot.outbox import Limits, Outbox
from bot.polling import Polling
from bot.sandbox.room import Fault, Room
from bot.sandbox.server import serve
from bot.transport import AiohttpRequest
from bot.web import WEBHOOK_PATH, Webhook, create_web
from knowledge.errors import TryAgainLaterError
from tests.updates import WHOLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

Way = Literal["polling", "webhook"]

TOKEN = "123456789:AAF0deliveryDELIVERY-deliveryDELIVE01"
DANA, LUCIA, RAY = 101, 102, 103


@pytest.fixture(params=["polling", "webhook"])
def way(request: pytest.FixtureRequest) -> Way:
    return cast("Way", request.param)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait milliseconds where the bot waits seconds; keep expected failures off the screen."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.001)
    for name in ("FIRST_RETRY", "LONGEST_RETRY", "FIRST_RECONNECT", "LONGEST_RECONNECT"):
        monkeypatch.setattr(polling, name, 0.01)
    with capture_logs():
        yield


@dataclass
class Log:
    """What is kept: each update once, however often it comes. It outlives every process."""

    kept: dict[int, str] = field(default_factory=dict)
    repeats: int = 0

    def keep(self, update_id: int, text: str) -> None:
        self.repeats += update_id in self.kept
        self.kept[update_id] = text


@dataclass
class Process:
    """One run of a bot that keeps what it is told and repeats it."""

    log: Log
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def on_text(self, update: Update, _: Any) -> None:
        message = update.effective_message
        if message is None or message.text is None:
            return
        if self.failures.get(message.text):
            raise self.failures[message.text].pop(0)
        self.log.keep(update.update_id, message.text)
        if message.text in self.gates:
            await self.gates[message.text].wait()
        await message.reply_text(f"re {message.text}")

    @asynccontextmanager
    async def running(self, url: str, way: Way) -> AsyncIterator[None]:
        """Run until the end of the block, then stop as a signal would."""
        registry = CollectorRegistry()
        metrics = Metrics(registry)
        application = build(url, metrics)
        application.add_handler(MessageHandler(filters.ALL, self.on_text))
        processor = Processor(application, metrics)
        async with AsyncExitStack() as stack:
            intake: Polling | Webhook
            if way == "polling":
                intake = Polling(processor)
            else:
                port = free_port()
                address = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
                intake = Webhook(processor, secret="s3cret", url=address)
                web = create_web(checks={}, registry=registry, webhook=intake)
                await stack.enter_async_context(serving(web, "127.0.0.1", port))
            await stack.enter_async_context(started(application))
            task = asyncio.create_task(intake.run(self.stop))
            try:
                yield
            finally:
                self.stop.set()
                await task


def build(url: str, metrics: Metrics) -> BotApplication:
    request = AiohttpRequest()
    limits = Limits(chat=0, group=0, everybody=0)
    return cast(
        "BotApplication",
        Application.builder()
        .application_class(BotApplication)
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .request(request)
        .get_updates_request(request)
        .rate_limiter(Outbox(limits, metrics))
        .updater(None)
        .job_queue(None)
        .build(),
    )


@asynccontextmanager
async def sandbox(*faults: Fault) -> AsyncIterator[tuple[Room, str]]:
    room = Room()
    room.bot(TOKEN)
    room.faults = list(faults)
    running = await serve(room)
    try:
        yield room, running.url
    finally:
        await running.aclose()


def heard(room: Room, person: int) -> list[str]:
    return [
        message["text"]
        for message in list(room.messages[person].values())
        if message["from"]["is_bot"]
    ]


async def until(room: Room, holds: Callable[[], bool]) -> None:
    """Wait until something holds; it is looked at whenever something happens in the room."""
    async with asyncio.timeout(20), room.changed:
        await room.changed.wait_for(holds)


async def all_acknowledged(room: Room) -> None:
    """Wait until Telegram has nothing left to give."""
    async with asyncio.timeout(20):
        while room.bots[TOKEN].updates:  # noqa: ASYNC110 - the sandbox forgets without a word
            await asyncio.sleep(0.005)


async def test_everybody_is_answered_in_order(way: Way) -> None:
    async with sandbox() as (room, url):
        log = Log()
        async with Process(log).running(url, way):
            for n in range(10):
                for person in (DANA, LUCIA, RAY):
                    await room.say(person, f"{n}")
            await all_acknowledged(room)
        for person in (DANA, LUCIA, RAY):
            assert heard(room, person) == [f"re {n}" for n in range(10)]
        assert (len(log.kept), log.repeats) == (30, 0)


async def test_faults_delay_but_lose_and_double_nothing(way: Way) -> None:
    faults = [
        Fault(method="sendMessage", times=2, kind="500"),
        Fault(method="sendMessage", times=1, kind="502"),
        Fault(method="getUpdates", times=1, kind="500"),
        Fault(method="getUpdates", times=2, kind="drop_before"),
        Fault(method="getUpdates", times=2, kind="drop_after"),
        Fault(method="setWebhook", times=1, kind="drop_after"),
        Fault(method="deleteWebhook", times=1, kind="500"),
        Fault(method="webhook", times=3, kind="duplicate"),
    ]
    async with sandbox(*faults) as (room, url):
        log = Log()
        async with Process(log).running(url, way):
            for n in range(10):
                await room.say(DANA, f"{n}")
            await all_acknowledged(room)
        assert heard(room, DANA) == [f"re {n}" for n in range(10)]
        assert (len(log.kept), log.repeats) == (10, 0)


async def test_a_429_parks_one_chat_and_no_other(way: Way) -> None:
    fault = Fault(method="sendMessage", times=1, kind="429", seconds=1, chat=DANA)
    async with sandbox(fault) as (room, url), Process(Log()).running(url, way):
        await room.say(DANA, "parked")
        for n in range(5):
            await room.say(LUCIA, f"{n}")
        await until(room, lambda: len(heard(room, LUCIA)) == 5)
        assert heard(room, DANA) == []
        await until(room, lambda: heard(room, DANA) == ["re parked"])
        await all_acknowledged(room)


async def test_a_slow_chat_holds_no_other(way: Way) -> None:
    async with sandbox() as (room, url):
        process = Process(Log(), gates={"slow": asyncio.Event()})
        async with process.running(url, way):
            await room.say(DANA, "slow")
            await room.say(DANA, "behind it")
            for n in range(20):
                await room.say(LUCIA, f"{n}")
            await until(room, lambda: len(heard(room, LUCIA)) == 20)
            assert heard(room, DANA) == []
            process.gates["slow"].set()
            await all_acknowledged(room)
        assert heard(room, DANA) == ["re slow", "re behind it"]


async def test_what_cannot_be_kept_is_not_acknowledged_until_it_can(way: Way) -> None:
    async with sandbox() as (room, url):
        locked: list[Exception] = [TryAgainLaterError("the database is locked")] * 3
        log = Log()
        async with Process(log, failures={"hard": locked}).running(url, way):
            await room.say(DANA, "hard")
            await room.say(DANA, "next")
            await all_acknowledged(room)
        assert heard(room, DANA) == ["re hard", "re next"]
        assert sorted(log.kept.values()) == ["hard", "next"]


@pytest.mark.parametrize(("kind", "copies"), [("drop_after", 2), ("drop_before", 1)])
async def test_a_cut_connection_may_double_an_answer_but_loses_none(
    way: Way, kind: str, copies: int
) -> None:
    async with sandbox(Fault(method="sendMessage", times=1, kind=kind)) as (room, url):
        log = Log()
        async with Process(log).running(url, way):
            await room.say(DANA, "x")
            await all_acknowledged(room)
        assert heard(room, DANA) == ["re x"] * copies
        assert len(log.kept) == 1


async def test_the_next_process_finishes_what_one_was_stopped_in(way: Way) -> None:
    async with sandbox() as (room, url):
        log = Log()
        first = Process(log, gates={"slow": asyncio.Event()})
        stuck = asyncio.create_task(_run_until_killed(first, url, way))
        await room.say(DANA, "slow")
        await room.say(LUCIA, "quick")
        await until(room, lambda: heard(room, LUCIA) == ["re quick"])
        stuck.cancel()  # between keeping and sending
        await asyncio.gather(stuck, return_exceptions=True)
        assert heard(room, DANA) == []
        async with Process(log).running(url, way):
            await all_acknowledged(room)
        assert heard(room, DANA) == ["re slow"]
        assert set(heard(room, LUCIA)) == {"re quick"}
        assert sorted(log.kept.values()) == ["quick", "slow"]


async def _run_until_killed(process: Process, url: str, way: Way) -> None:
    """Run without a clean stop: handlers are cut off where they are."""
    async with process.running(url, way):
        try:
            await asyncio.Event().wait()
        finally:
            for task in asyncio.all_tasks():
                if "ChatOrder._run" in repr(task.get_coro()):
                    task.cancel()


async def test_every_kind_of_update_is_acknowledged_and_the_next_question_answered(
    way: Way,
) -> None:
    async with sandbox() as (room, url):
        async with Process(Log()).running(url, way):
            for kind, payload in WHOLE.items():
                await room.push({kind: payload})
            await room.push({"message": "not a message", "poll": 5})
            await room.say(RAY, "still there?")
            await all_acknowledged(room)
        assert heard(room, RAY) == ["re still there?"]
