"""What points at a part of the chat: a line, a button, one's own question, the role before.

On the shipped content, by words alone; each way to point has a stranger beside it.
"""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.recall import about_from_json, about_to_json
from knowledge.understanding.context import About, after
from knowledge.understanding.splitting import (
    beginning_of,
    numbered_questions,
    without_closing,
)
from knowledge.verdicts import Answer, Chat, Clarify, Reading, best_reading
from tests.shipped import snapshot as shipped
from tests.test_follow_ups import answers, chat

DAY = date(2026, 11, 29)
CHILD = Reading(topic="child_care", score=0.5)
EVENING = Reading(topic="evening_study", score=0.4)
ONLINE = Reading(topic="online", score=0.3)
SHOWN = (CHILD, EVENING, ONLINE)


def topics(*texts: str, about: About | None = None, language: str = "en") -> list[str | None]:
    """Return what the last of these messages is answered by, one topic for each reply."""
    said = chat(*texts, about=about, language=language)
    readings = [best_reading(one.understood.verdict) for one in said]
    return [reading.topic if reading else None for reading in readings]


def two_lines() -> About:
    return after(About(), Clarify(options=SHOWN), lines=(CHILD, EVENING))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("wait what did u mean by the first part", "child_care"),
        ("what about the second thing you said", "evening_study"),
        ("a qué se refiere con la primera", "child_care"),
        ("ok so the last point", "online"),
        ("fr? and what about the other one u mentioned", "evening_study"),
        ("y la otra?", "evening_study"),
    ],
)
def test_a_line_that_was_told_can_be_pointed_at(text: str, topic: str) -> None:
    assert topics(text, about=two_lines()) == [topic]


@pytest.mark.parametrize(
    "text", ["not the first", "what did the first class learn", "my other job is in retail"]
)
def test_who_says_more_points_at_no_line(text: str) -> None:
    (said,) = chat(text, about=two_lines())
    assert said.understood.decided_by not in ("choice", "follow-up")


def test_the_other_one_is_what_is_left_once_one_was_taken() -> None:
    two = after(About(), Clarify(options=(CHILD, EVENING)))
    assert topics("the second one", "and the other one?", about=two) == ["child_care"]
    three = after(About(), Clarify(options=SHOWN))
    (said,) = chat("the second one", "and the other one?", about=three)
    assert said.understood.verdict == Clarify(options=(CHILD, ONLINE))
    assert topics("the second one", "qué es RHIT", "y la otra?", about=two) == ["unclear"]


def test_the_other_one_of_two_roles_is_the_one_spoken_of_before() -> None:
    said = chat("what does a trainer do", "and the implementation manager", "and the other one?")
    assert answers(said) == [("role_duties", {"role": ("trainer",)})]


@pytest.mark.parametrize(
    "text", ["how long is training for each one?", "required length for each"]
)
def test_each_is_both_roles_that_were_named(text: str) -> None:
    said = chat("what does a trainer do", "and the implementation manager", text)
    reading = best_reading(said[0].understood.verdict)
    assert reading
    assert reading.topic == "role_length"
    assert reading.slots == {"role": ("trainer", "implementation-manager")}


def test_each_of_something_else_is_not_the_roles() -> None:
    said = chat("what does a trainer do", "and the implementation manager", "each school is free?")
    for one in said:
        reading = best_reading(one.understood.verdict)
        assert reading is None or len(reading.slots.get("role", ())) < 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1) what is RHIT 2) how long is it", ["what is RHIT", "how long is it"]),
        ("Soy cajera. 1. es gratis 2. es en línea", ["Soy cajera. es gratis", "es en línea"]),
        ("I have 2 kids (3 and 6) and 1) job", []),
        ("it took 1.5 years and 2.5 more", []),
        ("2) first 1) second", []),
    ],
)
def test_questions_that_somebody_numbered_are_told_apart(text: str, parts: list[str]) -> None:
    assert numbered_questions(text) == parts


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("no me contestó la 2", "role_duties"),
        ("y la 2?", "role_duties"),
        ("you did not answer my second question", "role_duties"),
        ("you skipped number 3", "unclear"),
    ],
)
def test_an_own_numbered_question_can_be_pointed_at(text: str, topic: str) -> None:
    asked = "1) what is RHIT 2) what does a trainer do 3) flumox the wizzle"
    assert topics(asked)[:2] == ["credential_overview", "role_duties"]
    assert topics(asked, text) == [topic]


def test_own_questions_are_forgotten_with_the_next_message() -> None:
    asked = "1) what is RHIT 2) what does a trainer do"
    assert topics(asked, "how long is training for a trainer", "you did not answer the 2") != [
        "role_duties"
    ]


def test_what_can_be_pointed_at_is_kept_with_the_chat() -> None:
    about = About(
        shown=SHOWN,
        asked=(CHILD, None),
        earlier={"role": ("trainer",)},
        lasting=("criminal_record",),
    )
    assert about_from_json(about_to_json(about, "en"), shipped().content) == about


