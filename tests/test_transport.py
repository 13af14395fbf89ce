"""The network object under python-telegram-bot, against a server with faults."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from benchmarks.servers import free_port
from bot.transport import AiohttpRequest
from handlers.failures import (
    AnswerTimeoutError,
    ConnectTimeoutError,
    FloodWaitError,
    NotTakenError,
    UnconfirmedError,
)
from tests.wire import CUT, SILENCE, TOKEN, Answer, Wire, message, ok, refused, reply, wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def bot_at(base_url: str, connections: int = 10) -> AsyncIterator[Bot]:
    """A bot that does not ask who it is, so that a test's answers are its own."""
    request = AiohttpRequest(connections=connections)
    async with request:
        yield Bot(TOKEN, base_url=base_url, request=request, get_updates_request=request)


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Wire, Bot]]:
    async with wire() as server, bot_at(server.base_url) as bot:
        yield server, bot


def everything_said(error: BaseException) -> str:
    """All that a log could show of an error and those it came from."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__ or link.__context__
    shown = [f"{link!r} {link} {link.args} {vars(link)}" for link in chain]
    return "\n".join([*shown, *traceback.format_exception(error)])


async def test_parameters_arrive_as_they_were_meant() -> None:
    async with wired() as (server, bot):
        server.answers.append(ok(message(7)))
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Sí ✓", callback_data="y")]])
        await bot.send_message(7, "¿Cuánto dura? 🩺 \n&=+%", reply_markup=keyboard)
        assert server.calls[0].parameters == {
            "chat_id": 7,
            "text": "¿Cuánto dura? 🩺 \n&=+%",
            "reply_markup": {"inline_keyboard": [[{"text": "Sí ✓", "callback_data": "y"}]]},
        }


async def test_half_a_character_is_telegrams_to_refuse() -> None:
    async with wired() as (server, bot):
        server.answers.append(refused(400, "strings must be encoded in UTF-8"))
        with pytest.raises(BadRequest):
            await bot.send_message(7, "broken \ud83e")
        assert server.endpoints == ["sendMessage"]


async def test_a_file_travels_with_its_parameters() -> None:
    async with wired() as (server, bot):
        server.answers.append(ok(message(7)))
        await bot.send_document(7, InputFile(b"id,question\n1,pay?\n", filename="open.csv"))
        call = server.calls[0]
        assert call.headers["content-type"].startswith("multipart/form-data")
        assert b'name="chat_id"\r\n\r\n7\r\n' in call.body.replace(
            b"Content-Type: text/plain; charset=utf-8\r\n", b""
        )
        assert b'filename="open.csv"' in call.body
        assert b"1,pay?\n" in call.body


async def test_a_file_can_be_fetched() -> None:
    async with wire() as server, AiohttpRequest() as request:
        server.answers.append(reply(200, b"\x00\x01", "application/octet-stream"))
        assert await request.retrieve(f"{server.base_url}{TOKEN}/file") == b"\x00\x01"
        assert server.calls[0].method == "GET"


async def test_one_connection_carries_many_requests() -> None:
    async with wired() as (server, bot):
        for _ in range(3):
            await bot.send_chat_action(7, "typing")
        assert {call.connection for call in server.calls} == {1}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(400, "Bad Request: chat not found"), BadRequest),
        (refused(401, "Unauthorized"), InvalidToken),
        (refused(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refused(404, "Not Found"), InvalidToken),
        (refused(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refused(429, "Too Many Requests", retry_after=3), RetryAfter),
        (refused(429, "Too Many Requests", retry_after=3), FloodWaitError),
        (refused(500, "Internal Server Error"), NotTakenError),
        (refused(502, "Bad Gateway"), NotTakenError),
        (reply(500, b"[]"), UnconfirmedError),
        (reply(502, b"<html>Bad Gateway</html>", "text/html"), UnconfirmedError),
        (reply(504, b"", "text/html"), UnconfirmedError),
        (reply(200, b"<html>", "text/html"), UnconfirmedError),
        (reply(200, b"[]"), UnconfirmedError),
        (reply(200, b'{"ok": true}'), UnconfirmedError),
        (reply(200, b"[" * 200_000), UnconfirmedError),
        (reply(403, b"<html>", "text/html"), Forbidden),
        (reply(200, b"")[:20], UnconfirmedError),
        (reply(200, b"{}" * 9)[:-3], UnconfirmedError),
        (CUT, UnconfirmedError),
        (SILENCE, AnswerTimeoutError),
        (SILENCE, TimedOut),
    ],
)
async def test_every_answer_has_its_error(answer: Answer, kind: type[Exception]) -> None:
    async with wired() as (server, bot):
        server.answers.append(answer)
        with pytest.raises(kind) as caught:
            await bot.send_message(7, "hello", read_timeout=0.05, write_timeout=0.05)
        assert TOKEN not in everything_said(caught.value)
        assert server.endpoints == ["sendMessage"]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refused(429, retry_after=35), 35.0),
        (refused(429, retry_after=0.5), 0.5),
        (refused(429), 1.0),
        (refused(429, retry_after="soon"), 1.0),
        (reply(429, b"slow down", "text/plain"), 1.0),
    ],
)
async def test_a_429_says_how_long_to_wait(answer: Answer, seconds: float) -> None:
    async with wired() as (server, bot):
        server.answers.append(answer)
        with pytest.raises(FloodWaitError) as caught:
            await bot.send_message(7, "hello")
        assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    "base_url",
    [f"http://127.0.0.1:{free_port()}/bot", "http:///bot", "ftp://127.0.0.1/bot", "nowhere/bot"],
    ids=["a closed port", "no host", "another scheme", "no scheme"],
)
async def test_what_cannot_be_reached_took_nothing(base_url: str) -> None:
    async with bot_at(base_url) as bot:
        with pytest.raises(NotTakenError) as caught:
            await bot.send_message(7, "hello")
        assert TOKEN not in everything_said(caught.value)


async def test_a_tls_address_that_speaks_no_tls_took_nothing() -> None:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with bot_at(f"https://127.0.0.1:{port}/bot") as bot:
            with pytest.raises(NotTakenError) as caught:
                await bot.send_message(7, "hello")
            assert TOKEN not in everything_said(caught.value)


async def test_waiting_in_vain_for_a_connection_took_nothing() -> None:
    async with wire() as server, bot_at(server.base_url, connections=1) as bot:
        server.answers.append(SILENCE)
        first = asyncio.create_task(bot.send_message(7, "first"))
        await server.until(1)
        with pytest.raises(ConnectTimeoutError) as caught:
            await bot.send_message(8, "second", pool_timeout=0.01, connect_timeout=0.01)
        assert isinstance(caught.value, TimedOut)
        assert TOKEN not in everything_said(caught.value)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert len(server.calls) == 1


async def test_a_time_out_of_none_waits_for_ever() -> None:
    async with wired() as (server, bot):
        server.answers.append(ok(message(7)))
        sent = await bot.send_message(
            7,
            "hello",
            read_timeout=None,
            write_timeout=None,
            connect_timeout=None,
            pool_timeout=None,
        )
        assert sent.chat.id == 7


async def test_opening_and_closing_twice_is_harmless_and_closed_means_closed() -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError, match="call initialize"):
        await request.post(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
