"""Curators at their cards: preview, decide, undo, two at once, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot.app import SANDBOX_TOKEN
from bot.sandbox.client import Talk
from bot.sandbox.room import GROUP, Data, Room, quoted
from bot.sandbox.server import serve
from bot.settings import Settings
from knowledge.store.groups import Wanted
from knowledge.store.review_tables import QuestionGroup
from knowledge.store.tables import now
from tests import small
from tests.bots import Running, running_bot

BOT = int(SANDBOX_TOKEN.partition(":")[0])
NONSENSE = "qwzx vvkk plugh"


@pytest.fixture
def files() -> dict[str, str]:
    policy = small.FILES["policy.yaml"].replace("offer_at: {value: 0.18", "offer_at: {value: 0.45")
    return {**small.FILES, "policy.yaml": policy}


@pytest.fixture
def second(running: Running, room: Room) -> Talk:
    """Another curator's chat."""
    return Talk(room, 2002)


async def heads(running: Running, state: str = "open") -> list[str]:
    found, _ = await running.guide.curation.inbox(Wanted(state=state))
    return [group.head for group in found]


async def pressed(talk: Talk, curator: Talk, question: str, button: str) -> str:
    """Let a trainee ask and a curator press a button of the card; return what follows."""
    await talk(question)
    await curator("/review")
    return await curator.press(button)


async def reply(talk: Talk, text: str, *, answers: int = 1) -> str:
    """Reply to the bot's last message that asks for it."""
    prompts = (m for m in reversed(talk.messages) if "\n(#" in m.get("text", ""))
    to = quoted(next(prompts, talk.last))
    return await talk.send(text=text, reply_to_message=to, answers=answers)


async def test_a_card_says_who_asks_and_what_is_near(talk: Talk, curator: Talk) -> None:
    await talk(NONSENSE)
    await talk(f"{NONSENSE}!")
    card = await curator("/review")
    assert NONSENSE in card
    assert "1 person, 2 questions" in card
    assert "why: no answer" in card


async def test_another_way_is_shown_saved_heard_and_taken_back(
    talk: Talk, curator: Talk, running: Running
) -> None:
    assert "Which topic" in await pressed(talk, curator, NONSENSE, "Other topic")
    assert "Is it one of these?" in await reply(curator, "cost")
    seen = await curator.press("= What it cost", answers=2)
    assert f"+ {NONSENSE}" in seen
    assert "Would be answered" in seen
    assert running.guide.snapshot.number == 1
    assert "It is live" in await curator.press("Save", answers=2)
    assert "No single price" in await talk(NONSENSE)
    assert "Open again" in await curator("/undo", answers=2)
    assert "passed your question on" in await talk(NONSENSE)


async def test_a_new_answer_typed_as_a_reply_is_proposed(
    talk: Talk, curator: Talk, running: Running
) -> None:
    assert "title on the first line" in await pressed(
        talk, curator, "parking garage", "New answer"
    )
    assert "title goes on the first line" in await reply(curator, "only a title")
    assert "Proposed" in await reply(curator, "Parking\nEach college had rules.", answers=2)
    assert await heads(running, "with_staff") == ["parking garage"]


async def asked(running: Running) -> list[str]:
    """Return what counts as asked."""
    return [str(row["text"]) for row in await running.guide.curation.rows("questions")]


