"""Queries about questions asked, for the log, the curators and the operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Update, and_, bindparam, or_
from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from knowledge.store.tables import Question


def counts(session: Session) -> dict[str, int]:
    """Return how many questions had each outcome."""
    query = select(Question.outcome, func.count()).group_by(Question.outcome)
    return dict(session.exec(query).all())


def mark_doubt(session: Session, question_id: int, asker: str, reason: str) -> bool:
    """Mark a question for curators, if this person asked it; return whether they did."""
    question = session.get(Question, question_id)
    if question is None or question.asker != asker:
        return False
    question.doubt = reason
    session.add(question)
    return True


def _waits() -> ColumnElement[bool]:
    """Return the condition for what a curator should look at."""
    unanswered = col(Question.outcome) == "unknown"
    undecided = col(Question.decision_id).is_(None)
    return and_(undecided, or_(unanswered, col(Question.doubt).is_not(None)))


def waiting(session: Session, limit: int) -> list[Question]:
    """Return the questions that wait for a curator, oldest first."""
    query = select(Question).where(_waits()).order_by(col(Question.id)).limit(limit)
    return list(session.exec(query))


def count_waiting(session: Session) -> int:
    """Return how many questions wait for a curator."""
    return session.exec(select(func.count()).select_from(Question).where(_waits())).one()


def rate(session: Session, question_id: int, asker: str, rating: int) -> bool:
    """Keep what a person thought of an answer; a bad one is for curators to see."""
    question = session.get(Question, question_id)
    if question is None or question.asker != asker:
        return False
    question.rating = rating
    if rating < 0:
        question.doubt = "thumbs_down"
    elif question.doubt == "thumbs_down":
        question.doubt = None
    session.add(question)
    return True


def complain(session: Session, question_id: int, asker: str, complaint: str) -> bool:
    """Keep what was the matter with an answer."""
    if not rate(session, question_id, asker, -1):
        return False
    question = session.get_one(Question, question_id)
    question.complaint = complaint
    session.add(question)
    return True


def note_answers(session: Session, turns: Sequence[Mapping[int, int]]) -> list[None]:
    """Keep which message of ours answered which question."""
    rows = [{"number": number, "said": said} for turn in turns for number, said in turn.items()]
    if rows:
        session.connection().execute(_note_answer(), rows)
    return [None] * len(turns)


@cache
def _note_answer() -> Update:
    table = Question.__table__  # type: ignore[attr-defined]
    known = table.c.id == bindparam("number")
    return update(table).where(known).values(answer_id=bindparam("said"))


def answered_by(session: Session, asker: str, message_id: int | None) -> Question | None:
    """Return the question that a message of ours answered; without one, the last asked."""
    if message_id is None:
        query = _asked(asker).order_by(col(Question.id).desc(), col(Question.part).desc())
        return session.exec(query.limit(1)).first()
    # of an answer in several messages the last is known; a question asked later has another
    known = _asked(asker).where(
        col(Question.message_id) < message_id, col(Question.answer_id) >= message_id
    )
    found = session.exec(known.order_by(col(Question.answer_id)).limit(1)).first()
    return found or _asked_before(session, asker, message_id)


def _asked(asker: str) -> SelectOfScalar[Question]:
    return select(Question).where(Question.asker == asker, col(Question.outcome) != "joined")


def _asked_before(session: Session, asker: str, message_id: int) -> Question | None:
    """Return what was asked last before a message of which nobody knows what it answered.

    Of a message that held several questions, the answers came one after another.
    """
    query = _asked(asker).where(col(Question.message_id) < message_id)
    last = session.exec(query.order_by(col(Question.message_id).desc()).limit(1)).first()
    if last is None or last.message_id is None:
        return last
    same = select(Question).where(
        Question.bot == last.bot, Question.update_id == last.update_id, Question.asker == asker
    )
    parts = list(session.exec(same.order_by(col(Question.part))))
    return parts[min(message_id - last.message_id, len(parts)) - 1]


def outside(session: Session, group: int, limit: int) -> list[tuple[str, str]]:
    """Return text and language of what was asked last outside a group."""
    query = (
        select(Question.text, Question.language)
        .where(col(Question.group_id).is_distinct_from(group))
        .order_by(col(Question.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))
