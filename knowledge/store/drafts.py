"""Drafts that wait for a decision, and the chats that try one out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary, Text
from sqlmodel import Field, Session, SQLModel, col, delete, select

from knowledge.errors import NotFoundError
from knowledge.store.tables import now
from knowledge.store.versions import pack

KEPT = timedelta(days=14)
"""A draft nobody decided on is dropped after this."""


class SavedDraft(SQLModel, table=True):
    """Content that somebody may publish, and the version it was made from."""

    __tablename__ = "draft"

    id: int | None = Field(default=None, primary_key=True)
    files: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    base: int
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(default_factory=now)
    title: str = Field(default="", sa_type=Text)
    """What it is, in the words of who sent it; becomes the reason of the version."""


class Preview(SQLModel, table=True):
    """A chat that is answered from a draft."""

    __tablename__ = "preview"

    chat: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    draft: int


class Waiting(NamedTuple):
    """A draft as lists show it."""

    number: int
    base: int
    made_by: str
    made_at: datetime
    title: str


def save_draft(
    session: Session, files: Mapping[str, str], *, base: int, by: str, title: str
) -> int:
    """Keep a draft; return its number."""
    draft = SavedDraft(files=pack(files), base=base, made_by=by[:64], title=title)
    session.add(draft)
    session.flush()
    return draft.id or 0


def get_draft(session: Session, number: int) -> SavedDraft:
    """Return a draft.

    Raises:
        NotFoundError: it was published, discarded or dropped for its age.
    """
    if found := session.get(SavedDraft, number):
        return found
    raise NotFoundError("That draft is not there any more: published, discarded or too old.")


def list_drafts(session: Session) -> list[Waiting]:
    """Return every draft without its files, newest first."""
    columns = (
        col(SavedDraft.id),
        col(SavedDraft.base),
        col(SavedDraft.made_by),
        col(SavedDraft.made_at),
        col(SavedDraft.title),
    )
    query = select(*columns).order_by(col(SavedDraft.id).desc())  # type: ignore[call-overload]
    return [Waiting(*row) for row in session.exec(query)]


def drop_old_drafts(session: Session) -> None:
    """Drop the drafts nobody decided on."""
    old = select(SavedDraft.id).where(col(SavedDraft.made_at) < now() - KEPT)
    for number in list(session.exec(old)):
        discard_draft(session, number or 0)


def discard_draft(session: Session, number: int) -> None:
    """Drop a draft, and end every try-out of it."""
    session.execute(delete(Preview).where(col(Preview.draft) == number))
    session.execute(delete(SavedDraft).where(col(SavedDraft.id) == number))


def previews(session: Session) -> dict[int, int]:
    """Return which chat tries which draft."""
    return {one.chat: one.draft for one in session.exec(select(Preview))}


def start_preview(session: Session, chat: int, draft: int) -> None:
    """Answer a chat from a draft from now on.

    Raises:
        NotFoundError: there is no such draft.
    """
    get_draft(session, draft)
    session.merge(Preview(chat=chat, draft=draft))


def end_preview(session: Session, chat: int) -> bool:
    """Answer a chat from the live version again; return whether it tried a draft."""
    found = session.get(Preview, chat)
    if found:
        session.delete(found)
    return found is not None
