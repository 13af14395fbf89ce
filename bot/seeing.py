"""Keeps the gauges of content, backlog and database true, and times what the database does."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from knowledge.errors import GuideError
from knowledge.meanwhile import meanwhile
from knowledge.store.questions import count_waiting
from knowledge.store.versions import list_versions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.engine import ExceptionContext
    from sqlmodel import Session

    from bot.metrics import Metrics
    from knowledge.guide import Guide

LOOK_EVERY = 30.0
"""Seconds between looks: counting what waits reads a part of the log."""


@asynccontextmanager
async def seeing(guide: Guide, metrics: Metrics) -> AsyncIterator[None]:
    """Meanwhile, look at the database and the content, and time every statement."""
    listeners = list(_listeners(metrics))
    for name, listener in listeners:
        event.listen(guide.store.engine, name, listener)
    try:
        async with meanwhile(_watch(guide, metrics)):
            yield
    finally:
        for name, listener in listeners:
            event.remove(guide.store.engine, name, listener)


async def _watch(guide: Guide, metrics: Metrics) -> None:
    while True:
        with suppress(GuideError, SQLAlchemyError):  # the gauge has it; /readyz says what is wrong
            await look(guide, metrics)
        await asyncio.sleep(LOOK_EVERY)


async def look(guide: Guide, metrics: Metrics) -> None:
    """Bring the gauges up to date.

    Raises:
        TryAgainLaterError: the database cannot be used.
    """
    number = guide.snapshot.number

    def work(session: Session) -> tuple[int, datetime]:
        (live,) = list_versions(session, after=number - 1, below=number + 1)
        return count_waiting(session), live.published_at

    try:
        await guide.check_database()
        backlog, published = await guide.store.read(work)
    except Exception:
        metrics.database(up=False)
        raise
    metrics.backlog(backlog)
    metrics.content(number, published.timestamp())
    metrics.database(up=True)


def _listeners(metrics: Metrics) -> Iterator[tuple[str, Any]]:
    """Return what SQLAlchemy should call, and when."""

    def begin(
        _connection: Any, _cursor: Any, _sql: Any, _given: Any, context: Any, _m: Any
    ) -> None:
        context.guide_began = time.perf_counter()

    def end(_connection: Any, _cursor: Any, _sql: Any, _given: Any, context: Any, _m: Any) -> None:
        # A statement that was under way when the watching began has no beginning.
        if began := getattr(context, "guide_began", None):
            metrics.statement(time.perf_counter() - began)

    def failed(context: ExceptionContext) -> None:
        metrics.database_failed(type(context.sqlalchemy_exception).__name__)

    yield "before_cursor_execute", begin
    yield "after_cursor_execute", end
    yield "handle_error", failed
