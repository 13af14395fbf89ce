"""What stands first is what a preview shows: it tells that the 2010 training is over."""

from __future__ import annotations

import pytest

from knowledge.matching.words import tokenize
from knowledge.understanding.slots import Finder
from tests import shipped

OF_THE_PROGRAM = (
    "cost who_paid stipend other_costs credit_degree hours_week weekly_load_university "
    "evening_study online training_length shortest_training role_length role_level role_setting "
    "role_background role_places roles_list roles_college roles_university roles_for_nurses "
    "roles_for_it_people roles_for_clinicians roles_for_physicians roles_for_managers "
    "roles_for_teachers roles_for_him_people clinicians_enter degree_needed high_school_only "
    "no_background foreign_degree citizenship veterans unemployed"
).split()
"""Topics on the rules and courses of the 2010 program that could be read as an offer."""


@pytest.mark.parametrize("topic", OF_THE_PROGRAM)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_lines_say_that_the_program_is_over(topic: str, language: str) -> None:
    answer = shipped.content().topics[topic].answer
    assert answer is not None
    first, _, _ = answer.root[language].strip().partition("\n\n")
    assert "2013" in first or ".end.value}" in first or ".ended}" in first


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("kept the desk of a vet clinic", "background", "animal-care"),
        ("ran tower cranes for years", "background", "other-work"),
        ("i have an english degree", "background", "writing"),
        ("i am a PTA", "degree", "therapy-assistant"),
        ("a family medicine resident", "degree", "md"),
        ("does my cpc count", "credential", "cpc"),
        ("tengo la cca de ahima", "credential", "cca"),
        ("we live near fort cavazos", "state", "texas"),
    ],
)
def test_what_people_call_themselves_is_known(text: str, kind: str, key: str) -> None:
    variants = Finder(shipped.content()).variants(tokenize(text), text)
    assert key in variants[0].slots[kind]


@pytest.mark.parametrize("topic", ["open_today", "is_it_a_no", "cost", "evaluation_results"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_help_stands_before_what_is_over(topic: str, language: str) -> None:
    answer = shipped.content().topics[topic].answer
    assert answer is not None
    first, _, _ = answer.root[language].strip().partition(". ")
    for late in ("2010", "ended", "terminó", "NORC", "free", "gratis"):
        assert late not in first


@pytest.mark.parametrize("language", ["en", "es"])
def test_nobody_who_asks_of_a_pell_grant_is_told_of_a_record(language: str) -> None:
    answer = shipped.content().topics["pell_today"].answer
    assert answer is not None
    assert "criminal" not in answer.root[language]
    assert "antecedentes" not in answer.root[language]


def test_no_two_titles_are_the_same() -> None:
    topics = shipped.content().topics.values()
    for language in ("en", "es"):
        titles = [topic.title.root[language] for topic in topics]
        assert len(titles) == len(set(titles)), "a button must be told from the next"
