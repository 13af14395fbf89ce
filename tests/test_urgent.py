"""A cry for help that is not plain: its words, or a line, come before what is asked back."""

from __future__ import annotations

import pytest

from handlers.replies import choice
from knowledge.verdicts import Reading
from tests import shipped

LAID_OFF = Reading(topic="laid_off", score=0.5)
CRISIS = Reading(topic="crisis_988", score=0.4)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_a_crisis_line_come_in_place_of_the_question(language: str) -> None:
    content = shipped.content()
    reply = choice((CRISIS, LAID_OFF), content, language, 1)
    assert reply.html.index("988") < reply.html.index("\n\n")
    assert reply.buttons[0][0].words == content.topics["laid_off"].title.say(language)
    assert len(reply.buttons) == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_a_crisis_is_less_likely_a_line_comes_before_the_question(language: str) -> None:
    """They cut my hours and I don't know what to do: hardly a cry, and the question must stay."""
    content = shipped.content()
    reply = choice((LAID_OFF, CRISIS), content, language, 1)
    line, question = reply.html.split("\n\n")
    assert "988" in line
    assert question == choice((LAID_OFF, LAID_OFF), content, language, 1).html
    titles = [content.topics[one.topic].title.say(language) for one in (LAID_OFF, CRISIS)]
    assert [row[0].words for row in reply.buttons[:2]] == titles


def test_other_questions_are_asked_back_as_ever() -> None:
    reply = choice((LAID_OFF,), shipped.content(), "en", 1)
    assert reply.html.startswith("I want to get this right.")
