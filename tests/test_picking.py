"""Picking by typing: what was offered is taken by place, by a yes, or by its words."""

from __future__ import annotations

import pytest
from sqlmodel import select

from knowledge.guide import Asked, Guide
from knowledge.matching.words import tokenize
from knowledge.store.engine import Store
from knowledge.store.tables import Question
from knowledge.understanding.context import About, after
from knowledge.understanding.picking import pick
from knowledge.verdicts import Answer, Chat, Clarify, Reading
from tests import shipped, small

TRAINER = {"role": ("trainer",)}
LENGTH = Reading(topic="role_length", slots=TRAINER, score=0.5)
PAY = Reading(topic="role_pay", slots=TRAINER, score=0.4)
COST = Reading(topic="cost", score=0.3)
OFFERED = (LENGTH, PAY, COST)


def taken(text: str, *offered: Reading) -> str | None:
    """Return the topic that a message takes of those offered."""
    reading = pick(tokenize(text), offered, small.content())
    return reading.topic if reading else None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("1", "role_length"),
        ("2.", "role_pay"),
        ("#3", "cost"),
        ("one", "role_length"),
        ("option one please", "role_length"),
        ("the first one", "role_length"),
        ("I mean the 2nd", "role_pay"),
        ("yes, the third one", "cost"),
        ("tell me about the last one", "cost"),
        ("la segunda", "role_pay"),
        ("quiero la última por favor", "cost"),
        ("what it pays", "role_pay"),
        ("Cuánto costaba", "cost"),
        ("cost", "cost"),
        ("yes the cost", "cost"),
    ],
)
def test_what_takes_one_of_several(text: str, topic: str) -> None:
    assert taken(text, *OFFERED) == topic


@pytest.mark.parametrize(
    "text",
    [
        "4",
        "yes",
        "that one",
        "trainer",
        "what",
        "the first or the second",
        "what does the second year cost in texas",
        "is a nurse a physician",
        "who was the first person to take a class in that college",
        "none of these",
        "",
    ],
)
def test_what_takes_none_of_several(text: str) -> None:
    assert taken(text, *OFFERED) is None


@pytest.mark.parametrize("text", ["yes", "Yes please!", "that one", "sí", "eso", "ok yes"])
def test_a_yes_takes_the_only_one(text: str) -> None:
    assert taken(text, COST) == "cost"
    assert taken(text) is None


@pytest.mark.parametrize("text", ["no", "ok", "the", "not that"])
def test_no_yes_takes_nothing(text: str) -> None:
    assert taken(text, COST) is None


def whole_guess(topic: str) -> About:
    """Return a chat in which a topic was told whole as a guess, beside another one offered."""
    guess = Reading(topic=topic, score=0.8)
    other = Reading(topic="online", score=0.3)
    return after(About(), Clarify(options=(guess, other)), guess=guess, whole=True)


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("that is correct", True),
        ("es correcto", True),
        ("eso es", True),
        ("is that correct?", False),
        ("is that right", False),
        ("is this sure?", False),
        ("this is it?", False),
        ("¿es correcto?", False),
    ],
)
def test_who_asks_whether_it_is_right_has_not_agreed(text: str, agrees: bool) -> None:
    (said,) = shipped.snapshot().understanding.read(text, about=whole_guess("evening_study"))
    assert said.confirms is agrees


@pytest.mark.parametrize("text", ["is that correct?", "is that right?", "are you sure?"])
def test_who_doubts_is_told_what_the_answer_rests_on(text: str) -> None:
    (said,) = shipped.snapshot().understanding.read(text, about=whole_guess("evening_study"))
    assert isinstance(said.verdict, Answer)
    assert said.verdict.reading.topic == "sources_how"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("not good with computers", "not_techy"),
        ("that is not right", None),
        ("not this", None),
        ("not good", None),
        ("no", None),
        ("no es eso", None),
    ],
)
def test_a_no_picks_no_button_that_happens_to_hold_it(text: str, topic: str | None) -> None:
    offered = (Reading(topic="not_techy", score=0.4), Reading(topic="online", score=0.3))
    reading = pick(tokenize(text), offered, shipped.content())
    assert (reading.topic if reading else None) == topic


def test_a_choice_is_read_before_anything_else_and_lasts_through_a_greeting() -> None:
    understanding = small.snapshot().understanding
    about = after(About(), Clarify(options=OFFERED))
    (hello,) = understanding.read("hello", about=about)
    assert isinstance(hello.verdict, Chat)
    (second,) = understanding.read("the secnd one", about=after(about, hello.verdict))
    assert isinstance(second.verdict, Answer)
    assert (second.verdict.reading.topic, second.verdict.reading.score) == ("role_pay", 1.0)
    assert (second.decided_by, second.in_doubt) == ("choice", False)
    gone = after(about, second.verdict)
    assert gone.offered == ()
    assert not isinstance(understanding.read("2", about=gone)[0].verdict, Answer)


def test_what_lacks_a_name_is_asked_for_it() -> None:
    understanding = small.snapshot().understanding
    about = after(About(), Clarify(options=(Reading(topic="role_pay"), COST)))
    (first,) = understanding.read("the first", about=about)
    assert isinstance(first.verdict, Clarify)
    assert first.verdict.missing == "role"


async def test_a_typed_choice_answers_the_question_before(store_url: str) -> None:
    policy = small.FILES["policy.yaml"].replace("answer_at: {value: 0.5", "answer_at: {value: 1")
    guide = Guide(Store(store_url))
    await guide.open({**small.FILES, "policy.yaml": policy})
    asked = await guide.ask(Asked(text="training of a trainer", chat=7, bot=1, update_id=1))
    verdict = asked.said[0].understood.verdict
    assert isinstance(verdict, Clarify)
    turn = await guide.ask(Asked(text="the first one", chat=7, bot=1, update_id=2))
    assert turn.said[0].worded
    assert turn.said[0].worded.reading.topic == verdict.options[0].topic

    questions = await guide.store.read(lambda session: list(session.exec(select(Question))))
    now = [(question.outcome, question.topic) for question in questions]
    assert now == [("answer", verdict.options[0].topic)] * 2
    await guide.store.aclose()
