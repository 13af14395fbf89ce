"""Values are written as each language writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.facts import date_of, due, last_looked_at, say_fact, say_value
from knowledge.schema import Fact, Source


def fact(**fields: Any) -> Fact:
    given = {"source": "s", "as_of": "2010-04", "confidence": "high", **fields}
    return Fact.model_validate(given)


@pytest.mark.parametrize(
    ("value", "unit", "english", "spanish"),
    [
        (6, "months", "6 months", "6 meses"),
        (1, "years", "1 year", "1 año"),
        (84_000_000, "usd", "$84 million", "84 millones de dólares"),
        (16_017_608, "usd", "$16,017,608", "$16,017,608"),
        (299, "usd", "$299", "$299"),
        (74, "percent", "74%", "74%"),
        (19733, "people", "19,733", "19,733"),
        ("HIT Pro", None, "HIT Pro", "HIT Pro"),
        ("2013-09-30", None, "September 30, 2013", "30 de septiembre de 2013"),
    ],
)
def test_values(value: Any, unit: Any, english: str, spanish: str) -> None:
    made = fact(value=value, unit=unit)
    assert say_value(made, "en") == english
    assert say_value(made, "es").replace("\xa0", " ") == spanish


def test_text_holds_the_value_and_items_follow_as_bullets() -> None:
    made = fact(
        value=6,
        unit="months",
        text={"en": "{value} or less"},
        items=[{"en": "one", "es": "uno"}, {"en": "two"}],
    )
    assert say_fact(made, "en") == "6 months or less\n- one\n- two"
    assert say_fact(made, "es") == "6 meses or less\n- uno\n- two"


def test_a_fact_is_due_when_nobody_looked_again_in_time() -> None:
    made = fact(value=1, review_days=30)
    assert last_looked_at(made) == date(2010, 4, 1)
    assert not due(made, date(2010, 5, 1))
    assert due(made, date(2010, 5, 2))
    assert not due(fact(value=1, review_days=30, confirmed=date(2010, 5, 1)), date(2010, 5, 20))
    assert due(fact(value=1, review_days=30, as_of="undated"), date(2010, 5, 2))
    assert not due(fact(value=1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("published", "as_of", "shown"),
    [
        ("2010-04", "2026-11-22", "2010-04"),
        ("2010-04, comments to 2012-02", "2026-11-22", "2012-02"),
        ("2010-04, comments to 2012-02", "2012-02-10", "2012-02"),
        ("2010-04, comments to 2012-02", "2012", "2012-02"),
        ("2010-04, comments to 2012-02", "2011", "2010-04"),
        ("2010", "2010-04", "2010"),
        ("2014-03-10", "2013-09-30", "2014-03-10"),
        ("2012 or later", "2026", "2012"),
        ("undated", "2026-11-22", "undated"),
        ("undated, after 2014-02", "2026-11-22", "undated"),
        ("during the program", "2012", "undated"),
        ("2010-04", "undated", "2010-04"),
        ("a site to check", "2026-11-22", ""),
    ],
)
def test_a_source_is_shown_with_its_own_date(published: str, as_of: str, shown: str) -> None:
    source = Source(title="t", date=published)
    assert date_of(source, fact(value=1, as_of=as_of)) == shown


def test_who_looked_again_gives_an_undated_page_its_day() -> None:
    again = fact(value=1, confirmed=date(2026, 12, 1))
    assert date_of(Source(title="t", date="undated"), again) == "2026-12-01"
