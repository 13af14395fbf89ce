"""How fast requests leave, and which of them are tried again.

python-telegram-bot passes every request but getUpdates through here (its rate limiter). Messages
keep Telegram's limits, per chat and for the whole bot. A 429 parks its own chat and no other. A
request is repeated only when that cannot send a message twice: Telegram did not act, or acting
twice is the same as acting once.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import BaseRateLimiter
from typing_extensions import override

from handlers.failures import FloodWaitError, NotTakenError, UnconfirmedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram._utils.types import JSONDict

    from bot.metrics import Metrics

    Answer = bool | JSONDict | list[JSONDict]
    Callback = Callable[..., Coroutine[Any, Any, Answer]]

log = structlog.get_logger(__name__)

MESSAGES = ("send", "copy", "forward", "edit")
# What these do twice is the same as what they do once.
REPEATABLE = ("get", "set", "edit", "answer", "deleteWebhook", "deleteMy", "sendChatAction")
ATTEMPTS = 4
FIRST_PAUSE = 0.3
IDLE_CHATS_KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many messages may leave; 0 means no limit.

    Attributes:
        chat: Messages a second to one person, after a burst of ``burst``.
        burst: Messages one person may be sent at once after a silence.
        group: Messages a minute to one group.
        everybody: Messages a second altogether.
        patience: Longest wait in seconds inside one request for a 429 to pass; a longer one is
            handed back as ``ChatParkedError``, so that the update waits and not a handler.
    """

    chat: float = 1.0
    burst: int = 5
    group: float = 20.0
    everybody: float = 30.0
    patience: float = 5.0


class ChatParkedError(FloodWaitError):
    """Telegram wants no message in this one chat for longer than the outbox waits."""


class Bucket:
    """Hands out places in time: so many at once, then one after each gap."""

    __slots__ = ("_gap", "_next", "_slack")

    def __init__(self, *, rate: float, burst: float) -> None:
        self._gap = 1.0 / rate
        self._slack = (burst - 1.0) * self._gap
        self._next = float("-inf")

    def reserve(self, now: float) -> float:
        """Take the next place and return how many seconds away it is."""
        place = max(self._next, now - self._slack)
        self._next = place + self._gap
        return max(0.0, place - now)

    def idle(self, now: float) -> bool:
        """Whether this bucket is as good as new."""
        return self._next <= now - self._slack


