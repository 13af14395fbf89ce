"""What a message means after what was said before, on the shipped content, by words alone.

Each way to carry something on has a stranger beside it: who changes the subject is not answered
about the old one.
"""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.snapshot import Said
from knowledge.understanding.context import About, was_told
from knowledge.understanding.splitting import CLAUSE
from knowledge.verdicts import Answer, Clarify, Reading, Slots, readings_shown
from tests.shipped import snapshot as shipped

DAY = date(2026, 11, 29)


def chat(*texts: str, about: About | None = None, language: str = "en") -> list[Said]:
    """Return what is said to the last of these, one after another in a chat."""
    about = about or About()
    said: list[Said] = []
    for text in texts:
        said = shipped().say(text, about=about, language=language, today=DAY)
        for one in said:
            about = shipped().after(about, one)
    return said


def answers(said: list[Said]) -> list[tuple[str, Slots]]:
    verdicts = [one.understood.verdict for one in said]
    readings = [verdict.reading for verdict in verdicts if isinstance(verdict, Answer)]
    return [(reading.topic, reading.slots) for reading in readings]


@pytest.mark.parametrize(
    ("first", "then", "not_about"),
    [
        ("warehouse", "no degree", "writing"),
        ("teacher", "laid off", "writing"),
        ("nurse", "part time", "student"),
        ("are dentists physicians", "and retired ones", "emt"),
        ("chiropractor here. does the program count me as a physician", "only for what?",
         "high-school"),
        ("texas", "great", "michigan"),
        ("what is RHIT", "in a hospital", "ccs"),
        ("what is RHIT", "is there a course", "epic"),
        ("how long is the clinician leader training", "what test",
         "implementation-support-specialist"),
        ("tell me about Tidewater college", "what school", "montana-tech"),
        ("can I use my GI bill", "and the money", "wioa"),
    ],
)  # fmt: skip
def test_ordinary_words_name_no_other_thing(first: str, then: str, not_about: str) -> None:
    for _, slots in answers(chat(first, then)):
        assert not any(not_about in keys for keys in slots.values())


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("and the manager?", "implementation-manager"),
        ("the security one", "privacy-security-specialist"),
        ("y el de privacidad", "privacy-security-specialist"),
    ],
)
def test_a_part_of_a_roles_name_is_enough(text: str, role: str) -> None:
    assert answers(chat("how long is training for a trainer", text)) == [
        ("role_length", {"role": (role,)})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "and the implementation one?",
        "what about the implementation job",
        "y el de implementación",
        "y el de la implementacion?",
        "and implementation?",
    ],
)
def test_a_part_that_two_roles_share_is_told_of_both(text: str) -> None:
    both = ("implementation-manager", "implementation-support-specialist")
    assert answers(chat("how long is training for a trainer", text)) == [
        ("role_length", {"role": both})
    ]


@pytest.mark.parametrize("text", ["the weather one", "y el de futbol", "the other one"])
def test_a_part_of_no_name_names_nothing(text: str) -> None:
    for _, slots in answers(chat("how long is training for a trainer", text)):
        assert slots.get("role") == ("trainer",)


@pytest.mark.parametrize(
    ("first", "then", "topic", "person"),
    [
        ("I'm a PA", "could I be a clinician leader", "degree_for_role", "pa"),
        ("yo soy PA", "puedo ser clinician leader", "degree_for_role", "pa"),
        ("farmaceutico con licencia", "puedo hacer el clinician leader", "degree_for_role",
         "pharmd"),
        ("I teach at a high school", "can I be a trainer", "background_for_role", "teaching"),
    ],
)  # fmt: skip
def test_whether_a_role_is_open_is_asked_by_who_was_told_of(
    first: str, then: str, topic: str, person: str
) -> None:
    ((found, slots),) = answers(chat(first, then))
    assert found == topic
    assert (person,) in slots.values()


@pytest.mark.parametrize(
    "text",
    ["how long is training for a trainer", "what does a trainer earn", "explain the trainer role"],
)
def test_what_a_role_is_like_is_not_about_who_asks(text: str) -> None:
    ((_, slots),) = answers(chat("I'm an RN", text))
    assert slots == {"role": ("trainer",)}


@pytest.mark.parametrize(
    "text", ["how much does a truck driver make", "can my dog be a service dog", "bar exam retake"]
)
def test_a_stranger_is_not_about_who_was_told_of(text: str) -> None:
    assert not answers(chat("I'm an RN", text))


