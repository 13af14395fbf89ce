"""Answers about several things at once: one for each, and what holds for all of them once."""

from __future__ import annotations

from datetime import date

from knowledge.answering.answers import word
from knowledge.verdicts import Reading
from tests import small


def test_what_holds_for_all_things_is_said_once_at_the_end() -> None:
    both = Reading(topic="role_length", slots={"role": ("trainer", "implementation-manager")})
    text = word(small.content(), both, "en", date(2026, 1, 1)).text
    assert "Trainer" in text
    assert "Implementation manager" in text
    assert text.count("That was so until the program ended.") == 1
    assert text.endswith("That was so until the program ended.")
