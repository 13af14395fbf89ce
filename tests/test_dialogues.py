"""Conversations as people have them, through the real stack over HTTP."""

from __future__ import annotations

import pytest

from bot.app import build
from bot.sandbox.client import Talk
from bot.sandbox.room import Fault, Room
from bot.settings import Settings
from handlers.dialogue import answer_overdue
from handlers.markup import LONGEST_MESSAGE
from knowledge.guide import Asked, Guide
from tests.bots import Running


async def test_start_opens_the_menu(talk: Talk) -> None:
    assert "Pick a subject" in await talk("/start")
    assert talk.buttons == ["Roles", "What it cost"]


async def test_browsing_edits_one_message(talk: Talk) -> None:
    await talk("/start")
    before = len(talk.messages)
    assert "The roles." in await talk.press("Roles")
    assert "6 months or less" in await talk.press("Trainer")
    assert len(talk.messages) == before


async def test_a_question_with_slips_gets_a_sourced_dated_answer(talk: Talk) -> None:
    heard = await talk("how long is traning for a trianer")
    assert "6 months or less" in heard
    assert "The law, as of 2010" in heard


async def test_a_follow_up_says_what_it_is_about(talk: Talk) -> None:
    await talk("how long is training for a trainer")
    heard = await talk("and what does it pay?")
    assert heard.startswith("Trainer: ")  # its own words say it
    assert "$67,310" in heard
    assert "Not re-confirmed since" in heard


async def test_follow_up_buttons_answer_in_a_new_message(talk: Talk) -> None:
    await talk("how long is training for a trainer")
    before = len(talk.messages)
    assert "$67,310" in await talk.press("What it pays")
    assert len(talk.messages) == before + 1
    assert "6 months" in await talk("and the training length?")


async def test_a_missing_thing_is_asked_for_and_picked(talk: Talk) -> None:
    assert "Which role" in await talk("how many months to become one of these")
    assert len(talk.buttons) <= 5
    assert "12 months" in await talk.press("Implementation manager")


async def test_what_is_not_known_is_said_and_reaches_the_curator(
    talk: Talk, curator: Talk
) -> None:
    assert "passed your question on" in await talk("qwzx vvkk plugh at jane@mail.example")
    card = await curator("/review")
    assert "qwzx vvkk plugh at [email]" in card
    await curator.press("Helps nobody else")
    await curator.press("Not a question")
    assert "Nothing waits" in await curator.press("Next card")


async def test_only_curators_and_staff_have_their_commands(talk: Talk, staff: Talk) -> None:
    for command in ("/review", "/status"):
        assert "waiting for a curator" not in await talk(command)
    assert "Version 1" in await staff("/status")


async def test_only_curators_can_decide(talk: Talk, curator: Talk, running: Running) -> None:
    await talk("qwzx vvkk plugh")
    (waiting,) = await running.guide.waiting()
    assert "older version" in await talk.toast(f"r:later:{waiting.id}")
    assert len(await running.guide.waiting()) == 1


async def test_spanish_is_answered_in_spanish(talk: Talk) -> None:
    assert "6 meses o menos" in await talk("¿cuánto dura la capacitación de un capacitador?")


async def test_each_bot_answers_second_halves_whoever_blocked_it(
    guide: Guide, settings: Settings, room: Room
) -> None:
    guide.burst_seconds = 0.0
    app = build(settings, guide).application
    async with app:
        for chat, bot in ((101, app.bot.id), (102, app.bot.id), (103, 2)):
            asked = Asked(text="so well", chat=chat, bot=bot, update_id=chat, may_wait=True)
            assert (await guide.ask(asked)).held
        room.blocked = {101}
        await answer_overdue(app)
    assert len(Talk(room, 102).messages) == 1
    assert Talk(room, 103).messages == []
    waiting = [(await guide.settings_of(chat)).held is not None for chat in (101, 102, 103)]
    assert waiting == [False, False, True]


async def test_a_message_answered_late_can_be_asked_about_like_any(
    guide: Guide, settings: Settings, room: Room
) -> None:
    guide.burst_seconds = 0.0
    app = build(settings, guide).application
    async with app:
        asked = Asked(text="so well", chat=101, bot=app.bot.id, update_id=1, may_wait=True)
        await guide.ask(asked)
        await answer_overdue(app)
    said = Talk(room, 101).last["message_id"]
    question = await guide.answered_by(101)
    assert question is not None
    assert question.answer_id == said


