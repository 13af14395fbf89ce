"""Carries the dialogues: who may enter, which role fits, and what a typed word does in them."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import CallbackQueryHandler

from handlers.context import App, Context, language_of, message_in, message_of, send, show
from handlers.replies import Reply, answer, replies_to
from handlers.speaking import say
from knowledge.guide import Turn
from knowledge.texts import translator

log = structlog.get_logger(__name__)


async def on_step(update: Update, context: Context) -> None:
    """Take a button of a dialogue; one of questions long gone begins anew."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    data = (query.data or "").partition(":")[2]
    language = await language_of(update, context)
    await query.answer()
    if data.startswith("w:"):
        await _watch(query.message, data[2:], context, language)
        return
    moved = await context.guide.tap(query.message.chat_id, data, language)
    if moved is None:
        _ = translator(language)
        words = _("That question has changed since. Let us begin again.")
        await send(query.message, Reply(html=words))
        moved = await context.guide.tap(query.message.chat_id, f"{data[:1]}:new", language)
    if moved is None:
        return
    reply = answer(moved.worded, context.snapshot.content)
    if reply.link or reply.dates or reply.picture:
        await say(query.message, reply, context)
    else:
        await show(query.message, reply)


async def _watch(message: Message, state: str, context: Context, language: str) -> None:
    """Promise to tell when a program opens in a state."""
    _ = translator(language)
    known = await context.guide.promises.tell_opening(
        state, message.chat_id, context.bot.id, message.message_id, language
    )
    if not known:
        return
    name = context.snapshot.content.things[state].name.say(language)
    words = _(
        "I will write to you here when a program in {state} becomes known. I keep this for "
        "{days} days; /forgetme ends it.",
        state=name,
        days=context.guide.promises.days,
    )
    await send(message, Reply(html=words), answer_to=message.message_id)


async def answer_turn(
    message: Message, turn: Turn, context: Context, *, answer_to: int | None = None
) -> None:
    """Send what a turn says, in order, and keep which message answered what."""
    sent: dict[int, int] = {}
    for reply in replies_to(turn):
        said = await say(message, reply, context, answer_to=answer_to)
        if reply.question_id:  # none where staff try a draft
            sent[reply.question_id] = said.message_id
    if sent:
        await context.guide.note_answers(sent)


def wait_for_more(update: Update, context: Context) -> None:
    """Answer a short message alone, if no second half comes in time."""
    message = message_of(update)
    coming = _answer_later(context, message.chat_id, update.update_id)
    _ = context.application.create_task(coming, update=update, name="second half")


async def _answer_later(context: Context, chat: int, update_id: int) -> None:
    await asyncio.sleep(context.guide.burst_seconds)
    await _release(context, chat, update_id)


async def answer_overdue(app: App) -> None:
    """Answer messages whose second half never came and that nobody answered alone in time."""
    for chat in await Context(app).guide.overdue(app.bot.id):
        await _release(Context(app, chat), chat)


async def _release(context: Context, chat: int, update_id: int | None = None) -> None:
    """Answer a message alone; where Telegram cannot be told now, it is answered as overdue."""
    released = await context.guide.release(chat, update_id)
    if released is None:
        return
    turn, held = released
    answer_to = None if update_id else held.message_id  # much may have been said since
    try:
        await answer_turn(message_in(context.bot, chat), turn, context, answer_to=answer_to)
    except (Forbidden, BadRequest) as error:
        log.info("second half cannot be answered", reason=str(error))
    except TelegramError as error:
        log.info("second half is answered later", reason=str(error))
        return
    await context.guide.let_go(chat, held.update_id)


def register(app: App) -> None:
    """Add the handlers of dialogues."""
    app.add_handler(CallbackQueryHandler(on_step, pattern=r"^d:"))
