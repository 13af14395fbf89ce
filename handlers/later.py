"""Does what takes long when its update is finished, and says in a message what came of it.

An update that takes seconds would hold up its chat, and one that takes a minute would be cut off
and begun again.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable

from telegram import Message, Update

from handlers.context import App, Context, language_of, show
from handlers.replies import Reply, Rows
from knowledge.errors import GuideError
from knowledge.texts import say_error, translator

_UNDER_WAY = "under way"
"""The tasks, in the application's data."""

Work = Callable[[], Awaitable[Reply]]


def later(waiting: Message, update: Update, context: Context, work: Work, broken: Reply) -> None:
    """Do something when the update is finished.

    Args:
        waiting: the message that says it is being done; it turns into what came of it.
        update: what it answers.
        context: of that update.
        work: what takes long, and returns what to say.
        broken: what to say where a restart comes between.
    """
    coming = _said_when_done(waiting, update, context, work, broken)
    task = context.application.create_task(coming, update=update, name="later")
    under_way: set[asyncio.Task[None]] = context.bot_data.setdefault(_UNDER_WAY, set())
    under_way.add(task)
    task.add_done_callback(under_way.discard)


async def _said_when_done(
    waiting: Message, update: Update, context: Context, work: Work, broken: Reply
) -> None:
    try:
        reply = await work()
    except asyncio.CancelledError:
        await show(waiting, broken)
        raise
    except GuideError as error:  # nobody handles the update again, so it is told at once
        said = say_error(error, await language_of(update, context))
        reply = Reply(html=html.escape(said, quote=False), buttons=broken.buttons)
    await show(waiting, reply)


def publishing(language: str) -> Reply:
    """Return what to say while a version is being published."""
    _ = translator(language)
    return Reply(html=_("I am publishing it. I will tell you here when it is live."))


def cut_off(what_now: str, language: str, rows: Rows = ()) -> Reply:
    """Return what to say where a restart comes between, and what can be done then."""
    _ = translator(language)
    words = _("I am being restarted and did not finish.")
    return Reply(html=html.escape(f"{words} {what_now}", quote=False), buttons=rows)


def stop(app: App) -> None:
    """Cut off what is under way; who waits for it is told."""
    for task in app.bot_data.get(_UNDER_WAY, ()):
        task.cancel()
