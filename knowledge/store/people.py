"""Who has which right: kept in the database, beside what the settings give."""

from __future__ import annotations

from sqlmodel import Session, col, select

from knowledge.people import Right
from knowledge.store.review_tables import Person


def people(session: Session) -> list[Person]:
    """Return everybody whose right was given or taken by hand."""
    return list(session.exec(select(Person).order_by(col(Person.id))))


def person(session: Session, number: int) -> Person | None:
    """Return what is kept about somebody."""
    return session.get(Person, number)


def give(session: Session, number: int, right: Right, by: int, name: str = "") -> Person:
    """Give somebody a right in place of the one they had; ``NONE`` takes it."""
    kept = session.get(Person, number) or Person(id=number, right="")
    kept.right, kept.given_by = right.word, by
    kept.name = name or kept.name
    session.add(kept)
    return kept
