"""Says on the console's pages what is kept as ids, dates and numbers. Pure."""

from __future__ import annotations

import re
from typing import Any

from handlers.cards import reason
from knowledge.schema import SOURCE_LANGUAGE

WORDS = {
    "with_staff": "with staff",
    "clarify": "was asked back",
    "phrasing": "another way of asking",
    "new_answer": "new answer",
    "not_ours": "not ours",
    "not_reusable": "not reusable",
    "wrong_answer": "wrong answer",
    "answered": "answered",
}
"""States, outcomes and kinds of decisions, as people say them."""

REASONS = (
    "unknown",
    "thumbs_down",
    "none_of_these",
    "asked_again",
    "low_lead",
    "abandoned_choice",
)
"""Why groups wait; the deck has the words."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
_NEAR = 0.5


def word(said: str) -> str:
    """Return an id as people say it."""
    if said in REASONS:
        return reason(said, SOURCE_LANGUAGE)
    return WORDS.get(said, said.replace("_", " "))


def cell(value: Any) -> str:
    """Return a value of a table as people read it."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{word(key)}: {cell(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    if isinstance(value, float):
        return f"{value:.2f}"
    if found := _MOMENT.match(str(value)):
        return f"{found[1]} {found[2]}"
    return word(str(value)) if str(value) in (*WORDS, *REASONS) else str(value)


def nearness(score: float, offered_at: float) -> str:
    """Return how near a topic is to a question."""
    if score >= _NEAR:
        return "near"
    return "perhaps" if score >= offered_at else "not near"
