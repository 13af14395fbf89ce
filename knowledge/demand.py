"""Figures of what people ask for, counted at most once a minute however many look at them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlmodel import Session

from knowledge.store.engine import Store

T = TypeVar("T")

FRESH_SECONDS = 60.0


class Figures:
    """Counts that may be a minute old; those who ask meanwhile wait for the same count."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts: dict[Callable[[Session], Any], tuple[float, asyncio.Task[Any]]] = {}

    async def of(self, count: Callable[[Session], T]) -> T:
        """Return what a query counts."""
        known = self._counts.get(count)
        moment = time.monotonic()
        if known is None or moment - known[0] > FRESH_SECONDS or _failed(known[1]):
            known = moment, asyncio.create_task(self._store.read(count))
            self._counts[count] = known
        return cast("T", await asyncio.shield(known[1]))


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
