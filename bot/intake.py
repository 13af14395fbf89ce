"""Where updates come in: acknowledged only after they are handled, in order within each chat.

An update is *finished* when its handlers returned, or failed in a way that trying again would not
mend. Until then Telegram keeps it and, should this process die, gives it to the next one.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application
from typing_extensions import override

from bot.transport import FloodWaitError, NotTakenError, UnconfirmedError
from knowledge.errors import TryAgainLaterError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.metrics import Metrics

    Data = dict[str, Any]
    Job = Callable[[], Awaitable[bool]]

log = structlog.get_logger(__name__)

GRACE = 8.0  # and a moment to say goodbye to Telegram make less than the ten seconds promised
DEADLINE = 60.0
REMEMBERED = 10_000


class UnfinishedError(Exception):
    """An update could not be finished for a passing reason; it must be handled again.

    Attributes:
        kept: Whether the question was kept and only the answer is owed. Handlers keep before they
            send, so every failure to send means that.
        after: Seconds that Telegram asked to wait.
    """

    def __init__(self, reason: str, *, kept: bool, after: float = 0.0) -> None:
        self.kept = kept
        self.after = after
        super().__init__(reason)


class HungError(UnfinishedError):
    """The handlers did not return in time and were cut off."""


class BotApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An application whose passing failures reach the intake instead of its error handlers.

    Build it with ``Application.builder().application_class(BotApplication)``.

    Args:
        repeat_unconfirmed: Whether to handle an update again when Telegram may or may not have
            taken its answer: a person then may be answered twice, but never not at all.
        **parts: What the builder passes on.
    """

    def __init__(self, *, repeat_unconfirmed: bool = False, **parts: Any) -> None:
        super().__init__(**parts)
        self._repeat_unconfirmed = repeat_unconfirmed

    @override
    async def process_error(
        self, update: object, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        """Raise ``UnfinishedError`` for what may work later; leave the rest to error handlers."""
        of_update = isinstance(update, Update) and job is None and coroutine is None
        if of_update and (unfinished := self._unfinished(error)) is not None:
            raise unfinished from error
        return await super().process_error(update, error, job, coroutine)

    def _unfinished(self, error: Exception) -> UnfinishedError | None:
        """Tell a passing failure from one that would only repeat itself."""
        match error:
            case TryAgainLaterError():
                return UnfinishedError(str(error), kept=False)
            case FloodWaitError():
                return UnfinishedError(str(error), kept=True, after=error.seconds)
            case NotTakenError():
                return UnfinishedError(str(error), kept=True)
            case UnconfirmedError() if self._repeat_unconfirmed:
                return UnfinishedError(str(error), kept=True)
            case _:
                return None


@asynccontextmanager
async def started(application: BotApplication) -> AsyncIterator[None]:
    """Initialise and start the application; stop and shut it down at the end.

    Raises:
        InvalidToken: Telegram does not know the token; the message says how to get one.
    """
    refused = False
    try:
        await application.initialize()
    except InvalidToken:
        refused = True
        await application.bot.shutdown()
    except BaseException:
        await application.bot.shutdown()
        raise
    if refused:  # Raised out here, because the library's error spells out the token.
        raise InvalidToken(explain(InvalidToken()))
    try:
        await application.start()
        try:
            yield
        finally:
            await application.stop()
    finally:
        await application.shutdown()


def explain(error: TelegramError) -> str:
    """Say what a failure of the intake means and how to mend it."""
    match error:
        case InvalidToken():
            return (
                "Telegram does not accept the bot token. Check GUIDE_TOKEN, or get a new token "
                "from @BotFather with /token."
            )
        case Conflict() if "webhook" in error.message.lower():
            return "A webhook is set for this bot. Stop the replicas that use it, or run as one."
        case Conflict():
            return (
                "Another process fetches this bot's updates. Stop it, or use webhooks to run "
                "several replicas."
            )
        case _:
            return error.message


class Processor:
    """Runs single updates through the handlers, only so many at once.

    Args:
        application: Started by ``started``.
        metrics: Where to count and time.
        concurrency: How many updates may be handled at once.
        deadline: Seconds after which a handler is taken to hang.
    """

    def __init__(
        self,
        application: BotApplication,
        metrics: Metrics,
        *,
        concurrency: int = 64,
        deadline: float = DEADLINE,
    ) -> None:
        self.application = application
        self.metrics = metrics
        self._places = asyncio.Semaphore(concurrency)
        self._deadline = deadline

    async def handle(self, data: Data) -> None:
        """Handle one update as Telegram sent it.

        Raises:
            UnfinishedError: It must be handled again later.
        """
        with bound_contextvars(update=data["update_id"]):
            async with self._places:
                update = self._read(data)
                if update is None:
                    return
                try:
                    with self.metrics.step("update"):
                        async with asyncio.timeout(self._deadline):
                            await self.application.process_update(update)
                except UnfinishedError:
                    self.metrics.update("later")
                    raise
                except TimeoutError:
                    self.metrics.update("hung")
                    reason = f"no handler returned within {self._deadline:g} seconds"
                    raise HungError(reason, kept=False) from None
                self.metrics.update("done")

    def _read(self, data: Data) -> Update | None:
        """Return the update, or nothing where python-telegram-bot cannot read it."""
        try:
            return Update.de_json(data, self.application.bot)
        # Whatever is wrong with it, it would be wrong again: it must not come back.
        except Exception:
            self.metrics.update("malformed")
            log.exception("update cannot be read; skipping it", parts=sorted(data))
            return None


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
