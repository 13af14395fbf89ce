"""What staff can do from Telegram."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler, filters

from handlers.context import App, Context, language_of, send
from handlers.replies import Reply
from handlers.trainee import Command
from knowledge.texts import translator


async def on_status(update: Update, context: Context) -> None:
    """Say which version is live, what it holds, and how questions fare."""
    message = update.effective_message
    if message is None:
        return
    _ = translator(await language_of(update, context))
    status = await context.guide.status()
    lines = [
        _(
            "Version {n}: {topics} topics, {things} things",
            n=status.version,
            topics=status.topics,
            things=status.things,
        ),
        *(f"{outcome}: {count}" for outcome, count in sorted(status.outcomes.items())),
        _("waiting for a curator: {n}", n=status.waiting),
    ]
    await send(message, Reply(html="\n".join(lines)))


COMMANDS = (Command("status", "content version and how questions fare", on_status),)


def register(app: App, members: frozenset[int]) -> None:
    """Add the staff commands, for these Telegram ids only; an empty list admits nobody."""
    only = filters.User(members)
    app.add_handlers([CommandHandler(c.name, c.run, only) for c in COMMANDS])