async def test_what_telegram_does_not_confirm_is_answered_later_and_is_no_error(
    talk: Talk, room: Room
) -> None:
    room.faults.append(Fault("sendMessage", 1, "drop_after", chat=talk.person))
    await talk("so well")
    assert "6 months" in await talk("how long is training for a trainer?")
    assert not any("went wrong" in message["text"] for message in talk.messages)


async def test_an_edited_question_gets_a_new_answer(talk: Talk) -> None:
    await talk("what does a trainer earn")
    assert "6 months" in await talk.edit("how long is training for a trainer")


async def test_a_deep_link_opens_its_answer(talk: Talk) -> None:
    assert "12 months" in await talk("/start role_implementation-manager")
    assert "No single price" in await talk("/start cost")
    assert "Pick a subject" in await talk("/start nonsense_x")


async def test_a_role_named_by_its_command_opens_at_once(talk: Talk) -> None:
    for words in ("trainer", "TRAINER"):
        assert "6 months or less" in await talk(f"/role {words}")
    assert "Which of these" not in await talk("/role implementation manager")


@pytest.mark.parametrize("door", ["/role trainer", "/start role_trainer"])
async def test_what_follows_an_answer_is_about_it_whatever_opened_it(
    talk: Talk, door: str
) -> None:
    await talk(door)
    assert "$67,310" in await talk("and what does it pay?")


async def test_a_caption_is_answered_as_text(talk: Talk) -> None:
    photo = [{"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9}]
    assert "No single price" in await talk.send(photo=photo, text="what did the training cost")


async def test_the_caption_of_a_file_is_answered_and_kept(talk: Talk, running: Running) -> None:
    file = {"file_id": "x", "file_unique_id": "x", "file_name": "resume.pdf"}
    heard = await talk.send(document=file, text="what did the training cost")
    assert "No single price" in heard
    question = await running.guide.answered_by(talk.person)
    assert question is not None
    assert question.text == "what did the training cost"
    assert "only read text" in await talk.send(document=file)


async def test_what_cannot_be_read_is_answered_kindly(talk: Talk) -> None:
    sticker = {
        "file_id": "x",
        "file_unique_id": "x",
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    }
    assert "only read text" in await talk.send(sticker=sticker)
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    assert "only read text" in await talk.send(voice=voice)


async def test_a_message_without_words_is_no_question(talk: Talk, running: Running) -> None:
    for text in ("😀😀", "???", "…"):
        assert "in a few words" in await talk(text)
    assert (await running.guide.status()).waiting == 0


async def test_strange_texts_break_nothing(talk: Talk) -> None:
    texts = ["😀" * 2048, "שלום עולם", "<b>bold</b> & <script>", "a" * 4096, "\u202eabc"]
    for text in texts:
        assert len(await talk(text)) <= LONGEST_MESSAGE


async def test_forged_and_old_buttons_open_the_menu(talk: Talk) -> None:
    await talk("/start")
    for data in (
        "a:zzzzzz:",
        "e:",
        "x",
        "m:nope",
        "a:aaf016:c3=ffffff",
        "n:999999",
        "p::",
        "n:" + "9" * 30,
    ):
        await talk.press_data(data, answers=0)
    await talk.room.say(talk.person, "how long is training for a trainer")
    async with talk.room.changed:
        await talk.room.changed.wait_for(lambda: "6 months" in str(talk.messages))


async def test_commands_and_descriptions_are_told_to_telegram(
    running: Running, room: Room, talk: Talk
) -> None:
    await talk("/start")
    (bot,) = room.bots.values()
    names = {command["command"] for command in bot.commands["all_private_chats", ""]}
    assert {"start", "help", "roles", "role", "programs", "eligibility", "where"} <= names
    assert "review" not in names
    assert "review" in {c["command"] for c in bot.commands["chat:2001", ""]}
    assert "status" in {c["command"] for c in bot.commands["chat:1001", ""]}
    assert bot.texts["description", ""]