@pytest.mark.parametrize(
    ("first", "then", "person"),
    [
        ("soy CNA", "puedo entrar?", "cna"),
        ("I'm a respiratory therapist", "do I qualify for this program", "ot"),
    ],
)
def test_who_said_what_they_are_is_not_asked_again(first: str, then: str, person: str) -> None:
    (said,) = chat(first, then)
    assert answers([said]) == [("can_i_enter", {"degree": (person,)})]
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.carried == ("degree",)


def test_who_said_nothing_is_asked() -> None:
    assert answers(chat("how long is training for a trainer", "am I eligible")) == [
        ("can_i_enter", {})
    ]


def test_a_guess_that_was_told_is_what_the_chat_is_about() -> None:
    guess = Reading(topic="role_overview", slots={"role": ("trainer",)}, score=0.8)
    (said,) = chat("the trainer one thing")
    asked = Said(
        understood=said.understood.__class__(
            text="", verdict=Clarify(options=(guess,)), language="en"
        ),
        guess=shipped().word(guess, "en", DAY),
    )
    about = shipped().after(About(), asked)
    assert (about.topic, about.slots) == (guess.topic, guess.slots)
    assert about.offered == (guess,)
    assert answers(chat("how long", about=about)) == [("role_length", guess.slots)]
    for _, slots in answers(chat("who won the game", about=about)):
        assert not slots
    again = Said(understood=said.understood.__class__(
        text="", verdict=Clarify(options=(Reading(topic="cost"), Reading(topic="online"))),
        language="en"))  # fmt: skip
    assert shipped().after(about, again).topic is None


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("how long does it take n is it free", ["role_length", "cost"]),
        ("y cuanto tiempo toma, y es en linea o presencial?", ["role_length", "online"]),
        ("cuanto pagan y necesito titulo", ["role_pay", "role_level"]),
    ],
)
def test_two_questions_of_a_sentence_are_both_answered(text: str, topics: list[str]) -> None:
    assert [topic for topic, _ in answers(chat("what does a trainer do", text))] == topics


@pytest.mark.parametrize(
    "text",
    [
        "im a cna 41 yrs old in tampa. how long & who pays",
        "soy cna en tampa 41 años, cuánto dura y quién paga",
    ],
)
def test_two_questions_behind_what_somebody_tells_are_both_answered(text: str) -> None:
    topics = [topic for topic, _ in answers(chat(text))]
    assert topics == ["training_length", "funding_today"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what does that pay", "role_pay"),
        ("cuanto pagan", "role_pay"),
        ("how long", "role_length"),
        ("do i need a degree for it", "role_level"),
    ],
)
def test_a_short_list_of_roles_is_what_is_asked_about_next(text: str, topic: str) -> None:
    [(asked, slots)] = answers(chat("which roles fit a nurse", text))
    assert asked == topic
    assert slots["role"] == ("clinician-consultant", "trainer", "clinician-leader")


def test_the_list_told_last_is_what_is_asked_about() -> None:
    [(_, slots)] = answers(chat("dental assistant 8 yrs", "roles for nurses", "how long"))
    assert slots["role"] == ("clinician-consultant", "trainer", "clinician-leader")


@pytest.mark.parametrize(
    "texts",
    [
        ("will there be jobs in this field", "in ohio?"),
        ("what does health IT pay", "and in Ohio"),
        ("how much does a trainer make", "in ohio"),
        ("cuánto pagan en health IT", "y en Ohio?"),
    ],
)
def test_a_state_after_jobs_and_pay_asks_for_them_there(texts: tuple[str, ...]) -> None:
    [(topic, slots)] = answers(chat(*texts))
    assert topic == "jobs_in_state"
    assert slots["state"] == ("ohio",)


def test_more_asked_of_the_rest_of_a_list_is_not_about_what_was_listed() -> None:
    said = chat("which six roles were at the community colleges", "and the other six, how long")
    read = readings_shown(said[-1].understood.verdict)
    assert not any("role" in one.slots for one in read)


