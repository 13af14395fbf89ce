"""What people ask for, counted in the database: by day, topic, role and state."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlmodel import Session, col, func, select

from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.tables import Question, now

ANSWERING = ("phrasing", "new_answer", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How questions fared on one day."""

    day: date
    asked: int
    answered: int


def by_day(session: Session, days: int = 30) -> list[Day]:
    """Return each of the last days, those without a question too."""
    last = now().date()
    first = last - timedelta(days=days - 1)
    day = func.date(col(Question.asked_at))
    query = (
        select(day, col(Question.outcome), func.count())
        .where(col(Question.asked_at) >= now() - timedelta(days=days))
        .group_by(day, col(Question.outcome))
    )
    asked: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for found, outcome, many in session.exec(query):
        at = found if isinstance(found, date) else date.fromisoformat(found)
        asked[at] += many
        answered[at] += many if outcome in ("answer", "not_ours", "chat") else 0
    every = (first + timedelta(days=number) for number in range(days))
    return [Day(day=at, asked=asked[at], answered=answered[at]) for at in every]


def asked_since(session: Session, moment: datetime) -> int:
    """Return how many questions were asked since a moment."""
    query = select(func.count()).select_from(Question).where(col(Question.asked_at) >= moment)
    return session.exec(query).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigures:
    """How often a topic is asked, and how it does."""

    topic: str
    asked: int
    doubted: int
    """Thumbs down, none of these, asked again."""


def by_topic(session: Session, days: int = 90) -> list[TopicFigures]:
    """Return topics by how often they were the answer lately."""
    since = now() - timedelta(days=days)
    query = (
        select(col(Question.topic), func.count(), func.count(col(Question.doubt)))
        .where(
            col(Question.asked_at) >= since,
            col(Question.topic).is_not(None),
            col(Question.outcome) != "unknown",
        )
        .group_by(col(Question.topic))
        .order_by(func.count().desc(), col(Question.topic))
    )
    return [
        TopicFigures(topic=topic, asked=asked, doubted=doubted)
        for topic, asked, doubted in session.exec(query)
        if topic
    ]


def by_role_and_state(session: Session, days: int = 30) -> dict[tuple[str, str], int]:
    """Return how many questions named each role together with each state."""
    since = now() - timedelta(days=days)
    slots = col(Question.slots)
    query = (
        select(slots, func.count())
        .where(
            col(Question.asked_at) >= since,
            slots.contains('"role"'),
            slots.contains('"state"'),
        )
        .group_by(slots)
    )
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for packed, many in session.exec(query):
        named = json.loads(packed)
        for role in named.get("role", ()):
            for state in named.get("state", ()):
                found[role, state] += many
    return dict(found)


def median_days(session: Session) -> float | None:
    """Return the median time from the first question of a group to its answer, in days."""
    query = (
        select(Decision.at, QuestionGroup.first_seen)
        .join(QuestionGroup, col(QuestionGroup.id) == col(Decision.group_id))
        .where(col(Decision.kind).in_(ANSWERING), col(Decision.undone_at).is_(None))
    )
    waits = [(at - first).total_seconds() / 86_400 for at, first in session.exec(query)]
    return round(median(waits), 1) if waits else None


def states(session: Session) -> dict[str, int]:
    """Return how many groups are in each state."""
    query = select(col(QuestionGroup.state), func.count()).group_by(col(QuestionGroup.state))
    return dict(session.exec(query).all())
