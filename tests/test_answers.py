"""Answers about several things at once: one for each, and what holds for all of them once."""

from __future__ import annotations

import re
from datetime import date

import pytest

from handlers.replies import heading, source_line
from knowledge.answering import comparing
from knowledge.answering.answers import Worded, title_of, word
from knowledge.answering.comparing import compose
from knowledge.schema import Kind
from knowledge.verdicts import Reading, Slots
from tests import shipped, small


def test_what_holds_for_all_things_is_said_once_at_the_end() -> None:
    both = Reading(topic="role_length", slots={"role": ("trainer", "implementation-manager")})
    text = word(small.content(), both, "en", date(2026, 1, 1)).text
    assert "Trainer" in text
    assert "Implementation manager" in text
    assert text.count("That was so until the program ended.") == 1
    assert text.endswith("That was so until the program ended.")


def test_a_picture_goes_with_a_single_thing_alone() -> None:
    for roles, picture in (
        (("trainer",), "pay:trainer"),
        (("trainer", "implementation-manager"), None),
    ):
        reading = Reading(topic="role_pay", slots={"role": roles})
        told = word(shipped.content(), reading, "en", date(2026, 1, 1))
        assert told.picture == picture


def test_what_is_the_same_for_several_things_is_said_once() -> None:
    roles = ("trainer", "research-scientist", "implementation-manager")
    reading = Reading(topic="role_length", slots={"role": roles})
    told = word(shipped.content(), reading, "en", date(2026, 1, 1))
    assert told.short.startswith("**Trainer, Implementation manager** (the training ended in")
    assert told.detail.startswith("**Research and development scientist** (")
    assert told.text.count("6 months") == 1


def test_a_button_names_two_things_and_of_more_none() -> None:
    three = ("clinician-consultant", "trainer", "implementation-manager")
    two = three[:2]
    for roles, ends in ((two, ": Consultor clínico, Capacitador"), (three, " que convienen")):
        reading = Reading(topic="role_credentials", slots={"role": roles})
        assert title_of(shipped.content(), reading, "es").endswith(ends)
    one = Reading(topic="role_credentials", slots={"role": ("trainer",)})
    assert title_of(shipped.content(), one, "es").endswith(": Capacitador (Trainer)")


def test_a_long_name_stands_on_a_button_without_its_english() -> None:
    reading = Reading(topic="role_titles", slots={"role": ("privacy-security-specialist",)})
    assert "(" not in title_of(shipped.content(), reading, "es")


def test_a_short_line_of_a_comparison_says_what_is_compared() -> None:
    both = ("privacy-security-specialist", "technical-support-staff")
    reading = Reading(topic="compare_length", slots={"role": both})
    line = compose(shipped.content(), reading, "es", date(2026, 11, 29)).gist
    assert line.startswith("Capacitación de entonces: Especialista")
    assert "meses" in line


def said(topic: str, language: str, **slots: str) -> str:
    """Return what is told of a topic of the shipped content."""
    return worded(topic, language, **slots).text


def worded(topic: str, language: str, **slots: str) -> Worded:
    """Return the answer to a topic of the shipped content."""
    reading = Reading(topic=topic, slots={kind: (key,) for kind, key in slots.items()})
    return word(shipped.content(), reading, language, date(2026, 11, 29))


@pytest.mark.parametrize(
    ("language", "asked"), [("en", "As a physician?"), ("es", "¿Como médico?")]
)
def test_only_of_a_doctors_degree_it_is_told_whether_it_is_a_physicians(
    language: str, asked: str
) -> None:
    for degree in ("md", "np", "pa", "pharmd", "psychologist", "pt", "dvm"):
        assert asked in said("degree_fit", language, degree=degree), degree
    for degree in ("cna", "ged", "high-school", "bachelors", "rn"):
        assert asked not in said("degree_fit", language, degree=degree), degree


def test_a_short_line_keeps_the_condition_of_what_it_lists() -> None:
    assert "with health care or IT experience" in worded("degree_fit", "en", degree="ged").gist
    assert "con experiencia en salud" in worded("degree_fit", "es", degree="ged").gist
    assert "if you have run a unit" in worded("background_fit", "en", background="nursing").gist
    assert "con licencia clínica" in worded("background_fit", "es", background="nursing").gist


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_degree_from_abroad_is_said_to_have_opened_a_role(language: str) -> None:
    for degree in ("mbbs", "health-doctor-abroad"):
        short = worded("degree_fit", language, degree=degree).short
        assert not re.search(r"opened|let you in|quedaban abiertas|permitía", short)


@pytest.mark.parametrize(("language", "today"), [("en", "**Today:**"), ("es", "**Hoy:**")])
def test_the_roles_for_a_line_of_work_begin_with_a_sentence_and_tell_what_is_for_today(
    language: str, today: str
) -> None:
    for one in shipped.content().of_kind(Kind.BACKGROUND):
        short, _, rest = said("background_fit", language, background=one.id).partition("\n\n")
        lead = short.partition("\n")[0]
        assert lead.endswith(":"), one.id
        assert "." not in lead, one.id
        assert rest.startswith(today), one.id


