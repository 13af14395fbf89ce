"""The knowledge base as it stands on a day: facts and things that begin or end. Pure."""

from __future__ import annotations

from datetime import date

from knowledge.schema import Content, Fact, Text, Thing
from knowledge.texts import say_date, translator


def dated(content: Content) -> bool:
    """Whether anything begins or ends on a day, so that answers depend on it."""
    return any(
        thing.valid_from or thing.valid_to or any(map(_is_dated, thing.facts.values()))
        for thing in content.things.values()
    )


def _is_dated(fact: Fact) -> bool:
    return bool(fact.valid_from or fact.valid_to or fact.others)


def on(content: Content, today: date) -> Content:
    """Return the content as it is true on a day.

    Of several readings of a fact the one valid that day is taken. What is not valid yet, or no
    longer, stays and says so: silence would look like ignorance.
    """
    things = {key: _thing_on(thing, today) for key, thing in content.things.items()}
    return content.model_copy(update={"things": things})


def _thing_on(thing: Thing, today: date) -> Thing:
    facts = {
        name: _fact_on(fact, today) if _is_dated(fact) else fact
        for name, fact in thing.facts.items()
    }
    name = _noted(thing.name, thing.valid_from, thing.valid_to, today)
    return thing.model_copy(update={"facts": facts, "name": name})


def _fact_on(fact: Fact, today: date) -> Fact:
    variants = (fact, *fact.others)
    current = [one for one in variants if _valid(one, today)]
    if current:
        return current[0]
    past = [one for one in variants if one.valid_to and one.valid_to < today]
    nearest = max(past, key=lambda one: one.valid_to or date.min) if past else fact
    said = nearest.text
    if said is None and nearest.value is not None:
        said = Text({"en": "{value}", "es": "{value}"})
    if said is None:
        return nearest
    noted = _noted(said, nearest.valid_from, nearest.valid_to, today)
    return nearest.model_copy(update={"text": noted})


def _valid(fact: Fact, today: date) -> bool:
    return (fact.valid_from or date.min) <= today <= (fact.valid_to or date.max)


def _noted(text: Text, start: date | None, end: date | None, today: date) -> Text:
    """Add to a text that it ended, or is yet to begin."""
    if end and end < today:
        return Text({lang: _ended(said, end, lang) for lang, said in text.root.items()})
    if start and start > today:
        return Text({lang: _begins(said, start, lang) for lang, said in text.root.items()})
    return text


def _ended(said: str, day: date, language: str) -> str:
    _ = translator(language)
    return said + _(" (ended {day})", day=say_date(day.isoformat(), language))


def _begins(said: str, day: date, language: str) -> str:
    _ = translator(language)
    return said + _(" (from {day})", day=say_date(day.isoformat(), language))
