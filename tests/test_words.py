"""Words: one plain form for what people type in many."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from knowledge.matching.words import Fillers, expand, fold, is_slot, normalize, stem, tokenize


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("What's a REC?", ["whats", "a", "rec"]),
        ("I’m a D.O., Ph.D. or M.D.", ["im", "a", "do", "phd", "or", "md"]),
        ("D.O.s, MDs and the PA’s", ["do", "md", "and", "the", "pa"]),
        ("his IDs, the USA's", ["his", "id", "the", "usa"]),
        ("part-time 24/7 🙏", ["part", "time", "24", "7"]),
        ("¿Cuánto dura la formación, niño?", ["cuanto", "dura", "la", "formacion", "nino"]),
        (
            "how long for a {role} in {state}?",
            ["how", "long", "for", "a", "{role}", "in", "{state}"],
        ),
        ("heeelp sooo much, level iii", ["heelp", "soo", "much", "level", "iii"]),
        ("\uff28\uff29\uff34", ["hit"]),
        ("🤷", []),
    ],
)
def test_a_text_is_split_into_plain_words(typed: str, words: list[str]) -> None:
    assert tokenize(typed) == words


@given(st.text(max_size=60))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    plain = " ".join(tokenize(text))
    assert tokenize(plain) == plain.split()


def test_short_forms_are_written_out() -> None:
    assert expand(tokenize("I don't know what's up")) == "i do not know what is up".split()
    assert expand(["lpn", "pay"], {"lpn": ("licensed", "nurse")}) == ["licensed", "nurse", "pay"]


def test_fillers_go_unless_nothing_else_is_said() -> None:
    fillers = Fillers(("can you tell me", "can you", "please"))
    assert fillers.strip("can you tell me the cost please".split()) == ["the", "cost"]
    assert fillers.strip(["can", "you"]) == ["can", "you"]


def test_stems_join_the_forms_of_a_word_in_each_language() -> None:
    assert stem("trainings") == stem("training") == stem("trained")
    assert stem("capacitaciones", "es") == stem("capacitacion", "es")
    assert stem("{role}") == "{role}"
    assert stem("d2") == "d2"
    assert is_slot("{role}")
    assert not is_slot("role")


def test_accents_and_case_fold() -> None:
    assert fold("MÉDICO") == "medico"
    assert normalize("N.P.") == "np"