def test_names_that_are_listed_hold_no_comma_of_their_own() -> None:
    named = [*shipped.content().of_kind(Kind.CREDENTIAL), *shipped.content().of_kind(Kind.DEGREE)]
    several_fields = {"health-doctor-abroad"}
    for thing in named:
        for name in thing.name.root.values() if thing.id not in several_fields else ():
            assert "," not in name.partition(" (")[0], name


@pytest.mark.parametrize(
    ("language", "rule"), [("en", "which credential"), ("es", "qué credencial")]
)
def test_credentials_side_by_side_end_with_how_to_choose(language: str, rule: str) -> None:
    reading = Reading(topic="credential_overview", slots={"credential": ("cahims", "comptia")})
    text = word(shipped.content(), reading, language, date(2026, 11, 29)).text
    last = text.split("\n\n")[-1]
    assert rule in last
    assert "CAHIMS" in last
    assert text.count(last) == 1


def test_a_source_named_in_our_own_words_is_named_in_spanish() -> None:
    of_role = worded("role_titles", "es", role="trainer")
    assert "Nuestra propia lectura" in source_line(of_role, linked=False)
    in_english = worded("role_titles", "en", role="trainer")
    assert "Our own reading" in source_line(in_english, linked=False)


@pytest.mark.parametrize(
    ("topic", "english", "spanish"),
    [
        ("program_ended", "It has ended.", "Ya terminó."),
        ("foreign_degree", "Today each school decides", "Hoy lo decide cada escuela"),
        ("disability_benefits", "We do not know. Ask whoever", "No lo sabemos. Pregunte antes"),
        ("pay_general", "The middle pay of the closest jobs", "El sueldo del medio"),
        ("veterans_today", "For a course we hold nothing", "Para un curso, no tenemos nada"),
        ("degree_needed", "Employers today", "Hoy los empleadores"),
        ("certificate_valid", "Keep it.", "Consérvelo."),
        ("nurse_pay", "Whether a move pays", "Si el cambio le conviene"),
        ("laid_off", "I am sorry", "Lo siento"),
        ("disability_hearing", "No source says which role", "Ninguna fuente dice qué función"),
        ("disability_interpreter", "We do not know who pays", "No sabemos quién paga"),
        ("disability_sight", "Whether a record system", "Si un sistema de expedientes"),
        ("disability_hands", "No source says how much typing", "Ninguna fuente dice cuánto"),
        ("group_money", "I hold nothing", "No tengo nada"),
        ("clinic_plans", "I do not know", "No lo sé"),
        ("credits_brought", "The school you want to go to", "La escuela a la que usted"),
        ("jobs_outcomes", "Six months after training", "A los seis meses"),
    ],
)
def test_an_answer_begins_with_what_is_asked_today(topic: str, english: str, spanish: str) -> None:
    assert said(topic, "en").startswith(english)
    assert said(topic, "es").startswith(spanish)


@pytest.mark.parametrize("topic", ["compare_roles", "compare_pay"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_short_line_of_a_comparison_says_something(topic: str, language: str) -> None:
    def gist(*roles: str) -> str:
        reading = Reading(topic=topic, slots={"role": roles})
        return comparing.compose(shipped.content(), reading, language, date(2026, 11, 29)).gist

    assert "?" not in gist("trainer")
    assert len(gist("trainer", "software-engineer")) > 60


@pytest.mark.parametrize("topic", ["compare_roles", "compare_pay"])
@pytest.mark.parametrize(("language", "left"), [("en", "Left out: "), ("es", "Faltan: ")])
def test_a_role_that_a_comparison_has_no_room_for_is_named(
    topic: str, language: str, left: str
) -> None:
    def short(*roles: str) -> str:
        reading = Reading(topic=topic, slots={"role": roles})
        return comparing.compose(shipped.content(), reading, language, date(2026, 11, 29)).short

    five = [thing.id for thing in shipped.content().of_kind(Kind.ROLE)][:5]
    name = shipped.content().things[five[-1]].name.say(language)
    assert f"{left}{name}." in short(*five)
    assert left not in short(*five[:4])


@pytest.mark.parametrize(
    ("topic", "slots", "said"),
    [
        ("disability", {"background": ("teaching",)}, ""),
        ("role_pay", {"role": ("trainer",)}, ""),
        ("can_i_enter", {"background": ("teaching",)}, "About: **Teaching**"),
    ],
)
def test_what_comes_from_the_chat_is_said_where_the_answer_hangs_on_it(
    topic: str, slots: Slots, said: str
) -> None:
    reading = Reading(topic=topic, slots=slots, carried=tuple(slots))
    worded = Worded(reading=reading, language="en", short="**Trainer**: this much.")
    assert heading(worded, shipped.content()) == said
