"""Keys the product makes for itself, once for each database."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from knowledge.store.engine import insert_of
from knowledge.store.tables import Secret


def asker_secret(session: Session) -> str:
    """Return the key that hashes askers, made by whoever is first."""
    made = {"name": "asker", "value": secrets.token_hex(32)}
    session.execute(insert_of(session)(Secret).values(made).on_conflict_do_nothing())
    return session.get_one(Secret, "asker").value
