"""Fetching updates, and telling Telegram what may be forgotten only when it is done.

Telegram forgets every update below the offset of a fetch. So the offset here is a watermark: the
lowest update that is not finished. Finished ones above it come again with the next fetch and are
known; nothing runs twice.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from telegram.error import TelegramError

from bot.intake import UnfinishedError, explain
from bot.order import GRACE, ChatOrder, Recent, chat_of
from bot.outbox import pause
from handlers.failures import FloodWaitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.intake import Processor
    from bot.order import Data

log = structlog.get_logger(__name__)

LIMIT = 100  # the most that Telegram gives at once
LONG_POLL = 30  # seconds that Telegram may hold a fetch open while it has nothing
ANSWER_WITHIN = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.25
SAME_OFFSET_PAUSE = 0.6
"""Seconds before the same offset is asked again: within half a second Telegram's server gives one
update only, so that one slow chat would hold up all others."""

FIRST_RETRY, LONGEST_RETRY = 0.25, 5.0
FIRST_RECONNECT, LONGEST_RECONNECT = 0.5, 60.0
LAST_WORD = 1.5


class Watermark:
    """Keeps which updates are open; Telegram may forget what lies below ``offset``."""

    def __init__(self) -> None:
        self._open: dict[int, float] = {}
        self._finished = Recent()
        self._next = 0

    @property
    def offset(self) -> int:
        """The lowest open update, or the one after the last."""
        return min(self._open, default=self._next)

    @property
    def unfinished(self) -> int:
        """How many updates are open."""
        return len(self._open)

    @property
    def age(self) -> float:
        """Seconds since the oldest open update was taken."""
        return time.monotonic() - min(self._open.values()) if self._open else 0.0

    def take(self, updates: list[Data]) -> list[Data]:
        """Open the updates of one fetch and return those not known yet, in order."""
        fresh = []
        for data in sorted(updates, key=_id):
            update_id = _id(data)
            # After a silent week Telegram may start its numbers anew, so not simply the highest.
            self._next = update_id + 1
            if update_id not in self._open and update_id not in self._finished:
                self._open[update_id] = time.monotonic()
                fresh.append(data)
        return fresh

    def finish(self, update_id: int) -> None:
        """Close an update; closing it again does nothing."""
        if self._open.pop(update_id, None) is not None:
            self._finished.add(update_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An update between two attempts."""

    parked: bool
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Polling:
    """Fetches updates and runs them, until told to stop.

    Args:
        processor: Handles single updates.
        allowed_updates: Kinds of updates to ask for; Telegram's own choice when not given.
    """

    def __init__(
        self,
        processor: Processor,
        *,
        allowed_updates: Sequence[str] | None = None,
    ) -> None:
        self._processor = processor
        self._bot = processor.application.bot
        self._metrics = processor.metrics
        self._kinds = (
            {} if allowed_updates is None else {"allowed_updates": json.dumps(allowed_updates)}
        )
        self._order = ChatOrder()
        self._watermark = Watermark()
        self._waits: dict[int, Wait] = {}
        self._let_go: set[int] = set()
        self._all_done = asyncio.Event()
        self._moved = asyncio.Event()
        self._asked = 0
        self._stopping = False
        self._pause = FIRST_PAUSE
        self._fetched_at: float | None = None
        self._metrics.watch_intake(
            waiting=lambda: self._order.waiting,
            unfinished=lambda: self._watermark.unfinished,
            lag=lambda: self._watermark.age,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop`` is set; then finish, acknowledge and return."""
        fetching = asyncio.create_task(self._fetch_forever())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({fetching, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            fetching.cancel()
            self._stopping = True
            for wait in self._waits.values():
                wait.over.set()
            await self._order.close(GRACE)
            await self._say_goodbye()
        with suppress(asyncio.CancelledError):
            await fetching

    async def check(self) -> str:
        """Say when updates were last fetched.

        Raises:
            RuntimeError: Nothing could be fetched for too long.
        """
        if self._fetched_at is None:
            raise RuntimeError("No fetch from Telegram has succeeded yet; see the log.")
        silence = time.monotonic() - self._fetched_at
        if silence > 2 * (LONG_POLL + ANSWER_WITHIN):
            raise RuntimeError(f"Nothing could be fetched for {silence:.0f} s; see the log.")
        return f"fetched {silence:.0f} s ago"

    async def _fetch_forever(self) -> None:
        """Fetch, hand over, wait until another fetch is worth it; outlive every failure."""
        failures = 0
        polling = False
        while True:
            try:
                if not polling:
                    polling = await self._bot.delete_webhook()
                updates = await self._fetch(LONG_POLL)
            except TelegramError as error:
                failures += 1
                await self._wait_after(error, failures)
                continue
            if failures:
                log.info("fetching works again", failures=failures)
                failures = 0
            self._fetched_at = time.monotonic()
            await self._until_worth_fetching(fresh=self._take(updates))

    async def _fetch(self, hold: int, limit: int = LIMIT) -> list[Data]:
        """Ask Telegram once; this also acknowledges all below the watermark."""
        self._asked = self._watermark.offset
        asked = {
            "offset": self._asked,
            "limit": limit,
            "timeout": hold,
            **self._kinds,
        }
        answer: Any = await self._bot.request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(asked)}",
            read_timeout=hold + ANSWER_WITHIN,
        )
        parts = answer if isinstance(answer, list) else []
        return [
            data
            for data in parts
            if isinstance(data, dict) and isinstance(data.get("update_id"), int)
        ]

    async def _wait_after(self, error: TelegramError, failures: int) -> None:
        """Log what is wrong and how to mend it, and wait."""
        wait = pause(failures, FIRST_RECONNECT, LONGEST_RECONNECT)
        if isinstance(error, FloodWaitError):
            wait = max(wait, error.seconds)
        log.warning(
            "no updates", reason=explain(error), failures=failures, again_in=round(wait, 1)
        )
        self._metrics.retried("fetch")
        await asyncio.sleep(wait)

    def _take(self, updates: list[Data]) -> bool:
        """Start what is new; return whether anything was."""
        fresh = self._watermark.take(updates)
        for data in fresh:
            self._submit(data)
        if len(updates) >= LIMIT and not fresh:
            self._release()
        return bool(fresh)

    def _submit(self, data: Data) -> None:
        """Queue an update behind the others of its chat."""
        if not self._stopping:
            job = partial(self._work, data)
            _ = self._order.submit(chat_of(data), data["update_id"], job)

    def _release(self) -> None:
        """Acknowledge kept questions whose chats are parked, when they hold up all the rest.

        Telegram shows only its first hundred updates. The answers are still sent in the end,
        unless this process dies before.
        """
        for update_id, wait in self._waits.items():
            if wait.parked:
                log.warning("acknowledged before answered, for others to go on", update=update_id)
                self._watermark.finish(update_id)
                self._let_go.add(update_id)
                self._moved.set()
                wait.over.set()

    async def _until_worth_fetching(self, *, fresh: bool) -> None:
        """Wait for work to finish, since Telegram answers at once while some is open."""
        if not self._watermark.unfinished:
            return
        self._pause = FIRST_PAUSE if fresh else min(2 * self._pause, LONGEST_PAUSE)
        self._all_done.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                await self._all_done.wait()
        if self._watermark.unfinished and self._watermark.offset == self._asked:
            self._moved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(SAME_OFFSET_PAUSE - self._pause):
                    await self._moved.wait()

    async def _work(self, data: Data) -> bool:
        """Handle one update as often as it takes; return whether its chat may go on."""
        update_id = data["update_id"]
        for attempt in itertools.count(1):
            try:
                await self._processor.handle(data)
                break
            except UnfinishedError as error:
                again_at = _now() + max(error.after, pause(attempt, FIRST_RETRY, LONGEST_RETRY))
                let_go = await self._wait(update_id, again_at, parked=error.parked)
            if self._stopping:
                return False
            if let_go:
                asyncio.get_running_loop().call_at(again_at, self._submit, data)
                return True
        self._watermark.finish(update_id)
        self._let_go.discard(update_id)
        if self._watermark.offset != self._asked:
            self._moved.set()
        if not self._watermark.unfinished:
            self._all_done.set()
        return True

    async def _wait(self, update_id: int, until: float, *, parked: bool) -> bool:
        """Wait for the next attempt; return whether the update was let go meanwhile."""
        self._metrics.retried("update")
        wait = self._waits[update_id] = Wait(parked=parked)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await wait.over.wait()
        del self._waits[update_id]
        return wait.over.is_set()

    async def _say_goodbye(self) -> None:
        """Acknowledge what is finished; what is not comes again to the next process."""
        log.info("intake stops", unfinished=self._watermark.unfinished)
        if self._let_go:
            log.error("kept questions stay without their answers", updates=sorted(self._let_go))
        try:
            async with asyncio.timeout(LAST_WORD):
                await self._fetch(hold=0, limit=1)
        except (TelegramError, TimeoutError) as error:
            log.warning("last acknowledgement failed; repeats will follow", reason=str(error))


def _now() -> float:
    """Return the time that attempts are planned in."""
    return asyncio.get_running_loop().time()


def _id(data: Data) -> int:
    """Return an update's number."""
    return int(data["update_id"])
