"""Says facts in words: values with their unit by language, and how fresh a fact is."""

from __future__ import annotations

import re
from datetime import date, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from knowledge.schema import Fact, Source
from knowledge.texts import locale_of, plural_translator

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_TO_VISIT = "a site to"
"""How the date of a source begins that is a place to look something up, not a document."""

_MILLION = 1_000_000


def say_value(fact: Fact, language: str) -> str:
    """Return the typed value with its unit, as this language writes it."""
    value = fact.value
    locale = locale_of(language)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return format_date(date.fromisoformat(value), "long", locale=locale)
    if value is None or isinstance(value, str | bool):
        return "" if value is None else str(value)
    if fact.unit == "usd":
        return _money(value, language)
    if fact.unit == "percent":
        return format_percent(value / 100, format="#,##0.###%", locale=locale)
    number = format_decimal(value, locale=locale)
    return _with_unit(number, fact.unit, 1 if value == 1 else 2, language)


def _with_unit(number: str, unit: str | None, n: int, language: str) -> str:
    _n = plural_translator(language)
    match unit:
        case "minutes":
            return _n("{number} minute", "{number} minutes", n, number=number)
        case "hours":
            return _n("{number} hour", "{number} hours", n, number=number)
        case "weeks":
            return _n("{number} week", "{number} weeks", n, number=number)
        case "months":
            return _n("{number} month", "{number} months", n, number=number)
        case "years":
            return _n("{number} year", "{number} years", n, number=number)
        case _:
            return number


def _money(value: float, language: str) -> str:
    locale = locale_of(language)
    if value < _MILLION or value % 10_000:
        return f"${format_decimal(value, locale=locale)}"
    number = format_decimal(value / _MILLION, format="#,##0.###", locale=locale)
    _n = plural_translator(language)
    return _n(
        "${number} million", "${number} million", 1 if value == _MILLION else 2, number=number
    )


def say_fact(fact: Fact, language: str) -> str:
    """Return the fact in words: its text with the value in it, then its items as bullets."""
    parts = []
    if fact.text:
        parts.append(fact.text.say(language).replace("{value}", say_value(fact, language)))
    elif fact.value is not None:
        parts.append(say_value(fact, language))
    parts.extend(f"- {item.say(language)}" for item in fact.items)
    return "\n".join(parts)


def last_looked_at(fact: Fact) -> date | None:
    """Return the last day the fact is known to have been true; None where that is not dated."""
    if fact.confirmed:
        return fact.confirmed
    if fact.as_of == "undated":
        return None
    parts = [int(part) for part in fact.as_of.split("-")]
    return date(*[*parts, 1, 1][:3])


def date_of(source: Source, fact: Fact) -> str:
    """Return the day somebody looked at a fact again, else its source's own date.

    Never the fact's: a page without a date stays undated whenever it was read, and who looks back
    says so years later. A page with several dates ("2010-04, comments to 2012-02") counts by the
    last of them that is no later than the fact.

    Returns:
        A year, month or day; "undated"; or nothing for a site to visit.
    """
    if source.date.startswith(_TO_VISIT):
        return ""
    if fact.confirmed:
        return fact.confirmed.isoformat()
    if source.date.startswith("undated"):
        return "undated"
    dates: list[str] = sorted(_DATE.findall(source.date))
    if not dates:
        return "undated"
    by_then = [day for day in dates if day[: len(fact.as_of)] <= fact.as_of]
    return by_then[-1] if by_then else dates[0]


def due(fact: Fact, today: date) -> bool:
    """Whether someone should have looked again by today."""
    if not fact.review_days:
        return False
    looked_at = last_looked_at(fact)
    return looked_at is None or looked_at + timedelta(days=fact.review_days) < today
