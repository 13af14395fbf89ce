"""One-time links, sessions, API keys and failed attempts, each secret kept only as a hash."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete, select, update

from knowledge.store.engine import insert_of
from knowledge.store.review_tables import ApiToken, Attempt, SignInLink, WebSession
from knowledge.store.tables import now


def add_link(session: Session, hashed: str, person: int, length: timedelta) -> None:
    """Keep a one-time link; an older one of the same person works no more."""
    session.execute(delete(SignInLink).where(col(SignInLink.person) == person))
    link = SignInLink(token=hashed, person=person, expires_at=now() + length)
    session.add(link)


def use_link(session: Session, hashed: str) -> int | None:
    """Use a link up; return whose it was, or nothing where it is unknown, used or too old."""
    used = session.execute(
        update(SignInLink)
        .where(
            col(SignInLink.token) == hashed,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now(),
        )
        .values(used_at=now())
        .returning(col(SignInLink.person))
    )
    found = used.first()
    return None if found is None else int(found[0])


def add_session(
    session: Session, hashed: str, person: int, form_key: str, length: timedelta
) -> None:
    """Keep a session."""
    kept = WebSession(token=hashed, person=person, form_key=form_key, expires_at=now() + length)
    session.add(kept)


def forget_ended(session: Session, window: timedelta) -> None:
    """Delete links, sessions and failed attempts whose time is over."""
    moment = now()
    session.execute(delete(WebSession).where(col(WebSession.expires_at) < moment))
    session.execute(delete(SignInLink).where(col(SignInLink.expires_at) < moment))
    session.execute(delete(Attempt).where(col(Attempt.since) < moment - window))


def find_session(session: Session, hashed: str) -> WebSession | None:
    """Return a session that still runs."""
    found = session.get(WebSession, hashed)
    return found if found and found.expires_at > now() else None


def end_session(session: Session, hashed: str) -> None:
    """End one session."""
    session.execute(delete(WebSession).where(col(WebSession.token) == hashed))


def end_sessions(session: Session, person: int) -> None:
    """End every session and open link of a person."""
    session.execute(delete(WebSession).where(col(WebSession.person) == person))
    session.execute(delete(SignInLink).where(col(SignInLink.person) == person))


def failed(session: Session, place: str, window: timedelta) -> int:
    """Count a failed attempt from a place; return how many there were lately."""
    table = Attempt.__table__  # type: ignore[attr-defined]
    moment = now()
    session.execute(delete(Attempt).where(col(Attempt.since) < moment - window))
    insert = insert_of(session)(table)
    statement = insert.on_conflict_do_update(
        index_elements=["place"], set_={"times": table.c.times + 1}
    ).returning(table.c.times)
    return int(
        session.execute(statement, {"place": place, "since": moment, "times": 1}).scalar_one()
    )


def failures(session: Session, place: str, window: timedelta) -> int:
    """Return how many attempts from a place failed lately."""
    found = session.get(Attempt, place)
    return found.times if found and found.since >= now() - window else 0


def add_token(session: Session, hashed: str, name: str, by: int) -> None:
    """Keep an API key; one of the same name works no more."""
    session.execute(delete(ApiToken).where(col(ApiToken.name) == name))
    session.add(ApiToken(token=hashed, name=name, given_by=by))


def token_name(session: Session, hashed: str) -> str | None:
    """Return the name of an API key, if it is one."""
    found = session.get(ApiToken, hashed)
    return found.name if found else None


def drop_token(session: Session, name: str) -> bool:
    """Take an API key back; return whether there was one."""
    found = session.exec(select(ApiToken).where(ApiToken.name == name)).first()
    if found:
        session.delete(found)
    return found is not None
