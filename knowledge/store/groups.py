"""Groups of like questions: placing, listing, merging, splitting and holding them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log

from sqlalchemy import ColumnElement, and_, case, or_, text
from sqlmodel import Session, col, func, select, update

from knowledge.errors import NotFoundError
from knowledge.grouping import Terms, nearest, wording
from knowledge.store.engine import insert_of
from knowledge.store.review_tables import GroupTerm, GroupWording, QuestionGroup
from knowledge.store.tables import UNGROUPED, Lease, Question, now

_LOCK = "grouping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What moves a group up the queue: people × recency × harm if left."""

    people: float = 1.0
    """Power of how many people asked; 0 leaves them out."""
    half_life_days: float = 14.0
    """After how many days without a new question a group weighs half."""
    harm: Mapping[str, float] = field(
        default_factory=lambda: {
            "thumbs_down": 3.0,
            "none_of_these": 1.5,
            "asked_again": 1.5,
        }
    )
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


def lock(session: Session) -> None:
    """Let nobody else place questions until this transaction ends, on any replica."""
    table = Lease.__table__  # type: ignore[attr-defined]
    row = {"name": _LOCK, "holder": "", "until": now(), "done_at": None}
    statement = insert_of(session)(table).on_conflict_do_update(
        index_elements=["name"], set_={"holder": ""}
    )
    session.execute(statement, row)


def ungrouped(session: Session, limit: int) -> list[Question]:
    """Return questions that wait and stand in no group yet, oldest first."""
    # the condition word for word as the index has it, else it would not be used
    query = select(Question).where(text(UNGROUPED)).order_by(col(Question.id)).limit(limit)
    return list(session.exec(query))


def place(session: Session, question: Question, terms: Terms, weights: Weights) -> QuestionGroup:
    """Put a question into the group it is like, or begin one with it."""
    key = wording(terms)
    known = session.get(GroupWording, key)
    if known is not None:
        group = session.get_one(QuestionGroup, known.group_id)
    else:
        found = _nearest(session, terms)
        group = session.get_one(QuestionGroup, found) if found else _begin(session, question)
        _learn(session, group, key, terms)
    _count(session, group, question, weights)
    question.group_id = group.id
    question.decision_id = None if waits(group) else group.decision_id
    session.add(question)
    session.flush()
    return group


def _nearest(session: Session, terms: Terms) -> int | None:
    weighed = case(terms, value=col(GroupTerm.term), else_=0.0)
    size = col(QuestionGroup.wordings)
    likeness = func.sum(col(GroupTerm.weight) * weighed / size)
    query = (
        select(col(GroupTerm.group_id), likeness)
        .join(QuestionGroup, col(QuestionGroup.id) == col(GroupTerm.group_id))
        .where(col(GroupTerm.term).in_(list(terms)), size > 0)
        .group_by(col(GroupTerm.group_id))
        .order_by(likeness.desc(), col(GroupTerm.group_id))
        .limit(8)
    )
    return nearest({group: float(like) for group, like in session.exec(query)})


def _begin(session: Session, question: Question) -> QuestionGroup:
    group = QuestionGroup(
        head=question.text,
        language=question.language,
        slots=question.slots,
        nearest=_nearest_topics(question),
        first_seen=question.asked_at,
        last_seen=question.asked_at,
        matched=question.version,
    )
    session.add(group)
    session.flush()
    return group


def _nearest_topics(question: Question) -> str:
    readings = json.loads(question.options).get("readings", [])
    return json.dumps([[reading["topic"], reading["score"]] for reading in readings])


def _learn(session: Session, group: QuestionGroup, key: str, terms: Terms) -> None:
    """Note a wording as one of a group's."""
    row = GroupWording(key=key, group_id=_id(group), terms=json.dumps(dict(terms)))
    session.add(row)
    group.wordings += 1
    weigh(session, _id(group), terms, 1.0)


def weigh(session: Session, group: int, terms: Terms, sign: float) -> None:
    """Add a wording's terms to a group's, or take them out."""
    table = GroupTerm.__table__  # type: ignore[attr-defined]
    insert = insert_of(session)(table)
    added = {"weight": table.c.weight + insert.excluded.weight}
    statement = insert.on_conflict_do_update(index_elements=["term", "group_id"], set_=added)
    rows = [
        {"term": term, "group_id": group, "weight": sign * terms[term]} for term in sorted(terms)
    ]
    session.execute(statement, rows)


def _count(session: Session, group: QuestionGroup, question: Question, weights: Weights) -> None:
    """Count a question in."""
    asked = select(Question.id).where(
        col(Question.group_id) == group.id, col(Question.asker) == question.asker
    )
    group.people += session.exec(asked.limit(1)).first() is None
    group.questions += 1
    group.first_seen = min(group.first_seen, question.asked_at)
    group.last_seen = max(group.last_seen, question.asked_at)
    group.languages = _with(group.languages, question.language)
    reason = question.doubt or question.outcome
    group.reasons = _with(group.reasons, reason)
    group.harm = max(group.harm, weights.harm_of(reason))
    group.rank = weights.rank(group.people, group.harm, group.last_seen)
    if group.state == "answered":
        group.state, group.decision_id = "open", None
    if len(group.head) > len(question.text) >= _READABLE and question.language == group.language:
        group.head = question.text
        group.slots, group.nearest = question.slots, _nearest_topics(question)
    session.add(group)


_READABLE = 24
"""A shorter wording says too little to stand for others."""


def _with(listed: str, value: str) -> str:
    return json.dumps(sorted({*json.loads(listed), value}))


def _id(group: QuestionGroup) -> int:
    if group.id is None:
        raise ValueError("the group was not kept yet")
    return group.id


def waits(group: QuestionGroup, moment: datetime | None = None) -> bool:
    """Whether a group waits for a curator: undecided, or put off until now."""
    over = group.until is not None and group.until <= (moment or now())
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
        raise NotFoundError(f"There is no group {number}; 'guide review list' names them.")
    return group


def members(session: Session, group: int, limit: int = 200) -> list[Question]:
    """Return a group's questions, newest first."""
    query = select(Question).where(col(Question.group_id) == group)
    return list(session.exec(query.order_by(col(Question.id).desc()).limit(limit)))


def trend(session: Session, group: int, days: int = 14) -> tuple[int, int]:
    """Return how many asked within the last days, and in as many days before."""
    moment = now()
    recent, before = moment - timedelta(days=days), moment - timedelta(days=2 * days)
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
