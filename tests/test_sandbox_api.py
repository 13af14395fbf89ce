"""The sandbox answers python-telegram-bot as Telegram does, limits and error texts included."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st
from telegram import Bot, BotCommand, BotCommandScopeChat, InputMediaPhoto
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.sandbox import server
from bot.sandbox.entities import EntityError, from_html, units
from bot.sandbox.methods import SAME_OFFSET_WITHIN
from bot.sandbox.room import Events, Fault, Room, trim
from bot.sandbox.server import serve

TOKEN = "1000000:a-token-for-the-sandbox"
PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.fixture
async def bot(room: Room) -> AsyncIterator[Bot]:
    made = Bot(TOKEN, base_url=f"{room.url}/bot", base_file_url=f"{room.url}/file/bot")
    async with made:
        yield made


async def test_who_it_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot) == (1000000, True)
    assert (await bot.get_chat(101)).first_name == "Dana"


async def test_a_wrong_token_is_refused(room: Room) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("12:x", base_url=f"{room.url}/bot"):
            pass


REFUSED: dict[str, dict[str, Any]] = {
    "message is too long": {"text": "a" * 4097},
    "Message text is empty": {"text": "   "},
    "Chat not found": {"chat_id": 5, "text": "x"},
    "Can't parse entities": {"text": "<b>open", "parse_mode": "HTML"},
    "Unsupported start tag": {"text": "<video>x</video>", "parse_mode": "HTML"},
    "Unmatched end tag": {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
    "strings must be encoded in UTF-8": {"text": "half \ud83d"},
    "must be encoded in UTF-8": {
        "text": "x",
        "reply_markup": '{"inline_keyboard": [[{"text": "\\ud83d", "callback_data": "x"}]]}',
    },
    "Button_data_invalid": {
        "text": "x",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]},
    },
    "Too many buttons": {
        "text": "x",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x"}]] * 101},
    },
    "Message to be replied not found": {"text": "x", "reply_parameters": {"message_id": 99}},
}


@pytest.mark.parametrize("words", REFUSED)
async def test_what_telegram_refuses_is_refused_in_its_words(room: Room, words: str) -> None:
    async with httpx.AsyncClient() as client:
        given = {"chat_id": 101, **REFUSED[words]}
        answer = await client.post(
            f"{room.url}/bot{TOKEN}/sendMessage",
            content=json.dumps(given),
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 400
    assert words.lower() in answer.json()["description"].lower()


async def test_an_unknown_method_is_answered_in_telegrams_form(room: Room) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{room.url}/bot{TOKEN}/flyToTheMoon")
    assert answer.json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }


async def test_the_length_counts_after_tags_in_utf16(bot: Bot) -> None:
    await bot.send_message(101, "<b>" + "a" * 4096 + "</b>", parse_mode="HTML")
    await bot.send_message(101, "😀" * 2048)
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(101, "😀" * 2049)


async def test_html_becomes_text_and_entities(bot: Bot) -> None:
    sent = await bot.send_message(
        101, '<b>Pay 😀</b> &lt;x&gt; <a href="https://x.example/?a=1&amp;b=2">link</a>', "HTML"
    )
    assert sent.text == "Pay 😀 <x> link"
    assert [(e.type, sent.parse_entity(e)) for e in sent.entities] == [
        ("bold", "Pay 😀"),
        ("text_link", "link"),
    ]
    assert sent.entities[1].url == "https://x.example/?a=1&b=2"


async def test_editing(bot: Bot) -> None:
    sent = await bot.send_message(101, "one")
    edited = await bot.edit_message_text("two", 101, sent.message_id)
    assert edited is not True
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_text("two", 101, sent.message_id)
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("two", 101, 999)
    assert await bot.delete_message(101, sent.message_id)


async def test_pictures_documents_albums_and_downloads(bot: Bot) -> None:
    photo = await bot.send_photo(101, PNG, caption="<i>map</i>", parse_mode="HTML")
    assert photo.caption == "map"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    document = await bot.send_document(101, b"a,b", filename="x.csv")
    assert document.document is not None
    assert document.document.file_name == "x.csv"
    album = await bot.send_media_group(101, [InputMediaPhoto(PNG), InputMediaPhoto(PNG)])
    assert len(album) == 2
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(101, PNG, caption="x" * 1025)


async def test_what_a_bot_tells_of_itself(bot: Bot) -> None:
    commands = [BotCommand("help", "how to ask")]
    await bot.set_my_commands(commands, scope=BotCommandScopeChat(101), language_code="es")
    got = await bot.get_my_commands(scope=BotCommandScopeChat(101), language_code="es")
    assert list(got) == commands
    assert await bot.get_my_commands() == ()
    await bot.set_my_description("long", language_code="es")
    assert (await bot.get_my_description("es")).description == "long"
    with pytest.raises(BadRequest, match=r"(?i)command_invalid"):
        await bot.set_my_commands([("Bad Name", "x")])


async def test_updates_wait_until_the_offset_confirms_them(bot: Bot, room: Room) -> None:
    await room.say(101, "one")
    await room.say(101, "/start x")
    first = await bot.get_updates()
    again = await bot.get_updates(offset=first[0].update_id)
    assert [u.update_id for u in first] == [u.update_id for u in again]
    assert first[1].message is not None
    assert first[1].message.entities[0].type == "bot_command"
    assert await bot.get_updates(offset=first[-1].update_id + 1, timeout=0) == ()


async def test_a_long_poll_ends_when_something_arrives(bot: Bot, room: Room) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    await room.say(101, "now")
    assert len(await poll) == 1


async def test_two_that_poll_are_in_conflict(bot: Bot, room: Room) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    (account,) = room.bots.values()
    async with asyncio.timeout(5):
        while not account.polls:  # noqa: ASYNC110 - the sandbox has no event for a poll begun
            await asyncio.sleep(0.01)
    async with Bot(TOKEN, base_url=f"{room.url}/bot") as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="other getUpdates"):
            await first
        await room.say(101, "x")
        assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nowhere", secret_token="s")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url.endswith("nowhere")
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_deleted_before_it_took_an_update_loses_none(
    bot: Bot, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "RETRY_FIRST", 0.01)
    await bot.set_webhook("http://127.0.0.1:9/nowhere")
    await room.say(101, "hello")
    while not room.bots[TOKEN].webhook_error:  # noqa: ASYNC110 - the sandbox says no word
        await asyncio.sleep(0)
    trying = [t for t in asyncio.all_tasks() if "Deliveries._deliver" in repr(t.get_coro())]
    await bot.delete_webhook()
    await asyncio.gather(*trying)
    (update,) = await bot.get_updates()
    assert update.effective_message is not None
    assert (len(trying), update.effective_message.text) == (1, "hello")


async def test_blocked_flooded_and_unknown(bot: Bot, room: Room) -> None:
    room.blocked.add(103)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(103, "x")
    room.faults = [Fault(method="sendMessage", times=1, kind="429", seconds=3, chat=101)]
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(101, "x")
    assert flooded.value.retry_after in (3, timedelta(seconds=3))
    room.faults = [Fault(method="*", times=1, kind="502")]
    with pytest.raises(TelegramError):
        await bot.send_message(101, "x")


async def test_ids_do_not_repeat_after_a_restart(room: Room) -> None:
    before = await room.push({"message": {}})
    second = Room()
    running = await serve(second)
    assert await second.push({"message": {}}) >= before
    await running.aclose()


@given(st.text(st.sampled_from("ab<>/&;😀biupre \"'=\n"), max_size=60))
def test_any_html_is_read_or_refused(html: str) -> None:
    try:
        text, entities = from_html(html)
    except EntityError:
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(text)


@pytest.mark.parametrize(("kind", "messages"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_is_dropped(room: Room, kind: str, messages: int) -> None:
    room.faults = [Fault(method="sendMessage", times=1, kind=kind)]
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(
                f"{room.url}/bot{TOKEN}/sendMessage", json={"chat_id": 101, "text": "x"}
            )
    assert len(room.messages[101]) == messages


async def test_a_form_that_is_no_utf8_is_refused(room: Room) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{room.url}/bot{TOKEN}/sendMessage",
            content=b"chat_id=101&text=%ed%a0%bd",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert answer.json() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: strings must be encoded in UTF-8",
    }


async def test_a_flood_says_twice_how_long_to_wait(room: Room) -> None:
    room.faults = [Fault(method="sendMessage", times=1, kind="429", seconds=7)]
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{room.url}/bot{TOKEN}/sendMessage", json={"chat_id": 101, "text": "x"}
        )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["parameters"] == {"retry_after": 7}


async def test_the_hasty_get_one_update(bot: Bot, room: Room) -> None:
    await room.say(101, "one")
    await room.say(101, "two")
    assert len(await bot.get_updates()) == 2
    (only,) = await bot.get_updates()
    assert only.message is not None
    assert only.message.text == "one"
    (account,) = room.bots.values()
    account.last_asked -= SAME_OFFSET_WITHIN
    assert len(await bot.get_updates()) == 2


async def test_late_answers_to_buttons_and_inline_queries_are_refused(
    bot: Bot, room: Room
) -> None:
    sent = await bot.send_message(101, "x")
    pressed = await room.press(101, 101, sent.message_id, "data")
    asked = await room.ask_inline(101, "pay")
    room.query_lifetime = 0
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired"):
        await bot.answer_callback_query(pressed)
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired"):
        await bot.answer_inline_query(asked, [])
    room.query_lifetime = 60
    assert await bot.answer_callback_query(pressed)
    assert await bot.answer_inline_query(asked, [])


async def test_forwarding_copying_and_deleting_several(bot: Bot, room: Room) -> None:
    photo = await bot.send_photo(101, PNG, caption="map")
    text = await bot.send_message(101, "<b>bold</b>", parse_mode="HTML")
    forwarded = await bot.forward_message(102, 101, text.message_id)
    assert forwarded.text == "bold"
    assert forwarded.entities[0].type == "bold"
    assert forwarded.forward_origin is not None
    copied = await bot.copy_message(102, 101, photo.message_id, caption="new words")
    kept = room.messages[102][copied.message_id]
    assert kept["caption"] == "new words"
    assert "forward_origin" not in kept
    with pytest.raises(BadRequest, match="to forward not found"):
        await bot.forward_message(102, 101, 999)
    with pytest.raises(BadRequest, match="to copy not found"):
        await bot.copy_message(102, 101, 999)
    assert await bot.delete_messages(101, [photo.message_id, text.message_id, 999])
    assert room.messages[101] == {}
    with pytest.raises(BadRequest, match="identifiers are not specified"):
        await bot.delete_messages(101, [])


async def test_polls_voice_and_video(bot: Bot) -> None:
    poll = (await bot.send_poll(101, "Which role?", ["Trainer", "Manager"])).poll
    assert poll is not None
    assert [option.text for option in poll.options] == ["Trainer", "Manager"]
    with pytest.raises(BadRequest, match="at least 2 option"):
        await bot.send_poll(101, "Which role?", ["Trainer"])
    with pytest.raises(BadRequest, match="length must not exceed 300"):
        await bot.send_poll(101, "?" * 301, ["a", "b"])
    voice = await bot.send_voice(101, b"OggS", caption="<i>hear</i>", parse_mode="HTML")
    assert voice.voice is not None
    assert voice.caption == "hear"
    video = await bot.send_video(101, b"film")
    assert video.video is not None
    assert bytes(await (await bot.get_file(video.video)).download_as_bytearray()) == b"film"
    with pytest.raises(BadRequest, match="no voice in the request"):
        await bot._post("sendVoice", {"chat_id": 101})


def test_a_day_of_events_is_forgotten_in_order() -> None:
    events = Events(most=3)
    for number in range(5):
        events.append({"number": number})
    assert len(events) == 5
    assert [event["number"] for event in events] == [2, 3, 4]
    assert [event["number"] for event in events[3:]] == [3, 4]
    assert [event["number"] for event in events[0:4]] == [2, 3]
    assert events[5:] == []
    files = {"a": 1, "b": 2, "c": 3}
    trim(files, 2)
    assert list(files) == ["b", "c"]


@pytest.mark.parametrize("setting", ["GUIDE_PORT", "GUIDE_SANDBOX_PORT"])
def test_a_taken_port_is_named_with_its_setting(setting: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = {"GUIDE_PORT": "0", "GUIDE_SANDBOX_PORT": "0", "GUIDE_HOST": "127.0.0.1"}
        ports[setting] = str(taken.getsockname()[1])
        ran = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            cwd=tmp_path,
            env={**os.environ, **ports},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert f"Set {setting} in .env to another number" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"GUIDE_DATABASE_URL": "sqlite:////proc/nowhere/guide.db"}, "folder you may write to"),
        (
            {"GUIDE_DATABASE_URL": "sqlite:////proc/guide.db"},
            "its folder exists and can be written",
        ),
        ({"GUIDE_TOKEN": "12:wrong", "GUIDE_API_URL": "http://127.0.0.1:9"}, "be reached"),
    ],
)
def test_what_stops_the_start_is_said_in_a_sentence(
    setting: dict[str, str], words: str, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={
            **os.environ,
            "XDG_CACHE_HOME": str(tmp_path),  # so that it is still learning when it ends
            "GUIDE_PORT": "0",
            "GUIDE_SANDBOX_PORT": "0",
            **setting,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
