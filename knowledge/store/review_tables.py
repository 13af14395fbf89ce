"""The tables of the curators: groups of like questions, decisions, people and who did what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from knowledge.store.tables import BIG_ID, now


class QuestionGroup(SQLModel, table=True):
    """Like questions that one decision settles."""

    __tablename__ = "question_group"
    __table_args__ = (Index("ix_question_group_state_rank", "state", "rank"),)

    id: int | None = Field(default=None, primary_key=True)
    head: str = Field(sa_type=Text)
    """The wording that stands for all: the shortest that says it fully."""
    language: str = Field(max_length=8)
    languages: str = Field(default="[]", max_length=40)
    """JSON list."""
    slots: str = Field(default="{}", sa_type=Text)
    """JSON of kind → ids, of the head."""
    nearest: str = Field(default="[]", sa_type=Text)
    """JSON of the nearest topics with their scores, of the head."""
    reasons: str = Field(default="[]", max_length=160)
    """JSON list of why it waits: unknown, thumbs_down, none_of_these …"""
    questions: int = 0
    people: int = 0
    wordings: int = 0
    """How many different wordings it has."""
    harm: float = 1.0
    first_seen: datetime
    last_seen: datetime
    rank: float = 0.0
    """Where it stands in the queue; the highest comes first."""
    state: str = Field(default="open", max_length=16)
    """open, answered, ignored, later, with_staff, merged."""
    until: datetime | None = None
    """When what is ignored or put off comes back."""
    decision_id: int | None = Field(default=None, sa_type=BigInteger)
    matched: int = 0
    """The version of the content that was last asked about it."""
    held_by: int | None = Field(default=None, sa_type=BigInteger)
    held_until: datetime | None = None
    """Until when nobody else can decide it."""


class GroupWording(SQLModel, table=True):
    """Where a wording belongs; what was merged or split by hand stays so."""

    __tablename__ = "group_wording"
    key: str = Field(primary_key=True, max_length=24)
    group_id: int = Field(index=True)
    sketch: str = Field(sa_type=Text)
    """JSON of what it is compared by."""
    number: int = Field(default=0, sa_type=BigInteger, index=True)
    """Rises as wordings come, so that replicas read only what is new."""


class Decision(SQLModel, table=True):
    """What was decided about a group, by whom, and what is needed to take it back."""

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True))
    group_id: int = Field(index=True)
    kind: str = Field(max_length=16)
    """phrasing, new_answer, not_ours, later, not_reusable, wrong_answer, answered, merge …"""
    by: int = Field(sa_type=BigInteger)
    """Who; 0 is the bot itself, which closes what is now answered."""
    door: str = Field(default="", max_length=12)
    at: datetime = Field(default_factory=now, index=True)
    topic: str | None = Field(default=None, max_length=48)
    reason: str = Field(default="", sa_type=Text)
    detail: str = Field(default="{}", sa_type=Text)
    """JSON of what was chosen, and of the group as it was before."""
    version: int | None = None
    """The version of the content it made."""
    because_of: int | None = Field(default=None, sa_type=BigInteger, index=True)
    """The decision that answered this group too."""
    undone_at: datetime | None = None
    undone_by: int | None = Field(default=None, sa_type=BigInteger)


class Person(SQLModel, table=True):
    """Somebody with a right beyond asking."""

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """Telegram's id of the person."""
    right: str = Field(max_length=12)
    """viewer, curator, publisher, admin; none takes away what the settings give."""
    name: str = Field(default="", max_length=64)
    given_by: int = Field(default=0, sa_type=BigInteger)
    given_at: datetime = Field(default_factory=now)


class SignInLink(SQLModel, table=True):
    """A one-time link to the console, kept as a hash."""

    __tablename__ = "sign_in_link"
    token: str = Field(primary_key=True, max_length=64)
    person: int = Field(sa_type=BigInteger)
    expires_at: datetime
    used_at: datetime | None = None


class WebSession(SQLModel, table=True):
    """Somebody signed in to the console; the cookie's value is kept as a hash."""

    __tablename__ = "web_session"
    token: str = Field(primary_key=True, max_length=64)
    person: int = Field(sa_type=BigInteger, index=True)
    form_key: str = Field(max_length=64)
    """What every form must send along, so that no other site can send one."""
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime = Field(index=True)


class ApiToken(SQLModel, table=True):
    """A key to the read-only API, kept as a hash."""

    __tablename__ = "api_token"
    token: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=64, unique=True)
    given_by: int = Field(sa_type=BigInteger)
    given_at: datetime = Field(default_factory=now)


class Attempt(SQLModel, table=True):
    """Failed sign-ins from an address within a while, on all replicas together."""

    place: str = Field(primary_key=True, max_length=64)
    since: datetime
    times: int = 0


class Audit(SQLModel, table=True):
    """Who did what, and when."""

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True))
    at: datetime = Field(default_factory=now, index=True)
    by: int = Field(sa_type=BigInteger)
    door: str = Field(max_length=12)
    """telegram, console, command."""
    action: str = Field(max_length=24, index=True)
    about: str = Field(default="", max_length=64)
    detail: str = Field(default="", sa_type=Text)
