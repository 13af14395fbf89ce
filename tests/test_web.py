"""The webhook, health and metrics, through HTTP and python-telegram-bot's own application."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from prometheus_client import CollectorRegistry
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from telegram import Update
from telegram.constants import UpdateType
from telegram.ext import Application, TypeHandler

from bot import intake, web
from bot.app import serving
from bot.intake import BotApplication, Processor, started
from bot.metrics import Metrics
from bot.outbox import Limits, Outbox
from bot.serving import start
from bot.transport import AiohttpRequest
from bot.web import LARGEST_BODY, WEBHOOK_PATH, Webhook, create_web
from knowledge.errors import TryAgainLaterError
from tests.updates import WHOLE, updates
from tests.wire import CUT, TOKEN, Wire, refused, wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

SECRET = "a-secret_that-Telegram-sends"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
ANA, BEN = 101, 102


def question(number: int, chat: int = ANA, text: str = "how long?") -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_290_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ana"},
            "text": text,
        },
    }


@pytest.fixture(autouse=True)
def modern_and_quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read time spans as python-telegram-bot will; keep expected failures off the screen."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with capture_logs():
        yield


@dataclass(slots=True)
class Desk:
    """A handler whose conduct a test sets, and the web app before it."""

    server: Wire
    client: httpx.AsyncClient
    webhook: Webhook
    registry: CollectorRegistry
    stop: asyncio.Event
    running: asyncio.Task[None] | None = None
    handled: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    replies: bool = False

    async def on_update(self, update: Update, _: Any) -> None:
        self.handled.append(update.update_id)
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        if self.replies and update.message:
            await update.message.reply_text("an answer")

    async def on_error(self, _: object, context: Any) -> None:
        self.told.append(str(context.error))

    async def post(self, body: object, headers: dict[str, str] = HEADERS) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = await self.client.post(WEBHOOK_PATH, content=content, headers=headers)
        return answer.status_code

    async def until_handled(self, count: int) -> None:
        for _ in range(1000):
            if len(self.handled) >= count:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"only {self.handled} reached the handler")

    def lag(self) -> float:
        return self.registry.get_sample_value("guide_watermark_lag_seconds") or 0.0

    def count(self, result: str) -> float | None:
        return self.registry.get_sample_value("guide_updates_total", {"result": result})


def build(
    server: Wire, metrics: Metrics, kind: type[BotApplication] = BotApplication
) -> BotApplication:
    request = AiohttpRequest()
    limiter = Outbox(Limits(chat=0, group=0, everybody=0), metrics)
    return cast(
        "BotApplication",
        Application.builder()
        .application_class(kind)
        .token(TOKEN)
        .base_url(server.base_url)
        .request(request)
        .get_updates_request(request)
        .rate_limiter(limiter)
        .updater(None)
        .job_queue(None)
        .build(),
    )


@asynccontextmanager
async def desk(
    *,
    run: bool = True,
    kind: type[BotApplication] = BotApplication,
    **of_webhook: Any,
) -> AsyncIterator[Desk]:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    async with wire() as server:
        application = build(server, metrics, kind)
        webhook = Webhook(
            Processor(application, metrics),
            secret=SECRET,
            url="https://bot.example/telegram",
            **of_webhook,
        )
        app = create_web(checks={"intake": webhook.check}, registry=registry, webhook=webhook)
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client,
            started(application),
        ):
            it = Desk(server, client, webhook, registry, asyncio.Event())
            it.gate.set()
            application.add_handler(TypeHandler(Update, it.on_update))
            application.add_error_handler(it.on_error)
            if run:
                it.running = asyncio.create_task(webhook.run(it.stop))
                await server.until(2)
            yield it
            it.gate.set()
            it.stop.set()
            if it.running:
                await it.running


async def test_telegram_is_told_where_to_call_and_with_what_secret() -> None:
    async with desk(allowed_updates=["message"]) as it:
        told = it.server.calls[1]
        assert told.endpoint == "setWebhook"
        assert told.parameters == {
            "url": "https://bot.example/telegram",
            "secret_token": SECRET,
            "allowed_updates": ["message"],
        }


async def test_200_comes_only_after_the_handler_has_finished() -> None:
    async with desk() as it:
        it.gate.clear()
        posting = asyncio.create_task(it.post(question(1)))
        await it.until_handled(1)
        assert not posting.done()
        it.gate.set()
        assert await posting == 200
        assert it.count("done") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"Authorization": SECRET},
    ],
)
async def test_without_the_secret_nothing_is_read(headers: dict[str, str]) -> None:
    async with desk() as it:
        assert await it.post(question(1), headers) == 403
        assert it.handled == []


def test_a_webhook_needs_a_secret() -> None:
    metrics = Metrics(CollectorRegistry())
    processor = Processor(build(Wire(), metrics), metrics)
    with pytest.raises(ValueError, match="GUIDE_WEBHOOK_SECRET"):
        Webhook(processor, secret="", url="https://bot.example/telegram")


async def test_too_large_a_body_is_refused_whether_announced_or_not() -> None:
    async with desk() as it:
        body = b" " * (LARGEST_BODY + 1)

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 100_000):
                yield body[start : start + 100_000]

        assert await it.post(body) == 413
        unannounced = await it.client.post(WEBHOOK_PATH, content=pieces(), headers=HEADERS)
        assert unannounced.status_code == 413
        assert await it.post(body[: LARGEST_BODY - 300] + json.dumps(question(1)).encode()) == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not JSON", 400),
        (b"\xff\xfe", 400),
        (b"[" * 200_000, 400),
        (b"[]", 200),
        (b"{}", 200),
        (b'"update_id"', 200),
        (b'{"update_id": "1"}', 200),
        (b'{"update_id": 1}', 200),
        (b'{"update_id": 1, "message": "text"}', 200),
        (b'{"update_id": 1, "message": {"text": 5}}', 200),
        (b'{"update_id": 1, "kind_of_tomorrow": {"a": 1}}', 200),
    ],
)
async def test_what_is_no_update_does_no_harm_and_does_not_come_back(
    body: bytes, status: int
) -> None:
    async with desk() as it:
        assert await it.post(body) == status
        assert await it.post(question(2)) == 200
        assert it.handled[-1] == 2


async def test_only_posts_are_updates() -> None:
    async with desk() as it:
        assert (await it.client.get(WEBHOOK_PATH, headers=HEADERS)).status_code == 405


async def test_a_repeat_joins_the_first_and_later_ones_are_known() -> None:
    async with desk() as it:
        it.gate.clear()
        both = [asyncio.create_task(it.post(question(1))) for _ in range(2)]
        await it.until_handled(1)
        it.gate.set()
        assert [await one for one in both] == [200, 200]
        assert await it.post(question(1)) == 200
        assert it.handled == [1]


async def test_chats_go_side_by_side_and_each_in_order() -> None:
    async with desk() as it:
        it.gate.clear()
        posts = [
            asyncio.create_task(it.post(question(number, chat)))
            for number, chat in ((1, ANA), (2, ANA), (3, BEN))
        ]
        await it.until_handled(2)
        assert sorted(it.handled) == [1, 3]
        it.gate.set()
        assert [await post for post in posts] == [200, 200, 200]
        assert [number for number in it.handled if number != 3] == [1, 2]


async def test_a_passing_failure_is_not_acknowledged_and_nothing_overtakes_it() -> None:
    async with desk() as it:
        it.gate.clear()
        it.failures.append(TryAgainLaterError("the database is locked"))
        posts = [asyncio.create_task(it.post(question(number))) for number in (1, 2)]
        await it.until_handled(1)
        it.gate.set()
        assert [await post for post in posts] == [503, 503]
        assert it.handled == [1]
        assert it.told == []
        assert [await it.post(question(number)) for number in (1, 2)] == [200, 200]
        assert it.handled == [1, 1, 2]
        assert (it.count("later"), it.count("done")) == (1, 2)


async def test_an_update_ages_from_its_first_coming_until_it_is_finished_somewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each 503 ends what is open here, but not the waiting of the person who asked."""
    async with desk() as it:
        it.failures += [TryAgainLaterError("the database is away")] * 3
        began = time.monotonic()
        assert [await it.post(question(1)), it.lag() > 0] == [503, True]
        later = time.monotonic()
        assert await it.post(question(2, BEN)) == 503
        first = it.lag()
        assert await it.post(question(1)) == 503
        assert first < it.lag() <= time.monotonic() - began
        assert await it.post(question(1)) == 200
        assert 0 < it.lag() <= time.monotonic() - later  # the other, which came later
        monkeypatch.setattr(web, "OWED_FOR", 0.0)  # and which another replica took
        assert it.lag() == 0


