"""The table of promises: who asked to be told, and whether we did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.store.tables import BIG_ID, now


class Promise(SQLModel, table=True):
    """A person is told once: the answer to a question, or what opened in a state.

    It holds the chat, since it must find the person; it is deleted once kept or expired.
    """

    __table_args__ = (
        UniqueConstraint("bot", "chat", "subject"),
        Index("ix_promise_state_expires_at", "state", "expires_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True))
    bot: int = Field(sa_type=BigInteger)
    chat: int = Field(sa_type=BigInteger)
    subject: str = Field(max_length=64)
    """``question:12`` or ``opening:ohio``; a person is promised each thing once."""
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    """The message to reply to."""
    language: str = Field(max_length=8)
    text: str = Field(default="", sa_type=Text)
    """The question, without personal data."""
    known: str = Field(default="[]", sa_type=Text)
    """JSON of what was there already when an opening was asked for."""
    version: int = 0
    """The version of the content that was last looked at for it."""
    state: str = Field(default="waiting", max_length=16)
    """waiting, due (it can be said), sending (a replica says it right now)."""
    reading: str | None = Field(default=None, sa_type=Text)
    """JSON of the answer, once there is one."""
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
