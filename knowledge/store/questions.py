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
