"""Guidance as people use it: fit, eligibility, places, comparison, opinions, privacy, groups."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from bot.sandbox.client import Talk
from bot.sandbox.room import quoted
from knowledge.answering import places
from knowledge.editing.checks import load
from knowledge.guide import Asked
from knowledge.reading import read_folder
from knowledge.schema import Kind
from knowledge.store.tables import Question
from knowledge.verdicts import Reading
from tests.bots import Running, running_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.room import Room
    from bot.settings import Settings

FIFTY_ONE = set(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
"""The states and the District of Columbia, by postal code."""


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    return read_folder()


@pytest.fixture
def files(real: dict[str, str]) -> dict[str, str]:
    return real


async def press_until(talk: Talk, words: str, picks: dict[str, str]) -> str:
    """Answer each question by the pick whose key it holds, else pass, until the words come."""
    heard = ""
    for _ in range(14):
        if words in heard:
            return heard
        said = next((p for q, p in picks.items() if q in str(talk.last.get("text"))), None)
        buttons = talk.buttons
        skip = next(b for b in buttons if b in ("I'd rather not say", "Skip this one"))
        heard = await talk.press(said if said in buttons else skip)
    return heard


async def look(talk: Talk, text: str) -> str:
    """Ask where something is; the words come with the picture, or right after it."""
    mark = len(talk.room.events)
    heard = await talk(text)
    return heard if talk.buttons else await talk.heard(mark, 2)


async def given_up(talk: Talk) -> list[str]:
    """Say that nothing offered was meant; return the buttons then."""
    none = next((b for b in talk.buttons if b in ("None of these", "No, something else")), None)
    if none:
        await talk.press(none)
    return talk.buttons


async def test_eligibility_by_buttons_says_yes_no_and_what_would_open(talk: Talk) -> None:
    assert "at most 8 short questions" in await talk("/start can_i_enter")
    picks = {
        "worked in": "Computers or IT",
        "clinical license": "No",
        "highest degree": "Associate degree",
        "managed": "No, not yet",
        "could you study": "Up to six months",
        "move on to the next": "Yes, I can move around",
        "enrolled": "No",
    }
    heard = await press_until(talk, "By the program's rules", picks)
    yes, _, rest = heard.partition("Cannot tell yet")
    unsure, _, no = rest.partition("No, and what would open it")
    assert "Implementation support specialist" in yes
    assert "Technical/software support staff" in yes
    assert "Programmer and software engineer" in unsure
    assert "Implementation manager" in no
    assert "It would open with experience in administration" in no
    assert "Announcement" in heard


async def test_eligibility_takes_free_text_at_any_step(talk: Talk) -> None:
    await talk("can I get in?")
    await talk("I'm an LPN with 10 years at a clinic")
    assert "by the rules of then: 1 yes" in str(talk.last["text"])
    heard = await talk("show the result")
    assert "Trainer. It took health professionals" in heard
    assert "without a clinical license" in heard
    assert "open with no clinical license" not in heard
    await talk("no, I meant I never had a license")
    heard = await talk("result")
    assert "• Trainer. It took" not in heard.partition("Cannot tell yet")[0]


async def test_a_degree_is_answered_at_once_with_the_law(talk: Talk) -> None:
    heard = await talk("is a chiropractor a physician here?")
    assert heard.startswith("Yes.")
    assert "1861(r)" in heard
    heard = await talk("I'm a NP, am I out?")
    assert "1861(r)" in heard
    assert "that opens Trainer" in heard
    await talk.press("Show the result now")
    assert "Clinician/public health leader" in str(talk.last["text"])


async def test_a_question_in_the_middle_is_answered_and_the_check_goes_on(talk: Talk) -> None:
    await talk("can I get in?")
    await talk.press("Health care")
    asked = str(talk.last["text"])
    assert "6 months" in await talk("how long is training for a trainer?")
    assert await talk("continue") == asked


async def test_a_question_is_no_answer_to_the_search_though_it_names_one(talk: Talk) -> None:
    await talk("which role fits me")
    assert "Question 2" not in await talk("how do nurses get hired by the army")
    assert "Question 2" not in await talk("nurses, hired by the army or only by the navy?")
    assert "Question 2" in await talk("nurse")


async def test_start_twice_and_old_buttons_lose_nothing(talk: Talk) -> None:
    await talk("can I get in?")
    old = talk.last["message_id"]
    await talk.press("Health care")
    await talk("/start")
    await talk("/start")
    heard = await talk.press_data("d:e:license.clinician", message_id=old)
    assert "Question 3" in heard
    heard = await talk.press_data("d:e:nothing.here", message_id=old, answers=2)
    assert "begin again" in heard


async def test_an_answer_can_be_changed_by_button_and_by_typing(talk: Talk) -> None:
    await talk("can I get in?")
    await talk.press("Health care")
    await talk.press("Change an answer")
    heard = await talk.press("What have you worked in? Health care")
    assert "What have you worked in?" in heard
    await talk.press("Computers or IT")
    await talk("change")
    assert any("Computers or IT" in button for button in talk.buttons)
    assert "forgotten those answers" in await talk("stop")


async def test_two_devices_share_one_check(talk: Talk, room: Room) -> None:
    await talk("can I get in?")
    other = Talk(room, talk.person)
    first = talk.last["message_id"]
    await talk.press_data("d:e:work.computing", message_id=first)
    heard = await other.press_data("d:e:license.none", message_id=first)
    assert "Question 3" in heard


@asynccontextmanager
async def restarted(settings: Settings, files: dict[str, str]) -> AsyncIterator[Running]:
    async with running_bot(settings, files) as bot:
        yield bot
    assert not bot.errors, bot.errors


async def test_a_restart_in_the_middle_loses_no_place(
    settings: Settings, files: dict[str, str], room: Room
) -> None:
    talk = Talk(room)
    async with restarted(settings, files):
        await talk("can I get in?")
        await talk.press("Health care")
    async with restarted(settings, files):
        heard = await talk.press("Yes: nurse")
        assert "Question 3" in heard
        assert "by the rules of then: 1 yes" in heard


async def test_the_search_ends_in_three_roles_with_reasons_and_a_link(
    talk: Talk, room: Room
) -> None:
    await talk("which role fits me")
    picks = {
        "work so far": "Computers or IT",
        "like to do most": "Fix technical problems",
        "could you study": "Up to six months",
        "highest degree": "High school or GED",
        "rather work": "In one clinic or hospital",
        "People or systems": "Mostly with systems",
        "write programs": "I could learn",
        "matters most": "A steady place",
    }
    heard = await press_until(talk, "These fit what you told me best", picks)
    assert "1. Technical/software support staff" in heard
    assert "You bring the IT background it asks for (+3)" in heard
    assert "You would add:" in heard
    assert "May 2024" in heard
    link = next(word for word in heard.split() if word.startswith("https://t.me/"))
    assert len(link) <= 64
    elsewhere = Talk(room, 102)
    again = await elsewhere(f"/start {link.partition('start=')[2]}")
    assert "(Technical/Software Support Staff)" in again
    assert "(+3)" in again


async def test_a_plan_is_one_message_with_a_calendar(talk: Talk, room: Room) -> None:
    await talk("which role fits me")
    await press_until(talk, "These fit", {"work so far": "Computers or IT"})
    heard = await talk.press("My plan:", answers=2)
    assert "Your plan" in heard
    assert "Way in today" in heard
    document = talk.last["document"]
    calendar = Calendar.from_ical(room.files[document["file_id"]][1])
    assert calendar.walk("VEVENT")


async def test_a_link_from_other_questions_opens_the_menu(talk: Talk) -> None:
    assert "pick a subject" in await talk("/start F0000000000z")


async def test_where_by_state_city_zip_and_location(talk: Talk) -> None:
    heard = await look(talk, "where in Ohio")
    assert "Region C" in heard
    assert "September 30, 2013" in heard
    heard = await look(talk, "training near Cleveland")
    assert "Cuyahoga Community College (Tri-C) (Cleveland, about 1 mile" in heard
    heard = await look(talk, "23451")
    assert "Tidewater Community College (Norfolk, about 15 miles)" in heard
    heard = await talk.send_location(41.5, -81.7, answers=2)
    assert "Tri-C" in heard


@pytest.mark.parametrize("text", ["what is near 44114", "training near Cleveland", "Springfield"])
async def test_a_place_is_told_again_as_before(talk: Talk, running: Running, text: str) -> None:
    asked = Asked(text=text, chat=talk.person, bot=1, update_id=77)
    first, again = [await running.guide.ask(asked) for _ in range(2)]
    assert first.said[0].worded is not None
    assert again.said[0].worded is not None
    assert again.said[0].worded.text == first.said[0].worded.text
    await look(talk, text)
    assert "I understood" in await talk("/why")


async def test_a_check_begun_by_a_link_hears_what_is_typed(talk: Talk) -> None:
    assert "worked in" in await talk("/start can_i_enter")
    assert "clinical license" in await talk("computers or it")


async def test_a_plan_opened_in_a_search_is_what_it_is_about_then(talk: Talk) -> None:
    await talk("/start which_role")
    await talk.press_data("d:f:plan.trainer", answers=2)
    assert "Trainer" in await talk("how long does it take?")


async def test_many_questions_at_once_are_no_flood(talk: Talk) -> None:
    text = "How long is training for a trainer? What did it cost? " * 30
    assert "only its first part" in await talk(text, answers=6)


async def test_a_shared_location_is_kept_nowhere(talk: Talk, running: Running) -> None:
    await talk.send_location(41.5, -81.7, answers=2)
    held = await running.guide.people.held_on(talk.person)
    assert "ohio" not in json.dumps(held).lower()
    assert "441" not in json.dumps(held)


async def test_a_live_location_is_answered_once(talk: Talk, room: Room) -> None:
    await talk.send_location(41.5, -81.7, answers=2)
    shared = next(m for m in talk.messages if "location" in m)
    mark = len(room.events)
    await room.push({"edited_message": {**shared, "edit_date": shared["date"] + 9}})
    await room.say(talk.person, "/short")
    assert "answer shortly" in await talk.heard(mark)


async def test_near_me_stays_with_the_place_the_chat_is_about(talk: Talk) -> None:
    await look(talk, "colleges in Texas")
    assert "Washington" not in await talk("near me")


async def test_two_states_are_both_told_with_a_button_to_each(talk: Talk) -> None:
    heard = await look(talk, "colleges in Ohio and Georgia")
    assert "Ohio was in Region C" in heard
    assert "Georgia was in Region D" in heard
    assert "Cuyahoga" in await talk.press("Ohio", answers=2)


async def test_a_spanish_name_of_a_place_is_no_spanish(talk: Talk) -> None:
    assert "New Mexico was in Region" in await look(talk, "near Albuquerque")


async def test_a_word_alone_is_about_the_role_of_the_chat(talk: Talk) -> None:
    await talk("how long is training for a trainer")
    assert "$65,850" in await look(talk, "pay")


async def test_versus_compares_with_the_role_of_the_chat(talk: Talk) -> None:
    await talk("what does an implementation manager do")
    heard = await talk("difference between that and the trainer")
    assert heard.index("Implementation manager:") < heard.index("Trainer:")


async def test_a_part_of_a_name_is_never_replaced_by_the_role_of_the_chat(talk: Talk) -> None:
    await talk("what does an implementation manager do")
    heard = await talk("difference between trainer and support specialist")
    assert "Implementation manager:" not in heard


async def test_what_is_compared_with_something_unknown_is_asked_about(talk: Talk) -> None:
    await talk("what does an implementation manager do")
    heard = await talk("difference between trainer and clinical specialist")
    assert "Implementation manager:" not in heard


async def test_a_name_is_for_both_questions_of_its_sentence(talk: Talk) -> None:
    heard = await look(talk, "how long and how much is implementation support specialist")
    assert "specialist (the training ended in 2013): 6 months or less" in heard


async def test_who_a_person_is_goes_before_where(talk: Talk) -> None:
    assert "Illinois was in Region" not in await talk("soy paramedico en chicago quiero cambiar")


async def test_pay_after_ones_own_job_is_the_pay_of_the_roles(talk: Talk) -> None:
    await talk("I'm a CNA, which roles fit me")
    assert "I only know pay for health IT jobs" not in await talk("how much do those pay")


async def test_what_a_person_types_in_a_search_is_an_answer_to_it(talk: Talk) -> None:
    await talk("which role fits me")
    assert "work so far" in await talk("yes")
    assert "Question 2" in await talk("nursing home aide")
    assert "Question 3" in await talk("idk")


async def test_a_city_of_many_states_is_asked_about(talk: Talk) -> None:
    assert "several places called Springfield" in await talk("Springfield")
    assert "Springfield, Missouri" in talk.buttons
    heard = await talk.press("Springfield, Missouri", answers=2)
    assert "Missouri was in Region C" in heard


async def test_a_territory_says_what_is_not_known_and_offers_to_tell(talk: Talk) -> None:
    heard = await look(talk, "where in Guam")
    assert "No source we read says which region" in heard
    assert "Tell me when something opens in Guam" in talk.buttons
    assert "I will write to you here" in await talk.press("Tell me when something opens")


async def test_outside_the_country_is_said(talk: Talk) -> None:
    assert "outside the United States" in await talk.send_location(48.85, 2.35)


async def test_where_alone_shows_the_map_with_words(talk: Talk) -> None:
    heard = await talk("/where", answers=2)
    photo = next(m for m in talk.messages if m.get("photo"))
    assert "Region A" in str(photo["caption"])
    assert "Where to study" in heard


def test_every_state_is_told_its_region_and_what_became_of_it(real: dict[str, str]) -> None:
    content = load(real)
    states = {state.place.state for state in content.of_kind(Kind.STATE) if state.place}
    assert len(states & FIFTY_ONE) == len(FIFTY_ONE) == 51
    for state in content.of_kind(Kind.STATE):
        reading = Reading(topic="place_lookup", slots={"state": (state.id,)})
        for language, ended in (("en", "September 30, 2013"), ("es", "30 de septiembre de 2013")):
            told = places.compose(content, reading, language, date(2026, 1, 1))
            assert ended in told.text.replace("\xa0", " "), state.id
            assert {"en": "was in Region", "es": "en la Región"}[language] in told.text or (
                state.place and state.place.state not in FIFTY_ONE
            ), state.id


async def test_compare_shows_only_what_differs(talk: Talk) -> None:
    question = (
        "what's the difference between implementation manager and implementation support "
        "specialist"
    )
    heard = await talk(question)
    assert heard.startswith("Implementation manager:")
    assert "Background expected" in heard
    assert "The same for all: training then: 6 months" in heard


async def test_pay_comes_as_text_and_chart(talk: Talk) -> None:
    heard = await look(talk, "what does a trainer earn")
    assert talk.messages[-1]["photo"]
    assert "May 2024" in heard


async def test_where_no_picture_can_be_drawn_the_words_are_said_alone(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "Region A" in await talk("what region was Oregon in")
    assert not any(message.get("photo") for message in talk.messages)


async def test_two_who_ask_at_once_wait_for_one_drawing(
    talk: Talk, room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn, python = tmp_path / "drawn", tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho once >> "{drawn}"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    both = (talk, Talk(room, 102))
    await asyncio.gather(*(look(one, "what does a trainer earn") for one in both))
    assert all(one.messages[-1].get("photo") for one in both)
    assert drawn.read_text() == "once\n"


async def test_several_questions_are_answered_in_order(talk: Talk, running: Running) -> None:
    heard = await talk("How long is training for a trainer? And who led Region C?", answers=2)
    first, second = heard.split("\n---\n")
    assert "6 months" in first
    assert "Cuyahoga" in second


async def test_a_burst_of_short_messages_is_one_question(
    talk: Talk, room: Room, running: Running
) -> None:
    running.guide.burst_seconds = 1.0
    mark = len(room.events)
    await room.say(talk.person, "I was wondering")
    await room.say(talk.person, "how long is training for a trainer")
    heard = await talk.heard(mark)
    assert "6 months" in heard
    await asyncio.sleep(1.2)
    said = [m for m in talk.messages if m["from"]["is_bot"]]
    assert len(said) == 1


async def test_a_short_message_alone_is_answered_after_a_moment(talk: Talk) -> None:
    assert await talk("I was wondering")
    assert "Tell me when you know" in await given_up(talk)


async def _kept(bot: Running, person: int) -> None:
    """Return once a message of this person waits in the database."""
    held = None
    while held is None:
        held = (await bot.guide.settings_of(person)).held


async def test_a_burst_survives_a_restart(
    settings: Settings, files: dict[str, str], room: Room
) -> None:
    talk = Talk(room)
    slow = settings.model_copy(update={"burst_seconds": 5.0})
    async with restarted(slow, files) as bot:
        await room.say(talk.person, "I was wondering")
        async with asyncio.timeout(5):
            await _kept(bot, talk.person)
    async with restarted(settings, files):
        if not talk.messages[-1]["from"]["is_bot"]:
            assert await talk.heard(0)


async def test_opinions_by_button_and_reaction_reach_the_curator(
    talk: Talk, running: Running
) -> None:
    await talk("who led Region C?")
    await talk.press("👎")
    assert "Out of date" in talk.buttons
    await talk.press("Out of date")
    assert "Out of date" not in talk.buttons
    (waiting,) = await running.guide.waiting()
    assert (waiting.doubt, waiting.complaint, waiting.topic) == (
        "thumbs_down",
        "outdated",
        "region_lead",
    )
    await talk("how long is training for a trainer")
    heard = await talk.react("👎", answers=1)
    assert "What was the matter" in heard
    question = await running.guide.answered_by(talk.person)
    assert question is not None
    assert question.rating == -1


async def test_a_thumb_finds_its_question_where_answers_cross(
    talk: Talk, room: Room, running: Running
) -> None:
    mark = len(room.events)
    questions = ("how long is training for a trainer", "what does a trainer earn")
    for question in questions:
        await room.say(talk.person, question)
    await talk.heard(mark, answers=2)
    first, second = [one for one in talk.messages if one["from"]["is_bot"]]
    for answer, question in ((first, questions[0]), (second, questions[1])):
        mark = len(room.events) + 1
        await room.react(talk.person, answer["message_id"], "👎")
        await talk.heard(mark)
        rated = await running.guide.waiting()
        assert [one.text for one in rated][-1] == question
        why = await talk.send(text="/why", reply_to_message=quoted(answer))
        assert question in why


async def test_a_thumb_tapped_twice_is_thanked_twice(talk: Talk) -> None:
    await talk("how long is training for a trainer")
    thumb, number = _of(talk, "👍"), talk.last["message_id"]
    for _ in range(2):
        await talk.press_data(thumb, message_id=number, answers=0)
    assert "answer shortly" in await talk("/short")


async def test_why_says_what_was_understood_and_from_which_source(talk: Talk) -> None:
    assert "Ask me something first" in await talk("/why")
    await talk("how long is training for a trainer")
    heard = await talk("/why")
    assert "I understood: How long training took: Trainer" in heard
    assert "Announcement" in heard
    assert "How sure" in await talk.press_data(_of(talk, "Why?"))


async def test_why_claims_to_understand_nothing_that_it_did_not(talk: Talk) -> None:
    await talk("qwzx vvkk of the nurse plugh trainer in ohio")
    assert "passed your question on" in str(talk.last["text"])
    heard = await talk("/why")
    assert "I have no answer to this yet" in heard
    assert "I understood" not in heard
    assert "It might also have been" not in heard


def _of(talk: Talk, words: str) -> str:
    for message in reversed(talk.messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if button["text"].startswith(words):
                    return str(button["callback_data"])
    raise AssertionError(f"no button {words!r}")


async def test_nobody_else_can_explain_or_rate_my_question(
    talk: Talk, room: Room, running: Running
) -> None:
    await talk("how long is training for a trainer")
    data = _of(talk, "👎")
    stranger = Talk(room, 102)
    await stranger("hello")
    await stranger.toast(data)
    assert await running.guide.waiting() == []


async def test_inline_cards_can_be_sent_and_are_not_logged(talk: Talk, running: Running) -> None:
    cards = await talk.inline("physician definition")
    assert "physician" in cards[0]["title"].lower()
    assert "Source:" in cards[0]["input_message_content"]["message_text"]
    assert [asked["is_personal"] for asked in talk.room.inline.values()] == [True]
    held = await running.guide.people.held_on(talk.person)
    assert held["questions"] == []


async def test_inline_cards_are_all_different(talk: Talk) -> None:
    cards = await talk.inline("what did it cost? how long was it for a trainer? was it free?")
    assert len(cards) == len({card["id"] for card in cards}) > 1


async def test_my_data_and_forgetting(talk: Talk, room: Room, running: Running) -> None:
    await talk("how long is training for a trainer")
    await talk("qwzx vvkk plugh")
    await given_up(talk)
    await talk.press("Tell me when you know", answers=2)
    await talk("/mydata")
    held = json.loads(room.files[talk.last["document"]["file_id"]][1])
    assert len(held["questions"]) == 2
    told = held["questions"][0]
    assert told["slots"] == {"role": ["trainer"]}
    assert told.keys() == Question.model_fields.keys() - {"asker", "latency_ms"}
    assert len(held["promises"]) == 1
    await talk("/forgetme")
    heard = await talk.press("Yes, delete everything")
    assert "2 questions" in heard
    assert "1 promise" in heard
    held = await running.guide.people.held_on(talk.person)
    assert held == {"conversation": None, "questions": [], "promises": []}


async def test_short_answers_on_wish(talk: Talk) -> None:
    await talk("/short")
    heard = await talk("how long is training for a trainer")
    assert "Taught at community colleges" not in heard
    assert "Taught at community colleges" in await talk.press("More about this")
    await talk("/full")
    assert "Taught at community colleges" in await talk("how long for an implementation manager")


async def test_no_button_means_something_by_its_picture_alone(talk: Talk) -> None:
    await talk("how long is training for a trainer")
    for words in talk.buttons:
        assert any(letter.isalpha() for letter in words)
