"""Facts past their review, facts with dates, and translations behind their source."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.content_schema import FILE, as_text
from knowledge.editing.checks import load
from knowledge.editing.freshness import Asked, stale
from knowledge.editing.translations import mark_reviewed, states
from knowledge.reading import PACKAGED
from knowledge.schema import Content
from knowledge.snapshot import Snapshot, compile_after, understood_alike
from knowledge.verdicts import Reading
from tests import small

TODAY = date(2026, 11, 22)
DATED = small.FILES["things.yaml"].replace(
    "confidence: high, review_days: 30}",
    "confidence: high, valid_to: 2026-12-31}",
    1,
)


def with_things(text: str) -> Content:
    return load({**small.FILES, "things.yaml": text}, today=TODAY)


def pay(content: Content, day: date, language: str = "en") -> str:
    reading = Reading(topic="role_pay", slots={"role": ("trainer",)})
    return Snapshot(content).word(reading, language, day).short


def test_what_most_people_ask_for_comes_first() -> None:
    reviewed = small.FILES["things.yaml"].replace(
        'as_of: "2024-05", confidence: low}', 'as_of: "2023-05", confidence: low, review_days: 9}'
    )
    content = with_things(reviewed)
    first = stale(content, TODAY)[0]
    assert first.fact == "implementation-manager.pay"
    asked = [Asked(topic="role_pay", slots={"role": ("trainer",)}, times=3)]
    (first, second) = stale(content, TODAY, asked)
    assert (first.fact, first.asked) == ("trainer.pay", 3)
    assert (second.fact, second.asked) == ("implementation-manager.pay", 0)
    assert first.looked_at == date(2024, 5, 1)
    assert first.sources == ("A page",)


def test_a_fact_that_ended_says_so_in_both_languages() -> None:
    content = with_things(DATED)
    assert pay(content, date(2026, 12, 31)) == "**Trainer**: $67,310 a year."
    assert "(ended Jan 1, 2027)" not in pay(content, date(2027, 1, 2))
    assert "$67,310 a year (ended" in pay(content, date(2027, 1, 2))
    assert "(terminó el" in pay(content, date(2027, 1, 2), "es")


def test_of_several_readings_the_one_of_the_day_is_said() -> None:
    listed = DATED.replace(
        """pay: {value: 67310, unit: usd, text: {en: "{value} a year", es: "{value} al año"},
            source: page, as_of: "2024-05", confidence: high, valid_to: 2026-12-31}""",
        """pay:
        - {value: 67310, unit: usd, source: page, as_of: "2024", confidence: high,
           valid_to: 2026-12-31}
        - {value: 70000, unit: usd, source: page, as_of: "2025", confidence: high,
           valid_from: 2027-01-01}""",
    )
    assert listed != DATED
    content = with_things(listed)
    assert "$67,310" in pay(content, date(2026, 12, 31))
    assert "$70,000" in pay(content, date(2027, 1, 1))


def test_a_thing_that_has_not_begun_says_from_when() -> None:
    text = small.FILES["things.yaml"].replace(
        "    id: trainer\n", "    id: trainer\n    valid_from: 2027-02-01\n", 1
    )
    said = pay(with_things(text), TODAY)
    assert said.startswith("**Trainer (from")


def test_a_new_fact_takes_over_what_understands_questions() -> None:
    old = Snapshot(small.content(), 1)
    text = small.FILES["things.yaml"].replace("67310", "70000")
    facts = compile_after(with_things(text), 2, old)
    assert facts.understanding.matcher is old.understanding.matcher
    assert facts.understanding.content is facts.content
    asked = {**small.FILES, "topics.yaml": small.FILES["topics.yaml"].replace("was it free", "w")}
    assert compile_after(load(asked), 3, old).understanding is not old.understanding


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("composer: place", "composer: map"),
        ("{words}\n    unless: [snowfall]", "{words}\n    unless: [hail]"),
        (
            "{words}\n    only_if: [rain, forecast, hot]",
            "{words}\n    only_if: [rain, forecast, hot, sun]",
        ),
        ("{words}\n    next: [cost]", "{words}\n    next: [physician_is]"),
        ("{words}\n    rest: cost", "{words}\n    rest: physician_is"),
        ("{words}\n    harm: low", "{words}\n    harm: high"),
        ("{words}\n    hurting: false", "{words}\n    hurting: true"),
    ],
)
def test_what_decides_of_topics_is_understood_anew(before: str, after: str) -> None:
    weather = 'answer: {en: "I know nothing about weather."}'
    old, new = (
        load(
            {
                **small.FILES,
                "topics.yaml": small.FILES["topics.yaml"].replace(
                    weather, said.replace("{words}", weather)
                ),
            }
        )
        for said in (before, after)
    )
    assert not understood_alike(old, new)


def test_what_only_words_an_answer_leaves_what_is_understood_alone() -> None:
    weather = 'answer: {en: "I know nothing about weather."}'
    told = f"{weather}\n    facts: [trainer.pay]\n    literals: ['911']"
    text = small.FILES["topics.yaml"].replace(weather, told)
    assert understood_alike(small.content(), load({**small.FILES, "topics.yaml": text}))


def test_translations_are_missing_unreviewed_reviewed_or_outdated() -> None:
    found = {place.name: place.state for place in states(small.content())}
    assert found["topics/physician_is/answer"] == "missing"
    assert found["topics/cost/answer"] == "unreviewed"
    marks = {**small.FILES, "translations.yaml": mark_reviewed(small.content())}
    found = {place.name: place.state for place in states(load(marks))}
    assert found["topics/cost/answer"] == "reviewed"
    marks["topics.yaml"] = marks["topics.yaml"].replace("No single price", "No one price")
    found = {place.name: place.state for place in states(load(marks))}
    assert found["topics/cost/answer"] == "outdated"


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    path = PACKAGED.parent / FILE
    assert path.read_text("utf-8") == as_text(), "run `guide schema`"


@pytest.mark.parametrize("word", ["things", "topics", "golden", "eligibility", "translations"])
def test_the_schema_knows_every_section(word: str) -> None:
    assert f'"{word}"' in as_text()
