"""Which facts somebody must look at again, the most asked-for first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.editing.wording_checks import LINK
from knowledge.facts import due, last_looked_at, say_fact
from knowledge.schema import PLACEHOLDER, SOURCE_LANGUAGE, Content, Fact, Kind, Thing, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often a topic was asked for some things."""

    topic: str
    slots: Mapping[str, tuple[str, ...]]
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A fact past its review."""

    fact: str
    """As ``thing.fact``, to be confirmed by."""
    name: str
    said: str
    looked_at: date | None
    """None where not even its source is dated."""
    as_of: str
    """When it was true, as its source says it."""
    confirmed: bool
    """Whether somebody looked again since."""
    days_late: int
    asked: int
    """How often people got an answer that rests on it."""
    sources: tuple[str, ...]
    """Titles and addresses of where to look."""


def stale(content: Content, today: date, asked: Iterable[Asked] = ()) -> tuple[Stale, ...]:
    """Return the facts past their review, those first that most people ask for."""
    counted = list(asked)
    users = _users(content)
    found = [
        _stale(content, thing, name, fact, today, _times(thing, name, users, counted))
        for thing in content.things.values()
        for name, fact in thing.facts.items()
        if due(fact, today)
    ]
    return tuple(sorted(found, key=lambda one: (-one.asked, -one.days_late, one.fact)))


def _stale(
    content: Content, thing: Thing, name: str, fact: Fact, today: date, asked: int
) -> Stale:
    looked_at = last_looked_at(fact)
    until = (looked_at or today) + timedelta(days=fact.review_days or 0)
    sources = [content.sources[source] for source in fact.source if source in content.sources]
    return Stale(
        fact=f"{thing.id}.{name}",
        name=f"{thing.name.say(SOURCE_LANGUAGE)}: {name.replace('_', ' ')}",
        said=LINK.sub(r"\1", say_fact(fact, SOURCE_LANGUAGE)),
        looked_at=looked_at,
        as_of=fact.as_of,
        confirmed=fact.confirmed is not None,
        days_late=max((today - until).days, 0),
        asked=asked,
        sources=tuple(f"{one.title} {one.url or ''}".strip() for one in sources),
    )


def _users(content: Content) -> dict[str, list[Topic]]:
    """Return the topics whose answers use each ``owner.fact``, where owner may be a kind."""
    users: dict[str, list[Topic]] = {}
    for topic in content.topics.values():
        said = topic.answer.say(SOURCE_LANGUAGE) if topic.answer else ""
        used = {name.removesuffix(".value") for name in (*PLACEHOLDER.findall(said), *topic.facts)}
        for name in used:
            users.setdefault(name, []).append(topic)
    return users


def _times(
    thing: Thing, name: str, users: Mapping[str, list[Topic]], asked: Iterable[Asked]
) -> int:
    direct = {topic.id for topic in users.get(f"{thing.id}.{name}", ())}
    by_kind = {topic.id for topic in users.get(f"{Kind(thing.kind)}.{name}", ())}
    return sum(
        one.times
        for one in asked
        if one.topic in direct
        or (one.topic in by_kind and thing.id in one.slots.get(thing.kind, ()))
    )
