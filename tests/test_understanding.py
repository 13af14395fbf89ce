"""From words to verdicts, on the small knowledge base."""

from __future__ import annotations

import pytest

from knowledge.editing.checks import load
from knowledge.understanding.context import About, after
from knowledge.understanding.contrast import opposite
from knowledge.understanding.following import asks_what
from knowledge.understanding.splitting import split_questions
from knowledge.understanding.understanding import Understanding
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown
from tests import small

READ = small.snapshot().understanding.read


def test_a_question_finds_its_topic_and_its_thing() -> None:
    verdict = READ("How long does the training for trainers take?")[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == "role_length"
    assert verdict.reading.slots == {"role": ("trainer",)}


def test_slips_are_repaired_and_told() -> None:
    understood = READ("how lnog is traning for a trianer")[0]
    assert isinstance(understood.verdict, Answer)
    assert ("traning", "training") in understood.corrections


def test_spanish_is_understood_and_answered_in_spanish() -> None:
    understood = READ("¿Cuánto dura la capacitación de trainer?")[0]
    assert isinstance(understood.verdict, Answer)
    assert understood.language == "es"


@pytest.mark.parametrize(
    ("text", "assumed", "language"),
    [
        ("trainer", "es", "es"),
        ("registered nurse", "es", "es"),
        ("Ohio", "es", "es"),
        ("ok", "es", "es"),
        ("hola", "en", "es"),
        ("soy enfermera", "en", "es"),
        ("enfermera", "en", "en"),
    ],
)
def test_a_word_switches_the_language_only_where_no_other_has_it(
    text: str, assumed: str, language: str
) -> None:
    assert READ(text, language=assumed)[0].language == language


@pytest.mark.parametrize(
    ("text", "kind"), [("hello", Chat), ("weather forecast for Texas", NotOurs)]
)
def test_what_is_no_question_of_ours_is_told_apart(text: str, kind: type) -> None:
    assert isinstance(READ(text)[0].verdict, kind)


@pytest.mark.parametrize("text", ["", "   ", "😀" * 4096, "qwzx vvkk", "شكرا", "<b>&", "1234567"])
def test_what_means_nothing_is_unknown(text: str) -> None:
    assert isinstance(READ(text)[0].verdict, Unknown)


def test_a_missing_thing_is_asked_for() -> None:
    verdict = READ("how many months to become one of these")[0].verdict
    assert isinstance(verdict, Clarify)
    assert verdict.missing == "role"


def test_a_missing_thing_is_taken_from_the_chat_and_said() -> None:
    about = After("what does a trainer earn")
    verdict = READ("and how long is the training?", about=about)[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.slots["role"] == ("trainer",)
    assert verdict.reading.carried == ("role",)


@pytest.mark.parametrize(
    "text",
    [
        "and the implementation manager?",
        "no, I meant the implementation manager one",
        "I meant the implementation manager, not the one for teaching people",
    ],
)
def test_another_thing_alone_asks_the_same_of_it(text: str) -> None:
    verdict = READ(text, about=After("how long is training for a trainer"))[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == "role_length"
    assert verdict.reading.slots["role"] == ("implementation-manager",)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("and the {credential} what is it", True),
        ("y el {credential} que es", True),
        ("and what is the {credential}", True),
        ("que es", True),
        ("y mi cunado que es {degree}", False),
        ("what is it for the {role}", False),
        ("and the {role}", False),
    ],
)
def test_what_a_thing_is_was_not_asked_before(text: str, asks: bool) -> None:
    assert asks_what(text.split()) is asks


NO_NURSE = """\
topics:
  - id: no_nurse
    title: {en: Not a nurse}
    where: {degree: [rn]}
    phrasings: {en: ["i am not a {degree}"]}
    answer: {en: "**Anyone** may ask."}
  - id: no_degree
    title: {en: Without a degree}
    phrasings: {en: ["i am not a {degree}"]}
    answer: {en: "**No degree** was asked for."}
"""


@pytest.mark.parametrize(
    ("text", "topic"), [("i am not a nurse", "no_nurse"), ("i am not an osteopath", "no_degree")]
)
def test_a_topic_about_certain_things_goes_before_one_about_all(text: str, topic: str) -> None:
    content = load({**small.FILES, "nurses.yaml": NO_NURSE})
    verdict = Understanding(content).read(text)[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == topic


NARROW = """\
topics:
  - id: nurse_or_osteopath
    title: {en: Of two}
    where: {degree: [rn, do]}
    phrasings: {en: ["{degree} or {degree}"]}
    answer: {en: "**Both** may ask."}
  - id: any_degree
    title: {en: Of three}
    where: {degree: [rn, do, pa]}
    phrasings: {en: ["{degree} or {degree}"]}
    answer: {en: "**All** may ask."}
"""


@pytest.mark.parametrize(
    ("text", "topic"),
    [("nurse or osteopath", "nurse_or_osteopath"), ("nurse or physician assistant", "any_degree")],
)
def test_the_narrowest_topic_that_holds_all_things_named_is_meant(text: str, topic: str) -> None:
    content = load({**small.FILES, "narrow.yaml": NARROW})
    verdict = Understanding(content).read(text)[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == topic


def test_context_does_not_leak_into_a_question_that_needs_none() -> None:
    verdict = READ("was it free", about=After("how long is training for a trainer"))[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == "cost"
    assert not verdict.reading.carried


def test_a_thing_from_the_chat_is_the_same_as_one_just_named() -> None:
    named = READ("how long is training for a trainer")[0].verdict
    carried = READ("how long is the training", about=After("what does a trainer earn"))[0].verdict
    assert isinstance(named, Answer)
    assert isinstance(carried, Answer)
    assert str(carried.reading.slots) == str(named.reading.slots)


def test_two_questions_get_two_answers_in_order() -> None:
    parts = READ("How long is training for a trainer? And what did the training cost?")
    topics = [part.verdict.reading.topic for part in parts if isinstance(part.verdict, Answer)]
    assert topics == ["role_length", "cost"]


@pytest.mark.parametrize(
    "text", ["trainer role, how long is it?", "trainer? how long is training for a trainer?"]
)
def test_a_name_before_a_question_is_no_question(text: str) -> None:
    (only,) = READ(text)
    assert isinstance(only.verdict, Answer)
    assert only.verdict.reading.topic == "role_length"
    assert only.text == text


def test_a_statement_before_a_question_is_not_a_question() -> None:
    assert len(READ("I was laid off. I like people. What does a trainer earn?")) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("What is it? Where is it?", 2),
        ("I am 50. Can I join?", 1),
        ("", 0),
        ("no question here", 0),
        ("¿Qué es? ¿Cuánto dura?", 2),
    ],
)
def test_messages_are_split_into_questions(text: str, count: int) -> None:
    assert len(split_questions(text)) == count


def test_a_question_asked_back_leaves_the_chat_with_the_last_answer() -> None:
    about = After("what does a trainer earn")
    asked = Clarify(options=(Reading(topic="role_length", slots={"role": ("trainer",)}),))
    assert after(about, asked).topic == about.topic
    assert after(about, asked).offered == asked.options


def test_what_was_surely_named_is_kept_though_it_was_asked_back() -> None:
    role = {"role": ("implementation-manager",)}
    options = (
        Reading(topic="role_length", slots={**role, "degree": ("rn",)}),
        Reading(topic="role_pay", slots=role),
    )
    about = after(After("what does a trainer earn"), Clarify(options=options))
    assert about.slots["role"] == role["role"]
    assert "degree" not in about.slots


def test_one_word_is_about_what_the_chat_is_about() -> None:
    verdict = READ("pay", about=After("how long is training for a trainer"))[0].verdict
    assert isinstance(verdict, Answer)
    assert verdict.reading.slots == {"role": ("trainer",)}


def After(text: str) -> About:  # noqa: N802 - reads as a value
    return after(About(), READ(text)[0].verdict)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("difference between {role} and support specialist", "support specialist"),
        ("difference between support specialist and {role}", "support specialist"),
        ("diferencia entre {role} y especialista", "especialista"),
        ("difference between {role} and {role}", ""),
        ("how do they differ", ""),
    ],
)
def test_what_stands_over_against_a_name_is_found(text: str, other: str) -> None:
    assert " ".join(opposite(text)) == other


@pytest.mark.parametrize("run", [" ", "\n", "."], ids=["spaces", "lines", "points"])
def test_a_long_run_is_gone_through_once(run: str) -> None:
    """Gone through from each of its places, this one would take hours."""
    (read,) = small.snapshot().understanding.read(f"trainer salary{run * 300_000}x")
    assert read.ranked[0].topic == "role_pay"
