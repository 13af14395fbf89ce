"""The order of updates: one chat's one after another, different chats side by side."""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Data = dict[str, Any]
    Job = Callable[[], Awaitable[bool]]

GRACE = 7.0
"""Seconds that what is under way has to finish at a stop. With a last word to Telegram, and to who
reads a page, that makes less than the ten seconds promised."""

REMEMBERED = 10_000


def chat_of(data: Data) -> int:
    """Return the id whose updates must stay in order: the chat's, else the person's.

    A private chat has its person's id, so pressing a button, typing inline and writing count as
    one. Updates that belong to nobody are kept apart by their own id.
    """
    for part in data.values():
        if isinstance(part, dict):
            message = part.get("message")
            owners = [message.get("chat")] if isinstance(message, dict) else []
            owners += [part.get(name) for name in ("chat", "from", "user", "voter_chat")]
            for owner in owners:
                if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                    return int(owner["id"])
    return int(data["update_id"])


@dataclass(order=True, slots=True)
class Place:
    """One update's place in its chat's lane."""

    update_id: int
    job: Job = field(compare=False)
    finished: asyncio.Future[bool] = field(compare=False)

    def settle(self, *, finished: bool) -> None:
        """Tell whoever waits how it ended."""
        if not self.finished.done():
            self.finished.set_result(finished)


class ChatOrder:
    """Runs one chat's updates one after another, lowest id first, and chats side by side."""

    def __init__(self) -> None:
        self._lanes: dict[int, list[Place]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many updates wait for an earlier one of their chat."""
        return sum(map(len, self._lanes.values()))

    def submit(self, chat: int, update_id: int, job: Job) -> asyncio.Future[bool]:
        """Queue a job; the result tells whether the update is finished."""
        place = Place(update_id, job, asyncio.get_running_loop().create_future())
        lane = self._lanes.get(chat)
        if lane is None:
            lane = self._lanes[chat] = []
            task = asyncio.create_task(self._run(chat, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        heapq.heappush(lane, place)
        return place.finished

    async def close(self, grace: float) -> None:
        """Drop what waits, and give what runs so many seconds to finish."""
        for lane in self._lanes.values():
            _drop(lane)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, chat: int, lane: list[Place]) -> None:
        """Work off one chat's lane."""
        place: Place | None = None
        try:
            while lane:
                place = heapq.heappop(lane)
                finished = await place.job()
                place.settle(finished=finished)
                if not finished:
                    break
        finally:
            # What came after an unfinished update must not overtake it.
            del self._lanes[chat]
            _drop(lane if place is None else [place, *lane])


def _drop(lane: list[Place]) -> None:
    """Settle what will not be run here; Telegram still has it."""
    for place in lane:
        place.settle(finished=False)
    lane.clear()


class Recent:
    """Remembers the last finished updates, so that a repeat is not run twice."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._ids: OrderedDict[int, None] = OrderedDict()

    def add(self, update_id: int) -> None:
        """Remember one, forgetting the oldest when there are too many."""
        self._ids[update_id] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._ids
