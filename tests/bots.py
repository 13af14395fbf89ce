"""Runs the whole bot inside a test, as ``guide run`` does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import structlog

from bot.app import run
from bot.settings import Settings
from knowledge.editing.checks import load
from knowledge.guide import Guide
from knowledge.reading import read_folder
from knowledge.snapshot import Snapshot
from knowledge.store.engine import Store
from tests import shipped


@dataclass
class Running:
    """A bot that runs."""

    guide: Guide
    stop: asyncio.Event
    task: asyncio.Task[None]
    errors: list[str] = field(default_factory=list)
    """What went wrong in handlers: a polite reply must not hide it from a test."""


@lru_cache(maxsize=2)
def _compiled(files: tuple[tuple[str, str], ...]) -> Snapshot:
    """Compile a content once for all bots that start with it: that takes most of a test."""
    if dict(files) == read_folder():
        return shipped.snapshot()
    return Snapshot(load(dict(files)), 1)


@asynccontextmanager
async def running_bot(settings: Settings, files: Mapping[str, str]) -> AsyncIterator[Running]:
    """Run a bot meanwhile; its handlers' errors are collected."""
    guide = Guide(
        Store(settings.database_url),
        burst_seconds=settings.burst_seconds,
        packaged=_compiled(tuple(files.items())),
    )
    await guide.open(files)
    stop = asyncio.Event()
    bot = Running(guide=guide, stop=stop, task=asyncio.create_task(run(settings, guide, stop)))

    def collect(
        _: object, __: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        if event.get("event") == "handler_failed":
            bot.errors.append(repr(event.get("exc_info")))
        return event

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[collect, *before])
    try:
        yield bot
    finally:
        stop.set()
        await bot.task
        await guide.store.aclose()
        structlog.configure(processors=before)
