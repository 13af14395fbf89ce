"""Staff in Telegram: a file becomes a report, a tap publishes, tries, discards or takes back."""

from __future__ import annotations

import pytest
import time_machine

from bot.app import build
from bot.sandbox.client import Talk, text_of
from bot.settings import Settings
from handlers.staff import WEEK, remind
from knowledge.editing.publishing import Draft
from knowledge.editing.sheets import write_book
from knowledge.editing.spreadsheets import PHRASINGS
from knowledge.people import TERMINAL, Right
from knowledge.rights import Rights
from knowledge.store.tables import now
from tests import small
from tests.bots import Running

SHORTER = small.FILES["things.yaml"].replace("{value: 6, unit", "{value: 5, unit", 1).encode()


async def test_a_yaml_file_is_reported_then_published_and_taken_back(
    staff: Talk, talk: Talk, running: Running
) -> None:
    report = await staff.send_document("things.yaml", SHORTER, answers=2)
    assert "Trainer: length 6 months or less → 5 months or less" in report
    assert staff.buttons == ["Publish", "Try it in this chat", "Discard"]
    assert "6 months" in await talk("how long is training for a trainer")
    assert "Version 2 is live" in await staff.press("Publish", answers=3)
    assert "5 months" in await talk("how long is training for a trainer")
    assert "Version 3 is live" in await staff.press("Back to version 1", answers=2)
    assert "6 months" in await talk("how long is training for a trainer")
    assert "Back to version 1" in await staff("/versions")


async def test_a_file_whose_caption_is_edited_makes_no_second_draft(
    staff: Talk, running: Running
) -> None:
    await staff.send_document("things.yaml", SHORTER, answers=2)
    document = next(m for m in staff.messages if "document" in m)
    await staff.room.push({"edited_message": {**document, "edit_date": document["date"] + 9}})
    assert "Version 1" in await staff("/status")
    assert len(await running.guide.publisher.drafts()) == 1


async def test_a_draft_is_tried_in_one_chat_alone(staff: Talk, talk: Talk) -> None:
    await staff.send_document("things.yaml", SHORTER, answers=2)
    assert "answered from the draft" in await staff.press("Try it")
    assert "5 months" in await staff("how long is training for a trainer")
    assert "6 months" in await talk("how long is training for a trainer")
    assert "live version again" in await staff("/live")
    assert "6 months" in await staff("how long is training for a trainer")


async def test_drafts_that_do_not_fit_are_counted(staff: Talk, running: Running) -> None:
    publisher = running.guide.publisher
    draft = Draft(files=await publisher.files_of(), base=1)
    for number in range(7):
        await publisher.save(draft, by="ann", title=f"number {number}")
    assert "2 more wait" in await staff("/publish", answers=6)


