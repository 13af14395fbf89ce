"""Answers about several things at once: one for each, and what holds for all of them once."""

from __future__ import annotations

from datetime import date

from knowledge.answering.answers import title_of, word
from knowledge.verdicts import Reading
from tests import shipped, small


def test_what_holds_for_all_things_is_said_once_at_the_end() -> None:
    both = Reading(topic="role_length", slots={"role": ("trainer", "implementation-manager")})
    text = word(small.content(), both, "en", date(2026, 1, 1)).text
    assert "Trainer" in text
    assert "Implementation manager" in text
    assert text.count("That was so until the program ended.") == 1
    assert text.endswith("That was so until the program ended.")


def test_a_button_names_the_first_two_of_several_things() -> None:
    three = ("clinician-consultant", "trainer", "implementation-manager")
    reading = Reading(topic="role_credentials", slots={"role": three})
    title = title_of(shipped.content(), reading, "es")
    assert title.endswith(": Consultor clínico, Capacitador …")
    one = Reading(topic="role_credentials", slots={"role": ("trainer",)})
    assert title_of(shipped.content(), one, "es").endswith(": Capacitador (Trainer)")