async def test_a_handled_update_leaves_one_line_without_what_it_says() -> None:
    async with desk() as it:
        with capture_logs(processors=[merge_contextvars]) as lines:
            assert await it.post(question(7, text="a private question")) == 200
        (line,) = [one for one in lines if one["event"] == "update handled"]
        took = line.pop("ms")
        assert 0 < took < 60_000
        assert line == {
            "event": "update handled",
            "log_level": "info",
            "update": 7,
            "kind": "message",
            "result": "done",
        }


async def test_a_bug_is_told_and_does_not_come_back() -> None:
    async with desk() as it:
        it.failures.append(KeyError("a bug"))
        assert await it.post(question(1)) == 200
        assert it.told == ["'a bug'"]


async def test_an_unconfirmed_answer_is_repeated_a_few_times() -> None:
    async with desk() as it:
        it.replies = True
        it.failures += [TryAgainLaterError("the database is locked")] * 3
        it.server.answers.extend([CUT] * 3)
        assert [await it.post(question(1)) for _ in range(6)] == [503] * 5 + [200]


@pytest.mark.parametrize("fault", [refused(429, retry_after=600), refused(403), refused(400)])
async def test_an_owed_answer_comes_again_but_a_refused_one_does_not(fault: bytes) -> None:
    async with desk() as it:
        it.replies = True
        it.server.answers.append(fault)
        assert await it.post(question(1)) == (503 if b"retry_after" in fault else 200)


