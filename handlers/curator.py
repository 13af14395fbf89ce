"""What curators can do from Telegram: decide groups of unanswered questions card by card.

Everything a tap needs travels in its button, everything a typed reply needs stands in the message
it replies to, and what a chat was asked for is kept. So a restart in the middle loses nothing, and
any replica can go on.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from typing_extensions import override

from handlers import cards, deck, prompts
from handlers.buttons import ID
from handlers.context import LONGEST_ALERT, App, Context, language_of, message_of, send, show
from handlers.dialogue import answer_turn
from handlers.gate import guarded
from handlers.inline import on_group_message
from handlers.later import later
from handlers.replies import Reply
from handlers.trainee import (
    Command,
    asked,
    on_menu_command,
    on_press as on_trainee_press,
    on_question,
)
from knowledge.errors import GuideError
from knowledge.people import Actor, Right
from knowledge.texts import say_error, translator


async def on_review(update: Update, context: Context, actor: Actor) -> None:
    """Deal the weightiest card."""
    message = message_of(update)
    await context.guide.curation.expect_nothing(message.chat_id)
    await send(message, await deck.deal(context, actor, await language_of(update, context)))


async def on_undo(update: Update, context: Context, actor: Actor) -> None:
    """Take the person's newest decision back; an edited command takes no second one back."""
    message = update.message
    if message is None:
        return
    await context.guide.curation.expect_nothing(message.chat_id)
    language = await language_of(update, context)
    taking = deck.undo(context, actor, language)
    waiting = await send(message, taking.doing)
    later(waiting, update, context, taking.work, taking.broken)


async def on_deck_press(update: Update, context: Context, actor: Actor) -> None:
    """Do what a button of the deck says, if nobody else is at it."""
    query = update.callback_query
    if query is None:
        return
    if not isinstance(query.message, Message):
        await query.answer()
        return
    verb, number, rest = f"{query.data}:".split(":")[1:4]
    language = await language_of(update, context)
    if verb in ("yes", "no", "cancel"):
        await query.answer()
        await _on_typed(update, context, query.message, actor, verb, (rest, int(number)))
        return
    try:
        reply = await deck.tapped(context, actor, verb, int(number), rest, language)
    except GuideError as error:
        await query.answer(say_error(error, language)[:LONGEST_ALERT], show_alert=True)
        return
    await query.answer()
    if isinstance(reply, deck.Prompt):
        await prompts.ask(query.message, reply.words, verb, int(number), context, language)
        return
    await context.guide.curation.expect_nothing(query.message.chat_id)
    if isinstance(reply, Reply):
        await show(query.message, reply)
        return
    waiting = await show(query.message, reply.doing)
    later(waiting, update, context, reply.work, reply.broken)


async def _on_typed(
    update: Update,
    context: Context,
    message: Message,
    actor: Actor,
    verb: str,
    asked_for: tuple[str, int],
) -> None:
    """Do with what was typed what a button says: take it for a card, or answer it."""
    language = await language_of(update, context)
    _ = translator(language)
    typed = message.reply_to_message
    if verb == "yes" and typed and typed.text:
        await message.edit_reply_markup(None)
        await prompts.take(typed, typed.text, asked_for, update, context, actor)
        return
    await context.guide.curation.expect_nothing(message.chat_id)
    if verb == "no" and typed and typed.text:
        await message.edit_reply_markup(None)
        question = replace(asked(update, context, typed.text), message_id=typed.message_id)
        await answer_turn(message, await context.guide.ask(question), context)
        return
    back = (cards.button(_("Open the card"), "card", asked_for[1]),)
    await show(message, Reply(html=_("Cancelled. Nothing changed."), buttons=(back,)))


class _TypedReply(filters.MessageFilter):
    """Lets replies to our own prompts through."""

    @override
    def filter(self, message: Message) -> bool:
        return prompts.asked_for(message) is not None


async def on_typed_reply(update: Update, context: Context, actor: Actor) -> None:
    """Take what a curator typed for a card."""
    message = update.message  # an edit comes after the deed, and is no question either
    asked_for = prompts.asked_for(message) if message else None
    if message and asked_for:
        await prompts.take(message, message.text or "", asked_for, update, context, actor)


COMMANDS = (
    Command(
        "review",
        "questions I could not answer",
        guarded(Right.CURATOR, on_review, on_menu_command),
    ),
    Command(
        "undo", "take your last decision back", guarded(Right.CURATOR, on_undo, on_menu_command)
    ),
)


def register(app: App) -> None:
    """Add what curators may do; each asks for the right when it is used."""
    app.add_handlers([CommandHandler(c.name, c.run) for c in COMMANDS])
    press = guarded(Right.CURATOR, on_deck_press, on_trainee_press)
    app.add_handler(CallbackQueryHandler(press, pattern=rf"^r:[a-z]+:{ID}(:[\w-]+)?$"))
    typed = guarded(Right.CURATOR, on_typed_reply, on_question, on_group_message)
    app.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND & _TypedReply(), typed))
