"""Runs something beside a block, and ends it with the block."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

log = logging.getLogger(__name__)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run work that never ends by itself until the block is left; should it end, it is told."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _tell(task: asyncio.Task[None]) -> None:
    """Log that work ended which nobody waits for before everything stops."""
    if not task.cancelled():
        log.error("%s ended by itself", task.get_coro(), exc_info=task.exception())
