"""Where updates come in: acknowledged only after they are handled, in order within each chat.

An update is *finished* when its handlers returned, or failed in a way that trying again would not
mend. Until then Telegram keeps it and, should this process die, gives it to the next one.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application
from typing_extensions import override

from bot.outbox import ChatParkedError
from bot.shapes import faults
from handlers.failures import FloodWaitError, NotTakenError, UnconfirmedError
from knowledge.errors import TryAgainLaterError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.metrics import Metrics
    from bot.order import Data

log = structlog.get_logger(__name__)

AT_ONCE = 128
"""Updates that are handled at once."""

DEADLINE = 60.0
"""Seconds after which a handler is taken to hang."""

ATTEMPTS = 3
REMEMBERED = 10_000


class UnfinishedError(Exception):
    """An update could not be finished for a passing reason; it must be handled again.

    Attributes:
        parked: Whether only this one chat must wait for a message. Handlers keep a question
            before they send its answer, so the question is kept and only the answer is owed.
        after: Seconds that Telegram asked to wait.
        attempts: How often it may fail so before it is given up.
    """

    def __init__(
        self,
        reason: str,
        *,
        parked: bool = False,
        after: float = 0.0,
        attempts: float = math.inf,
    ) -> None:
        self.parked = parked
        self.after = after
        self.attempts = attempts
        super().__init__(reason)


class BotApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An application whose passing failures reach the intake instead of its error handlers.

    Build it with ``Application.builder().application_class(BotApplication)``.
    """

    @override
    async def process_error(
        self, update: object, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        """Raise ``UnfinishedError`` for what may work later; leave the rest to error handlers."""
        of_update = isinstance(update, Update) and job is None and coroutine is None
        if of_update and (unfinished := _unfinished(error)) is not None:
            raise unfinished from error
        return await super().process_error(update, error, job, coroutine)

    @override
    def _mark_for_persistence_update(self, *, update: object = None, job: Any = None) -> None:
        """Note nothing: there is no persistence, and the library's list of chats only grows."""


def _unfinished(error: Exception) -> UnfinishedError | None:
    """Tell a passing failure from one that would only repeat itself."""
    match error:
        case FloodWaitError():
            parked = isinstance(error, ChatParkedError)
            return UnfinishedError(str(error), parked=parked, after=error.seconds)
        case TryAgainLaterError() | NotTakenError():
            return UnfinishedError(str(error))
        case UnconfirmedError():  # rather answered twice than not at all
            return UnfinishedError(str(error), attempts=ATTEMPTS)
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


def _kind(data: Data) -> str:
    """Return what an update is about, such as a message: never what it says."""
    return next((kind for kind in Update.ALL_TYPES if kind in data), "unknown")


class Processor:
    """Runs single updates through the handlers, only so many at once.

    Args:
        application: Started by ``started``.
        metrics: Where to count and time.
    """

    def __init__(self, application: BotApplication, metrics: Metrics) -> None:
        self.application = application
        self.metrics = metrics
        self._places = asyncio.Semaphore(AT_ONCE)
        self._attempts: OrderedDict[int, int] = OrderedDict()

    async def handle(self, data: Data) -> None:
        """Handle one update as Telegram sent it.

        Raises:
            UnfinishedError: It must be handled again later.
        """
        update_id = data["update_id"]
        with bound_contextvars(update=update_id):
            async with self._places:
                update = self._read(data)
                if update is None:
                    return
                began = time.perf_counter()
                try:
                    result = await self._run(update)
                except UnfinishedError as error:
                    self._count(update_id, error)
                else:
                    self._attempts.pop(update_id, None)
                    self.metrics.update(result)
                    took = round((time.perf_counter() - began) * 1000, 1)
                    log.info("update handled", kind=_kind(data), result=result, ms=took)

    async def _run(self, update: Update) -> str:
        """Run the handlers, cut them off when they hang, and name the result."""
        try:
            with self.metrics.step("update"):
                async with asyncio.timeout(DEADLINE):
                    await self.application.process_update(update)
        except TimeoutError:
            reason = f"no handler returned within {DEADLINE:g} seconds"
            raise UnfinishedError(reason, attempts=ATTEMPTS) from None
        except UnfinishedError:
            raise
        except Exception:
            # Handlers' errors do not get here; this one would be the same next time.
            log.exception("update failed outside its handlers; skipping it")
            return "failed"
        return "done"

    def _count(self, update_id: int, error: UnfinishedError) -> None:
        """Raise the error again, unless that was the last attempt worth making.

        What may be tried without end takes no attempt away from what may not.
        """
        attempts = self._attempts.pop(update_id, 0) + math.isfinite(error.attempts)
        if attempts >= error.attempts:
            self.metrics.update("given_up")
            log.error("update given up", attempts=attempts, reason=str(error))
            return
        self._attempts[update_id] = attempts
        if len(self._attempts) > REMEMBERED:
            self._attempts.popitem(last=False)
        self.metrics.update("later")
        log.warning("update must wait", reason=str(error))
        raise error

    def _read(self, data: Data) -> Update | None:
        """Return the update, or nothing where python-telegram-bot cannot read it."""
        update = None
        try:
            update = Update.de_json(data, self.application.bot)
            wrong = faults(update)
        # Whatever is wrong with it, it would be wrong again: it must not come back.
        except Exception as error:  # noqa: BLE001 - the library raises all kinds for bad JSON
            wrong = [repr(error)]
        if update is not None and not wrong:
            return update
        self.metrics.update("malformed")
        log.error("update cannot be read; skipping it", parts=sorted(data), faults=wrong)
        return None
