"""Leases: of many replicas, one does a job, and another takes over when it dies."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlmodel import Session, col, delete, select, update

from knowledge.store.engine import insert_of
from knowledge.store.tables import Lease, now


def is_due(session: Session, name: str, holder: str, due_after: timedelta) -> bool:
    """Whether :func:`take` would give a lease out; a look, which costs less than to try."""
    barred = not_(_open(holder, now(), due_after))
    return session.exec(select(Lease.name).where(Lease.name == name, barred)).first() is None


def take(
    session: Session, name: str, holder: str, length: timedelta, *, due_after: timedelta
) -> bool:
    """Take a lease, or renew one's own; return whether it is ours now.

    Args:
        session: of the database.
        name: of the job.
        holder: who takes it, unique among the replicas.
        length: how long it is ours without renewing.
        due_after: a job that finished less than this ago is not given out again.
    """
    moment = now()
    fresh = {"name": name, "holder": holder, "until": moment + length, "done_at": None}
    table = Lease.__table__  # type: ignore[attr-defined]
    insert = insert_of(session)(table).on_conflict_do_nothing().returning(table.c.name)
    if session.execute(insert, fresh).first():
        return True
    taken = session.execute(
        update(Lease)
        .where(col(Lease.name) == name, _open(holder, moment, due_after))
        .values(holder=holder, until=moment + length)
        .returning(col(Lease.name))
    )
    return taken.first() is not None


def _open(holder: str, moment: datetime, due_after: timedelta) -> ColumnElement[bool]:
    """Say in SQL that a lease may be had: it is free or one's own, and its job is due."""
    free = or_(col(Lease.until) < moment, col(Lease.holder) == holder)
    return and_(free, or_(col(Lease.done_at).is_(None), col(Lease.done_at) <= moment - due_after))


def finish(session: Session, name: str, holder: str) -> None:
    """Note that a job is done, and give its lease back."""
    moment = now()
    session.execute(
        update(Lease)
        .where(col(Lease.name) == name, col(Lease.holder) == holder)
        .values(done_at=moment, until=moment)
    )


def forget_old(session: Session, age: timedelta) -> None:
    """Delete leases that ran out long ago: a digest of that day, a job that is no more."""
    session.execute(delete(Lease).where(col(Lease.until) < now() - age))


def touch(session: Session) -> None:
    """Write the time into a row of its own, to see whether anything can be kept.

    It must be something new: SQLite writes nothing to a full disk where nothing is changed.
    """
    new = {"name": "touch", "holder": "", "until": now(), "done_at": None}
    insert = insert_of(session)(Lease).values(new)
    changed = {"until": insert.excluded.until}
    session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=changed))
