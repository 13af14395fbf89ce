"""Says a reply whole: its picture, its words, its link and its calendar."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from icalendar import Calendar, Event
from telegram import Message

from handlers.context import Context, keyboard, send, show
from handlers.markup import seen, units
from handlers.replies import Reply, answer
from knowledge.answering.pictures import Picture, draw
from knowledge.errors import GuideError
from knowledge.texts import translator
from knowledge.verdicts import Reading

log = structlog.get_logger(__name__)

LONGEST_CAPTION = 1024
"""Telegram's limit, in UTF-16 units."""

CALENDAR = "reminders.ics"


async def open_answer(
    message: Message, reading: Reading, context: Context, language: str, *, instead: bool = False
) -> None:
    """Give the answer that a command, a link or a button names; what follows is about it.

    It takes the place of the message (``instead``), where no picture goes with it.
    """
    await context.guide.opened(message.chat_id, reading)
    reply = answer(context.word(reading, language), context.snapshot.content)
    if instead and not reply.picture:
        await show(message, reply)
    else:
        await say(message, reply, context)


async def say(
    message: Message, reply: Reply, context: Context, *, answer_to: int | None = None
) -> Message:
    """Send a reply into the chat of a message, with all that belongs to it."""
    reply = _with_link(reply, context)
    drawn = _picture(reply, context) if reply.picture else None
    if drawn is None:
        sent = await send(message, reply, answer_to=answer_to)
    else:
        sent = await _say_picture(message, reply, drawn, context, answer_to)
    if reply.dates:
        _ = translator(reply.language)
        words = _("Your reminders, for any calendar")
        await message.reply_document(_calendar(reply), filename=CALENDAR, caption=words)
    return sent


def _with_link(reply: Reply, context: Context) -> Reply:
    """Add the link that brings the reply back on any phone."""
    if not reply.link:
        return reply
    _ = translator(reply.language)
    link = f"https://t.me/{context.bot.username}?start={reply.link}"
    words = _("Keep this link to come back to it: {link}", link=link)
    return replace(reply, html=f"{reply.html}\n\n{words}")


def _picture(reply: Reply, context: Context) -> Picture | None:
    return draw(reply.picture or "", context.snapshot.content, reply.language)


async def _say_picture(
    message: Message, reply: Reply, drawn: Picture, context: Context, answer_to: int | None
) -> Message:
    """Send a picture with the reply as its caption, or before it where that is too long."""
    fits = units(seen(reply.html)) <= LONGEST_CAPTION
    key = ("picture", drawn.svg)  # the same through every publish that leaves it as it is
    try:
        photo = await _photo(key, drawn, context)
    except GuideError as error:
        log.warning("answered without its picture", reason=str(error))
        return await send(message, reply, answer_to=answer_to)
    sent = await message.reply_photo(
        photo,
        caption=reply.html if fits else drawn.alt,
        parse_mode="HTML" if fits else None,
        reply_markup=keyboard(reply.buttons) if fits else None,
        reply_to_message_id=answer_to,
        allow_sending_without_reply=True,
    )
    if sent.photo:
        context.bot_data[key] = sent.photo[-1].file_id
    return sent if fits else await send(message, reply, answer_to=answer_to)


async def _photo(key: tuple[str, str], drawn: Picture, context: Context) -> bytes | str:
    """Return a picture, or Telegram's number of it once it was sent.

    Each is drawn once, and one at a time: it takes a processor for a while, and memory.
    """
    async with context.bot_data.setdefault("drawing", asyncio.Lock()):
        if key not in context.bot_data:
            context.bot_data[key] = await asyncio.to_thread(drawn.png)
        photo: bytes | str = context.bot_data[key]
        return photo


def _calendar(reply: Reply) -> bytes:
    """Return the reply's dates as a calendar file (RFC 5545)."""
    calendar = Calendar()
    calendar.add("prodid", "-//health IT guide//reminders//EN")
    calendar.add("version", "2.0")
    for number, (day, words) in enumerate(reply.dates):
        event = Event()
        event.add("uid", f"{day:%Y%m%d}-{number}@health-it-guide")
        event.add("dtstamp", datetime.combine(day, datetime.min.time()))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", words)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
