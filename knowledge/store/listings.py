"""Whole tables as plain rows, newest first, for exports and the API."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from knowledge.errors import NotFoundError
from knowledge.store import audit, decisions, groups
from knowledge.store.groups import Wanted
from knowledge.store.rows import audit_row, decision_row, group_row, question_row
from knowledge.store.tables import Question

TABLES = ("groups", "questions", "decisions", "audit")


def rows(session: Session, what: str, limit: int, *, offset: int = 0) -> list[dict[str, Any]]:
    """Return a table as plain rows.

    Raises:
        NotFoundError: there is no such table; says which there are.
    """
    match what:
        case "groups":
            wanted = Wanted(state="all", limit=limit, offset=offset)
            return [group_row(group) for group in groups.listing(session, wanted)]
        case "questions":
            query = select(Question).order_by(col(Question.id).desc())
            found = session.exec(query.offset(offset).limit(limit))
            return [question_row(question) for question in found]
        case "decisions":
            made = decisions.history(session, limit=limit, offset=offset)
            return [decision_row(decision) for decision in made]
        case "audit":
            done = audit.entries(session, limit, offset=offset)
            return [audit_row(entry) for entry in done]
        case _:
            raise NotFoundError(
                "There is no table {what!r}. Tables are {names}.",
                what=what,
                names=", ".join(TABLES),
            )
