"""Names of work and ways to ask that new people use, and topics that nobody named stay away."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.understanding.ruled_out import RuledOut
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading
from tests import shipped

DAY = date(2026, 11, 29)


def readings(text: str, language: str) -> list[Reading]:
    """Return what a message may mean, the likeliest first."""
    found: list[Reading] = []
    for one in shipped.snapshot().say(text, language=language, today=DAY):
        match one.understood.verdict:
            case Answer(reading=reading) | NotOurs(reading=reading) | Chat(reading=reading):
                found.append(reading)
            case Clarify(options=options):
                found += options
            case _:
                pass
    return found


@pytest.mark.parametrize(
    ("language", "text", "kind", "thing"),
    [
        ("en", "which role fits a management analyst", "background", "specialist-fields"),
        ("en", "i waitressed, which role fits me", "background", "retail"),
        ("en", "i manage a burger king, which role fits me", "background", "management"),
        ("en", "i am a home attendant, which role fits me", "background", "health-support"),
        ("en", "i have an MS in health informatics, which role fits me", "degree", "masters"),
        ("en", "i wrote perl for years, which role fits me", "background", "programming"),
        ("en", "hauling freight since 2003, which role fits me", "background", "other-work"),
        ("en", "i am a court stenographer, which role fits me", "background", "other-work"),
        ("en", "i was a stage manager, which role fits me", "background", "other-work"),
        ("en", "i watch cameras for a casino, which role fits me", "background", "security-work"),
        ("en", "i do tattoos, which role fits me", "background", "retail"),
        ("en", "i register patients at an er, which role fits me", "background", "medical-office"),
        ("en", "i am a horse trainer, which role fits me", "background", "animal-care"),
        ("en", "i am a personal trainer, which role fits me", "background", "other-work"),
        ("en", "i code charts for a clinic, which role fits me", "background", "him"),
        ("en", "i fix elevators, which role fits me", "background", "other-work"),
        ("en", "i do housekeeping at the va, what fits", "background", "health-support"),
        ("es", "soy tatuador, qué función me toca", "background", "retail"),
        ("es", "soy CNA en un nursing home, qué función me toca", "degree", "cna"),
        ("es", "soy home attendant, qué función me toca", "background", "health-support"),
        ("es", "soy intérprete médica, qué función me toca", "background", "health-support"),
        ("es", "trabajo en una pollera, qué función me toca", "background", "manufacturing"),
        ("es", "soy ing de sistemas, qué función me toca", "background", "programming"),
        ("es", "soy ing biomédico, qué función me toca", "background", "specialist-fields"),
        ("es", "soy profe de informática, qué función me toca", "background", "teaching"),
        ("es", "soy conserje en un hospital, qué función me toca", "background", "health-support"),
        ("es", "soy jefe de mantenimiento, qué función me toca", "background", "other-work"),
        ("en", "i was a shift lead, which role fits me", "background", "management"),
        ("en", "i am an elementary school secretary, what fits", "background", "retail"),
        ("es", "cuánto gana un gerente d implementación", "role", "implementation-manager"),
        ("es", "qué hace el de manejo de información", "role", "him-exchange-specialist"),
        ("es", "quiero enseñar a otros a usar epic, cómo se llama ese puesto", "role", "trainer"),
        ("en", "done hair since high school, which role fits me", "background", "retail"),
        (
            "en",
            "compliance officer at a credit union, which role fits",
            "background",
            "security-work",
        ),
        ("en", "i was an internal auditor, which role fits me", "background", "security-work"),
        ("en", "i fix computers for a living, which role fits me", "background", "it-support"),
        ("en", "so which one fixes computers", "role", "technical-support-staff"),
        ("es", "pongo techos, qué función me toca", "background", "other-work"),
        ("es", "soy oficial de cumplimiento, qué función me toca", "background", "security-work"),
        ("es", "cuál es la que arregla computadoras", "role", "technical-support-staff"),
        ("es", "los dentistas pasaban por physician o no", "degree", "dds"),
        ("es", "tengo doctorado en química, me sirve un fellowship", "degree", "phd"),
    ],
)
def test_what_people_call_their_work(language: str, text: str, kind: str, thing: str) -> None:
    first = readings(text, language)[0]
    assert thing in first.slots[kind]
    assert "nursing" not in first.slots.get("background", ())


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "yo whats this", "can_do"),
        ("en", "who runs this", "who_made_me"),
        ("es", "quién lleva este chat", "who_made_me"),
        ("en", "should have seen this coming a mile off", "let_down"),
        ("en", "what is an american job center", "find_job_center"),
        ("en", "can my union pay for my classes", "group_training"),
        ("en", "would my employer pay for the classes", "funding_today"),
        ("en", "can i work on an h4", "immigration"),
        ("es", "tengo h4, me dejan trabajar", "immigration"),
        ("es", "cómo borro mi récord en Florida", "legal_advice"),
        ("es", "mejor me meto a plomero", "other_careers"),
        ("es", "qué le digo a la gente que me pregunta por esto", "helping_others"),
        ("es", "solo hay que pagar el curso y ya te contratan, es cierto", "asked_for_money"),
        ("es", "me botaron el mes pasado", "laid_off"),
        ("es", "tengo tps, un hospital me daría trabajo", "immigration"),
        ("es", "con la visa TN consigo empleo", "immigration"),
        ("es", "será que cancelan el daca", "immigration"),
        ("es", "soy malísima en mate, podré", "not_techy"),
        ("es", "me pondrían a escribir código", "not_techy"),
        ("es", "no oigo, quién paga el intérprete de señas", "disability_interpreter"),
        ("es", "a qué oficina voy, necesito que hablen español", "find_job_center"),
        ("es", "terminé la capacitación y nunca conseguí trabajo", "no_interview"),
        ("es", "mi hijo nació aquí, le dan ayuda para la escuela", "financial_aid"),
        ("es", "no uso mi nombre legal, cuál sale en el certificado", "id_papers"),
        ("es", "cuál es el tipo de cambio", "smalltalk"),
        ("en", "is that health data bootcamp for 11 grand worth the money", "bootcamps"),
        ("en", "do i owe them if i flunk out", "owe_back"),
        ("en", "how does an employer check that somebody finished the course", "verify_training"),
        ("en", "could you send my application to the clinic for me", "job_help"),
        ("en", "is there money for native american people to study", "group_money"),
        ("en", "any program that pays for somebody with a record", "group_money"),
        ("en", "should i tell my employer about my autism", "disability"),
        (
            "en",
            "deaf here, sign language, which jobs have little phone work",
            "disability_hearing",
        ),
        ("en", "does my tricare end when i leave the army", "medicare_medicaid"),
        ("en", "they upped my dads dose and he is confused", "medical_advice"),
        ("en", "they told us there would be thousands of jobs", "jobs_outcomes"),
        ("en", "is that paper worth anything these days", "certificate_valid"),
        ("en", "are those regional center folks still around", "rec_link"),
        ("en", "hello are you working today", "greeting"),
        ("en", "Kind regards, Helen", "goodbye"),
        ("en", "is mycaa money for a course like yours", "group_money"),
        ("en", "which month will our clinic get its new system", "clinic_plans"),
        ("en", "name of the lady i ask for at that office", "person_to_ask"),
        ("en", "who decided there would be twelve roles", "roles_chosen"),
        ("en", "would the state university take my community college credits", "credits_brought"),
        ("en", "do they cover my flights and hotels", "travel_costs"),
        ("en", "is there a drug test for the job", "drug_tests"),
        ("en", "live classes or can i download them", "live_or_recorded"),
        ("en", "would a google certificate help me in hospital it", "other_certificates"),
        ("en", "tell me how to spot a junk certificate", "certificate_test"),
        ("en", "would typing wreck my wrists more", "disability_hands"),
        ("en", "does the chart software work with my screen reader", "disability_sight"),
        ("en", "what is a super user", "super_user"),
        ("en", "they fired me over hipaa, am i finished", "fired_before"),
        ("en", "do these jobs have a union", "unions"),
        ("en", "how many seats does Edgecombe have left", "school_unknowns"),
        ("es", "cuándo llega el sistema nuevo a mi clínica", "clinic_plans"),
        ("es", "quién paga el vuelo y el hotel", "travel_costs"),
        ("en", "so the money is all used up now, right", "funding_today"),
        ("es", "entonces ya no queda nada de eso", "open_today"),
        ("en", "who does teach it these days then", "schools_today"),
        ("en", "so i could have done the trainer track", "role_background"),
        ("en", "is a dental assistant seen as clinical", "counts_as_clinical"),
        ("en", "can it be verified that two candidates took it", "verify_training"),
        ("es", "mi jefe me da libre un día para estudiar", "evening_study"),
        ("en", "would a letter from my boss count instead of experience", "recommendation_letter"),
        ("es", "cuál función es la de farmacia", "roles_by_specialty"),
        ("en", "am i overqualified for trainer with a doctorate", "overqualified"),
        ("en", "is there a flyer to print for my client", "page_to_print"),
        ("es", "los empleadores estaban obligados a algo", "employers_part"),
        ("en", "were dentists let in as physicians in that program", "physician_is"),
        (
            "es",
            "soy odontóloga, graduada en la universidad, entraba como physician",
            "physician_is",
        ),
        ("en", "what can a family doctor get now without another residency", "physician_boards"),
        ("en", "phd in economics, would a fellowship get me in", "degree_fit"),
        ("es", "soy dentista, hoy qué puedo hacer con mi título", "degree_fit"),
        ("es", "el ged lo saqué aquí en español, piden más", "high_school_only"),
        ("en", "price of a test that i can take now without school", "credential_prices"),
        ("es", "cuánto salen los exámenes para certificarse", "credential_prices"),
        ("en", "how much is the cahims exam", "credential_cost"),
        ("es", "cuánto cuesta el examen de cahims", "credential_cost"),
        ("en", "the software is new and everybody at the clinic runs to me", "super_user"),
        ("es", "cambiaron el sistema y todas me preguntan a mí cómo se usa", "super_user"),
        ("en", "could you choose whichever college you wanted", "out_of_region"),
        ("es", "le tocaba un colegio o uno lo escogía", "out_of_region"),
        ("en", "my severance runs until may, does it stop if i take a class", "severance"),
        ("es", "me pagan liquidación, se corta si estudio", "severance"),
        ("en", "do i lose unemployment if i go to school", "unemployment_benefits"),
        ("en", "is the trainer on their feet or at a desk", "role_duties"),
        ("en", "which of the roles are done sitting", "roles_categories"),
        ("es", "cuáles funciones se hacen sentado", "roles_categories"),
        ("es", "el capacitador anda caminando o en un escritorio", "role_duties"),
        ("en", "did you come out of it with a degree or a certificate", "credit_degree"),
        ("en", "did the trainer get a degree or a certificate", "role_level"),
        ("es", "para el capacitador daban título o certificado", "role_level"),
        (
            "en",
            "did the trainer require a bachelors going in or give one at the end",
            "role_level",
        ),
        ("en", "did the privacy specialist need a bachelors first", "role_background"),
        ("en", "someone told me of a six month computer course for hospitals", "program_ended"),
        ("es", "la más sencilla para quien no entiende de computadoras", "not_techy"),
        ("es", "con qué empiezo, tengo poquito dinero", "first_step_today"),
        ("en", "was there help for small clinics besides the schooling", "rec_link"),
        ("en", "i register births for the county, is that health it", "vital_records_work"),
    ],
)
def test_how_people_ask(language: str, text: str, topic: str) -> None:
    assert readings(text, language)[0].topic == topic


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("territories", "una era contadora, a ella cual le quedaria mejor"),
        ("state_trained", "does the va hire people for this in {state}"),
        ("state_no_member", "no tengo {degree}, eso afecta"),
        ("who_made_me", "el seguro de accidentes paga la escuela"),
        ("criminal_record", "do hospitals have pharmacy computer people"),
        ("child_care", "he has autism would they take him"),
        ("asked_for_money", "creen que reciba food stamps"),
        ("not_techy", "the billing kind of coding"),
        ("help", "do i have to type a lot"),
        ("physician_why", "i feel so stupid"),
        ("teenager", "my son is 20 and likes computers"),
        ("asked_for_money", "solo sé lo de mi trabajo y el facebook, eso basta"),
        ("other_careers", "cómo entraron los de it con sus computadoras al hospital"),
        ("other_careers", "qué estudio para llevar los expedientes electrónicos"),
        ("other_tech_jobs", "sé de redes y quiero trabajar en un hospital"),
        ("roles_college", "hice el curso en un community college y nunca consegui trabajo"),
        ("college_entry", "hice el curso en un community college y nunca consegui trabajo"),
        ("already_paid", "what if i fail the class, do i have to pay it back"),
        ("already_paid", "if i drop out do i owe the money back"),
        ("already_paid", "which school is real and wont rip me off"),
        ("already_paid", "do they refund me if i drop the class"),
        ("credits_brought", "do they check your credit first"),
        ("certificate_valid", "is my marriage certificate still valid"),
        ("english_level", "i am deaf and asl is my first language"),
        ("english_level", "i have a {degree} in english"),
        ("emergency", "my job is 911 and i want something calmer"),
        ("after_a_loss", "i file death certificates all day"),
        ("foreign_degree", "i did claims until they moved it to the philippines"),
        ("criminal_record", "i am a {degree} in a jail"),
        ("criminal_record", "no college am i wasting my time"),
        ("criminal_record", "el ano pasado deje el trabajo"),
        ("no_diploma", "would he have got in with a ged"),
        ("degree_for_role", "am i overqualified for {role} with a {degree}"),
        ("child_care", "i run a daycare with my mother"),
        ("travel_costs", "who pays the hotel if my flight is cancelled"),
        ("unemployed", "how many of us found work"),
        ("veterans", "what about my wife she never served"),
        ("veterans_today", "my husband never served is there help for him"),
        ("foreign_degree", "mi ged lo saque aqui en español"),
        ("roles_for_no_degree", "y de las de universidad cual podria hacer"),
        ("credential_prices", "is there a test i can take without school"),
        ("credential_prices", "which certification pays more"),
    ],
)
def test_nobody_is_offered_what_no_word_named(topic: str, text: str) -> None:
    assert topic in RuledOut(shipped.content().topics.values()).barred(text)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("territories", "was {state} in it"),
        ("state_trained", "how many finished in {state}"),
        ("state_no_member", "no {degree} in {state} where did people go"),
        ("criminal_record", "will an arrest keep me out"),
        ("criminal_record", "i did time am i wasting my time"),
        ("no_diploma", "i never got a diploma or a ged"),
        ("child_care", "my kids have nobody to stay with"),
        ("asked_for_money", "someone wants 200 to register me"),
        ("disability_benefits", "do i lose my ssdi if i study"),
        ("teenager", "my son is 16 and likes computers"),
        ("not_techy", "is it all coding"),
        ("asked_for_money", "alguien en facebook me pide 200 para inscribirme"),
        ("other_careers", "curso de electricista"),
        ("other_tech_jobs", "se de redes y quiero trabajar en un banco"),
        ("roles_college", "que funciones se enseñaban en los community colleges"),
        ("already_paid", "they ripped me off and i paid 300"),
        ("credits_brought", "do they take my old credits"),
        ("english_level", "english is my second language is it good enough"),
        ("emergency", "call 911 my father fell"),
        ("after_a_loss", "my husband died and left me with the bills"),
        ("veterans", "i served in the navy could i join"),
        ("foreign_degree", "tengo un titulo de colombia y saque el ged"),
        ("credential_prices", "what does a certification cost"),
    ],
)
def test_who_names_it_still_finds_it(topic: str, text: str) -> None:
    assert topic not in RuledOut(shipped.content().topics.values()).barred(text)
