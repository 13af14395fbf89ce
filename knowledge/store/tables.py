"""The tables. Times are UTC and say so."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text as sql,
)
from sqlmodel import Field, SQLModel

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""A growing key: 64 bits everywhere, and SQLite's own row id there."""

UNGROUPED = (
    "group_id IS NULL AND decision_id IS NULL AND (outcome = 'unknown' OR doubt IS NOT NULL)"
)
"""What waits for a curator and was not grouped yet: the few rows of a long log."""

NO_OPTIONS = '{"missing": null, "readings": []}'


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Question(SQLModel, table=True):
    """One question (one part of a message), as asked and as answered, without personal data."""

    __table_args__ = (
        UniqueConstraint("bot", "update_id", "part"),
        Index("ix_question_outcome_asked_at", "outcome", "asked_at"),
        Index("ix_question_topic_asked_at", "topic", "asked_at"),
        Index("ix_question_asker_asked_at", "asker", "asked_at"),
        Index(
            "ix_question_group_asker",
            "group_id",
            "asker",
            sqlite_where=sql("group_id IS NOT NULL"),
            postgresql_where=sql("group_id IS NOT NULL"),
        ),
        Index(
            "ix_question_decision",
            "decision_id",
            sqlite_where=sql("decision_id IS NOT NULL"),
            postgresql_where=sql("decision_id IS NOT NULL"),
        ),
        # all that the charts count, so that they read the index alone
        Index("ix_question_figures", "asked_at", "topic", "outcome", "doubt"),
        Index(
            "ix_question_ungrouped",
            "group_id",
            "id",
            sqlite_where=sql(UNGROUPED),
            postgresql_where=sql(UNGROUPED),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True))
    asked_at: datetime = Field(default_factory=now)
    bot: int = Field(sa_type=BigInteger)
    """The bot's own Telegram id: update ids are unique only within one bot."""
    update_id: int = Field(sa_type=BigInteger)
    part: int = 0
    """Place within a message that held several questions."""
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    """The message within its chat, to reply to it later."""
    answer_id: int | None = Field(default=None, sa_type=BigInteger)
    """Our message that answered it, the last where there were several, so that a reaction or a
    reply finds the question. None where it never went, or was not kept."""
    asker: str = Field(max_length=32)
    """Keyed hash of the chat, so that people can be counted but not known."""
    text: str = Field(sa_type=Text)
    """What was asked, after personal data was taken out."""
    language: str = Field(max_length=8)
    outcome: str = Field(max_length=16)
    topic: str | None = Field(default=None, max_length=48)
    slots: str = Field(default="{}", sa_type=Text)
    """JSON of kind → ids."""
    options: str = Field(default=NO_OPTIONS, sa_type=Text)
    """JSON of what is missing, and of the readings offered or nearest, best first."""
    score: float | None = None
    runner_up: str | None = Field(default=None, max_length=48)
    runner_up_score: float | None = None
    version: int = 0
    latency_ms: float = 0.0
    """Measured no more: the column goes once no replica of a release that fills it can run."""
    doubt: str | None = Field(default=None, max_length=24)
    """Why a curator should look although it was not unanswered: thumbs_down, asked_again …"""
    rating: int | None = None
    """What the person thought of the answer: 1 helpful, -1 not."""
    complaint: str | None = Field(default=None, max_length=16)
    """What was the matter with it: wrong, outdated, unclear, other_question."""
    group_id: int | None = None
    """The like questions it stands with, once it was grouped."""
    decision_id: int | None = Field(default=None, sa_type=BigInteger)
    """The curator's decision that covers it; None while it waits or needs nobody."""


class Conversation(SQLModel, table=True):
    """What a chat is about right now; short-lived."""

    __table_args__ = (
        Index(
            "ix_conversation_held",
            "chat",
            sqlite_where=sql("held IS NOT NULL"),
            postgresql_where=sql("held IS NOT NULL"),
        ),
    )

    chat: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    about: str = Field(default="{}", sa_type=Text)
    """JSON of the last topic and slots."""
    language: str | None = Field(default=None, max_length=8)
    """The language the person chose; None follows what they write."""
    detail: str = Field(default="full", max_length=8)
    flow: str | None = Field(default=None, sa_type=Text)
    """JSON of a dialogue under way (eligibility, finder), if any."""
    held: str | None = Field(default=None, sa_type=Text)
    """JSON of a short message that waits a moment for the next one, if any."""
    updated_at: datetime = Field(default_factory=now, index=True)


class Version(SQLModel, table=True):
    """One published state of the knowledge base: all its files, never changed afterwards."""

    number: int = Field(primary_key=True)
    files: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Compressed JSON of path → text."""
    digest: str = Field(max_length=64)
    published_at: datetime = Field(default_factory=now)
    published_by: str = Field(max_length=64)
    reason: str = Field(default="", sa_type=Text)
    changes: str = Field(default="[]", sa_type=Text)
    """JSON list of what changed, in words."""
    override: str | None = Field(default=None, sa_type=Text)
    """Why golden questions were allowed to be lost, if they were."""


class Lease(SQLModel, table=True):
    """Who does a job that must run once, however many replicas there are."""

    name: str = Field(primary_key=True, max_length=48)
    holder: str = Field(max_length=64)
    until: datetime
    done_at: datetime | None = None
    """When the job last finished, on whichever replica."""


class Secret(SQLModel, table=True):
    """Keys the product makes for itself, such as the one that hashes askers."""

    name: str = Field(primary_key=True, max_length=32)
    value: str = Field(max_length=128)
