"""A message that asks several things gets all of them, on the shipped content, by words alone."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.verdicts import readings_shown
from tests.shipped import snapshot as shipped


def first_choices(text: str) -> list[str]:
    """Return the topic told, or offered first, to each question of a message."""
    read = shipped().understanding.read(text)
    return [readings_shown(one.verdict)[0].topic for one in read]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Was the HIT Pro exam required? and can i take it now?", ["exam_required", "exam_today"]),
        ("do you take veterans and is there a job at the end", ["veterans", "job_guarantee"]),
        ("Is it online, and how many hours a week is it?", ["online", "hours_week"]),
        ("what is RHIA and how much to take it", ["credential_overview", "credential_cost"]),
        ("HIM exchange specialist: pay? certs?", ["role_pay", "role_credentials"]),
        (
            "can someone with an MPH become a clinician leader and how long is the course",
            ["degree_for_role", "role_length"],
        ),
    ],
)
def test_a_likely_guess_beside_an_answer_is_told_too(text: str, topics: list[str]) -> None:
    assert first_choices(text) == topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Johns Hopkins, what did you need to get in?", "university_eligibility"),
        ("tell me about region a, what all was it", "region_overview"),
        ("Explain the curriculum development centers: purpose, who, result", "program_overview"),
    ],
)
def test_what_is_said_before_a_question_is_no_question_beside_a_guess(
    text: str, topic: str
) -> None:
    assert first_choices(text) == [topic]


@pytest.mark.parametrize(
    ("text", "topic", "degree"),
    [
        ("I have a bachelor's in history. How do I fill in the FAFSA?", "aid_forms", "bachelors"),
        ("I'm a chiropractor. How many roles were there?", "roles_count", "dc"),
    ],
)
def test_what_somebody_is_is_kept_and_not_answered_where_they_ask_something_else(
    text: str, topic: str, degree: str
) -> None:
    assert first_choices(text) == [topic]
    assert shipped().heard([text], date(2026, 12, 1)).own["degree"] == (degree,)
