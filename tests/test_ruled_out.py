"""Words that rule a topic out, or without which it is not meant."""

from __future__ import annotations

import pytest

from knowledge.editing.checks import load
from knowledge.errors import ContentError
from knowledge.matching.words import tokenize
from knowledge.understanding.ruled_out import ages_told, years_spent
from knowledge.understanding.understanding import Understanding
from knowledge.verdicts import NotOurs
from tests import small

TOPICS = """\
topics:
  - id: other_work
    kind: not_ours
    title: {en: Other work}
    unless: [health it]
    phrasings: {en: ["can i get into {degree} work without school", "no, not health it, {degree}"]}
    answer: {en: "I do not know other work."}
  - id: schooling
    title: {en: Schooling}
    phrasings: {en: ["do i need school for it"]}
    answer: {en: "**No school** was asked for."}
  - id: grief
    title: {en: After a loss}
    only_if: [died, lost my husband]
    phrasings: {en: ["my husband died and i need work", "i lost my husband and need work"]}
    answer: {en: "I am sorry."}
"""
FILES = {**small.FILES, "more.yaml": TOPICS}
READ = Understanding(load(FILES)).read


def topics(text: str) -> set[str]:
    return {reading.topic for reading in READ(text)[0].ranked}


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("im 67 with 30 years in sales and my son is 19", [67, 19]),
        ("i am 52 years old, 24 yrs at the plant", [52]),
        ("tengo 52 años y 14 años de experiencia", [52]),
        ("tengo 14 años de experiencia", []),
        ("my 16 year old daughter", [16]),
        ("making 19 an hr, 40 hours a week", []),
        ("i have 12 hour shifts and live at 30 oak street", []),
        ("what is realistic at 58?", [58]),
    ],
)
def test_how_old_somebody_is_is_told_from_other_numbers(text: str, ages: list[int]) -> None:
    assert ages_told(tokenize(text)) == ages


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("soy cajera hace 14 años", [14]),
        ("llevo 16 años limpiando", [16]),
        ("14 years of work behind me", [14]),
        ("i drove for 15 yrs", [15]),
        ("i am 16 years old", []),
        ("tengo 16 años", []),
        ("mi hija de 16 años de edad", []),
        ("my 16 year old daughter", []),
    ],
)
def test_how_long_somebody_worked_is_told_from_how_old_they_are(
    text: str, years: list[int]
) -> None:
    assert years_spent(tokenize(text)) == years


def test_what_is_for_the_young_is_not_for_who_says_they_are_old() -> None:
    topics = small.FILES["topics.yaml"]
    young = topics.replace("- id: cost\n", "- id: cost\n    ages: [10, 19]\n", 1)
    assert young != topics
    read = Understanding(load({**small.FILES, "topics.yaml": young})).read
    free = "is it free"
    assert "cost" in {one.topic for one in read(f"{free}, i am 16")[0].ranked}
    assert "cost" not in {one.topic for one in read(f"{free}, i am 67")[0].ranked}
    assert "cost" not in {one.topic for one in read(f"{free}, i worked for 16 years")[0].ranked}
    assert "cost" in {one.topic for one in read(f"{free}, i am 16, here for 12 years")[0].ranked}
    assert "cost" in {one.topic for one in read(f"{free}, i worked for 40 years")[0].ranked}


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("can i get into nurse work without school", False),
        ("can i get into health it work without school", True),
        ("no, not health it, nurse", False),
        ("no quiero health it, nurse", False),
    ],
)
def test_our_own_field_rules_other_work_out_unless_it_is_taken_back(
    text: str, ruled_out: bool
) -> None:
    assert ("other_work" not in topics(text)) is ruled_out


def test_what_is_taken_back_is_answered_as_no_matter_of_ours() -> None:
    verdict = READ("no, not health it, nurse")[0].verdict
    assert isinstance(verdict, NotOurs)
    assert verdict.reading.topic == "other_work"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("my husband died, i need work", True),
        ("i lost my husband", True),
        ("i lost my job and need work", False),
        ("my husband is ill and i need work", False),
    ],
)
def test_a_loss_is_meant_only_where_it_is_said(text: str, meant: bool) -> None:
    assert ("grief" in topics(text)) is meant


def test_a_phrasing_that_its_own_topic_rules_out_is_a_fault() -> None:
    wrong = TOPICS.replace("my husband died and i need work", "my husband is gone")
    with pytest.raises(ContentError, match="'my husband is gone' is ruled out"):
        load({**small.FILES, "more.yaml": wrong})
