"""What curators can do from Telegram: decide groups of unanswered questions card by card.

Everything a tap needs travels in its button, and everything a typed reply needs stands in the
message it replies to. So a restart in the middle loses nothing, and any replica can go on.
"""

from __future__ import annotations

import re

from telegram import ForceReply, Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from typing_extensions import override

from handlers import cards, deck
from handlers.buttons import ID
from handlers.context import App, Context, language_of, send, show
from handlers.deck import rights_of
from handlers.inline import on_group_message
from handlers.replies import Reply
from handlers.trainee import Command, on_menu_command, on_press as on_trainee_press, on_question
from knowledge.errors import GuideError
from knowledge.people import Actor, Right
from knowledge.texts import say_error

LONGEST_ALERT = 200
_PROMPT = re.compile(rf"\n\(#(\w+) ({ID})\)\s*$")
"""The last line of a message that asks for a typed reply: what for, and for which group."""


async def actor_of(update: Update, context: Context) -> Actor:
    """Return who pressed or wrote, with the right they have now."""
    user = update.effective_user
    number = user.id if user else 0
    return await rights_of(context).actor(number, "telegram")


async def on_review(update: Update, context: Context) -> None:
    """Deal the weightiest card; for people without the right the command does not exist."""
    message, actor = update.effective_message, await actor_of(update, context)
    if message is None:
        return
    if actor.right < Right.CURATOR:
        await _as_trainee(update, context)
        return
    await send(message, await deck.deal(context, actor, await language_of(update, context)))


async def _as_trainee(update: Update, context: Context) -> None:
    """Answer as anybody is answered; a group hears nothing."""
    if update.effective_chat and update.effective_chat.type == "private":
        await on_menu_command(update, context)


async def on_undo(update: Update, context: Context) -> None:
    """Take the person's newest decision back; an edited command takes no second one back."""
    message, actor = update.message, await actor_of(update, context)
    if message is None:
        return
    if actor.right < Right.CURATOR:
        await _as_trainee(update, context)
        return
    await send(message, await deck.undo(context, actor, await language_of(update, context)))


async def on_deck_press(update: Update, context: Context) -> None:
    """Do what a button of the deck says, if this person may and nobody else is at it."""
    query, actor = update.callback_query, await actor_of(update, context)
    if query is None:
        return
    if actor.right < Right.CURATOR or not isinstance(query.message, Message):
        await on_trainee_press(update, context)
        return
    verb, number, rest = f"{query.data}:".split(":")[1:4]
    language = await language_of(update, context)
    try:
        reply = await deck.tapped(context, actor, verb, int(number), rest, language)
    except GuideError as error:
        await query.answer(say_error(error, language)[:LONGEST_ALERT], show_alert=True)
        return
    await query.answer()
    if isinstance(reply, Reply):
        await show(query.message, reply)
    else:
        await _ask(query.message, reply.words, verb, int(number))


async def _ask(message: Message, words: str, verb: str, number: int) -> None:
    """Ask for a typed reply; what it is for stands in the message itself."""
    await message.reply_text(
        f"{words}\n(#{verb} {number})",
        reply_markup=ForceReply(selective=True),
        reply_to_message_id=message.message_id,
    )


def _prompt(message: Message) -> re.Match[str] | None:
    """Return what our own message that this one replies to asks for; others' ask for nothing."""
    replied = message.reply_to_message
    author = replied.from_user if replied else None
    if replied is None or author is None or author.id != message.get_bot().id:
        return None
    return _PROMPT.search(replied.text or "")


class _TypedReply(filters.MessageFilter):
    """Lets replies to our own prompts through."""

    @override
    def filter(self, message: Message) -> bool:
        return _prompt(message) is not None


async def on_typed_reply(update: Update, context: Context) -> None:
    """Take what a curator typed for a card; everybody else asks a question."""
    message = update.message  # an edit comes after the deed, and is no question either
    prompt = _prompt(message) if message else None
    if message is None or prompt is None:
        return
    actor = await actor_of(update, context)
    if actor.right < Right.CURATOR:
        ask = on_question if message.chat.type == "private" else on_group_message
        await ask(update, context)
        return
    verb, number = prompt[1], int(prompt[2])
    language = await language_of(update, context)
    try:
        card = await context.guide.curation.hold(number, actor.id)
        reply = await deck.typed(context, actor, card, verb, message.text or "", language)
    except GuideError as error:
        reply = Reply(html=cards.plain(say_error(error, language)))
    await send(message, reply)


COMMANDS = (
    Command("review", "questions I could not answer", on_review),
    Command("undo", "take your last decision back", on_undo),
)


def register(app: App) -> None:
    """Add what curators may do; each asks for the right when it is used."""
    app.add_handlers([CommandHandler(c.name, c.run) for c in COMMANDS])
    app.add_handler(CallbackQueryHandler(on_deck_press, pattern=rf"^r:[a-z]+:{ID}(:[\w-]+)?$"))
    app.add_handler(
        MessageHandler(filters.TEXT & ~filters.COMMAND & _TypedReply(), on_typed_reply)
    )
