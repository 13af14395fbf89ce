"""What a draft would do, examined once for all loads of its page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from knowledge.editing.publishing import Examination, compiled, unpacked
from knowledge.guide import Guide
from knowledge.snapshot import Snapshot
from knowledge.store.drafts import SavedDraft

MOST_KEPT = 4
"""Examinations and compiled drafts kept at hand; each takes seconds to make."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft, examined against a version on a day."""

    examined: Examination
    snapshot: Snapshot | None
    """The draft compiled; None where it cannot be read."""


class Drafts:
    """Examines drafts, and keeps the last few results, since a page may be loaded again."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._kept: dict[tuple[int, int, date], Looked] = {}

    async def look(self, kept: SavedDraft) -> Looked:
        """Return what a draft would do to the live version."""
        key = (kept.id or 0, await self._guide.publisher.live_number(), self._guide.today())
        if key not in self._kept:
            made = await self._make(kept)
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = made
        return self._kept[key]

    async def _make(self, kept: SavedDraft) -> Looked:
        draft = await unpacked(kept)
        examined = await self._guide.publisher.examine(draft)
        if examined.errors:
            return Looked(examined, None)
        live = self._guide.snapshot
        made = await asyncio.to_thread(compiled, draft.files, -(kept.id or 0), live)
        return Looked(examined, made)
