"""Published versions of the knowledge base; numbers only grow, and no version ever changes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from knowledge.errors import NotFoundError
from knowledge.store.engine import insert_of
from knowledge.store.tables import Question, Version, now

CHANNEL = "guide_version"
"""Where PostgreSQL tells the replicas that a version was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version as lists show it, without its files."""

    number: int
    published_at: datetime
    published_by: str
    reason: str
    changes: tuple[str, ...]
    override: str | None


def pack(files: Mapping[str, str]) -> bytes:
    """Return the files as they are kept."""
    return zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode())


def unpack(packed: bytes) -> dict[str, str]:
    """Return the files of a version or draft, in the order they had."""
    files: dict[str, str] = json.loads(zlib.decompress(packed))
    return files


def digest(files: Mapping[str, str]) -> str:
    """Return a fingerprint of the files, the same for the same content."""
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Files as they are kept, packed before the database is locked to take them."""

    packed: bytes
    digest: str


def seal(files: Mapping[str, str]) -> Sealed:
    """Pack the files of a version."""
    return Sealed(pack(files), digest(files))


def live_number(session: Session) -> int:
    """Return the number of the live version, 0 where none was published yet."""
    return session.exec(select(func.max(Version.number))).one() or 0


def get_version(session: Session, number: int) -> Version:
    """Return one version.

    Raises:
        NotFoundError: there is no such version; says which there are.
    """
    if found := session.get(Version, number):
        return found
    live = live_number(session)
    raise NotFoundError(
        "There is no version {n}. Versions go from 1 to {live}.", n=number, live=live
    )


def list_versions(
    session: Session, *, after: int = 0, below: int | None = None, limit: int = 20
) -> list[Listed]:
    """Return the newest versions above a number (and below another), newest first."""
    columns = (
        col(Version.number),
        col(Version.published_at),
        col(Version.published_by),
        col(Version.reason),
        col(Version.changes),
        col(Version.override),
    )
    query = select(*columns).where(col(Version.number) > after)  # type: ignore[call-overload]
    if below is not None:
        query = query.where(col(Version.number) < below)
    rows = session.exec(query.order_by(col(Version.number).desc()).limit(limit))
    return [
        Listed(
            number=number,
            published_at=at,
            published_by=by,
            reason=reason,
            changes=tuple(json.loads(changes)),
            override=override,
        )
        for number, at, by, reason, changes, override in rows
    ]


def add_version(
    session: Session,
    files: Mapping[str, str] | Sealed,
    *,
    after: int,
    by: str,
    reason: str,
    changes: Sequence[str] = (),
    override: str | None = None,
) -> int | None:
    """Append a version to the one it was made from, in one step; return its number.

    None where somebody else published meanwhile: the number is taken, and nothing was changed.
    """
    sealed = files if isinstance(files, Sealed) else seal(files)
    table = Version.__table__  # type: ignore[attr-defined]
    row = {
        "number": after + 1,
        "files": sealed.packed,
        "digest": sealed.digest,
        "published_at": now(),
        "published_by": by[:64],
        "reason": reason,
        "changes": json.dumps(list(changes), ensure_ascii=False),
        "override": override,
    }
    statement = insert_of(session)(table).on_conflict_do_nothing().returning(table.c.number)
    number: int | None = session.execute(statement, row).scalar()
    if number is not None and session.get_bind().dialect.name == "postgresql":
        told = text("SELECT pg_notify(:channel, :number)")
        session.execute(told, {"channel": CHANNEL, "number": str(number)})
    return number


def recent_questions(session: Session, limit: int) -> Iterable[tuple[str, str, str]]:
    """Return the text, language and readings of the newest questions."""
    columns = (col(Question.text), col(Question.language), col(Question.options))
    query = select(*columns).order_by(col(Question.id).desc()).limit(limit)
    return [(said, language, options) for said, language, options in session.exec(query)]


def get_question(session: Session, number: int) -> Question:
    """Return a logged question.

    Raises:
        NotFoundError: there is none of that number, or it was deleted for its age.
    """
    if found := session.get(Question, number):
        return found
    raise NotFoundError("There is no answer {n}; it may have been deleted for its age.", n=number)


def asked_for(session: Session, since: datetime) -> list[tuple[str, str, int]]:
    """Return topic, slots and how often they were asked for since a moment."""
    query = (
        select(col(Question.topic), col(Question.slots), func.count())
        .where(col(Question.asked_at) >= since, col(Question.topic).is_not(None))
        .group_by(col(Question.topic), col(Question.slots))
    )
    return [(topic, slots, times) for topic, slots, times in session.exec(query) if topic]