@pytest.mark.parametrize(
    ("texts", "kind", "count"),
    [
        (("university roles", "what does it pay", "how long was it"), "role", 6),
        (("college roles", "how long", "and the pay"), "role", 6),
        (("cuáles eran las funciones de universidad", "pagan", "y cuánto duran"), "role", 6),
        (("what were the four grant programs", "how much money was that"), "program", 4),
    ],
)
def test_all_of_a_short_list_stay_what_is_asked_about(
    texts: tuple[str, ...], kind: str, count: int
) -> None:
    [(_, slots)] = answers(chat(*texts))
    assert len(slots[kind]) == count


def test_whether_work_counts_is_not_asked_of_each_role_of_a_list() -> None:
    said = chat("dental assistant 8 yrs", "would they take me for that")
    asked = [one.understood.verdict for one in said]
    told = [one for verdict in asked if isinstance(verdict, Clarify) for one in verdict.options]
    told += [verdict.reading for verdict in asked if isinstance(verdict, Answer)]
    assert "background_for_role" not in [reading.topic for reading in told]


def test_a_role_named_before_a_list_stays_what_the_chat_is_about() -> None:
    [(_, slots)] = answers(chat("what is a trainer", "dental assistant 8 yrs", "what does it pay"))
    assert slots["role"] == ("trainer",)


def test_a_degree_that_is_asked_about_is_not_taken_for_held() -> None:
    said = chat("what about privacy, do i need a bachelors for that too")
    assert "degree_fit" not in [topic for topic, _ in answers(said)]


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("I only have an associates, do I need a bachelors for that", ("associate",)),
        ("tengo un título de asociado, piden licenciatura?", ("associate",)),
        ("I have a bachelors, do I need to get a masters", ("bachelors",)),
        ("I need work and have a bachelors", ("bachelors",)),
    ],
)
def test_only_a_degree_that_is_told_is_kept_as_held(text: str, degree: tuple[str, ...]) -> None:
    assert shipped().heard([text], DAY).own["degree"] == degree


@pytest.mark.parametrize(
    "text", ["how long is it and is it raining", "what does it pay and who won the game"]
)
def test_a_stranger_in_the_sentence_is_no_second_question(text: str) -> None:
    assert len(answers(chat("what does a trainer do", text))) <= 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("who do I ask, was it free", 2),
        ("cuánto dura y es en línea", 2),
        ("es español y escuela", 1),
        ("a school and its wasteland", 1),
    ],
)
def test_words_that_ask_begin_a_clause_and_no_others(text: str, parts: int) -> None:
    assert len(CLAUSE.split(text)) == parts


@pytest.mark.parametrize(
    ("first", "then", "topic", "roles"),
    [
        ("trainer or technical support?", "and the manager", "compare_roles", 3),
        ("que diferencia hay entre trainer y technical support", "y el manager", "compare_roles",
         3),
        ("what is a trainer", "how is it different from the security one", "compare_roles", 2),
        ("health information privacy specialist or trainer?", "I meant the security one",
         "role_overview", 1),
        ("what is a trainer", "and the manager", "role_overview", 1),
    ],
)  # fmt: skip
def test_roles_are_compared_with_one_more(first: str, then: str, topic: str, roles: int) -> None:
    ((found, slots),) = answers(chat(first, then))
    assert found == topic
    assert len(slots["role"]) == roles


@pytest.mark.parametrize("text", ["trainer vs consultant", "trainer or consultant?"])
def test_a_part_of_a_name_set_apart_from_a_role_is_compared_with_it(text: str) -> None:
    ((topic, slots),) = answers(chat(text))
    assert (topic, slots) == ("compare_roles", {"role": ("trainer", "clinician-consultant")})


def test_a_question_mostly_unknown_is_not_read_without_what_was_told() -> None:
    said = chat("se nos murió el perrito, dónde lo pueden cremar en Phoenix", language="es")
    assert not answers(said)


def test_an_ordinal_goes_on_with_the_list_and_not_with_who_asks() -> None:
    said = chat("tecnica de laboratorio", "cuales son los 12 roles", "explicame el cuarto",
                "y el ultimo", language="es")  # fmt: skip
    assert answers(said) == [("role_overview", {"role": ("health-it-subspecialist",)})]


def test_a_state_alone_is_a_place_and_not_about_who_asks() -> None:
    said = chat("Optometrist in Puerto Rico. do I count as physician", "And the Virgin Islands?")
    assert answers(said) == [("place_lookup", {"state": ("us-virgin-islands",)})]


