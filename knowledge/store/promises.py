"""Queries about promises. Each is kept once: a replica takes it before it speaks.

One that was taken by a replica which then died may or may not have been said; it is not said
again, and goes when it expires.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlmodel import Session, col, delete, select, update

from knowledge.store.engine import count_of, insert_for
from knowledge.store.promise_tables import Promise
from knowledge.store.review_tables import Decision
from knowledge.store.tables import Question, now
from knowledge.verdicts import Reading


def add(session: Session, promise: Promise) -> bool:
    """Keep a promise; return whether it is new."""
    table = Promise.__table__  # type: ignore[attr-defined]
    values = {column.name: getattr(promise, column.name) for column in table.columns}
    del values["id"]
    made = insert_for(session.get_bind().dialect.name)(table).on_conflict_do_nothing()
    return session.execute(made.returning(table.c.id), [values]).first() is not None


def of_chat(session: Session, chat: int) -> list[Promise]:
    """Return the promises to one person."""
    return list(session.exec(select(Promise).where(col(Promise.chat) == chat)))


def not_looked_at(session: Session, version: int, limit: int) -> list[Promise]:
    """Return promises that wait and were not held against this version of the content."""
    query = (
        select(Promise)
        .where(col(Promise.state) == "waiting", col(Promise.version) < version)
        .order_by(col(Promise.id))
        .limit(limit)
    )
    return list(session.exec(query))


def decided(session: Session, waiting: Sequence[Promise]) -> dict[int, Reading]:
    """Return what curators decided about the questions that promises are about."""
    about = [p.subject.partition(":")[2] for p in waiting if p.subject.startswith("question:")]
    query = (
        select(Question.id, Question.slots, Decision.topic)
        .join(Decision, col(Decision.id) == col(Question.decision_id))
        .where(
            col(Question.id).in_(map(int, about)),
            col(Decision.topic).is_not(None),
            col(Decision.undone_at).is_(None),
        )
    )
    found = {}
    for question_id, slots, topic in session.exec(query):
        named = {kind: tuple(keys) for kind, keys in json.loads(slots).items()}
        if question_id is not None and topic is not None:
            found[question_id] = Reading(topic=topic, slots=named)
    return found


def looked_at(session: Session, ids: Collection[int], version: int) -> None:
    """Note that these promises were held against a version and still wait."""
    session.execute(
        update(Promise)
        .where(col(Promise.id).in_(ids), col(Promise.version) < version)
        .values(version=version)
    )


def make_due(session: Session, subjects: Collection[str], reading: str) -> int:
    """Note the answer to what was promised; return how many people will hear it."""
    done = session.execute(
        update(Promise)
        .where(col(Promise.subject).in_(subjects), col(Promise.state) == "waiting")
        .values(state="due", reading=reading)
    )
    return count_of(done)


def due(session: Session, bot: int, limit: int) -> list[int]:
    """Return the ids of a bot's promises that can be kept now."""
    query = (
        select(Promise.id)
        .where(col(Promise.state) == "due", col(Promise.expires_at) > now())
        .where(col(Promise.bot) == bot)
        .order_by(col(Promise.id))
        .limit(limit)
    )
    return [found for found in session.exec(query) if found is not None]


def take(session: Session, promise_id: int) -> Promise | None:
    """Take a promise to keep it; None where another replica was first."""
    taken = session.execute(
        update(Promise)
        .where(col(Promise.id) == promise_id, col(Promise.state) == "due")
        .values(state="sending")
        .returning(col(Promise.id))
    )
    return session.get(Promise, promise_id) if taken.first() else None


def give_back(session: Session, promise: Promise) -> None:
    """Put a promise back that surely was not said."""
    session.execute(
        update(Promise)
        .where(col(Promise.id) == promise.id, col(Promise.state) == "sending")
        .values(state="due")
    )


def wait_again(session: Session, promise: Promise) -> None:
    """Let a promise wait for another answer, since the one it had is gone."""
    session.execute(
        update(Promise)
        .where(col(Promise.id) == promise.id, col(Promise.state) == "sending")
        .values(state="waiting", version=0, reading=None)
    )


def remove(session: Session, promise_id: int) -> None:
    """Delete a promise that was kept, or cannot be."""
    session.execute(delete(Promise).where(col(Promise.id) == promise_id))


def forget_chat(session: Session, chat: int) -> int:
    """Delete every promise to one person; return how many there were."""
    return count_of(session.execute(delete(Promise).where(col(Promise.chat) == chat)))


def forget_expired(session: Session) -> int:
    """Delete promises that nobody could keep in time; return how many."""
    return count_of(session.execute(delete(Promise).where(col(Promise.expires_at) <= now())))


def subjects_of(question_ids: Sequence[int]) -> list[str]:
    """Return the subjects of promises about questions."""
    return [f"question:{question_id}" for question_id in question_ids]
