"""A message that tells a story and asks one thing is heard as a whole and by its question."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from knowledge.understanding.stories import in_view_of, story_in
from knowledge.verdicts import Reading


def reading(topic: str, score: float) -> Reading:
    return Reading(topic=topic, slots={}, score=score, phrase="")


@pytest.mark.parametrize(
    ("text", "told", "asked"),
    [
        (
            "I drove a truck for twenty years, my knees are gone. How do I start?",
            "I drove a truck for twenty years, my knees are gone.",
            "How do I start?",
        ),
        (
            "where would somebody like me begin? we lost the farm in May",
            "we lost the farm in May",
            "where would somebody like me begin?",
        ),
        (
            "Trabajo de cajera desde hace seis años. ¿Por dónde empiezo?",
            "Trabajo de cajera desde hace seis años.",
            "¿Por dónde empiezo?",
        ),
    ],
)
def test_a_story_has_what_it_tells_and_what_it_asks(text: str, told: str, asked: str) -> None:
    assert story_in(text) == (told, asked)


@pytest.mark.parametrize(
    "text",
    [
        "How long is the training for a trainer?",
        "I am a nurse in Ohio and my feet hurt.",
        "Hi there. How long is it?",
        "I was laid off in May. How long is it? What does it cost?",
        "I was laid off in May and I worry. Why?",
    ],
)
def test_what_only_asks_or_only_tells_or_asks_twice_is_no_story(text: str) -> None:
    assert story_in(text) is None


@given(st.text(max_size=200))
def test_any_text_may_be_looked_through(text: str) -> None:
    story = story_in(text)
    assert story is None or story.asked in text


def test_the_question_decides_between_what_the_whole_makes_alike() -> None:
    whole = [reading("laid_off", 0.6), reading("first_step_today", 0.5)]
    heard = in_view_of([reading("first_step_today", 0.9)], whole)
    assert [one.topic for one in heard] == ["first_step_today", "laid_off"]


def test_what_the_question_alone_does_not_speak_of_is_less_sure() -> None:
    [heard] = in_view_of([], [reading("disability", 0.95)])
    assert 0.5 < heard.score < 0.95


def test_nothing_is_told_that_the_whole_says_nothing_of() -> None:
    heard = in_view_of([reading("near_me", 0.99)], [reading("program_ended", 0.6)])
    assert [one.topic for one in heard] == ["program_ended"]
