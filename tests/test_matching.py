"""Matching: phrasings vote, strangers stay low, scores are likelihoods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from knowledge.matching.calibration import Calibration, Case
from knowledge.matching.evaluation import auroc, evaluate
from knowledge.matching.matching import Matcher, Options, Phrase

TEXTS = {
    "length": (
        "how long is training for {role}",
        "how many months does {role} take",
        "duration of the program",
        "is it a long course",
    ),
    "cost": (
        "how much does training cost",
        "what is the tuition for {role}",
        "is it free",
        "do i have to pay a fee",
    ),
    "duties": (
        "what does {role} do all day",
        "duties of {role}",
        "what is the job of {role}",
        "describe the work",
    ),
    "coste": ("cuánto cuesta la formación", "hay que pagar matrícula", "es gratis"),
}
PHRASES = [
    Phrase(text=text, intent=intent, language="es" if intent == "coste" else "en")
    for intent, texts in TEXTS.items()
    for text in texts
]
MATCHER = Matcher.build(
    PHRASES, options=Options(abbreviations={"hit": "health it"}, names=("informaticist",))
)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how long does it take for a {role}", "length"),
        ("how lnog is the trainign", "length"),
        ("tuition?", "cost"),
        ("WHAT DOES A {role} DO", "duties"),
        ("cuanto cuestan las formaciones", "coste"),
        ("please can you tell me the duties", "duties"),
    ],
)
def test_the_right_intent_comes_first(text: str, intent: str) -> None:
    assert MATCHER.rank(text).matches[0].intent == intent


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text)
def test_every_phrasing_finds_its_intent_and_itself(phrase: Phrase) -> None:
    best = MATCHER.rank(phrase.text).matches[0]
    assert (best.intent, best.phrase) == (phrase.intent, phrase.text)
    assert best.explained == pytest.approx(1.0)


def test_a_stranger_scores_below_a_question_of_ours() -> None:
    ours = MATCHER.rank("how long is the training for {role}").matches[0].score
    stranger = MATCHER.rank("how do penguins sleep on ice").matches[0].score
    assert stranger < ours


def test_a_slot_matches_only_itself() -> None:
    role, state = (MATCHER.rank(f"{slot} duties").matches[0] for slot in ("{role}", "{state}"))
    assert role.evidence > state.evidence
    assert MATCHER.rank("{rolle}").corrections == ()


def test_corrections_are_told() -> None:
    assert ("tuitoin", "tuition") in MATCHER.rank("tuitoin for {role}").corrections
    assert MATCHER.repair(["informaticst"])[0] == ["informaticist"]


def test_a_word_in_thousands_of_phrasings_weighs_next_to_nothing() -> None:
    """It is too common to be compared by, and so known to all and not to nobody."""
    kinds = ("cost", "length")
    many = [Phrase(text=f"the w{at}", intent=kinds[at % 2]) for at in range(4_100)]
    [found, *_] = Matcher.build(many, options=Options(calibrate=False)).rank("the the w8").matches
    assert (found.intent, found.explained) == ("cost", 1.0)


def test_only_allowed_intents_are_returned() -> None:
    ranking = MATCHER.rank("how long and how much", limit=2, without=["length"])
    assert 0 < len(ranking.matches) <= 2
    assert "length" not in {match.intent for match in ranking.matches}


@given(st.text(max_size=80))
def test_any_text_is_ranked_with_scores_that_fall(text: str) -> None:
    matches = MATCHER.rank(text, limit=9).matches
    scores = [match.score for match in matches]
    assert all(0 <= score <= 1 for score in scores)
    assert [match.evidence for match in matches] == sorted(
        (match.evidence for match in matches), reverse=True
    )


def test_an_intents_own_name_is_read_where_asked_to() -> None:
    phrases = [Phrase(text="is it free", intent="card_arrival"), Phrase(text="hi", intent="hi")]
    plain = Matcher.build(phrases)
    named = Matcher.build(phrases, options=Options(read_intents=True))
    assert not plain.rank("arrival").matches
    best = named.rank("arrival").matches[0]
    assert (best.intent, best.phrase) == ("card_arrival", "is it free")


def test_one_phrasing_is_enough_and_none_is_not() -> None:
    alone = Matcher.build([Phrase(text="is it free", intent="cost")])
    assert alone.rank("free").matches[0].intent == "cost"
    with pytest.raises(ValueError, match="at least one"):
        Matcher.build([])


def test_calibration_learns_how_likely_a_sum_is() -> None:
    chance = np.random.default_rng(1)
    signs = chance.uniform(0, 1, 2000)
    cases = [Case(signs=(s,), right=bool(chance.uniform() < s)) for s in signs.tolist()]
    fitted = Calibration(weights=(1.0,)).fitted(cases)
    for sign in (0.2, 0.5, 0.8):
        assert fitted.likely((sign,)) == pytest.approx(sign, abs=0.06)
    assert Calibration(weights=(1.0,)).fitted([]) == Calibration(weights=(1.0,))


def test_evaluation_counts_what_came_first() -> None:
    train = [(phrase.text, phrase.intent) for phrase in PHRASES]
    test = [("how long is it", "length"), ("what does it cost", "cost")]
    figures = evaluate(train, test, ["penguins sleep on ice"])
    assert figures["top1"] == figures["top3"] == figures["auroc"] == 1.0
    assert evaluate(train, test)["auroc"] is None


def test_auroc_counts_ties_half() -> None:
    assert auroc([2.0, 3.0], [1.0]) == 1.0
    assert auroc([1.0], [1.0]) == 0.5
    assert auroc([0.0], [1.0, 2.0]) == 0.0
