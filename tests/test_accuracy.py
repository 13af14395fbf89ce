"""A short guard against regressions in understanding: floors, no timing."""

from __future__ import annotations

import pytest

from benchmarks import domain, matching
from knowledge.matching.evaluation import evaluate
from knowledge.understanding.context import About, after
from knowledge.verdicts import Answer, Clarify, Unknown, Verdict
from tests.shipped import snapshot as shipped


@pytest.mark.parametrize(
    ("kind", "name", "understood", "wrong"),
    [
        ("questions", "english.yaml", 0.94, 0.015),
        ("questions", "spanish.yaml", 0.92, 0.015),
        ("follow-ups", "followups.yaml", 0.85, 0.07),
        ("questions", "late.yaml", 0.90, 0.03),
        ("questions", "late_spanish.yaml", 0.88, 0.03),
        ("questions", "fresh.yaml", 0.86, 0.03),
        ("questions", "fresh_spanish.yaml", 0.88, 0.03),
        ("questions", "unseen.yaml", 0.90, 0.03),
        ("questions", "unseen_spanish.yaml", 0.92, 0.03),
        ("questions", "recent.yaml", 0.85, 0.05),
        ("questions", "recent_spanish.yaml", 0.78, 0.05),
    ],
)
def test_our_own_questions(kind: str, name: str, understood: float, wrong: float) -> None:
    tally = domain.run(shipped(), kind, name, "validation")
    assert tally.share("right", "offered") >= understood
    assert tally.share("wrong") <= wrong


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("strangers.yaml", 0.04),
        ("spanish_strangers.yaml", 0.04),
        ("late_strangers.yaml", 0.04),
        ("fresh_strangers.yaml", 0.04),
        ("fresh_spanish_strangers.yaml", 0.04),
        ("unseen_strangers.yaml", 0.04),
        ("unseen_spanish_strangers.yaml", 0.04),
        ("recent_strangers.yaml", 0.14),
        ("recent_spanish_strangers.yaml", 0.14),
        ("fragments.yaml", 0.07),
    ],
)
def test_strangers(name: str, answered: float) -> None:
    assert domain.run(shipped(), "strangers", name, "validation").share("answered") <= answered


def test_strangers_in_a_chat_about_a_role() -> None:
    about = after(About(), said("what does a trainer do"))
    rows = domain.load_questions("unseen_strangers.yaml", "validation")
    heard = (shipped().understanding.read(row["q"], about=about)[0].verdict for row in rows)
    assert sum(isinstance(verdict, Answer) for verdict in heard) <= 0.04 * len(rows)


def said(*texts: str) -> Verdict:
    """Return what is made of the last of these, one after another in a chat."""
    verdict: Verdict = Unknown()
    about = About()
    for text in texts:
        verdict = shipped().understanding.read(text, about=about)[0].verdict
        about = after(about, verdict)
    return verdict


@pytest.mark.parametrize(
    "words",
    [
        "nuestro puente importante", "boda", "cita con el médico", "camioneta vieja", "mi perro",
        "how many hrs a wk", "pls tell ppl asap", "idk tbh", "appt in 5 mins",
    ],
)  # fmt: skip
def test_ordinary_words_of_both_languages_are_no_slips(words: str) -> None:
    assert not shipped().understanding.read(words)[0].corrections


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("hay en miami", "florida"),
        ("anything near seattle?", "washington"),
        ("is there a school in Chicago", "illinois"),
        ("denver", "colorado"),
        ("hotels in chicago", None),
        ("pizza in cleveland", None),
        ("weather in chicago", None),
        ("montgomery gi bill", None),
    ],
)
def test_a_city_is_a_place_to_learn_unless_something_else_is_asked(
    text: str, state: str | None
) -> None:
    verdict = said(text)
    places = verdict.reading.slots.get("state") if isinstance(verdict, Answer) else None
    assert places == (state and (state,))


