"""Pacing and repeating, through python-telegram-bot's own bot and a server with faults."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from prometheus_client import CollectorRegistry
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot import outbox
from bot.metrics import Metrics
from bot.outbox import ATTEMPTS, Bucket, Limits, Outbox, pause
from bot.transport import AiohttpRequest
from handlers.failures import (
    AnswerTimeoutError,
    FloodWaitError,
    NotTakenError,
    UnconfirmedError,
)
from tests.wire import CUT, SILENCE, TOKEN, Answer, Wire, message, ok, refused, reply, wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNLIMITED = Limits(chat=0, group=0, everybody=0, patience=1.0)
SOON = 0.05


@asynccontextmanager
async def wired(
    limits: Limits = UNLIMITED, registry: CollectorRegistry | None = None
) -> AsyncIterator[tuple[Wire, ExtBot[None]]]:
    metrics = Metrics(registry or CollectorRegistry())
    async with wire() as server, AiohttpRequest() as request:
        bot: ExtBot[None] = ExtBot(
            TOKEN,
            base_url=server.base_url,
            request=request,
            get_updates_request=request,
            rate_limiter=Outbox(limits, metrics),
        )
        yield server, bot


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat after milliseconds."""
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.001)


def chats(server: Wire) -> list[int]:
    return [call.parameters["chat_id"] for call in server.calls]


# Buckets: time is an argument, so nothing is waited for.


def test_a_bucket_gives_a_burst_then_one_a_gap() -> None:
    bucket = Bucket(rate=2, burst=3)
    assert [bucket.reserve(100) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert not bucket.idle(100)
    assert bucket.idle(103)
    assert [bucket.reserve(103) for _ in range(4)] == [0, 0, 0, 0.5]


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 30),
    gaps=st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=80),
)
def test_a_bucket_never_lets_more_through_than_burst_and_rate(
    rate: int, burst: int, gaps: list[float]
) -> None:
    bucket, now, left = Bucket(rate=rate, burst=burst), 1000.0, []
    for gap in gaps:
        now += gap
        left.append(now + bucket.reserve(now))
    for first, start in enumerate(left):
        for last in range(first, len(left)):
            sent = last - first + 1
            assert sent <= burst + (left[last] - start) * rate + 1e-6


@given(attempt=st.integers(1, 10_000))
def test_pauses_grow_but_stay_bounded(attempt: int) -> None:
    assert 0.25 <= pause(attempt, 0.5, 60) <= 60


# Limits.


async def test_a_chat_at_its_limit_does_not_hold_another() -> None:
    async with wired(Limits(chat=10, burst=1, group=0, everybody=0)) as (server, bot):
        server.answers.extend(ok(message(chat)) for chat in (1, 2, 1))
        await asyncio.gather(*(bot.send_message(chat, "x") for chat in (1, 1, 2)))
        assert chats(server) == [1, 2, 1]


async def test_groups_have_their_own_limit() -> None:
    async with wired(Limits(chat=0, group=600, everybody=0)) as (server, bot):
        limiter = bot.rate_limiter
        assert isinstance(limiter, Outbox)
        server.answers.extend(ok(message(1)) for _ in range(3))
        await bot.send_message(-100123, "x")
        await bot.send_message("@channel", "x")
        await bot.send_message(5, "x")
        assert sorted(limiter._buckets) == ["-100123", "@channel"]


async def test_all_chats_together_have_a_limit_but_buttons_answer_at_once() -> None:
    async with wired(Limits(chat=0, group=0, everybody=4)) as (server, bot):
        server.answers.extend(ok(message(chat)) for chat in range(4))
        await asyncio.gather(*(bot.send_message(chat, "x") for chat in range(4)))
        server.answers.extend([ok(True), ok(message(4))])
        await asyncio.gather(bot.send_message(4, "x"), bot.answer_callback_query("q"))
        assert server.endpoints[4:] == ["answerCallbackQuery", "sendMessage"]


async def test_idle_chats_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE_CHATS_KEPT", 3)
    async with wired(Limits(chat=10_000, burst=1, group=0, everybody=0)) as (server, bot):
        limiter = bot.rate_limiter
        assert isinstance(limiter, Outbox)
        for chat in range(20):
            server.answers.append(ok(message(chat)))
            await bot.send_message(chat, "x")
        assert len(limiter._buckets) <= 6


# A 429.


async def test_a_429_parks_its_own_chat_alone() -> None:
    registry = CollectorRegistry()
    async with wired(registry=registry) as (server, bot):
        server.answers.append(refused(429, retry_after=SOON))
        parked = asyncio.create_task(bot.send_message(1, "parked"))
        await server.until(1)
        server.answers.extend(ok(message(chat)) for chat in (2, 3, 1))
        await bot.send_message(2, "x")
        await bot.send_message(3, "x")
        sent = await parked
        assert sent.chat.id == 1
        assert chats(server) == [1, 2, 3, 1]
        assert registry.get_sample_value("guide_flood_waits_total") == 1