async def test_a_handler_that_hangs_is_cut_off_and_comes_again_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk() as it:
        monkeypatch.setattr(intake, "DEADLINE", 0.001)
        it.gate.clear()
        assert [await it.post(question(1)) for _ in range(3)] == [503, 503, 200]
        assert await it.post(question(2)) == 503
        monkeypatch.setattr(intake, "DEADLINE", 60)
        it.gate.set()
        assert await it.post(question(2)) == 200
        counts = {name: it.count(name) for name in ("later", "given_up", "done")}
        assert counts == {"later": 3, "given_up": 1, "done": 1}


async def test_load_beyond_the_bound_is_turned_away() -> None:
    async with desk(backlog=2) as it:
        it.gate.clear()
        posts = [asyncio.create_task(it.post(question(number, number))) for number in (1, 2)]
        await it.until_handled(2)
        answer = await it.client.post(WEBHOOK_PATH, json=question(3), headers=HEADERS)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        it.gate.set()
        assert [await post for post in posts] == [200, 200]
        assert await it.post(question(3, 3)) == 200
        assert it.count("turned_away") == 1


async def test_before_the_start_and_after_the_stop_updates_are_turned_away() -> None:
    async with desk(run=False) as it:
        assert await it.post(question(1)) == 503
        assert (await it.client.get("/readyz")).status_code == 503
        it.running = asyncio.create_task(it.webhook.run(it.stop))
        await it.server.until(2)
        it.gate.clear()
        running = asyncio.create_task(it.post(question(1)))
        waiting = asyncio.create_task(it.post(question(2)))
        await it.until_handled(1)
        it.stop.set()
        assert await waiting == 503
        assert await it.post(question(3, BEN)) == 503
        it.gate.set()
        assert await running == 200
        assert it.handled == [1]


async def test_telegram_hanging_up_does_not_stop_the_work() -> None:
    async with desk() as it:
        it.gate.clear()
        posting = asyncio.create_task(it.post(question(1)))
        await it.until_handled(1)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        it.gate.set()
        assert await it.post(question(1)) == 200
        assert it.handled == [1]


