"""How the benchmark judges what was said to a message with several questions."""

from __future__ import annotations

import pytest

from benchmarks.domain import judge
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Clarify, Reading, Verdict

ROW = {"q": "how long and how much", "parts": [["length"], ["cost", "price"]]}


def said(*verdicts: Verdict) -> list[Understood]:
    return [Understood(text="", verdict=verdict, language="en") for verdict in verdicts]


def answer(topic: str) -> Answer:
    return Answer(reading=Reading(topic=topic))


def offer(topic: str) -> Clarify:
    return Clarify(options=(Reading(topic=topic),))


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ((answer("length"), answer("price")), "right"),
        ((answer("length"), offer("cost")), "offered"),
        ((offer("length"), offer("cost")), "offered"),
        ((answer("length"),), "silent"),
        ((answer("length"), offer("pay")), "silent"),
        ((answer("length"), answer("pay")), "wrong"),
    ],
)
def test_a_question_that_is_dropped_is_silence(
    verdicts: tuple[Verdict, ...], outcome: str
) -> None:
    assert judge(ROW, said(*verdicts), {}) == outcome
