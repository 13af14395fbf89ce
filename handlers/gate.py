"""Asks for the right before anything is done that not everybody may do, and knows who has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from telegram import Update
from telegram.error import TelegramError

from handlers.context import App, Context, Run, language_of, message_in, message_of, send
from handlers.replies import Reply, plain_reply
from knowledge.errors import GuideError
from knowledge.people import Actor, Right
from knowledge.texts import say_error

ActorRun = Callable[[Update, Context, Actor], Awaitable[None]]


async def silence(update: Update, context: Context) -> None:
    """Say nothing in a group; a button that was pressed stops waiting."""
    if update.callback_query:
        await update.callback_query.answer()


def guarded(least: Right, run: ActorRun, otherwise: Run, in_groups: Run = silence) -> Run:
    """Return a handler that people with a right pass; for others it does not exist.

    Args:
        least: the right it takes, looked up each time.
        run: what is done; what is wrong with it is said.
        otherwise: what others get in private, as if nothing else stood there.
        in_groups: what they get where others read along.
    """

    async def asked(update: Update, context: Context) -> None:
        actor = await actor_of(update, context)
        if actor.right < least:
            chat = update.effective_chat
            await (otherwise if chat and chat.type == "private" else in_groups)(update, context)
            return
        try:
            await run(update, context, actor)
        except GuideError as error:
            said = say_error(error, await language_of(update, context))
            await send(message_of(update), plain_reply([said]))

    return asked


async def actor_of(update: Update, context: Context) -> Actor:
    """Return who pressed or wrote, with the right they have now."""
    user = update.effective_user
    number = user.id if user else 0
    actor = await context.rights.actor(number, "telegram")
    if user and actor.right and actor.name == str(number):
        return replace(actor, name=f"{user.first_name[:40]} ({number})")
    return actor


async def name_of(context: Context, person: int) -> str:
    """Return what others call somebody."""
    known = await context.rights.actor(person, "telegram")
    if known.name != str(person):
        return known.name
    try:
        return (await context.bot.get_chat(person)).effective_name or known.name
    except TelegramError:
        return known.name


async def tell_all(app: App, right: Right, word: Callable[[str], Awaitable[Reply]]) -> int:
    """Tell everybody who has a right, each in their language.

    Returns:
        How many were told: some never wrote to the bot.
    """
    context = Context(app)
    told = 0
    for member in await context.rights.everybody():
        if member.right >= right:
            reply = await word(await context.guide.language(member.id, None))
            with suppress(TelegramError):
                await send(message_in(app.bot, member.id), reply)
                told += 1
    return told
