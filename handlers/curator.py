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
from handlers.context import App, Context, language_of, send, show
from handlers.deck import rights_of
from handlers.dialogue import answer_turn
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

LONGEST_ALERT = 200


async def actor_of(update: Update, context: Context) -> Actor:
    """Return who pressed or wrote, with the right they have now."""
    user = update.effective_user
    number = user.id if user else 0
    actor = await rights_of(context).actor(number, "telegram")
    if user and actor.right and actor.name == str(number):
        return replace(actor, name=f"{user.first_name[:40]} ({number})")
    return actor


async def on_review(update: Update, context: Context) -> None:
    """Deal the weightiest card; for people without the right the command does not exist."""
    message, actor = update.effective_message, await actor_of(update, context)
    if message is None:
        return
    if actor.right < Right.CURATOR:
        await _as_trainee(update, context)
        return
    await context.guide.curation.expect_nothing(message.chat_id)
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
    await context.guide.curation.expect_nothing(message.chat_id)
    language = await language_of(update, context)
    taking = deck.undo(context, actor, language)
    waiting = await send(message, taking.doing)
    later(waiting, update, context, taking.work, taking.broken)


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


async def on_typed_reply(update: Update, context: Context) -> None:
    """Take what a curator typed for a card; everybody else asks a question."""
    message = update.message  # an edit comes after the deed, and is no question either
    asked_for = prompts.asked_for(message) if message else None
    if message is None or asked_for is None:
        return
    actor = await actor_of(update, context)
    if actor.right < Right.CURATOR:
        ask = on_question if message.chat.type == "private" else on_group_message
        await ask(update, context)
        return
    await prompts.take(message, message.text or "", asked_for, update, context, actor)


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
