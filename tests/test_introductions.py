"""Who says what they are and asks whether it is for them is told what is open to such people."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from knowledge.schema import Words
from knowledge.understanding.introductions import ways
from knowledge.understanding.selves import speaks_of_self
from knowledge.verdicts import Answer, Clarify, Reading, Slots
from tests import shipped

DAY = date(2026, 11, 30)


def answered(text: str, language: str = "en") -> list[tuple[str, Slots]]:
    """Return the topics that answer a message, and what each is about."""
    said = shipped.snapshot().understanding.read(text, language=language)
    readings = [one.verdict.reading for one in said if isinstance(one.verdict, Answer)]
    return [(reading.topic, reading.slots) for reading in readings]


def last_answer(*chat: str) -> Reading:
    """Return what the last message of a chat is answered as."""
    *earlier, last = chat
    about = shipped.snapshot().heard(earlier, DAY)
    [said] = shipped.snapshot().understanding.read(last, about=about)
    assert isinstance(said.verdict, Answer)
    return said.verdict.reading


@pytest.mark.parametrize(
    ("text", "topic", "kind", "key"),
    [
        ("hi, im a cna in toledo n tired, can i do this?", "degree_fit", "degree", "cna"),
        ("i'm a nurse in ohio can i get in", "background_fit", "background", "nursing"),
        ("can i do this? im a paramedic", "degree_fit", "degree", "emt"),
        ("hello im a teacher and 50, what could i do", "background_fit", "background", "teaching"),
        (
            "laid off from a call center, no college. is there anything here for me?",
            *("background_fit", "background", "retail"),
        ),
        (
            "i was a crane operator 20 yrs and my knees are done",
            *("background_fit", "background", "other-work"),
        ),
        (
            "I work at a chiropractor's office, can I do this?",
            *("background_fit", "background", "medical-office"),
        ),
        ("fui maestra 20 años, hay algo para mí?", "background_fit", "background", "teaching"),
        ("tengo un bachelor en historia, puedo entrar", "degree_fit", "degree", "bachelors"),
    ],
)
def test_what_is_open_to_who_tells_what_they_are(
    text: str, topic: str, kind: str, key: str
) -> None:
    language = "es" if "ñ" in text or "puedo" in text else "en"
    [(found, slots)] = answered(text, language)
    assert found == topic
    assert slots[kind] == (key,)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("im a dentist do i count as a physician", "dds"),
        ("ok so im a chiropractor, i am a physician right", "dc"),
        ("soy quiropráctico, ¿cuento como médico?", "dc"),
        ("soy dentista, cuento como physician?", "dds"),
    ],
)
def test_what_is_asked_beside_what_somebody_is_comes_first(text: str, key: str) -> None:
    language = "es" if text.startswith("soy") else "en"
    [(found, slots)] = answered(text, language)
    assert found == "physician_is"
    assert slots["degree"] == (key,)


@pytest.mark.parametrize(
    "text",
    [
        "im a cna with a felony, can i do this",
        "i was a nurse in the philippines, can i get in",
        "i'm undocumented and do medical billing. can i get in",
        "soy enfermera en mi pais, puedo hacer esto aqui?",
    ],
)
def test_what_else_is_told_may_be_a_matter_of_its_own(text: str) -> None:
    topics = {topic for topic, _ in answered(text)}
    assert topics.isdisjoint({"degree_fit", "background_fit"})


@pytest.mark.parametrize(
    "text",
    [
        "i am a nurse, what does a trainer do",
        "is a nurse a physician",
        "how long is nursing school",
    ],
)
def test_another_question_is_not_asked_for_oneself(text: str) -> None:
    topics = {topic for topic, _ in answered(text)}
    assert topics.isdisjoint({"degree_fit", "background_fit"})


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("got my GED inside and comptia A+", {"degree_fit", "credential_overview"}),
        ("im by fort cavazos texas", {"place_lookup"}),
    ],
)
def test_who_but_tells_is_offered_what_is_known_of_it(text: str, topics: set[str]) -> None:
    [said] = shipped.snapshot().understanding.read(text)
    assert isinstance(said.verdict, Clarify)
    assert topics <= {option.topic for option in said.verdict.options}


def test_who_names_somebody_else_is_not_offered_their_work() -> None:
    text = "my cardiologist wants me on statins, thoughts?"
    [said] = shipped.snapshot().understanding.read(text)
    options = said.verdict.options if isinstance(said.verdict, Clarify) else ()
    assert "degree_fit" not in {option.topic for option in options}


def test_brackets_hold_what_may_stand_in_the_same_place() -> None:
    assert list(ways("[so|] can [i|he] join")) == [
        "so can i join",
        "so can he join",
        "can i join",
        "can he join",
    ]


@pytest.mark.parametrize("ask", ["[can|could i", "can] i", "[can [i|he] join]"])
def test_a_bracket_that_is_not_closed_is_refused(ask: str) -> None:
    with pytest.raises(ValidationError, match="bracket"):
        Words(own_asks={"en": (ask,)})


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("im a cna and my back is shot. what can i do with computers in healthcare", "degree_fit"),
        ("doing helpdesk 3 years for a school. how do i get into hospital IT", "background_fit"),
        ("pharm tech 8 yrs at a drugstore. anything in health it for me", "background_fit"),
        ("soy cajera, que puedo hacer en informática médica", "background_fit"),
    ],
)
def test_where_a_question_looks_does_not_change_it(text: str, topic: str) -> None:
    [said] = shipped.snapshot().understanding.read(text)
    assert isinstance(said.verdict, Answer)
    assert said.verdict.reading.topic == topic


@pytest.mark.parametrize(
    ("chat", "topic", "own"),
    [
        (("i am a chiropractor", "what about dentists", "what could i do then"),
         "degree_fit", "dc"),
        (("hi im a cna in ohio", "what does a trainer do", "so what could I do"),
         "degree_fit", "cna"),
        (("soy enfermera en texas", "y un dentista", "y yo que puedo hacer"),
         "background_fit", "nursing"),
    ],
)  # fmt: skip
def test_who_asks_for_themselves_is_answered_for_what_they_said_they_are(
    chat: tuple[str, ...], topic: str, own: str
) -> None:
    reading = last_answer(*chat)
    assert reading.topic == topic
    assert (own,) in reading.slots.values()


@pytest.mark.parametrize(
    ("chat", "key"),
    [
        (("I'm a nurse", "my husband is a truck driver", "what about me"), "nursing"),
        (("I'm a nurse", "my husband is a truck driver", "what can he do"), "other-work"),
        (("I'm a nurse", "my sister is a dentist, is she a physician", "and me?"), "nursing"),
        (("soy enfermera", "y mi hijo que es soldador", "¿y yo?"), "nursing"),
        (("my son is a welder", "what can he do"), "manufacturing"),
        (("I am a workforce counselor", "my client is an LPN", "what can she do"), "lpn"),
    ],
)
def test_what_somebody_else_is_does_not_take_the_place_of_who_asks(
    chat: tuple[str, ...], key: str
) -> None:
    assert (key,) in last_answer(*chat).slots.values()


@pytest.mark.parametrize("last", ["can I join now", "does that mean I can join now"])
def test_whether_one_can_join_now_is_asked_of_the_program_whatever_they_are(last: str) -> None:
    reading = last_answer("I am a chiropractor, was I a physician", last)
    assert reading.topic == "enrolment_open"


def test_what_somebody_else_is_asked_about_is_not_oneself() -> None:
    about = shipped.snapshot().heard(["what does a nurse need"], date(2026, 11, 29))
    assert not about.own


@pytest.mark.parametrize(
    ("text", "of_self"),
    [
        ("he is a dentist", False),
        ("she is a dentist", False),
        ("is a 2 year degree enough?", False),
        ("a 2 year degree, is that enough", False),
        ("was it 10 years ago", False),
        ("what is the ex program", False),
        ("no he estudiado nada", True),
        ("lab tech 10 yrs", True),
        ("truck driver here", True),
        ("ex cop, any chance?", True),
    ],
)
def test_who_speaks_of_themselves_is_told_from_who_speaks_of_others(
    text: str, of_self: bool
) -> None:
    assert speaks_of_self(text) is of_self


@pytest.mark.parametrize("text", ["MA", "ma"])
def test_a_state_that_is_also_what_people_are_answers_where_they_are(text: str) -> None:
    about = shipped.snapshot().heard(["near me"], DAY)
    verdict = shipped.snapshot().understanding.read(text, about=about)[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.slots["state"] == ("massachusetts",)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("home health aide 15 hr an hour. gotta be better than this right", "health-support"),
        ("dishwasher wanting better ur site says workforce so is it free", "retail"),
    ],
)
def test_who_asks_in_words_we_do_not_know_hears_what_is_open_to_them(
    text: str, thing: str
) -> None:
    said = shipped.snapshot().say(text, today=DAY)[0]
    first = said.gists[0].reading
    assert (first.topic, first.slots) == ("background_fit", {"background": (thing,)})
