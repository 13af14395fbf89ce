"""Who has studied abroad stays so in a chat, and is never told what holds for degrees of here."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.recall import about_from_json, about_to_json
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
        (("my name is Jordan and I'm a chiropractor, what can I do",), "dc"),
        (("I'm a dentist named Chad, what is open to me",), "dds"),
        (("I'm a chiropractor in Lebanon, Ohio, am I a physician",), "dc"),
        (("soy chiropráctico en Granada Hills California, ¿cuento como médico?",), "dc"),
        (("I am a dentist and want to travel abroad. am I a physician",), "dds"),
        (("I am a US Navy dentist stationed overseas, am I a physician",), "dds"),
        (("I have a friend in Germany.", "what is open to me as a dentist?"), "dds"),
        (("my husband works in Canada.", "what is open to me as a dentist?"), "dds"),
        (("my mother is from Mexico.", "what is open to me as a dentist?"), "dds"),
        (("my husband is a surgeon from Mexico", "I am a dentist, am I a physician"), "dds"),
        (("is a surgeon from Mexico a physician?", "I am a dentist, am I a physician"), "dds"),
        (("he is from Cuba.", "he is a dentist", "what is open to dentists"), "dds"),
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


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("I came here from Peru with my husband", True),
        ("my friend told me and I studied in Peru", True),
        ("dentist ukraine", True),
        ("I am a chiropractor from Jordan", True),
        ("my boss is from India", False),
        ("tengo una hermana que estudió en Colombia", False),
        ("in Cuba my sister was a teacher", False),
    ],
)
def test_who_comes_from_abroad_is_who_the_country_is_told_of(text: str, there: bool) -> None:
    assert chat(text)[1].abroad is there


def test_that_somebody_comes_from_abroad_is_kept_with_the_chat() -> None:
    about = About(abroad=True, theirs_abroad=True)
    kept = about_from_json(about_to_json(about, "en"), shipped.content())
    assert (kept.abroad, kept.theirs_abroad) == (True, True)
