"""Who has studied abroad stays so in a chat, and is never told what holds for degrees of here."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.recall import about_to_json
from knowledge.snapshot import Said
from knowledge.understanding.context import About
from knowledge.verdicts import Answer, Clarify, Slots
from tests import shipped

DAY = date(2026, 11, 29)


def chat(*texts: str) -> tuple[list[Said], About]:
    """Return what is said to the last of these messages, and what their chat is about then."""
    about, said = About(), list[Said]()
    for text in texts:
        said = shipped.snapshot().say(text, about=about, language="en", today=DAY)
        for one in said:
            about = shipped.snapshot().after(about, one)
    return said, about


def degrees(said: list[Said]) -> set[tuple[str, ...]]:
    """Return the degrees that the readings of a reply are about."""
    slots: list[Slots] = []
    for one in said:
        match one.understood.verdict:
            case Answer(reading=reading):
                slots.append(reading.slots)
            case Clarify(options=options):
                slots += [option.slots for option in options]
            case _:
                pass
    return {things["degree"] for things in slots if "degree" in things}


@pytest.mark.parametrize(
    ("texts", "there"),
    [
        (("soy dentista y vengo de Perú", "los dentistas cuentan como médicos?"),
         "health-doctor-abroad"),
        (("dentista boliviana aquí", "¿una dentista cuenta como médico?"), "health-doctor-abroad"),
        (("I was a surgeon in Lviv", "so is a surgeon a physician here"), "mbbs"),
        (("I am a surgeon", "but I have no US license", "am I a physician or not"), "mbbs"),
        (("I am a pediatrician", "I studied in Nigeria", "do I count as a physician"), "mbbs"),
        (("I come from Ukraine", "I am a surgeon, do I count as a physician"), "mbbs"),
        (("soy cirujano", "no tengo licencia de aquí", "cuenta como médico mi título"), "mbbs"),
        (("soy cirujana", "yo no pienso revalidar", "un cirujano cuenta como médico?"), "mbbs"),
        (("soy cirujana", "todavía no he revalidado mi título", "un cirujano cuenta como médico?"),
         "mbbs"),
    ],
)  # fmt: skip
def test_a_degree_earned_abroad_stays_one(texts: tuple[str, ...], there: str) -> None:
    said, about = chat(*texts)
    assert about.abroad
    assert about.slots["degree"] == (there,)
    assert degrees(said) <= {(there,)}


@pytest.mark.parametrize(
    ("texts", "here"),
    [
        (("are dentists physicians?",), "dds"),
        (("soy dentista y vengo de Perú", "¿un dentista de Texas cuenta como médico?"), "dds"),
        (("I was a surgeon in Lviv", "is a US dentist a physician"), "dds"),
        (("I am a chiropractor", "my license here lapsed", "am I a physician"), "dc"),
        (("I am a chiropractor", "I was deployed to Iraq", "am I a physician"), "dc"),
        (("I am a chiropractor", "my parents are from Cuba", "am I a physician"), "dc"),
        (("I am a chiropractor", "do you have classes in Mexico?", "am I a physician"), "dc"),
    ],
)  # fmt: skip
def test_a_degree_of_here_stays_one_of_here(texts: tuple[str, ...], here: str) -> None:
    said, _about = chat(*texts)
    assert degrees(said) == {(here,)}


@pytest.mark.parametrize(
    "texts",
    [
        ("mi hermana estudió en Colombia", "tiene una licenciatura"),
        ("my wife was a lab tech in Ghana", "she has a bachelor's degree"),
    ],
)
def test_what_a_degree_opened_is_not_told_of_one_from_abroad(texts: tuple[str, ...]) -> None:
    (said,), _about = chat(*texts)
    verdict = said.understood.verdict
    best = verdict.options[0] if isinstance(verdict, Clarify) else None
    assert best is None or best.topic == "foreign_degree"
    assert not isinstance(verdict, Answer) or verdict.reading.topic != "degree_fit"


def test_that_somebody_comes_from_abroad_is_kept_with_the_chat() -> None:
    assert '"abroad": true' in about_to_json(About(abroad=True), "en")