class Outbox(BaseRateLimiter[None]):
    """Paces requests by chat and overall, and repeats those that are safe to repeat."""

    def __init__(self, limits: Limits, metrics: Metrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self._buckets: dict[str, Bucket] = {}
        self._prune_at = IDLE_CHATS_KEPT
        self._everybody = _bucket(limits.everybody, limits.everybody)
        self._parked: dict[str, float] = {}
        metrics.watch_parked(self._count_parked)

    @override
    async def initialize(self) -> None:
        """Nothing to open."""

    @override
    async def shutdown(self) -> None:
        """Nothing to close."""

    @override
    async def process_request(
        self,
        callback: Callback,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Answer:
        """Send one request when its turn has come.

        Raises:
            ChatParkedError: The chat is parked for longer than this outbox waits.
            FloodWaitError: The same for what is not a message.
            NotTakenError: Telegram did not act, in several attempts.
            UnconfirmedError: Telegram may have acted; nothing was repeated that could double.
        """
        # What goes to no chat in particular waits only for others of its kind.
        chat = str(data.get("chat_id", endpoint))
        for attempt in range(1, ATTEMPTS + 1):
            await self._turn(chat, endpoint)
            try:
                with self._metrics.step("send"):
                    answer = await callback(*args, **kwargs)
            except TelegramError as error:
                self._metrics.sent(endpoint, _name(error))
                if _done(error, endpoint):
                    return True
                if attempt == ATTEMPTS or not self._may_repeat(error, endpoint, chat):
                    raise
                reason = str(error)
            else:
                self._metrics.sent(endpoint, "ok")
                return answer
            log.info("sending again", method=endpoint, attempt=attempt, reason=reason)
            self._metrics.retried("send")
            await asyncio.sleep(pause(attempt, FIRST_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    def _may_repeat(self, error: TelegramError, endpoint: str, chat: str) -> bool:
        """Whether doing it again is safe; a 429 parks the chat first."""
        match error:
            case FloodWaitError():
                self._park(chat, error.seconds)
                return True
            case NotTakenError():
                return True
            case UnconfirmedError():
                return endpoint.startswith(REPEATABLE)
            case _:
                return False

    def _park(self, chat: str, seconds: float) -> None:
        """Let nothing more go to this chat for a while."""
        self._metrics.flooded()
        log.warning("Telegram asked for a pause", seconds=seconds)
        now = _now()
        self._parked = {c: until for c, until in self._parked.items() if until > now}
        self._parked[chat] = now + seconds

    async def _turn(self, chat: str, endpoint: str) -> None:
        """Wait until the limits allow one more and a 429 is over."""
        is_message = endpoint.startswith(MESSAGES) and endpoint != "sendChatAction"
        await self._sit_out(chat, is_message=is_message)  # what is handed back takes no place
        if is_message:
            # The chat's own wait comes first, or it would hold a place everybody could use.
            for bucket in (self._bucket_of(chat, endpoint), self._everybody):
                if bucket is not None and (wait := bucket.reserve(_now())) > 0:
                    await asyncio.sleep(wait)
            await self._sit_out(chat, is_message=is_message)

    async def _sit_out(self, chat: str, *, is_message: bool) -> None:
        """Wait until a 429 of the chat is over."""
        while (wait := self._parked.get(chat, 0.0) - _now()) > 0:
            if wait > self._limits.patience:
                raise ChatParkedError(wait) if is_message else FloodWaitError(wait)
            await asyncio.sleep(wait)

    def _bucket_of(self, chat: str, endpoint: str) -> Bucket | None:
        """Return the chat's bucket, made when first needed and dropped when long idle."""
        if chat == endpoint:
            return None
        bucket = self._buckets.get(chat)
        if bucket is None and (bucket := self._new_bucket(chat)) is not None:
            if len(self._buckets) >= self._prune_at:
                now = _now()
                self._buckets = {c: b for c, b in self._buckets.items() if not b.idle(now)}
                self._prune_at = max(IDLE_CHATS_KEPT, 2 * len(self._buckets))
            self._buckets[chat] = bucket
        return bucket

    def _new_bucket(self, chat: str) -> Bucket | None:
        """Make a bucket for a person or, told by its id, for a group."""
        if chat.startswith(("-", "@")):
            return _bucket(self._limits.group / 60, self._limits.group)
        return _bucket(self._limits.chat, self._limits.burst)

    def _count_parked(self) -> int:
        """Count the chats that still wait, for the metrics."""
        now = _now()
        return sum(until > now for until in self._parked.values())


def pause(attempt: int, first: float, longest: float = 60.0) -> float:
    """Return how long to wait after this failure: doubling, bounded, and spread by chance."""
    whole = min(longest, first * 2.0 ** min(attempt - 1, 30))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def _bucket(rate: float, burst: float) -> Bucket | None:
    """Make a bucket, or none where 0 says that there is no limit."""
    return Bucket(rate=rate, burst=max(burst, 1.0)) if rate > 0 else None


def _done(error: TelegramError, endpoint: str) -> bool:
    """Whether nothing is left to do: it stands there already, or nobody waits for it any more."""
    if not isinstance(error, BadRequest):
        return False
    said = error.message.lower()
    too_late = endpoint.startswith("answer") and "query is too old" in said
    return too_late or "message is not modified" in said


def _name(error: TelegramError) -> str:
    """Name the failure for the metrics."""
    match error:
        case FloodWaitError():
            return "flood"
        case NotTakenError():
            return "not_taken"
        case UnconfirmedError():
            return "unconfirmed"
        case NetworkError() if not isinstance(error, BadRequest):
            return "network"
        case _:
            return "refused"


def _now() -> float:
    """Return the time limits are counted in."""
    return asyncio.get_running_loop().time()
