"""Groups, questions and decisions as plain rows for programs, exports and tables. Pure.

No row tells who asked: people are counted, never shown.
"""

from __future__ import annotations

import json
from typing import Any

from knowledge.store.review_tables import Audit, Decision, QuestionGroup
from knowledge.store.tables import Question


def group_row(group: QuestionGroup) -> dict[str, Any]:
    """Return a group as plain data."""
    return {
        "id": group.id,
        "head": group.head,
        "state": group.state,
        "questions": group.questions,
        "people": group.people,
        "first_seen": group.first_seen.isoformat(),
        "last_seen": group.last_seen.isoformat(),
        "languages": json.loads(group.languages),
        "reasons": json.loads(group.reasons),
        "slots": json.loads(group.slots),
        "nearest": json.loads(group.nearest),
        "until": group.until.isoformat() if group.until else None,
        "decision": group.decision_id,
    }


def question_row(question: Question) -> dict[str, Any]:
    """Return a question as plain data, without who asked it."""
    return {
        "id": question.id,
        "asked_at": question.asked_at.isoformat(),
        "text": question.text,
        "language": question.language,
        "outcome": question.outcome,
        "topic": question.topic,
        "slots": json.loads(question.slots),
        "score": question.score,
        "doubt": question.doubt,
        "group": question.group_id,
        "decision": question.decision_id,
        "version": question.version,
    }


def decision_row(decision: Decision) -> dict[str, Any]:
    """Return a decision as plain data."""
    return {
        "id": decision.id,
        "at": decision.at.isoformat(),
        "kind": decision.kind,
        "group": decision.group_id,
        "by": decision.by,
        "door": decision.door,
        "topic": decision.topic,
        "reason": decision.reason,
        "version": decision.version,
        "because_of": decision.because_of,
        "undone_at": decision.undone_at.isoformat() if decision.undone_at else None,
        "undone_by": decision.undone_by,
    }


def audit_row(entry: Audit) -> dict[str, Any]:
    """Return an entry of the audit log as plain data."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "door": entry.door,
        "action": entry.action,
        "about": entry.about,
        "detail": entry.detail,
    }
