"""The key to the console in the browser: a one-time link, for the person who asks for it."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler

from handlers.context import App, Context, language_of, message_of, send
from handlers.gate import guarded
from handlers.replies import Reply
from handlers.trainee import Command, on_menu_command
from knowledge.people import Actor, Right
from knowledge.texts import translator


async def on_console(update: Update, context: Context, actor: Actor) -> None:
    """Send a link that works once; never into a group, where others could use it."""
    message = message_of(update)
    _ = translator(await language_of(update, context))
    if message.chat.type != "private":
        await send(message, Reply(html=_("Write /console to me in private, please.")))
        return
    link = f"{context.console_url}/enter?token={await context.signin.link(actor)}"
    words = _("Your link to the console. It works once, within ten minutes, and only for you.")
    await send(message, Reply(html=f"{words}\n{link}"))


COMMANDS = (
    Command(
        "console",
        "the review desk in the browser",
        guarded(Right.VIEWER, on_console, on_menu_command),
    ),
)


def register(app: App) -> None:
    """Add the command; the right is asked for when it is used."""
    app.add_handlers([CommandHandler(c.name, c.run) for c in COMMANDS])
