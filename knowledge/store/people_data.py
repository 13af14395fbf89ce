"""What is held on one person, and its deletion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, SQLModel, col, delete, select

from knowledge.store import promises
from knowledge.store.engine import count_of
from knowledge.store.groups import Weights
from knowledge.store.placing import drop_wordings, head_by, head_cleanly, lock
from knowledge.store.regroup import recount
from knowledge.store.review_tables import QuestionGroup
from knowledge.store.tables import Conversation, Question, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was deleted."""

    questions: int
    promises: int
    conversation: bool


def gather(session: Session, chat: int, asker: str) -> dict[str, Any]:
    """Return everything held on a person, ready to be read."""
    talk = session.get(Conversation, chat)
    query = select(Question).where(Question.asker == asker).order_by(col(Question.id))
    return {
        "conversation": _row(talk) if talk else None,
        "questions": [_row(question) for question in session.exec(query)],
        "promises": [_row(promise) for promise in promises.of_chat(session, chat)],
    }


_JSON = frozenset({"about", "flow", "held", "slots", "options", "known", "reading"})
"""Columns whose texts are data themselves."""


def _row(kept: SQLModel) -> dict[str, Any]:
    """Return all that a row holds but the key that stands for the person."""
    row = kept.model_dump(mode="json", exclude={"asker", "latency_ms"})
    return {name: json.loads(v) if name in _JSON and v else v for name, v in row.items()}


def forget(session: Session, chat: int, asker: str, weights: Weights) -> Forgotten:
    """Delete everything held on a person; groups of like questions are counted again."""
    lock(session)
    # first the chat: whoever keeps a message that waited there holds its row until it is kept
    talk = session.execute(delete(Conversation).where(col(Conversation.chat) == chat))
    mine = Question.asker == asker
    groups = set(session.exec(select(Question.group_id).where(mine).distinct()))
    gone = session.execute(delete(Question).where(mine))  # type: ignore[arg-type]
    for number in sorted(filter(None, groups)):
        _recount(session, number, weights)
    return Forgotten(
        questions=count_of(gone),
        promises=promises.forget_chat(session, chat),
        conversation=bool(count_of(talk)),
    )


def _recount(session: Session, number: int, weights: Weights) -> None:
    """Count a group again once some of its questions are gone; an empty one says nothing more."""
    group = session.get(QuestionGroup, number)
    if group is None:
        return
    drop_wordings(session, number)
    recount(session, number, weights)
    query = select(Question).where(Question.group_id == number).order_by(col(Question.id))
    left = session.exec(query.limit(1)).first()
    if left is None:
        group.head, group.slots, group.nearest = "—", "{}", "[]"
        group.state = "ignored" if group.state == "open" else group.state
    elif not _says(session, number, group.head):
        head_by(group, left)
        head_cleanly(session, group)
    session.add(group)


def _says(session: Session, number: int, head: str) -> bool:
    query = select(Question.id).where(Question.group_id == number, Question.text == head).limit(1)
    return session.exec(query).first() is not None


def forget_old_questions(session: Session, age: timedelta, weights: Weights, limit: int) -> int:
    """Delete some questions asked longer ago than this; return how many.

    Their groups are counted again, so that no group goes on quoting what is deleted.
    """
    lock(session)
    old = select(Question.id, Question.group_id).where(col(Question.asked_at) < now() - age)
    rows = list(session.exec(old.order_by(col(Question.asked_at)).limit(limit)))
    ids = [number for number, _ in rows]
    session.execute(delete(Question).where(col(Question.id).in_(ids)))
    for number in sorted({group for _, group in rows if group}):
        _recount(session, number, weights)
    return len(rows)
