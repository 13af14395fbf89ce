"""Names of helpers, tools and wishes are not what somebody is or asks about."""

from __future__ import annotations

import pytest

from knowledge.matching.words import tokenize
from tests import shipped


def named(text: str) -> set[str]:
    """Return all that a text may name."""
    finder = shipped.snapshot().understanding.finder
    return {key for keys in finder.all_named(tokenize(text), text).values() for key in keys}


@pytest.mark.parametrize(
    ("text", "not_named"),
    [
        ("my state job counselor told me to ask here", "counselor"),
        ("career counselor gave me a flyer about computer jobs", "counselor"),
        ("my counselor at the shelter says I should study", "counselor"),
        ("the dentist recommended this to me", "dds"),
        ("I work at a chiropractor's office", "dc"),
        ("billing for an optometrists office", "od"),
        ("a chiropractor handed me your number", "dc"),
        ("mi psicoterapeuta me recomendó estudiar algo", "counselor"),
        ("una terapeuta familiar me mandó aquí", "counselor"),
        ("our office moved from paper to Epic", "epic"),
        ("my clinic just went over to epic", "epic"),
        ("cambiamos a Epic el año pasado", "epic"),
        ("me gustaría pasar a informática", "it-support"),
        ("hay un curso de informática para mí", "it-support"),
        ("quiero meterme en lo de la informática", "it-support"),
        ("un programa de informática en salud", "it-support"),
        ("I would like to move into IT support", "it-support"),
        ("my wife she does medical billing, is there anything for me", "medical-office"),
        ("my husband is a nurse. what could i do with a ged", "nursing"),
        ("my supervisor was a programmer, can I get into this too", "programming"),
        ("mi esposa trabaja de enfermera, yo quiero algo con computadoras", "nursing"),
        ("do I have to know programming for the trainer role", "programming"),
        ("I dont know programming", "programming"),
        ("hay que saber programación para esto", "programming"),
        ("is there a job there that isn't all programming", "programming"),
        ("I worry it is not just programming", "programming"),
        ("no sé nada de programación", "programming"),
        ("I enter grades in the student system all day", "student"),
        ("I look after the student records at a school", "student"),
        ("I set up the student portal for parents", "student"),
        ("llevo los expedientes de los estudiantes", "student"),
        ("I am a counselor at a job center. client: RN 10 years", "counselor"),
        ("social worker here, helping a refugee who was a nurse", "social-worker"),
        ("we need people to support our Epic rollout", "epic"),
        ("staff for an Epic upgrade", "epic"),
        ("I am not really a nurse", "nursing"),
        ("I have never been a nurse", "nursing"),
        ("i like programming but im a mechanic, would they take me", "programming"),
        ("mecanico de trocas pero me late la programacion", "programming"),
        ("what does an IT guy do all day in a hospital", "it-support"),
        ("a lady at my church does medical coding, is that health IT", "him"),
        ("que hace todo el dia uno de informatica en un hospital", "it-support"),
    ],
)
def test_what_is_said_of_others_of_a_tool_or_as_a_wish_is_no_name(
    text: str, not_named: str
) -> None:
    assert not_named not in named(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("my wife is a dentist, she told me", "dds"),
        ("my wife is a dentist, can she do this or should I ask somebody", "dds"),
        ("my husband is a nurse, which role would be for him", "nursing"),
        ("mi esposa es enfermera, ella puede entrar o le digo que no, quiero saber", "nursing"),
        ("I am a nurse and my husband drives, what can I do", "nursing"),
        ("I am a woman who does medical coding", "him"),
        ("I worked for my dad as a mechanic, can I do this", "other-work"),
        ("I know python and sql", "programming"),
        ("I am a full time student at a college", "student"),
        ("soy estudiante de enfermería", "student"),
        ("I am the secretary at an elementary school", "retail"),
        ("attendance clerk here", "retail"),
        ("soy secretaria en una primaria", "retail"),
        ("I am a chiropractor and my friend told me", "dc"),
        ("soy dentista, me dijo mi prima", "dds"),
        ("how much is the Epic certification", "epic"),
        ("does epic training help", "epic"),
        ("trabajo en informática desde 2015", "it-support"),
        ("tengo experiencia en informática en un hospital", "it-support"),
        ("I do help desk, can I get into health IT", "it-support"),
        ("i have years in it support", "it-support"),
    ],
)
def test_what_people_are_and_ask_about_is_named(text: str, key: str) -> None:
    assert key in named(text)
