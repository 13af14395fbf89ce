"""Groups of like questions: listing, counting and holding them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log

from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, func, select, update

from knowledge.errors import NotFoundError
from knowledge.harm import HARM
from knowledge.store.review_tables import QuestionGroup
from knowledge.store.tables import Question, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What moves a group up the queue: people × recency × harm if left."""

    people: float = 1.0
    """Power of how many people asked; 0 leaves them out."""
    half_life_days: float = 14.0
    """After how many days without a new question a group weighs half."""
    harm: Mapping[str, float] = field(default_factory=lambda: HARM)
    """How much worse a reason is than not having an answer."""

    def rank(self, people: int, harm: float, last_seen: datetime) -> float:
        """Return the logarithm of the weight, up to what is the same for all at any moment.

        Decay is the same for every group, so the order never changes by itself and can be kept.
        """
        recency = last_seen.timestamp() / (self.half_life_days * 86_400) * log(2)
        return self.people * log(max(people, 1)) + log(harm) + recency

    def harm_of(self, reason: str) -> float:
        """Return how harmful it is to leave a question that waits for this reason."""
        return self.harm.get(reason, 1.0)


def waits(group: QuestionGroup) -> bool:
    """Whether a group waits for a curator: undecided, or put off until now."""
    over = group.until is not None and group.until <= now()
    return group.state == "open" or (over and group.state in ("later", "ignored"))


def _waiting(moment: datetime) -> ColumnElement[bool]:
    state = col(QuestionGroup.state)
    over = and_(state.in_(("later", "ignored")), col(QuestionGroup.until) <= moment)
    return or_(state == "open", over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which groups to list."""

    state: str = "open"
    text: str = ""
    language: str = ""
    reason: str = ""
    limit: int = 20
    offset: int = 0


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    state = col(QuestionGroup.state)
    filters = [_waiting(now()) if wanted.state == "open" else state == wanted.state]
    if wanted.state == "all":
        filters = [state != "merged"]
    for column, value in (
        (QuestionGroup.languages, wanted.language),
        (QuestionGroup.reasons, wanted.reason),
    ):
        if value:
            filters.append(col(column).contains(json.dumps(value), autoescape=True))
    if wanted.text:
        filters.append(col(QuestionGroup.head).icontains(wanted.text, autoescape=True))
    return filters


def listing(session: Session, wanted: Wanted) -> list[QuestionGroup]:
    """Return groups, the weightiest first."""
    query = select(QuestionGroup).where(*_filters(wanted))
    order = col(QuestionGroup.rank).desc(), col(QuestionGroup.id)
    return list(session.exec(query.order_by(*order).offset(wanted.offset).limit(wanted.limit)))


def count(session: Session, wanted: Wanted) -> int:
    """Return how many groups there are."""
    query = select(func.count()).select_from(QuestionGroup).where(*_filters(wanted))
    return session.exec(query).one()


def get_group(session: Session, number: int) -> QuestionGroup:
    """Return a group.

    Raises:
        NotFoundError: there is none of that number.
    """
    group = session.get(QuestionGroup, number)
    if group is None:
        raise NotFoundError("There is no group {n}; 'guide review list' names them.", n=number)
    return group


def members(session: Session, group: int, limit: int = 200) -> list[Question]:
    """Return a group's questions, newest first."""
    query = select(Question).where(col(Question.group_id) == group)
    return list(session.exec(query.order_by(col(Question.id).desc()).limit(limit)))


def trend(session: Session, group: int) -> tuple[int, int]:
    """Return how many asked within the last two weeks, and in the two before."""
    moment = now()
    recent, before = moment - timedelta(weeks=2), moment - timedelta(weeks=4)
    asked = col(Question.asked_at)
    query = select(
        func.coalesce(func.sum(case((asked >= recent, 1), else_=0)), 0),
        func.coalesce(func.sum(case((and_(asked < recent, asked >= before), 1), else_=0)), 0),
    ).where(col(Question.group_id) == group)
    now_many, then_many = session.exec(query).one()
    return int(now_many), int(then_many)


def hold(
    session: Session, number: int, person: int, length: timedelta
) -> tuple[bool, QuestionGroup]:
    """Keep a group for one person for a while; return whether it is theirs now."""
    moment = now()
    free = or_(
        col(QuestionGroup.held_by).is_(None),
        col(QuestionGroup.held_by) == person,
        col(QuestionGroup.held_until) < moment,
    )
    taken = session.execute(
        update(QuestionGroup)
        .where(col(QuestionGroup.id) == number, free)
        .values(held_by=person, held_until=moment + length)
        .returning(col(QuestionGroup.id))
    ).first()
    session.expire_all()
    return taken is not None, get_group(session, number)


def release(session: Session, number: int, person: int) -> None:
    """Give a group back."""
    session.execute(
        update(QuestionGroup)
        .where(col(QuestionGroup.id) == number, col(QuestionGroup.held_by) == person)
        .values(held_by=None, held_until=None)
    )


def next_free(
    session: Session, person: int, after: QuestionGroup | None = None
) -> QuestionGroup | None:
    """Return the weightiest group that waits and that nobody else holds.

    Args:
        session: of the database.
        person: who would hold it.
        after: the group that was looked at before; the first follows the last.
    """
    moment = now()
    free = or_(
        col(QuestionGroup.held_by).is_(None),
        col(QuestionGroup.held_by) == person,
        col(QuestionGroup.held_until) < moment,
    )
    query = select(QuestionGroup).where(_waiting(moment), free)
    query = query.order_by(col(QuestionGroup.rank).desc(), col(QuestionGroup.id)).limit(1)
    if after is not None:
        rank, number = col(QuestionGroup.rank), col(QuestionGroup.id)
        later = or_(rank < after.rank, and_(rank == after.rank, number > after.id))
        if found := session.exec(query.where(later)).first():
            return found
    return session.exec(query).first()


def unmatched(
    session: Session, version: int, limit: int, samples: int
) -> dict[int, list[Question]]:
    """Return groups that wait and were not matched against a version, with some questions each."""
    query = (
        select(QuestionGroup.id)
        .where(_waiting(now()), col(QuestionGroup.matched) < version)
        .order_by(col(QuestionGroup.rank).desc())
        .limit(limit)
    )
    return {number: members(session, number, samples) for number in session.exec(query) if number}
