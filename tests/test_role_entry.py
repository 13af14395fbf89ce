"""Whether a degree or a kind of work opened a role: a straight yes, no or what it would take."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answering.entry import compose_for_role
from knowledge.verdicts import Reading
from tests.shipped import content

DAY = date(2026, 11, 29)


def said(role: str, language: str = "en", **person: str) -> str:
    topic = "degree_for_role" if "degree" in person else "background_for_role"
    slots = {"role": (role,), **{kind: (key,) for kind, key in person.items()}}
    return compose_for_role(content(), Reading(topic=topic, slots=slots), language, DAY).text


@pytest.mark.parametrize(
    ("role", "person", "verdict"),
    [
        ("workflow-redesign-specialist", {"degree": "rn"}, ":** no,"),
        ("workflow-redesign-specialist", {"background": "it-support"}, "does not settle it"),
        ("implementation-support-specialist", {"background": "it-support"}, ":** yes,"),
        ("clinician-consultant", {"degree": "lpn"}, ":** yes,"),
        ("clinician-leader", {"degree": "dc"}, ":** yes,"),
        ("research-scientist", {"degree": "pharmd"}, ":** yes,"),
        ("software-engineer", {"degree": "bachelors"}, ":** yes,"),
        ("trainer", {"background": "teaching"}, "does not settle it"),
        ("implementation-manager", {"degree": "rn"}, "does not settle it"),
    ],
)
def test_the_answer_comes_first(role: str, person: dict[str, str], verdict: str) -> None:
    assert verdict in said(role, **person).splitlines()[0]


def test_who_is_shut_out_for_a_license_is_not_told_to_give_it_up() -> None:
    text = said("workflow-redesign-specialist", degree="rn")
    assert "the clinician consultant does the same work" in text
    assert "It would take" not in text


def test_what_it_would_take_is_named_and_study_is_granted() -> None:
    text = said("implementation-manager", degree="rn")
    assert "managing people" in text
    assert "study" not in text


def test_it_names_what_it_went_by_and_that_the_classes_ended() -> None:
    text = said("clinician-consultant", "es", degree="lpn")
    assert "sí, según las reglas" in text
    assert "LPN" in text
    assert "terminaron en 2013" in text


def test_it_cites_the_rule() -> None:
    reading = Reading(topic="degree_for_role", slots={"role": ("trainer",), "degree": ("rn",)})
    assert [one.id for one in compose_for_role(content(), reading, "en", DAY).cited] == [
        "announcement"
    ]