async def test_a_longer_429_is_handed_back_and_not_asked_again_before_time() -> None:
    registry = CollectorRegistry()
    async with wired(registry=registry) as (server, bot):
        server.answers.append(refused(429, retry_after=600))
        for send in (bot.send_message(1, "x"), bot.send_chat_action(1, "typing")):
            with pytest.raises(FloodWaitError) as caught:
                await send
            assert 590 < caught.value.seconds <= 600
        assert len(server.calls) == 1
        assert registry.get_sample_value("guide_parked_chats") == 1


async def test_what_a_parked_chat_tries_takes_no_place_from_others() -> None:
    async with wired(Limits(chat=0, group=0, everybody=2, patience=1.0)) as (server, bot):
        server.answers.append(refused(429, retry_after=600))
        async with asyncio.timeout(1):
            for _ in range(9):
                with pytest.raises(FloodWaitError):
                    await bot.send_message(1, "x")
            await bot.send_message(2, "x")


async def test_a_429_without_a_chat_holds_only_its_own_method() -> None:
    async with wired() as (server, bot):
        server.answers.append(refused(429, retry_after=600))
        with pytest.raises(FloodWaitError):
            await bot.set_my_short_description("x")
        await bot.answer_inline_query("q", [])
        assert server.endpoints == ["setMyShortDescription", "answerInlineQuery"]


# Repeats.


@pytest.mark.parametrize(
    "fault", [refused(500, "Internal Server Error"), refused(502, "Bad Gateway")]
)
async def test_what_telegram_refused_is_sent_again(fault: Answer) -> None:
    registry = CollectorRegistry()
    async with wired(registry=registry) as (server, bot):
        server.answers.extend([fault, fault, ok(message(1))])
        await bot.send_message(1, "x")
        assert len(server.calls) == 3
        assert registry.get_sample_value("guide_retries_total", {"what": "send"}) == 2


async def test_repeats_are_bounded() -> None:
    async with wired() as (server, bot):
        server.answers.extend(refused(500) for _ in range(10))
        with pytest.raises(NotTakenError):
            await bot.send_message(1, "x")
        assert len(server.calls) == ATTEMPTS


async def test_what_cannot_be_reached_is_tried_again_and_then_told() -> None:
    registry = CollectorRegistry()
    async with wired(registry=registry) as (_, bot):
        bot_elsewhere: ExtBot[None] = ExtBot(
            TOKEN,
            base_url="http://127.0.0.1:1/bot",
            request=bot.request,
            rate_limiter=bot.rate_limiter,
        )
        with pytest.raises(NotTakenError):
            await bot_elsewhere.send_message(1, "x")
    assert registry.get_sample_value("guide_retries_total", {"what": "send"}) == ATTEMPTS - 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (CUT, UnconfirmedError),
        (SILENCE, AnswerTimeoutError),
        (reply(504, b"<html>", "text/html"), UnconfirmedError),
    ],
)
async def test_a_message_telegram_may_have_taken_is_not_sent_twice(
    fault: Answer, kind: type[Exception]
) -> None:
    async with wired() as (server, bot):
        for send in (
            bot.send_message(1, "x", read_timeout=SOON, write_timeout=SOON),
            bot.send_document(1, b"x", read_timeout=SOON, write_timeout=SOON),
            bot.copy_message(1, 2, 3, read_timeout=SOON, write_timeout=SOON),
        ):
            server.answers.append(fault)
            with pytest.raises(kind):
                await send
        assert server.endpoints == ["sendMessage", "sendDocument", "copyMessage"]


@pytest.mark.parametrize("fault", [CUT, SILENCE, reply(504, b"<html>", "text/html")])
async def test_what_may_be_done_twice_is(fault: Answer) -> None:
    async with wired() as (server, bot):
        quick: dict[str, Any] = {"read_timeout": SOON, "write_timeout": SOON}
        for call in (
            bot.answer_callback_query("q", **quick),
            bot.set_my_description("d", **quick),
            bot.send_chat_action(1, "typing", **quick),
        ):
            server.answers.append(fault)
            assert await call
        assert len(server.calls) == 6


async def test_what_is_so_already_or_comes_too_late_counts_as_done() -> None:
    too_late = refused(400, "Bad Request: query is too old and response timeout expired or …")
    async with wired() as (server, bot):
        server.answers.append(refused(400, "Bad Request: message is not modified: …"))
        assert await bot.edit_message_text("x", chat_id=1, message_id=2) is True
        for answer in (bot.answer_callback_query("q"), bot.answer_inline_query("q", [])):
            server.answers.append(too_late)
            assert await answer is True
        server.answers.append(too_late)
        with pytest.raises(BadRequest):
            await bot.send_message(1, "x")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(refused(403, "Forbidden: bot was blocked"), Forbidden), (refused(400), BadRequest)],
)
async def test_what_would_only_repeat_itself_is_told_at_once(
    answer: Answer, kind: type[Exception]
) -> None:
    registry = CollectorRegistry()
    async with wired(registry=registry) as (server, bot):
        server.answers.append(answer)
        with pytest.raises(kind):
            await bot.send_message(1, "x")
        assert len(server.calls) == 1
        labels = {"method": "sendMessage", "result": "refused"}
        assert registry.get_sample_value("guide_sends_total", labels) == 1


async def test_fetching_updates_is_never_held_up() -> None:
    async with wired(Limits(chat=0, group=0, everybody=0.001)) as (server, bot):
        server.answers.append(ok([]))
        assert await bot.get_updates() == ()
