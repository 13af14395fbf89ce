"""Keeps promises: tells people what they asked to be told, once."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram.error import InvalidToken, TelegramError

from handlers.context import App, Context, message_in
from handlers.failures import FloodWaitError, NotTakenError
from handlers.replies import Reply, answer
from handlers.speaking import say
from knowledge.promises import Keeping
from knowledge.texts import translator

log = structlog.get_logger(__name__)


async def keep_promises(app: App) -> int:
    """Tell everybody whose answer has come and who asked this bot; return how many were told."""
    promises = Context(app).guide.promises
    await promises.look()
    told = 0
    for promise_id in await promises.due(app.bot.id):
        keeping = await promises.take(promise_id)
        if keeping:
            told += await _tell(app, keeping)
    return told


async def _tell(app: App, keeping: Keeping) -> bool:
    """Tell one person. What surely was not sent is tried again later; all else never twice."""
    promises = Context(app).guide.promises
    try:
        promise = keeping.promise
        message, context = message_in(app.bot, promise.chat), Context(app, promise.chat)
        await say(message, told(keeping), context, answer_to=promise.message_id)
    except (FloodWaitError, NotTakenError, InvalidToken) as error:
        log.info("promise is tried again", reason=str(error))
        await promises.give_back(keeping.promise)
        return False
    except TelegramError as error:  # the person cannot be reached, or it may have arrived
        log.info("promise may not have been heard", reason=str(error))
        await promises.done(keeping.promise)
        return False
    await promises.done(keeping.promise)
    return True


def told(keeping: Keeping) -> Reply:
    """Return the answer as it is told, with why it comes now."""
    _ = translator(keeping.promise.language)
    reply = answer(keeping.worded, keeping.content)
    lead = _("You asked me to tell you. Now I can:")
    if keeping.promise.subject.startswith("opening:"):
        lead = _("You asked me to tell you when something opens. There is news:")
    return replace(reply, html=f"<b>{lead}</b>\n\n{reply.html}")