async def test_a_discarded_draft_cannot_be_published(staff: Talk) -> None:
    await staff.send_document("things.yaml", SHORTER, answers=2)
    button = staff.last["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "Nothing changed" in await staff.press("Discard")
    assert "not there any more" in await staff.press_data(button, answers=2)


async def test_a_report_cut_off_by_a_restart_is_told_and_its_draft_kept(
    staff: Talk, running: Running
) -> None:
    await staff("how long is training for a trainer")  # so that the draft is tried on something
    assert "I have it" in await staff.send_document("things.yaml", SHORTER)
    running.stop.set()
    await running.task
    assert "The draft is kept" in text_of(staff.last)
    assert staff.buttons == ["Publish", "Try it in this chat", "Discard"]
    assert [one.title for one in await running.guide.publisher.drafts()] == ["things.yaml"]


async def test_a_faulty_file_is_answered_with_its_lines(staff: Talk, running: Running) -> None:
    broken = SHORTER.replace(b"source: law", b"source: lore", 1)
    report = await staff.send_document("things.yaml", broken, answers=2)
    assert "things.yaml:11:16: error: there is no source 'lore'" in report
    assert await running.guide.publisher.drafts() == []


async def test_a_spreadsheet_becomes_a_draft(staff: Talk, talk: Talk) -> None:
    rows = [("cost", "en", "price tag of it all")]
    book = write_book({"phrasings": (PHRASINGS, rows)})
    report = await staff.send_document("new ways.xlsx", book, answers=2)
    assert "+ price tag of it all" in report
    await staff.press("Publish", answers=3)
    assert "No single price" in await talk("price tag of it all")


async def test_a_bad_cell_is_named(staff: Talk) -> None:
    book = write_book({"phrasings": (PHRASINGS, [("coast", "en", "how much")])})
    report = await staff.send_document("new.xlsx", book, answers=2)
    assert "phrasings!A2: there is no topic 'coast'" in report
    assert "did you mean 'cost'" in report


async def test_a_draft_that_is_behind_is_shown_again_on_top(staff: Talk, running: Running) -> None:
    await staff.send_document("things.yaml", SHORTER, answers=2)
    await running.guide.publisher.confirm(["trainer.pay"], by="somebody else")
    report = await staff.press("Publish", answers=4)
    assert "Somebody published meanwhile" in report
    assert "Trainer: length 6 months or less → 5 months or less" in report
    assert "Version 3 is live" in await staff.press("Publish", answers=3)
    facts = running.guide.snapshot.content.things["trainer"].facts
    assert facts["pay"].confirmed is not None


async def test_stale_facts_are_renewed_by_a_tap(staff: Talk, running: Running) -> None:
    assert "Trainer: pay" in await staff("/stale")
    assert "Every fact is fresh" in await staff.press("1. Still true", answers=2)
    (newest, *_) = await running.guide.publisher.versions()
    assert newest.published_by == "Sam (1001)"
    assert newest.reason == "Looked again at trainer.pay."


async def test_no_fact_slides_under_a_button_that_was_pressed(
    running: Running, staff: Talk
) -> None:
    closed = 'as_of: "2010-04", confidence: high'
    text = small.FILES["things.yaml"].replace(closed, f"{closed}, review_days: 9")
    publisher = running.guide.publisher
    files = {**await publisher.files_of(), "things.yaml": text}
    await publisher.publish(Draft(files=files, base=1), by="Ann", reason="due")
    await running.guide.refresh()
    assert "nobody looked again" in await staff("/stale")
    first = staff.last["message_id"]
    pressed = next(b for row in staff.last["reply_markup"]["inline_keyboard"] for b in row)
    await staff.press("1. Still true", answers=2)
    assert staff.buttons[0] == "✓ 1. Still true"
    assert "renewed already" in await staff.toast(pressed["callback_data"])
    assert "send me its file" in await staff.toast(f"fn{_second(staff)[1:]}")
    await staff.press("More")
    assert staff.last["message_id"] != first
    assert staff.buttons[0].startswith("5.")


def _second(staff: Talk) -> str:
    return str(staff.last["reply_markup"]["inline_keyboard"][1][0]["callback_data"])


async def test_rollback_without_a_number_offers_what_there_is(
    staff: Talk, running: Running
) -> None:
    assert "only one version" in await staff("/rollback")
    await running.guide.publisher.confirm(["trainer.pay"], by="ann")
    assert "Which version" in await staff("/rollback")
    assert "Version 3 is live" in await staff.press("Back to version 1", answers=2)
    assert "is live and has the same content" in await staff("/rollback 1", answers=2)


@pytest.mark.parametrize("command", ["/publish", "/versions", "/stale", "/rollback", "/live"])
async def test_staff_commands_do_not_exist_for_others(
    talk: Talk, curator: Talk, running: Running, command: str
) -> None:
    for somebody in (talk, curator):
        assert "Pick a subject" in await somebody(command)
    assert await running.guide.publisher.live_number() == 1


async def test_files_and_forged_taps_of_others_change_nothing(
    staff: Talk, talk: Talk, running: Running
) -> None:
    await staff.send_document("things.yaml", SHORTER, answers=2)
    assert "only read text" in await talk.send_document("things.yaml", SHORTER)
    await talk("hello")
    assert "older version" in await talk.toast("v:publish:1")
    assert await running.guide.publisher.live_number() == 1


async def test_every_week_staff_are_told_what_is_due(
    staff: Talk, talk: Talk, curator: Talk, running: Running, settings: Settings
) -> None:
    rights = Rights(running.guide.store)
    for somebody in (staff, talk, curator):
        await somebody("what does an implementation support specialist earn")
    await rights.give(talk.person, Right.PUBLISHER, TERMINAL, "Pat")
    app = build(settings, running.guide).application
    async with app:
        assert await remind(app) == 0
        with time_machine.travel(now() + WEEK + WEEK, tick=True):
            assert await remind(app) == 2
    for somebody in (staff, talk):
        assert "1 fact is past its review" in text_of(somebody.last)
        assert somebody.buttons == ["1. Still true", "1. Not any more"]
    assert "past its review" not in text_of(curator.last)
