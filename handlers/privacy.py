"""Lets people see and delete what is held on them, and choose how long answers are."""

from __future__ import annotations

import json

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from handlers.buttons import Button
from handlers.context import App, Context, language_of, message_of, send, show
from handlers.replies import Reply
from handlers.trainee import Command
from knowledge.store.people_data import Forgotten
from knowledge.texts import plural_translator, translator

FILE = "my-data.json"
SURE = frozenset({"yes", "si", "sí", "ok"})


async def on_my_data(update: Update, context: Context) -> None:
    """Send everything held on this person as a file."""
    message = message_of(update)
    _ = translator(await language_of(update, context))
    held = await context.guide.people.held_on(message.chat_id)
    plain = json.dumps(held, ensure_ascii=False, indent=2).encode()
    words = _(
        "This is everything I hold on you. Questions are kept without your name; /forgetme "
        "deletes them all."
    )
    await message.reply_document(plain, filename=FILE, caption=words)


async def on_forget_me(update: Update, context: Context) -> None:
    """Ask once more, then delete; ``/forgetme yes`` does without asking."""
    message = message_of(update)
    language = await language_of(update, context)
    if SURE & {word.lower() for word in context.args or ()}:
        await send(message, Reply(html=await _forget(message.chat_id, context, language)))
        return
    _ = translator(language)
    words = _(
        "Shall I delete everything I hold on you: your questions, what we talked about, and "
        "promises to tell you something? Tap the button, or type /forgetme yes."
    )
    rows = (
        (Button(_("Yes, delete everything"), data="y:forget"),),
        (Button(_("No, keep it"), data="y:keep"),),
    )
    await send(message, Reply(html=words, buttons=rows))


async def on_decision(update: Update, context: Context) -> None:
    """Do what was confirmed."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    await query.answer()
    language = await language_of(update, context)
    _ = translator(language)
    words = _("Nothing was deleted.")
    if query.data == "y:forget":
        words = await _forget(query.message.chat_id, context, language)
    await show(query.message, Reply(html=words))


async def _forget(chat: int, context: Context, language: str) -> str:
    return told(await context.guide.people.forget(chat), language)


def told(gone: Forgotten, language: str) -> str:
    """Say what was deleted."""
    _, _n = translator(language), plural_translator(language)
    parts = [
        _n("{n} question", "{n} questions", gone.questions),
        _n("{n} promise", "{n} promises", gone.promises),
    ]
    if gone.conversation:
        parts.append(_("what we talked about and your choices"))
    return _("Deleted: {parts}. I hold nothing on you now.", parts=", ".join(parts))


async def on_short(update: Update, context: Context) -> None:
    """Give short answers from now on."""
    _ = translator(await language_of(update, context))
    words = _("I will answer shortly. A button opens the rest. /full brings long answers back.")
    await _choose(update, context, words, short=True)


async def on_full(update: Update, context: Context) -> None:
    """Give full answers from now on."""
    _ = translator(await language_of(update, context))
    await _choose(update, context, _("I will answer in full. /short makes it brief."), short=False)


async def _choose(update: Update, context: Context, words: str, *, short: bool) -> None:
    message = message_of(update)
    await context.guide.choose_detail(message.chat_id, "short" if short else "full")
    await send(message, Reply(html=words))


COMMANDS = (
    Command("short", "short answers", on_short),
    Command("full", "full answers", on_full),
    Command("mydata", "what I hold on you, as a file", on_my_data),
    Command("forgetme", "delete what I hold on you", on_forget_me),
)


def register(app: App) -> None:
    """Add the commands about one's own data and choices."""
    private = filters.ChatType.PRIVATE
    app.add_handlers([CommandHandler(c.name, c.run, private) for c in COMMANDS])
    app.add_handler(CallbackQueryHandler(on_decision, pattern=r"^y:(forget|keep)$"))