def test_what_was_said_last_is_not_said_again_to_another_question() -> None:
    about = About(topic="college_info", slots={"college": ("tidewater-cc",)})
    assert "college_info" not in dict(answers(chat("how much is it", about=about)))
    assert answers(chat("tell me about it", about=about)) == [("college_info", about.slots)]


def test_not_those_ones_are_the_others() -> None:
    assert answers(chat("which roles are there", "not the university ones")) == [
        ("roles_college", {})
    ]
    for text in ("no, the it ones", "no, the university ones"):
        assert ("roles_college", {}) not in answers(chat("which roles are there", text))
    assert ("roles_college", {}) not in answers(chat("which roles are there", "not the band ones"))


def test_yes_to_several_topics_asks_which() -> None:
    offered = (Reading(topic="cost"), Reading(topic="online"))
    (said,) = chat("yeah that one", about=About(offered=offered))
    assert said.understood.verdict == Clarify(options=offered)
    (said,) = chat("yes but who won the game", about=About(offered=offered))
    assert said.understood.verdict != Clarify(options=offered)


@pytest.mark.parametrize(
    ("texts", "role"),
    [
        (("trainer vs implementation manager", "what is the pay range", "i mean for the trainer"),
         "trainer"),
        (("what does a trainer earn", "sorry, the privacy one i meant"),
         "privacy-security-specialist"),
        (("capacitador o gerente de implementación", "más o menos cuánto se gana",
          "el de gerente, digo"), "implementation-manager"),
    ],
)  # fmt: skip
def test_the_last_question_is_asked_again_about_what_is_named_now(
    texts: tuple[str, ...], role: str
) -> None:
    assert answers(chat(*texts)) == [("role_pay", {"role": (role,)})]


def test_a_guess_that_was_unlikely_is_not_gone_on_with() -> None:
    for topic, _ in answers(chat("nursing license stuff for trainer", "the manager")):
        assert topic != "degree_for_role"


@pytest.mark.parametrize(
    ("first", "then", "topic", "slots"),
    [
        ("what does a trainer do", "degree or certificate", "role_level", {"role": ("trainer",)}),
        ("qué hace un trainer", "era título o certificado", "role_level", {"role": ("trainer",)}),
        ("tell me about OHSU", "who paid the tuition", "university_tuition",
         {"university": ("ohsu",)}),
        ("what is the trainer role", "who paid the tuition", "who_paid", {}),
    ],
)  # fmt: skip
def test_what_has_a_general_answer_is_asked_of_what_the_chat_is_about(
    first: str, then: str, topic: str, slots: Slots
) -> None:
    [(asked, about)] = answers(chat(first, then))
    assert (asked, {kind: about[kind] for kind in slots}) == (topic, slots)


@pytest.mark.parametrize(
    ("first", "topic"),
    [
        ("is the program still running", "program_ended_why"),
        ("who counts as a physician", "physician_why"),
    ],
)
def test_why_asks_for_the_reason_of_what_was_told(first: str, topic: str) -> None:
    for why in ("why", "why?", "y por qué"):
        assert [asked for asked, _ in answers(chat(first, why))] == [topic]


def test_why_of_what_has_no_reason_asks_which_part_is_meant() -> None:
    [said] = chat("how much does a trainer earn", "why")
    assert shipped().content.topics[readings_shown(said.understood.verdict)[0].topic].asks_which


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (("who paid the tuition", "and OHSU?"), "university_tuition"),
        (("was it a degree or a certificate", "and the trainer"), "role_level"),
    ],
)
def test_a_thing_named_after_a_general_answer_is_asked_the_same_of(
    texts: tuple[str, ...], topic: str
) -> None:
    assert [asked for asked, _ in answers(chat(*texts))] == [topic]


def test_what_is_asked_of_no_thing_has_its_general_answer() -> None:
    asked = answers(chat("show me the credentials", "test fee"))
    assert [topic for topic, _ in asked] == ["credential_prices"]


def test_what_is_named_beside_makes_what_was_just_told_no_news() -> None:
    office = {"background": ("medical-office",)}
    about = About(topic="background_fit", slots=office)
    topic = shipped().content.topics["background_fit"]
    beside = Reading(topic="background_fit", slots={**office, "credential": ("epic",)})
    other = Reading(topic="background_fit", slots={"background": ("nursing",)})
    assert was_told(beside, topic, about)
    assert not was_told(other, topic, about)
