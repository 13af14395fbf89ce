"""Queries about questions asked, for the log, the curators and the operators."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

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


def answered_by(session: Session, asker: str, message_id: int | None) -> Question | None:
    """Return the question that a message of ours answered: the last asked before it.

    Of a message that held several questions, the answers came one after another.
    """
    query = select(Question).where(Question.asker == asker, col(Question.outcome) != "joined")
    if message_id is not None:
        query = query.where(col(Question.message_id) < message_id)
    newest = col(Question.message_id if message_id else Question.id).desc()
    last = session.exec(query.order_by(newest).limit(1)).first()
    if last is None:
        return None
    same = select(Question).where(
        Question.bot == last.bot, Question.update_id == last.update_id, Question.asker == asker
    )
    parts = list(session.exec(same.order_by(col(Question.part))))
    if message_id is None or last.message_id is None:
        return parts[-1]
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
