"""Says on the console's pages what is kept as ids, dates and numbers. Pure."""

from __future__ import annotations

import re
from typing import Any

WORDS = {
    "with_staff": "with staff",
    "unknown": "no answer",
    "thumbs_down": "not helpful",
    "none_of_these": "none of these",
    "asked_again": "asked again",
    "low_lead": "barely ahead of another topic",
    "abandoned_choice": "offered and not taken",
    "clarify": "was asked back",
    "phrasing": "another way of asking",
    "new_answer": "new answer",
    "not_ours": "not ours",
    "not_reusable": "not reusable",
    "wrong_answer": "wrong answer",
    "answered": "answered",
}
"""States, reasons, outcomes and kinds of decisions, as people say them."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
_NEAR = 0.5


def word(said: str) -> str:
    """Return an id as people say it."""
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
    return word(str(value)) if str(value) in WORDS else str(value)


def nearness(score: float, offered_at: float) -> str:
    """Return how near a topic is to a question."""
    if score >= _NEAR:
        return "near"
    return "perhaps" if score >= offered_at else "not near"
