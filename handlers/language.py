"""Lets people choose the language of their chat."""

from __future__ import annotations

from babel import Locale
from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from handlers.buttons import Button
from handlers.context import App, Context, language_of, message_of, send, show
from handlers.replies import Reply
from handlers.trainee import Command
from knowledge.schema import LANGUAGES
from knowledge.texts import translator

_FOLLOW = "auto"


def name_of(language: str) -> str:
    """Return a language's own name for itself."""
    return (Locale(language).get_display_name() or language).capitalize()


async def on_language(update: Update, context: Context) -> None:
    """Offer the languages; ``/language es`` chooses one without asking."""
    message = message_of(update)
    said = " ".join(context.args or ()).lower()
    wanted = next((one for one in LANGUAGES if said in (one, name_of(one).lower())), None)
    if wanted:
        await send(message, await _choose(message.chat_id, wanted, update, context))
        return
    chosen = (await context.guide.settings_of(message.chat_id)).language
    _ = translator(await language_of(update, context))
    now = name_of(chosen) if chosen else _("the one you write in")
    rows = [(Button(name_of(one), data=f"g:{one}"),) for one in LANGUAGES]
    rows.append((Button(_("Follow what I write"), data=f"g:{_FOLLOW}"),))
    words = _("Which language shall I speak? Now: {name}.", name=now)
    await send(message, Reply(html=words, buttons=tuple(rows)))


async def on_choice(update: Update, context: Context) -> None:
    """Keep the language whose button was pressed."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    await query.answer()
    wanted = (query.data or "").partition(":")[2]
    chosen = wanted if wanted in LANGUAGES else None
    reply = await _choose(query.message.chat_id, chosen, update, context)
    await show(query.message, reply)


async def _choose(chat: int, chosen: str | None, update: Update, context: Context) -> Reply:
    await context.guide.choose_language(chat, chosen)
    _ = translator(await language_of(update, context))
    if chosen is None:
        return Reply(html=_("I will answer in the language you write in."))
    name = name_of(chosen)
    return Reply(html=_("Our language is now: {name}. /language changes it.", name=name))


COMMANDS = (Command("language", "choose English or Spanish", on_language),)


def register(app: App) -> None:
    """Add the command and its buttons."""
    app.add_handler(CommandHandler("language", on_language, filters.ChatType.PRIVATE))
    app.add_handler(CallbackQueryHandler(on_choice, pattern=r"^g:[a-z]+$"))
