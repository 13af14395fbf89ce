"""The key to the console in the browser: a one-time link, for the person who asks for it."""

from __future__ import annotations

from typing import cast

from telegram import Update
from telegram.ext import CommandHandler

from handlers.context import App, Context, language_of, send
from handlers.deck import rights_of
from handlers.replies import Reply
from handlers.trainee import Command, on_menu_command
from knowledge.people import Right
from knowledge.signin import SignIn
from knowledge.texts import translator


async def on_console(update: Update, context: Context) -> None:
    """Send a link that works once; never into a group, where others could use it."""
    message, user, chat = update.effective_message, update.effective_user, update.effective_chat
    if message is None or user is None or chat is None:
        return
    actor = await rights_of(context).actor(user.id, "telegram")
    if actor.right < Right.VIEWER:
        if chat.type == "private":
            await on_menu_command(update, context)
        return
    _ = translator(await language_of(update, context))
    if chat.type != "private":
        await send(message, Reply(html=_("Write /console to me in private, please.")))
        return
    secret = await cast("SignIn", context.bot_data["signin"]).link(actor)
    link = f"{context.bot_data['console_url']}/enter?token={secret}"
    words = _("Your link to the console. It works once, within ten minutes, and only for you.")
    await send(message, Reply(html=f"{words}\n{link}"))


COMMANDS = (Command("console", "the review desk in the browser", on_console),)


def register(app: App) -> None:
    """Add the command; the right is asked for when it is used."""
    app.add_handlers([CommandHandler(c.name, c.run) for c in COMMANDS])
