"""A cry for help that is not plain: its words are read before anything is asked back."""

from __future__ import annotations

import pytest

from handlers.replies import choice
from knowledge.checks import load
from knowledge.reading import read_folder
from knowledge.verdicts import Reading

LAID_OFF = Reading(topic="laid_off", score=0.5)
CRISIS = Reading(topic="crisis_988", score=0.4)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_a_crisis_line_come_before_the_question(language: str) -> None:
    content = load(read_folder())
    reply = choice((LAID_OFF, CRISIS), content, language, 1)
    assert reply.html.index("988") < reply.html.index("\n\n")
    assert reply.buttons[0][0].words == content.topics["laid_off"].title.say(language)
    assert len(reply.buttons) == 2


def test_other_questions_are_asked_back_as_ever() -> None:
    reply = choice((LAID_OFF,), load(read_folder()), "en", 1)
    assert reply.html.startswith("I want to get this right.")
