"""What people ask for in Spanish, in words of their own, is found in the shipped content."""

from __future__ import annotations

import pytest

from knowledge.verdicts import Answer, Chat, Clarify, NotOurs
from tests import shipped


def first_meant(text: str) -> str:
    """Return the topic that a Spanish message is answered with, or that is offered first."""
    verdict = shipped.snapshot().understanding.read(text, language="es")[0].verdict
    if isinstance(verdict, Clarify):
        return verdict.options[0].topic
    return verdict.reading.topic if isinstance(verdict, Answer | Chat | NotOurs) else ""


def answer(topic: str) -> str:
    """Return the Spanish words of a topic's answer."""
    said = shipped.content().topics[topic].answer
    assert said is not None
    return said.say("es")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("me van a reportar por lo que escribo aqui", "privacy"),
        ("la migra se entera de lo que le pregunto aquí?", "privacy"),
        ("la escuela me va a reportar si pregunto", "scared_to_ask"),
        ("tengo daca, me dan beca?", "citizenship"),
        ("ando muy desanimada", "rough_day"),
        ("ok gracias pero estoy desanimada", "rough_day"),
        ("muchas gracias", "thanks"),
        ("tú crees que alguien me dé trabajo", "experience_barrier"),
        ("pero yo allá ejercí diez años", "foreign_degree"),
        ("cuánto me cobra una agencia por evaluar mi título", "foreign_degree"),
        ("tengo que convalidarlo", "foreign_degree"),
        ("me revisan antecedentes para la certificación", "criminal_record"),
        ("qué rol es bueno para trabajar en la casa", "remote_work"),
        ("la gi bill me paga el curso", "veterans_today"),
        ("info", "can_do"),
        ("donde", "near_me"),
        ("y si no hago college", "roles_for_no_degree"),
        ("ocupo un degree?", "degree_needed"),
        ("cuánto tarda cada uno", "training_length"),
        ("en qué escuela puedo confiar", "schools_today"),
        ("cuánto pagan empezando", "pay_general"),
        ("cuánto se gana allá en la isla", "pay_general"),
        ("consigo trabajo aquí o me tengo que mudar", "jobs_outlook"),
        ("hay certificado de fhir?", "fhir_hl7"),
        ("puedo tomar el programa desde lima", "other_countries"),
        ("quien gano el partido", "smalltalk"),
        ("cómo renuevo mi licencia de enfermera", "professional_license"),
        ("soy enfermera con la licencia vencida", "license_clinicians"),
        ("tengo que revalidar mi título", "foreign_degree"),
        ("se me acaba el workers comp", "workers_comp"),
        ("no sé prender una computadora", "no_computer"),
        ("no soy bueno con las computadoras", "not_techy"),
        ("sirve power bi para esto", "data_tools"),
        ("cada cuánto dan aumento", "pay_growth"),
        ("pierdo mi retiro si consigo trabajo", "disability_benefits"),
        ("cuál es la fecha límite de admisión de la UPR", "school_admission"),
        ("qué GPA pide la universidad este año", "school_admission"),
        ("gano más con un asociado que con un certificado?", "pay_by_degree"),
        ("qué problemas tuvo el programa según ustedes", "what_went_wrong"),
        ("el examen de certificación lo puedo dar desde Perú", "exam_from_where"),
        ("en la isla se consigue trabajo de esto?", "jobs_outlook"),
        ("si no termino el curso igual me lo cobran?", "owe_back"),
        ("de dónde salen los chavos para pagar esto", "funding_today"),
        ("a los 53 todavía contratan a uno?", "age"),
        ("cuántos perfiles fueron", "roles_count"),
        ("el programa federal llegó a la isla?", "territories"),
        ("mientras llega la visa puedo tomar algo en línea?", "online_programs"),
        ("me piden maestría o entro sin ella", "degree_needed"),
        ("tengo várices y no aguanto estar parada en la peluquería", "background_fit"),
    ],
)
def test_a_need_is_found_in_the_words_people_use(text: str, topic: str) -> None:
    assert first_meant(text) == topic


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("soy secretaria en una clínica dental", "background", "medical-office"),
        ("llevo años en billing en una clínica", "background", "medical-office"),
        ("estoy en doceavo grado", "background", "high-school-student"),
        ("tengo un MPH y quiero un rol universitario", "degree", "mph"),
        ("soy doctora con licencia", "degree", "md"),
        ("me interesa la ciberseguridad", "role", "privacy-security-specialist"),
        ("soy ingeniero recién egresado", "background", "specialist-fields"),
        ("soy intérprete en una clínica", "background", "health-support"),
        ("soy maestra de economía doméstica", "background", "teaching"),
        ("soy bibliotecóloga", "background", "other-work"),
        ("soy recepcionista de un hotel", "background", "retail"),
        ("tengo un food truck", "background", "management"),
        ("soy bacterióloga", "degree", "health-technologist"),
    ],
)
def test_what_people_are_is_named(text: str, kind: str, key: str) -> None:
    said = shipped.snapshot().understanding.read(text, language="es")[0]
    slots = [reading.slots for reading in said.ranked]
    assert any(key in one.get(kind, ()) for one in slots)
    assert not any("student" in one.get("background", ()) for one in slots)


def test_who_has_no_papers_hears_first_that_it_may_count_for_aid() -> None:
    for topic in ("citizenship", "financial_aid"):
        assert "estatus" in answer(topic).partition("\n\n")[0]
    assert "No soy una oficina del gobierno" in answer("privacy")


def test_no_answer_uses_words_that_nobody_here_says() -> None:
    content = shipped.content()
    said = [topic.answer.say("es") for topic in content.topics.values() if topic.answer]
    said += [thing.name.say("es") for thing in content.things.values()]
    for words in (
        "mala compañía",
        "MBBS",
        "revisar sus papeles",
        "podiatra",
        "abría estas",
        "viejas clases",
        "mejor con estas funciones",
        "mayor en el papel",
        "diploma de secundaria",
    ):
        assert not [text for text in said if words in text]
