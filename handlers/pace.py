"""Keeps one person from taking the bot from all others: a hint, then slower, then a pause.

Each step is told once, none is for ever, and nobody is shut out without a word. What counts is
when a message was sent, not when its turn came, so that slow answers do not hide a flood.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

import structlog
from telegram import Chat, Update, User
from telegram.ext import ApplicationHandlerStop, TypeHandler

from handlers.context import App, Context, language_of
from knowledge.texts import translator

log = structlog.get_logger(__name__)

MINUTE = 60.0
PEOPLE_KEPT = 10_000


class Level(IntEnum):
    """How a person is answered right now."""

    FINE = 0
    SOFT = 1
    SLOW = 2
    QUIET = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many messages and presses within a minute one person may send, before what happens."""

    soft: int = 20
    slow: int = 40
    quiet: int = 80
    slow_seconds: float = 1.0
    """How long each answer is put off for who is slowed."""
    quiet_minutes: int = 10

    def level(self, sent: int) -> Level:
        """Return what follows from so many within a minute."""
        bounds = (self.soft, self.slow, self.quiet)
        return Level(sum(sent > bound for bound in bounds))


@dataclass(slots=True)
class Sender:
    """What is remembered of one person, for a minute or a pause."""

    sent: OrderedDict[int, float] = field(default_factory=OrderedDict)
    """Update number → when it was sent."""
    told: Level = Level.FINE
    quiet_until: float = 0.0


class Pacer:
    """Counts what people send; a replica counts what reaches it."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._senders: OrderedDict[int, Sender] = OrderedDict()

    def note(self, person: int, update_id: int, moment: float) -> tuple[Level, bool]:
        """Count an update once, however often it comes.

        Returns:
            How the person is answered, and whether they still must be told so.
        """
        sender = self._sender(person)
        if moment < sender.quiet_until:
            return Level.QUIET, sender.told < Level.QUIET
        if sender.quiet_until:
            sender.quiet_until, sender.told = 0.0, Level.FINE
            sender.sent.clear()
        sender.sent[update_id] = moment
        recent = [one for one in sender.sent.values() if one > moment - MINUTE]
        level = self.pace.level(len(recent))
        if level is Level.QUIET:
            sender.quiet_until = moment + self.pace.quiet_minutes * MINUTE
        elif len(recent) <= self.pace.soft // 2:
            sender.told = Level.FINE
        while len(sender.sent) > self.pace.quiet + 1:
            sender.sent.popitem(last=False)
        return level, level > sender.told

    def told(self, person: int, level: Level) -> None:
        """Note that a person was told how they are answered."""
        self._sender(person).told = level

    def _sender(self, person: int) -> Sender:
        sender = self._senders.setdefault(person, Sender())
        self._senders.move_to_end(person)
        if len(self._senders) > PEOPLE_KEPT:
            self._senders.popitem(last=False)
        return sender


def words_for(level: Level, pace: Pace, language: str) -> str:
    """Return what a person is told when they come to a level."""
    _ = translator(language)
    match level:
        case Level.SOFT:
            return _("You write faster than most. I still answer everything; take your time.")
        case Level.SLOW:
            return _("That is a lot at once, so my answers come a little slower now.")
        case _:
            return _(
                "So many messages came at once that I must pause. For {minutes} minutes I do not "
                "read what you send. After that, please write again: I am glad to help.",
                minutes=pace.quiet_minutes,
            )


def sent_at(update: Update) -> float | None:
    """Return when a message or a press was sent; None for what nobody is slowed for."""
    if update.callback_query:
        return time.time()
    if update.edited_message:
        return _stamp(update.edited_message.edit_date)
    return _stamp(update.message.date) if update.message else None


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def register(app: App, pace: Pace) -> None:
    """Look at every update before the others do; who has a right may be as fast as they like."""
    pacer = Pacer(pace)

    async def on_any(update: Update, context: Context) -> None:
        person, chat, moment = update.effective_user, update.effective_chat, sent_at(update)
        private = chat is not None and chat.type == Chat.PRIVATE
        if person and moment and private:
            await _pace(update, context, pacer, person, moment)

    app.add_handler(TypeHandler(Update, on_any), group=-1)


async def _pace(
    update: Update, context: Context, pacer: Pacer, person: User, moment: float
) -> None:
    level, news = pacer.note(person.id, update.update_id, moment)
    if level is Level.FINE:
        return
    if news:  # and stays so for who has a right: they are told nothing
        if (await context.rights.actor(person.id, "telegram")).right:
            return
        words = words_for(level, pacer.pace, await language_of(update, context))
        await context.bot.send_message(person.id, words)
        pacer.told(person.id, level)
        log.info("a person is slowed", level=level.name.lower())
    if level is Level.QUIET:
        raise ApplicationHandlerStop
    if level is Level.SLOW:
        await asyncio.sleep(pacer.pace.slow_seconds)
