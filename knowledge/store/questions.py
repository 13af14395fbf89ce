"""Queries about questions asked, for the log, the curators and the operators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from knowledge.store.tables import Question


def keep(session: Session, rows: Sequence[Question]) -> list[Question]:
    """Keep the questions of one update, once.

    Returns:
        The rows as kept; those of an earlier delivery where this update was kept before.
    """
    first = rows[0]
    if earlier := kept(session, first.bot, first.update_id):
        return earlier
    session.add_all(rows)
    session.flush()
    return list(rows)


def kept(session: Session, bot: int, update_id: int) -> list[Question]:
    """Return the questions already kept for an update, in their order."""
    query = (
        select(Question)
        .where(Question.bot == bot, Question.update_id == update_id)
        .order_by(col(Question.part))
    )
    return list(session.exec(query))


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
