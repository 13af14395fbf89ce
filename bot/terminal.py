"""What all commands at a terminal share: settings, options, and stopping with a sentence."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError

from bot.settings import Settings
from handlers.markup import seen
from handlers.replies import plain, reply_to
from knowledge.answering.answers import Worded
from knowledge.errors import GuideError
from knowledge.snapshot import Said, Snapshot
from knowledge.verdicts import Unknown

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Folder = Annotated[Path | None, typer.Option(help="A content folder instead of the packaged one.")]


def fail(message: str, code: int = 1) -> NoReturn:
    """Say on standard error what is wrong and how to mend it, and stop."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def done(coming: Coroutine[Any, Any, T]) -> T:
    """Do something for a command; stop with what is wrong."""
    try:
        return asyncio.run(coming)
    except GuideError as error:
        fail(str(error))


def day_of(on: str | None) -> date:
    """Return the day that was typed, or today."""
    try:
        return date.fromisoformat(on) if on else date.today()  # noqa: DTZ011 - a local day
    except ValueError:
        fail(f"{on!r} is not a day; write it as 2026-11-22.", 2)


def settings() -> Settings:
    """Return the settings; stop with what is wrong where they do not hold."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"GUIDE_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors()
        ]
        fail("The settings do not hold; see .env.example.\n" + "\n".join(lines), 2)


def row_of(line: str, number: int) -> dict[str, Any]:
    """Return the question on a line of JSON; stop with what is wrong where there is none."""
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        fail(f"Line {number} is not JSON: {error}", 2)
    if not isinstance(row, dict) or "q" not in row:
        fail(f'Line {number} must be an object with "q": {{"id": 1, "q": "…"}}', 2)
    return row


def as_plain(worded: Worded, snapshot: Snapshot) -> str:
    """Return a worded answer as plain text."""
    return plain(worded, snapshot.content)


def as_text(said: Said, snapshot: Snapshot) -> str:
    """Return what is said to a question, as a person reads it in the terminal."""
    if said.worded:
        return as_plain(said.worded, snapshot)
    content = snapshot.content
    reply = reply_to(said, content, "full", 0)
    words = seen(reply.html, links=True)
    if isinstance(said.understood.verdict, Unknown):
        return words
    buttons = [f"- {button.words}" for row in reply.buttons for button in row]
    return "\n".join([words, *buttons])