async def test_setting_the_webhook_is_tried_until_it_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web, "FIRST_RETRY", 0.001)
    async with desk(run=False) as it:
        it.server.answers.extend([refused(400, "Bad Request: bad webhook"), refused(401)])
        it.running = asyncio.create_task(it.webhook.run(it.stop))
        await it.server.until(4)
        async with asyncio.timeout(5):
            while not (await it.client.get("/readyz")).json()["ready"]:
                pass
        assert it.server.endpoints[1:] == ["setWebhook"] * 3


# Every kind of update.


def test_the_samples_are_of_every_kind() -> None:
    assert set(UpdateType) <= set(WHOLE)


@pytest.mark.parametrize("kind", sorted(WHOLE))
async def test_every_kind_of_update_is_read_and_acknowledged(kind: str) -> None:
    async with desk() as it:
        assert await it.post({"update_id": 1, kind: WHOLE[kind]}) == 200
        assert (it.handled, it.told) == ([1], [])


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=updates())
async def test_damaged_updates_do_no_harm(data: dict[str, Any]) -> None:
    async with desk() as it:
        it.replies = True
        assert await it.post({"update_id": 1, **data}) == 200
        assert (it.count("done"), it.count("malformed")) in [(1, 0), (0, 1)]


async def test_an_update_that_fails_outside_the_handlers_does_not_come_back() -> None:
    class Broken(BotApplication):
        async def process_update(self, update: object) -> None:
            raise RuntimeError(f"a bug below the handlers of {update}")

    async with desk(kind=Broken) as it:
        assert await it.post(question(1)) == 200
        assert it.count("failed") == 1


# Health and metrics.


async def test_ready_means_every_check_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "CHECK_WITHIN", 0.01)
    failing: set[str] = set()

    async def database() -> str:
        if "database" in failing:
            raise ConnectionError("no route to the database")
        return "answers"

    async def content() -> str:
        if "content" in failing:
            await asyncio.Event().wait()
        return "version 3"

    async def hello(_: Any) -> PlainTextResponse:
        return PlainTextResponse("the console")

    app = create_web(
        checks={"database": database, "content": content},
        registry=CollectorRegistry(),
        routes=[Route("/console", hello)],
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        ready = await client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json() == {
            "ready": True,
            "checks": {
                "database": {"ok": True, "detail": "answers"},
                "content": {"ok": True, "detail": "version 3"},
            },
        }
        failing |= {"database", "content"}
        unready = await client.get("/readyz")
        assert unready.status_code == 503
        assert unready.json()["checks"] == {
            "database": {"ok": False, "detail": "no route to the database"},
            "content": {"ok": False, "detail": "no answer within 0.01 s"},
        }
        assert (await client.get("/healthz")).json()["alive"] is True
        assert (await client.get("/console")).text == "the console"
        assert (await client.post(WEBHOOK_PATH, json={})).status_code == 404


async def test_signals_stay_with_whoever_runs_the_loop() -> None:
    app = create_web(checks={}, registry=CollectorRegistry())
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    async with serving(app, "127.0.0.1", 0) as port, httpx.AsyncClient() as client:
        assert [signal.getsignal(number) for number in numbers] == before
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200


async def test_a_server_that_cannot_start_says_why() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.close()
    app = create_web(checks={}, registry=CollectorRegistry())
    async with asyncio.timeout(5):
        with pytest.raises((OSError, ValueError)):
            await start(app, listener)


async def test_metrics_show_what_happened() -> None:
    async with desk() as it:
        it.replies = True
        await it.post(question(1))
        page = (await it.client.get("/metrics")).text
        for line in (
            'guide_updates_total{result="done"} 1.0',
            'guide_sends_total{method="sendMessage",result="ok"} 1.0',
            'guide_step_seconds_count{step="update"} 1.0',
            "guide_open_updates 0.0",
            "guide_queue_updates 0.0",
            "guide_watermark_lag_seconds 0.0",
        ):
            assert line in page
        assert TOKEN not in page
        assert SECRET not in page
