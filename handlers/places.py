"""Answers where things are: /where, and a location that was shared."""

from __future__ import annotations

import asyncio

from telegram import Update
from telegram.ext import CommandHandler, MessageHandler, filters

from handlers.context import App, Context, language_of, message_of, send
from handlers.replies import Reply, answer, menu_page
from handlers.speaking import open_answer, say
from handlers.trainee import Command, on_question
from knowledge import gazetteer
from knowledge.answering.places import state_of, that_looks_up
from knowledge.named import HOME, WHERE
from knowledge.schema import Kind
from knowledge.texts import translator
from knowledge.verdicts import Reading


async def on_where(update: Update, context: Context) -> None:
    """Look up the place behind the command; alone, show the map and ask for one."""
    message = message_of(update)
    if context.args:
        await on_question(update, context)
        return
    language, content = await language_of(update, context), context.snapshot.content
    if a_map := content.topic_by("map"):
        await open_answer(message, Reading(topic=a_map), context, language)
    if WHERE in content.menus:
        await send(message, menu_page(content.menus[WHERE], content, language, HOME))


async def on_location(update: Update, context: Context) -> None:
    """Say what is near a location. It is used here and now, and kept nowhere."""
    message = message_of(update)
    if message.location is None:
        return
    language, content = await language_of(update, context), context.snapshot.content
    place = message.location
    spot = await asyncio.to_thread(gazetteer.nearest, place.latitude, place.longitude)
    state = state_of(content, spot.state) if spot else None
    topic = that_looks_up(content)
    if spot is None or state is None or not topic:
        _ = translator(language)
        words = _("That is outside the United States as far as I can tell. Type your state.")
        await send(message, Reply(html=words))
        return
    slots = {Kind.STATE.value: (state.id,), "zip": (spot.zip,)}
    worded = context.word(Reading(topic=topic, slots=slots), language)
    await say(message, answer(worded, content), context)


COMMANDS = (Command("where", "what was and is near you", on_where),)


def register(app: App) -> None:
    """Add the handlers about places."""
    private = filters.ChatType.PRIVATE
    app.add_handlers([CommandHandler(c.name, c.run, private) for c in COMMANDS])
    # A location shared live is edited as the person moves, and answered once.
    shared = filters.LOCATION & private & filters.UpdateType.MESSAGE
    app.add_handler(MessageHandler(shared, on_location))
