"""Decisions about groups: made, listed and taken back, always whole."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from knowledge.errors import GuideError, NotFoundError
from knowledge.store.groups import get_group, waits
from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.tables import Question, now


def cover(
    session: Session, decision: Decision, state: str, until: datetime | None = None
) -> Decision:
    """Let a decision settle its group and every question in it.

    Raises:
        GuideError: somebody else decided meanwhile.
    """
    group = get_group(session, decision.group_id)
    if not waits(group) and group.state != "with_staff":
        raise GuideError("Group {n} is decided already.", n=group.id)
    detail = json.loads(decision.detail)
    detail["before"] = {
        "state": group.state,
        "until": group.until.isoformat() if group.until else None,
        "decision_id": group.decision_id,
    }
    decision.detail = json.dumps(detail, ensure_ascii=False)
    session.add(decision)
    session.flush()
    group.state, group.until, group.decision_id = state, until, decision.id
    group.held_by = group.held_until = None
    session.add(group)
    session.execute(
        update(Question).where(col(Question.group_id) == group.id).values(decision_id=decision.id)
    )
    return decision


def uncover(session: Session, decision: Decision, by: int) -> list[QuestionGroup]:
    """Take a decision back, and those the bot made because of it; return the groups open again."""
    because = select(Decision).where(
        col(Decision.because_of) == decision.id, col(Decision.undone_at).is_(None)
    )
    opened = []
    for one in (decision, *session.exec(because)):
        group = get_group(session, one.group_id)
        before: dict[str, Any] = json.loads(one.detail).get("before", {})
        until = before.get("until")
        group.state = before.get("state", "open")
        group.until = datetime.fromisoformat(until) if until else None
        group.decision_id = before.get("decision_id")
        session.add(group)
        session.execute(
            update(Question)
            .where(col(Question.decision_id) == one.id)
            .values(decision_id=group.decision_id)
        )
        one.undone_at, one.undone_by = now(), by
        session.add(one)
        opened.append(group)
    return opened


def get_decision(session: Session, number: int) -> Decision:
    """Return a decision.

    Raises:
        NotFoundError: there is none of that number.
    """
    found = session.get(Decision, number)
    if found is None:
        raise NotFoundError(
            "There is no decision {n}; 'guide review history' names them.", n=number
        )
    return found


def last_of(session: Session, person: int) -> Decision | None:
    """Return the newest decision of a person that still holds."""
    query = select(Decision).where(col(Decision.by) == person, col(Decision.undone_at).is_(None))
    return session.exec(query.order_by(col(Decision.id).desc()).limit(1)).first()


def proposals(session: Session, group: int | None = None) -> list[tuple[Decision, QuestionGroup]]:
    """Return the new answers that wait for a publisher, the oldest first.

    Only the last one proposed for a group waits; it took the place of those before.
    """
    query = select(Decision, QuestionGroup).where(
        col(QuestionGroup.decision_id) == Decision.id,
        QuestionGroup.state == "with_staff",
        Decision.kind == "new_answer",
        col(Decision.version).is_(None),
        col(Decision.undone_at).is_(None),
    )
    if group is not None:
        query = query.where(QuestionGroup.id == group)
    return [(one, of) for one, of in session.exec(query.order_by(col(Decision.id)))]


def history(
    session: Session, *, group: int | None = None, limit: int = 50, offset: int = 0
) -> list[Decision]:
    """Return decisions, newest first."""
    query = select(Decision)
    if group is not None:
        query = query.where(col(Decision.group_id) == group)
    return list(session.exec(query.order_by(col(Decision.id).desc()).offset(offset).limit(limit)))


def since(session: Session, moment: datetime) -> list[Decision]:
    """Return the decisions since a moment that still hold."""
    query = select(Decision).where(col(Decision.at) >= moment, col(Decision.undone_at).is_(None))
    return list(session.exec(query))
