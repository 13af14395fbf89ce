"""Who did what, and when; rows are added and never changed."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session, col, select

from knowledge.people import Actor
from knowledge.store.review_tables import Audit


def note(session: Session, actor: Actor, action: str, about: str = "", **detail: Any) -> None:
    """Write down that somebody did something."""
    said = json.dumps(detail, ensure_ascii=False, default=str) if detail else ""
    row = Audit(by=actor.id, door=actor.door, action=action, about=about[:64], detail=said)
    session.add(row)


def entries(session: Session, limit: int = 100, *, offset: int = 0) -> list[Audit]:
    """Return what was done, newest first."""
    query = select(Audit).order_by(col(Audit.id).desc())
    return list(session.exec(query.offset(offset).limit(limit)))
