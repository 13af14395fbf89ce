"""Settings, read once in ``main`` from the environment and ``.env``."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveFloat,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from knowledge.harm import HARM

PREFIX = "GUIDE_"
TELEGRAM = "https://api.telegram.org"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
OTHERS = {"GUIDE_BENCH_DATA"}
"""Names of ours that are no settings of the bot."""
CLOSE = 0.8


def _split_ids(value: object) -> object:
    if isinstance(value, str):
        return frozenset(int(part) for part in value.replace(";", ",").split(",") if part.strip())
    return frozenset([value]) if isinstance(value, int) else value


Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_split_ids)]


def _read_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _check_address(value: str) -> str:
    if not value.startswith(
        ("sqlite://", "postgresql://", "postgres://", "postgresql+psycopg://")
    ):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    try:
        make_url(value)
    except (ArgumentError, ValueError):  # what they say shows the password
        raise ValueError(
            "cannot be read: write it as postgresql://user:password@host:5432/name, "
            "with %40 for @, %3A for : and %2F for / in the password"
        ) from None
    return value


Address = Annotated[str, AfterValidator(_check_address)]


def _check_utc(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("is in UTC and takes no offset; write it as 14:00")
    return value


Utc = Annotated[time, AfterValidator(_check_utc)]

Harms = Annotated[dict[str, PositiveFloat], NoDecode, BeforeValidator(_read_json)]


class Settings(BaseSettings):
    """Everything that can be set; names in the environment begin with ``GUIDE_``."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix=PREFIX, extra="ignore", env_ignore_empty=True
    )

    token: SecretStr | None = Field(
        default=None, description="The bot's token from BotFather; none starts the sandbox."
    )
    api_url: str = Field(default=TELEGRAM, description="Root address of the Bot API.")
    database_url: Address = Field(
        default="sqlite:///data/guide.db",
        description="Where questions and versions are kept: SQLite or PostgreSQL.",
    )
    staff: Ids = Field(
        default=frozenset(), description="Telegram ids that may publish content, as 1,2."
    )
    curators: Ids = Field(
        default=frozenset(), description="Telegram ids that may decide unanswered questions."
    )
    content: Path | None = Field(
        default=None,
        description="A folder of content for an empty database, instead of the packaged one.",
    )
    context_minutes: int = Field(
        default=30, ge=1, description="How long a chat's subject is remembered, in minutes."
    )
    burst_seconds: float = Field(
        default=2.0,
        ge=0,
        le=5,
        description="How long a short, unclear message waits for the next one, in seconds.",
    )
    promise_days: int = Field(
        default=90, ge=1, description="How long a promise to tell somebody is kept, in days."
    )
    question_days: int = Field(
        default=730, ge=1, description="How long questions are kept, in days."
    )
    conversation_hours: int = Field(
        default=720,
        ge=1,
        description="How long a quiet chat's subject is kept, in hours; a chosen language stays.",
    )
    person_limits: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Slow down people who flood: auto (where Telegram itself is used), on or off.",
    )
    soft_limit: int = Field(
        default=20, ge=1, description="Messages of a person in a minute before a friendly hint."
    )
    slow_limit: int = Field(
        default=40, ge=1, description="The same, before answers come slower; told once."
    )
    quiet_limit: int = Field(
        default=80, ge=1, description="The same, before a pause without answers; told once."
    )
    slow_seconds: float = Field(
        default=1.0, ge=0, le=5, description="How much slower those answers come, in seconds."
    )
    quiet_minutes: int = Field(
        default=10, ge=1, description="How long that pause lasts, in minutes."
    )
    meaning: bool = Field(
        default=True,
        description="Ask an embedding, if installed, where words leave doubt (some 300 MB).",
    )
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(
        default=8080, ge=0, le=65535, description="Port of health, metrics, webhook and console."
    )
    webhook_url: str | None = Field(
        default=None,
        description="Public address of this bot; set, it uses a webhook, not polling.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="Secret that Telegram sends along with each webhook call; a webhook needs it.",
    )
    console_url: str | None = Field(
        default=None,
        description="Public address of the console; without it the webhook's, or our own.",
    )
    curators_chat: int | None = Field(
        default=None, description="Telegram id of the chat that gets the curators' daily digest."
    )
    digest_at: Utc = Field(
        default=time(14), description="When the digest is sent, in UTC, as 14:00."
    )
    review_people: float = Field(
        default=1.0, ge=0, description="Power of how many people asked, in the queue's order."
    )
    review_half_life_days: float = Field(
        default=14.0, gt=0, description="Days without a new question until a group weighs half."
    )
    review_harm: Harms = Field(
        default=HARM,
        description="How much worse a reason to wait is than having no answer, as JSON.",
    )
    sandbox_port: int = Field(
        default=8081, ge=0, le=65535, description="Port of the local sandbox's chat page."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )
    log_json: bool = Field(default=False, description="Log as JSON lines, for log collectors.")

    @field_validator("webhook_secret")
    @classmethod
    def _check_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Refuse what Telegram would refuse, and a webhook that anybody could call."""
        wanted = value is not None or info.data.get("webhook_url") is not None
        if wanted and not (value and _SECRET.fullmatch(value.get_secret_value())):
            raise ValueError("a webhook's secret is 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value


def misspelt() -> Iterator[tuple[str, str]]:
    """Yield what looks like a setting and is none, with the nearest that is one, or nothing.

    In the file other names than ours may stand, so there only what is close to one is taken.
    """
    known = [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    written = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars}
    given = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    for name in sorted((written | given) - {*known, *OTHERS}):
        nearest = "".join(get_close_matches(name, known, n=1, cutoff=CLOSE))
        if nearest or name.startswith(PREFIX):
            yield name, nearest
