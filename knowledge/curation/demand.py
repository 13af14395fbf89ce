"""Figures of what people ask for, counted at most once a minute however many look at them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from knowledge.store.engine import Session, Store

T = TypeVar("T")

FRESH_SECONDS = 60.0
"""How long a count is shown before it is counted again, beside the work."""
LASTS_SECONDS = 600.0
"""A count older than this is not shown; who asks waits for the next."""


@dataclass(slots=True)
class _Count:
    """A count that runs or was made, and when it began."""

    began: float
    task: asyncio.Task[Any]

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    @property
    def failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


class Figures:
    """Counts that may be some minutes old; those who ask meanwhile wait for the same count."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shown: dict[Callable[[Session], Any], _Count] = {}
        self._next: dict[Callable[[Session], Any], _Count] = {}

    async def of(self, count: Callable[[Session], T]) -> T:
        """Return what a query counts, as it was counted last; begin again where that is due."""
        shown = self._take_over(count)
        if shown is None or shown.failed or shown.age > LASTS_SECONDS:
            shown = self._next.pop(count, None) or self._begin(count)
            self._shown[count] = shown
        elif shown.age > FRESH_SECONDS and count not in self._next:
            self._next[count] = self._begin(count)
        return cast("T", await asyncio.shield(shown.task))

    def _take_over(self, count: Callable[[Session], Any]) -> _Count | None:
        """Return the newest count; one that ran beside is shown once it is done."""
        beside = self._next.get(count)
        if beside is not None and beside.task.done():
            del self._next[count]
            if not beside.failed:
                self._shown[count] = beside
        return self._shown.get(count)

    def _begin(self, count: Callable[[Session], Any]) -> _Count:
        return _Count(time.monotonic(), asyncio.create_task(self._store.read(count)))