def test_what_about_my_wife_asks_the_same_of_her() -> None:
    verdict = said("im a D.C. do i count as a doctor", "what about my wife shes a podiatrist")
    assert isinstance(verdict, Answer)
    assert (verdict.reading.topic, *verdict.reading.slots.values()) == ("physician_is", ("dpm",))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("salary?", "role_pay"),
        ("how long", "role_length"),
        ("how long is the training", "role_length"),
    ],
)
def test_a_curt_phrasing_of_the_chats_subject_is_about_it(text: str, topic: str) -> None:
    verdict = said("what does a trainer do", text)
    assert isinstance(verdict, Answer)
    assert (verdict.reading.topic, verdict.reading.slots["role"]) == (topic, ("trainer",))


@pytest.mark.parametrize(
    "text",
    [
        "so", "quick question", "tengo una pregunta", "is there parking at the campus",
        "first time home buyer program is it still going",
        "bar exam how many times can you take it",
        "how much does a travel nurse make in alaska", "cuanto dura el curso de cna",
    ],
)  # fmt: skip
def test_who_changes_the_subject_is_not_answered_about_the_old_one(text: str) -> None:
    verdict = said("what does a trainer do", text)
    assert not (isinstance(verdict, Answer) and "role" in verdict.reading.slots)


@pytest.mark.parametrize(
    ("texts", "topic", "things"),
    [
        (("are MDs physicians", "D.O.s as well I assume"), "physician_is", ("do",)),
        (
            ("trainer or technical support?", "which of those two pays more"),
            "compare_pay",
            ("trainer", "technical-support-staff"),
        ),
        (
            ("trainer o soporte tecnico?", "cual de los dos dura menos"),
            "compare_length",
            ("trainer", "technical-support-staff"),
        ),
        (("how long is training for a trainer", "and in Ohio?"), "place_lookup", ("ohio",)),
    ],
)
def test_what_follows_is_about_what_the_chat_is_about(
    texts: tuple[str, ...], topic: str, things: tuple[str, ...]
) -> None:
    verdict = said(*texts)
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == topic
    assert things in verdict.reading.slots.values()


def test_how_much_after_the_exam_offers_its_price_first() -> None:
    verdict = said("was there a test at the end", "how much")
    assert isinstance(verdict, Clarify)
    assert verdict.options[0].topic == "exam_cost"


@pytest.mark.parametrize("text", ["I work in IT", "20 years in IT", "trabajo en IT, qué me sirve"])
def test_working_in_it_is_a_background(text: str) -> None:
    understood = shipped().understanding.read(text)[0]
    assert understood.slots == {"background": ("it-support",)}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("is it free", "cost"),
        ("help me", "help"),
        ("is there a background check", "criminal_record"),
        ("how much money was it in total", "money_total"),
        ("can the VA pay for this now", "veterans_today"),
    ],
)
def test_what_is_asked_word_for_word_is_answered_in_any_chat(text: str, topic: str) -> None:
    verdict = said("what does a trainer do", text)
    assert isinstance(verdict, Answer)
    assert verdict.reading.topic == topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how do i renew my rn license", "professional_license"),
        ("does a lapsed license count", "license_clinicians"),
        ("how do i become a nurse", "other_careers"),
        ("workers comp denied my claim", "workers_comp"),
        ("how do i file for unemployment", "unemployment_benefits"),
        ("i dont know how to turn on a computer", "no_computer"),
        ("i hate computers", "not_techy"),
        ("do i need statistics", "data_tools"),
        ("how do i write a sql query", "general_programming"),
        ("salary after ten years experience", "pay_growth"),
        ("what do these jobs pay", "pay_general"),
        ("am i barred because of the oig list", "criminal_record"),
        ("how do i raise my va rating", "medicare_medicaid"),
    ],
)
def test_what_is_close_to_ours_goes_to_its_own_topic(text: str, topic: str) -> None:
    assert shipped().understanding.read(text)[0].ranked[0].topic == topic


@pytest.mark.parametrize(
    ("data", "file", "floor"),
    [
        ("clinc150", "val", 0.70),
        ("banking77", "val", 0.60),
    ],
)
def test_public_data(data: str, file: str, floor: float) -> None:
    place = matching.folder(None) / data
    train = matching.pairs(place / "train_5shot_s0.jsonl")
    figures = evaluate(train, matching.sampled(matching.pairs(place / f"{file}.jsonl"), 250))
    assert (figures["top1"] or 0) >= floor