async def test_an_answer_typed_without_a_reply_is_taken_and_is_no_question(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await pressed(talk, curator, "parking garage", "New answer")
    assert "Proposed" in await curator("Parking\nEach college had rules.", answers=2)
    await curator.edit("Parking\nEach college had its own rules.", answers=0)
    assert "No single price" in await curator("what did the training cost")
    assert await asked(running) == ["what did the training cost", "parking garage"]


async def test_what_may_be_a_question_is_asked_about_first(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await pressed(talk, curator, "parking garage of Bartholomew Quux", "Personal data")
    assert "personal words" in await curator("what did the training cost")
    assert "No single price" in await curator.press("No, it is a question", answers=2)
    await pressed(talk, curator, "daycare of Bartholomew Quux", "Personal data")
    assert "personal words" in await curator("Bartholomew Quux")
    assert "Removed from 2" in await curator.press("Yes", answers=2)
    assert "Bartholomew Quux" not in await asked(running)


async def test_a_prompt_can_be_cancelled(talk: Talk, curator: Talk) -> None:
    await pressed(talk, curator, "parking garage", "New answer")
    assert "Nothing changed" in await curator.press("Cancel")
    assert "No single price" in await curator("what did the training cost")


async def test_staff_publish_a_new_answer_at_once(
    talk: Talk, staff: Talk, running: Running
) -> None:
    await pressed(talk, staff, "parking garage", "New answer")
    said = await reply(staff, "Parking\nEach college had its own rules.", answers=2)
    assert said.startswith("I am publishing it")  # the update is finished before that is done
    assert "is live" in said
    assert "its own rules" in await talk("parking garage")


async def test_publishers_are_told_of_a_proposal_and_publish_it(
    talk: Talk, curator: Talk, staff: Talk, running: Running, room: Room
) -> None:
    mark = len(room.events)
    await pressed(talk, curator, "parking garage", "New answer")
    said = "Parking\nEach college had rules.\nSource: Handbook, https://c.example/h, 2026-08"
    assert "publishers are told" in await curator(said, answers=2)
    assert "Cora proposes an answer to “parking garage”" in await staff.heard(mark)
    seen = await staff.press("Look at it")
    assert "Each college had rules." in seen
    assert "Source: Handbook, https://c.example/h, 2026-08" in seen
    assert "new answer is live" in await staff.press("Publish", answers=2)
    told = await talk("parking garage")
    assert "Source: Handbook, as of Aug 2026" in told


async def test_a_publisher_is_dealt_proposals_first_and_can_send_them_back(
    talk: Talk, curator: Talk, staff: Talk, running: Running
) -> None:
    await talk("daycare downtown")
    await talk("daycare downtown, where")
    await talk("parking garage")
    found, _ = await running.guide.curation.inbox(Wanted(text="parking"))
    await curator("/review")
    await curator.press_data(f"r:new:{found[0].id}")
    await curator("Parking\nEach college had rules.", answers=2)
    await staff("/publish")
    assert "Look at it" in staff.buttons
    dealt = await staff("/review")
    assert "Each college had rules." in dealt
    assert "word of the people who keep the answers" in dealt
    assert "daycare" in await staff.press("Next card")
    await staff("/review")
    assert "Open again" in await staff.press("Send back", answers=2)
    assert "parking garage" in await heads(running)


async def test_a_curator_is_told_at_once_what_cannot_be_published(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await pressed(talk, curator, "parking garage", "New answer")
    assert "Take the number 10 out" in await curator("Parking\nIt costs 10 dollars.", answers=2)
    assert "Proposed" in await curator("Parking\nIt costs money.", answers=2)
    assert await asked(running) == ["parking garage"]


async def test_a_check_that_ends_late_leaves_what_is_waited_for_meanwhile(
    talk: Talk, curator: Talk, running: Running
) -> None:
    curation = running.guide.curation
    await pressed(talk, curator, "parking garage of Bartholomew Quux", "New answer")
    await curator("Parking\nIt costs 10 dollars.", answers=2)
    await curator.press_data("r:priv:1")
    await curation.expect(curator.person, "new", 1, again=True)
    assert "personal words" in await curator("Bartholomew Quux")


async def test_not_ours_points_away(talk: Talk, curator: Talk) -> None:
    await pressed(talk, curator, NONSENSE, "Not ours")
    assert "Would be answered" in await curator.press("The weather", answers=2)
    assert "not ours" in await curator.press("Save", answers=2)
    assert "nothing about weather" in await talk(NONSENSE)


async def test_not_ours_without_a_pointer(talk: Talk, curator: Talk, running: Running) -> None:
    await pressed(talk, curator, NONSENSE, "Not ours")
    await curator.press("No pointer fits", answers=2)
    await curator.press("Save", answers=2)
    assert await heads(running, "ignored") == [NONSENSE]


async def test_two_curators_never_decide_the_same_card(
    talk: Talk, curator: Talk, second: Talk, running: Running
) -> None:
    await talk(NONSENSE)
    card = await curator("/review")
    assert NONSENSE in card
    assert "Nothing waits" in await second("/review")
    (group,), _ = await running.guide.curation.inbox(Wanted())
    held = await second.press_data(f"r:later:{group.id}")
    assert "is deciding this one now" in held
    assert await heads(running) == [NONSENSE]

    def expire(session: object) -> None:
        kept = session.get_one(QuestionGroup, group.id)  # type: ignore[attr-defined]
        kept.held_until = now().replace(year=2020)

    await running.guide.store.write(expire)
    assert "Put off" in await second.press_data(f"r:later:{group.id}")
    assert "decided already" in await curator.toast(f"r:wrong:{group.id}")
    assert "no decision of yours" in await curator("/undo", answers=2)
    assert "Open again" in await second.press("Undo", answers=2)


async def test_a_tap_from_while_the_bot_was_down_is_done_all_the_same(
    talk: Talk, curator: Talk, room: Room, running: Running
) -> None:
    await talk(NONSENSE)
    await curator("/review")
    room.query_lifetime = 0.0
    mark = len(room.events)
    await room.press(2001, 2001, curator.last["message_id"], "r:later:1")
    assert "Put off" in await curator.heard(mark)


async def test_next_goes_round_all_cards(talk: Talk, curator: Talk) -> None:
    await talk("parking garage")
    await talk("daycare downtown")
    first = await curator("/review")
    other = await curator.press("Next card")
    assert {"parking garage" in first, "parking garage" in other} == {True, False}
    assert ("parking garage" in await curator.press("Next card")) == ("parking garage" in first)


async def test_personal_data_is_scrubbed_by_reply(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await pressed(talk, curator, "parking garage of Bartholomew Quux", "Personal data")
    assert "Removed from 1" in await reply(curator, "Bartholomew Quux")
    assert await heads(running) == ["parking garage of [removed]"]


async def test_a_trainees_reply_is_a_question(talk: Talk) -> None:
    await talk("/start")
    assert "No single price" in await reply(talk, "what did the training cost")


async def in_group(room: Room, person: int, text: str, to: Data | None = None) -> str:
    """Write into the group, as a reply to a message; return the bot's next answer there."""
    mark = len(room.events)
    extra = {"reply_to_message": to} if to else {}
    await room.say(person, text, chat_id=GROUP, **extra)
    return await Talk(room, GROUP).heard(mark)


async def test_only_what_the_bot_itself_asked_is_answered_by_reply(
    talk: Talk, curator: Talk, running: Running, room: Room
) -> None:
    await talk("parking garage")
    await curator("/review")
    forged = await room.say(101, "What is your favourite dish?\n(#new 1)", chat_id=GROUP)
    await room.say(1001, "Soup\nAny soup will do.", chat_id=GROUP, reply_to_message=forged)
    cost = "@health_it_guide_bot what did the training cost"
    assert "No single price" in await in_group(room, 101, cost)
    assert running.guide.snapshot.number == 1
    assert await heads(running) == ["parking garage"]


async def test_a_reply_to_the_bot_in_a_group_is_a_question(
    talk: Talk, running: Running, room: Room
) -> None:
    cost = "what did the training cost"
    said = await room.say(101, "hello there", chat_id=GROUP)
    assert "No single price" in await in_group(room, 102, f"@health_it_guide_bot {cost}", said)
    answer = Talk(room, GROUP).last
    assert "No single price" in await in_group(room, 103, cost, answer)


async def test_who_may_not_decide_presses_for_nothing_in_a_group(talk: Talk, room: Room) -> None:
    await in_group(room, 101, "@health_it_guide_bot what did the training cost")
    card = Talk(room, GROUP).last["message_id"]
    mark = len(room.events)
    callback = await room.press(101, GROUP, card, "r:later:1")
    async with asyncio.timeout(5), room.changed:
        await room.changed.wait_for(lambda: room.callbacks[callback])
    await in_group(room, 101, "@health_it_guide_bot what did the training cost")
    said = [e["message"] for e in room.events[mark:] if e["kind"] == "message"]
    assert not any("Pick a subject" in str(message.get("text")) for message in said)


async def test_an_edit_of_what_was_typed_changes_nothing(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await pressed(talk, curator, "parking garage of Bartholomew Quux", "Personal data")
    assert "Removed from 1" in await reply(curator, "Bartholomew Quux")
    await curator.edit("Bartholomew B Quux", answers=0)
    assert "no decision of yours" in await curator("/undo", answers=2)
    assert (await running.guide.status()).waiting == 1


async def test_an_edited_command_takes_nothing_more_back(
    talk: Talk, curator: Talk, running: Running
) -> None:
    for text in ("parking garage", "daycare downtown"):
        await pressed(talk, curator, text, "Later")
    assert "Open again" in await curator("/undo", answers=2)
    await curator.edit("/undo please", answers=0)
    assert "Open again" not in await curator("/start")
    assert len(await heads(running, "later")) == 1


async def test_what_is_typed_cannot_change_the_card(talk: Talk, curator: Talk) -> None:
    await talk("qwzx <b>vvkk</b> [plugh](law) **zorp** (#priv 1)")
    card = await curator("/review")
    assert "<b>vvkk</b> [plugh] (law)" in card
    bold = [e for e in curator.last["entities"] if e["type"] == "text_link"]
    assert bold == []


async def test_a_restart_in_the_middle_loses_nothing(
    room: Room, settings: Settings, files: dict[str, str]
) -> None:
    trainee, curator = Talk(room), Talk(room, 2001)
    async with running_bot(settings, files):
        await trainee(NONSENSE)
        await curator("/review")
        await curator.press("Not ours")
    async with running_bot(settings, files) as again:
        assert "Would be answered" in await curator.press("The weather", answers=2)
        assert "not ours" in await curator.press("Save", answers=2)
        groups = await again.guide.store.read(
            lambda session: list(session.exec(select(QuestionGroup)))
        )
        assert [group.state for group in groups] == ["ignored"]


async def test_the_bot_is_the_key_to_the_console(talk: Talk, curator: Talk) -> None:
    assert "/console/enter?token=" in await curator("/console")
    assert "token" not in await talk("/console")


@pytest.fixture
async def elsewhere() -> AsyncIterator[Room]:
    """What Telegram hands to another replica."""
    made = Room()
    served = await serve(made)
    yield made
    await served.aclose()


async def test_two_replicas_deal_one_queue(
    room: Room, elsewhere: Room, settings: Settings, files: dict[str, str]
) -> None:
    token = SecretStr(SANDBOX_TOKEN.replace(":", "7:", 1))
    other = settings.model_copy(update={"api_url": elsewhere.url, "token": token})
    trainee, first, second = Talk(room), Talk(room, 2001), Talk(elsewhere, 2002)
    async with running_bot(settings, files) as here, running_bot(other, files) as there:
        await trainee("parking garage")
        await trainee("daycare downtown")
        mine, theirs = await first("/review"), await second("/review")
        assert {"parking garage" in mine, "parking garage" in theirs} == {True, False}
        (one, two), _ = await here.guide.curation.inbox(Wanted())
        taken = one if one.head in mine else two
        assert "is deciding this one now" in await second.press_data(f"r:later:{taken.id}")
        assert "Put off" in await first.press("Later")
        assert "decided already" in await second.toast(f"r:wrong:{taken.id}")
        assert "Open again" in await first("/undo", answers=2)
        dealt = await second("/review")
        heard, left = (one, two) if one.head in dealt else (two, one)
        await second.press("Other topic")
        await reply(second, "cost")
        await second.press("= What it cost", answers=2)
        assert "It is live" in await second.press("Save", answers=2)
        await here.guide.refresh()
        assert "No single price" in await trainee(heard.head)
        assert await heads(there) == [left.head]
        assert not [*here.errors, *there.errors]


async def test_a_notice_is_counted_held_back_and_let_go(
    talk: Talk, curator: Talk, running: Running
) -> None:
    await talk(NONSENSE)
    await talk.press("Tell me")
    assert "1 person asked to be told" in await curator("/review")
    await curator.press("Other topic")
    await reply(curator, "cost")
    assert "1 person asked to be told" in await curator.press("= What it cost", answers=2)
    assert "Held back: 1" in await curator.press("Save, tell nobody yet", answers=2)
    await running.guide.promises.look()
    assert await running.guide.promises.due(BOT) == []
    assert "told now" in await curator.press("Tell them now")
    await running.guide.promises.look()
    assert len(await running.guide.promises.due(BOT)) == 1