def test_who_asks_what_pays_more_is_told_no_price() -> None:
    told = topics("is epic certification worth it", "which one pays more, that or a security job")
    assert "credential_cost" not in told


@pytest.mark.parametrize(
    "text",
    [
        "does that piece of paper still mean anything to anybody who hires these days",
        "they promised us thousands of openings back then, was that all made up",
    ],
)
def test_a_college_named_before_does_not_choose_what_a_long_message_is_about(text: str) -> None:
    for one in chat("tell me about Tidewater college", text):
        told = [worded.reading.topic for worded in (one.worded, one.guess, *one.gists) if worded]
        assert not [topic for topic in told if topic.startswith("college")]


def test_what_was_named_before_still_fills_a_gap() -> None:
    assert topics("what does a trainer do", "how long would the training for it take me") == [
        "role_length"
    ]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Dios lo bendiga, muchas gracias. ¿Usted es un robot?", "are_you_human"),
        ("Thanks a lot! Who made you?", "who_made_me"),
        ("muchas gracias", "thanks"),
        ("Thanks! You are very kind. Have a nice day.", "goodbye"),
    ],
)
def test_thanks_swallow_no_question(text: str, topic: str) -> None:
    assert topics(text) == [topic]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kind regards,\nAnn", "Kind regards"),
        ("How long is it?\n\nSincerely,\nBob Hill\nClinic manager", "How long is it?"),
        ("¿Cuánto dura? Atentamente, Luz", "¿Cuánto dura?"),
        ("How long is it?\nBest regards\nJohn Smith", "How long is it?"),
        ("with regards to pay, what is it", "with regards to pay, what is it"),
        ("Respectfully, is this program dead?", "is this program dead?"),
        ("Respectfully, why should I trust you", "why should I trust you"),
        ("Regards. How long is the training?", "How long is the training?"),
        ("Saludos cordiales, ¿cuánto cuesta?", "¿cuánto cuesta?"),
        ("How long is it?\nRegards,\nWill Smith, RN", "How long is it?"),
    ],
)
def test_a_letters_closing_is_no_part_of_its_question(text: str, said: str) -> None:
    assert without_closing(text) == said


def test_a_closing_alone_is_a_goodbye_in_a_chat_about_a_role() -> None:
    (said,) = chat("what does a trainer do", "Kind regards,\nAnn")
    assert isinstance(said.understood.verdict, Chat)


def test_a_second_reply_is_told_only_where_it_was_understood() -> None:
    said = chat("What does a trainer do? University or CC track?")
    assert answers(said) == [("role_duties", {"role": ("trainer",)})]
    assert len(said) == 1
    both = chat("What does a trainer do? Is there any flumox wizzle in the dorble?")
    assert len(both) == 2  # nobody could answer it: that is said


def test_who_asks_whether_they_would_owe_is_no_victim_of_fraud() -> None:
    assert "already_paid" not in topics("what if i fail the class. do i owe the money back")


@pytest.mark.parametrize(
    ("first", "then", "language"),
    [
        ("I have a felony", "and the privacy job, would they really say no to me there", "en"),
        ("tengo antecedentes penales", "y en un hospital grande no contratan a uno, verdad", "es"),
    ],
)
def test_what_stays_so_is_meant_by_the_next_doubt(first: str, then: str, language: str) -> None:
    (said,) = chat(first, then, language=language)
    verdict = said.understood.verdict
    options = verdict.options if isinstance(verdict, Clarify) else ()
    assert "criminal_record" in [one.topic for one in options]


@pytest.mark.parametrize(
    "asked", ["can a felon work in health IT", "would a wheelchair rule somebody out"]
)
def test_what_is_asked_of_others_stays_with_nobody(asked: str) -> None:
    about, content = About(), shipped()
    for said in content.say(asked, about=about, today=DAY):
        about = content.after(about, said)
    assert about.lasting == ()


def test_of_many_numbered_questions_the_first_five_are_read_with_their_numbers() -> None:
    asked = " ".join(f"{n}) what does it cost" for n in range(1, 8))
    assert numbered_questions(beginning_of(asked)) == ["what does it cost"] * 5


def test_a_clear_question_is_not_about_what_stays_so() -> None:
    (said,) = chat("I have a felony", "how long is training for a trainer")
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == "role_length"


@pytest.mark.parametrize("text", ["tell me about indiana", "and the indiana one", "oregon?"])
def test_a_state_after_a_list_of_universities_is_the_one_there(text: str) -> None:
    [(topic, slots)] = answers(chat("list the nine universities", text))
    assert topic == "university_info"
    assert len(slots["university"]) == 1


@pytest.mark.parametrize("text", ["I live in indiana", "ohio"])
def test_a_state_of_ones_own_or_with_no_university_stays_a_place(text: str) -> None:
    [(topic, _)] = answers(chat("list the nine universities", text))
    assert topic == "place_lookup"
