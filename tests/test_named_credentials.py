"""Who was just told of credentials and asks of "the exam" is not told of the program's old one."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.snapshot import Said
from knowledge.understanding.context import About
from knowledge.verdicts import Answer, Clarify, Reading, Slots
from tests import shipped

DAY = date(2026, 11, 29)


def chat(*texts: str, language: str = "en") -> tuple[Said, About]:
    """Return what is said to the last of these messages, and what their chat was about before."""
    about = before = About()
    said: list[Said] = []
    for text in texts:
        before = about
        said = shipped.snapshot().say(text, about=about, language=language, today=DAY)
        for one in said:
            about = shipped.snapshot().after(about, one)
    return said[-1], before


@pytest.mark.parametrize(
    ("first", "then", "topic"),
    [
        ("which credentials fit a technical support job", "what does the exam cost",
         "credential_cost"),
        ("which credentials fit a clinician consultant", "exam fee?", "credential_cost"),
        ("cuáles certificaciones sirven para un capacitador", "cuánto vale la prueba",
         "credential_cost"),
        ("which credentials fit a technical support job", "is the exam hard", "credential_exam"),
    ],
)  # fmt: skip
def test_which_of_the_credentials_named_is_asked(first: str, then: str, topic: str) -> None:
    said, before = chat(first, then)
    assert isinstance(said.understood.verdict, Clarify)
    options = said.understood.verdict.options
    asked: list[Slots] = [option.slots for option in options]
    assert {option.topic for option in options} == {topic}
    assert [one["credential"] for one in asked] == [(key,) for key in before.credentials]


def test_which_of_those_the_person_named_is_asked() -> None:
    said, _before = chat("RHIT or RHIA", "how much is the test")
    assert isinstance(said.understood.verdict, Clarify)
    asked = [option.slots["credential"] for option in said.understood.verdict.options]
    assert asked == [("rhit",), ("rhia",)]


def test_where_many_were_named_it_is_told_of_all_or_asked_which_one_is_meant() -> None:
    said, _before = chat("which certification should I get", "what is on the exam")
    assert isinstance(said.understood.verdict, Clarify)
    assert said.understood.verdict.missing == "credential"
    assert said.understood.verdict.options[0].topic == "credential_exam"
    said, _before = chat("which certification should I get", "how much is the exam")
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == "credential_prices"
    said, _before = chat("which certification should I get", "how much is the exam", "CAHIMS")
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == "credential_cost"
    assert said.understood.verdict.reading.slots == {"credential": ("cahims",)}


def test_they_are_kept_while_something_else_is_spoken_of() -> None:
    said, _before = chat(
        "which certification should I get", "I am afraid I will fail", "exam fee?"
    )
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == "credential_prices"


def test_another_one_may_be_named_than_those_offered() -> None:
    first = "which credentials fit a technical support job"
    said, _before = chat(first, "what does the exam cost", "the RHIA I mean")
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == "credential_cost"
    assert said.understood.verdict.reading.slots == {"credential": ("rhia",)}


def test_where_none_was_told_yet_it_is_asked_whose_exam_is_meant() -> None:
    about = About(offered=(Reading(topic="which_credential"), Reading(topic="exam_today")))
    [said] = shipped.snapshot().understanding.read("how much is the exam", about=about)
    assert isinstance(said.verdict, Clarify)
    assert [option.topic for option in said.verdict.options] == ["credential_cost", "exam_cost"]


def test_who_can_take_what_was_named_is_among_the_choices() -> None:
    said, _before = chat("which credentials fit a clinician consultant", "how much experience?")
    assert isinstance(said.understood.verdict, Clarify)
    assert "credential_entry" in {option.topic for option in said.understood.verdict.options}


@pytest.mark.parametrize(
    "texts",
    [
        ("how much is the exam",),
        ("what did HIT Pro test", "how much is the exam"),
        ("which credentials fit a technical support job", "how much was the exam of the program"),
        ("which credentials fit a technical support job", "how much did HIT Pro cost"),
    ],
)
def test_the_programs_own_exam_is_still_asked_about(texts: tuple[str, ...]) -> None:
    said, _before = chat(*texts)
    verdict = said.understood.verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == "exam_cost"


@pytest.mark.parametrize("text", ["how long does the training take", "what does a trainer earn"])
def test_what_is_asked_of_something_else_is_not_about_them(text: str) -> None:
    said, _before = chat("which credentials fit a technical support job", text)
    verdict = said.understood.verdict
    assert isinstance(verdict, Answer)
    assert "credential" not in verdict.reading.slots


@pytest.mark.parametrize(
    ("first", "then"),
    [("RHIT or RHIA", "which is cheaper"), ("RHIT o RHIA", "cuál sale más cara")],
)
def test_which_of_two_is_cheaper_is_told_of_both(first: str, then: str) -> None:
    said, _before = chat(first, then)
    verdict = said.understood.verdict
    options = verdict.options if isinstance(verdict, Clarify) else ()
    readings = [verdict.reading] if isinstance(verdict, Answer) else options
    assert readings[0].topic == "credential_cost"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "topic",
    ["exam_cost", "exam_format", "exam_who", "exam_which", "exam_worth", "exam_pass_rate",
     "exam_required", "exam_today"],
)  # fmt: skip
def test_an_answer_about_the_old_exam_names_it_first(topic: str, language: str) -> None:
    worded = shipped.snapshot().word(Reading(topic=topic), language, DAY)
    assert "HIT Pro" in " ".join(worded.text.split()[:8])


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("whats the diffrence between an RHIT and an RHIA", "rhit_rhia"),
        ("qué diferencia hay entre el RHIT y el RHIA", "rhit_rhia"),
        ("RHIT vs CHTS", "exam_not_rhit"),
        ("CPC or RHIT", "credential_overview"),
        ("el CPC o el RHIT", "credential_overview"),
        ("is CAHIMS different from CPHIMS", "credential_overview"),
        ("CAHIMS and RHIT", "credential_overview"),
        ("el CAHIMS y el RHIT", "credential_overview"),
        ("RHIT and RHIA", "rhit_rhia"),
    ],
)
def test_two_credentials_side_by_side_get_the_topic_that_has_both(text: str, topic: str) -> None:
    said, _ = chat(text, language="es" if "el " in text else "en")
    verdict = said.understood.verdict
    first = verdict.options[0] if isinstance(verdict, Clarify) else verdict.reading  # type: ignore[union-attr]
    assert first.topic == topic
    assert len(first.slots["credential"]) == 2


def test_two_credentials_told_together_say_whom_each_takes() -> None:
    reading = Reading(topic="credential_overview", slots={"credential": ("cahims", "rhit")})
    worded = shipped.snapshot().word(reading, "en", DAY)
    assert "We found no entry rules" in worded.text
    assert "a school accredited by CAHIIM" in worded.text
