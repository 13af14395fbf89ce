"""Answers in any chat: ``@bot physician definition`` gives cards that can be sent."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.ext import InlineQueryHandler, MessageHandler, filters

from handlers.context import App, Context, language_of, message_of
from handlers.dialogue import answer_turn
from handlers.markup import LONGEST_MESSAGE, split, to_html, to_plain
from handlers.replies import source_line
from handlers.trainee import asked
from knowledge.answering.answers import Worded, title_of
from knowledge.schema import Content
from knowledge.texts import translator
from knowledge.verdicts import Chat, Reading, readings_shown

MOST_CARDS = 5
FRESH_SECONDS = 300
"""How long Telegram may show a person the same cards for the same words."""

_LONGEST_HINT = 110


async def on_inline(update: Update, context: Context) -> None:
    """Show the answers that fit what was typed so far; nothing of it is kept."""
    query = update.inline_query
    if query is None:
        return
    language, content = await language_of(update, context), context.snapshot.content
    cards = [
        card(context.word(reading, reading_language), content)
        for reading, reading_language in _readings(query.query, context, language)
    ]
    _ = translator(language)
    more = InlineQueryResultsButton(_("Ask me in a chat of our own"), start_parameter="inline")
    # Personal, because the words are in the person's language.
    await query.answer(cards, cache_time=FRESH_SECONDS, is_personal=True, button=more)


def _readings(text: str, context: Context, language: str) -> list[tuple[Reading, str]]:
    """Return what a text may mean and can be answered without more, likeliest first."""
    if not text.strip():
        return []
    found: list[tuple[Reading, str]] = []
    for understood in context.snapshot.understanding.read(text, language=language):
        if not isinstance(understood.verdict, Chat):
            readings = readings_shown(understood.verdict)
            found += [(one, understood.language) for one in readings]
    topics = context.snapshot.content.topics
    ready = [f for f in found if topics[f[0].topic].is_filled(f[0].slots)]
    # Telegram refuses all cards where two are the same.
    different = {(one.topic, str(one.slots), spoken): (one, spoken) for one, spoken in ready}
    return list(different.values())[:MOST_CARDS]


def card(worded: Worded, content: Content) -> InlineQueryResultArticle:
    """Return an answer as a card: its title, its first words, and what is sent."""
    title = title_of(content, worded.reading, worded.language)
    parts = [f"<b>{to_html(title, {})}</b>", to_html(worded.text, content.sources)]
    if line := source_line(worded, linked=True):
        parts.append(f"<i>{line}</i>")
    first = split("\n\n".join(parts), LONGEST_MESSAGE)[0]
    key = f"{worded.reading.topic}?{sorted(worded.reading.slots.items())}#{worded.language}"
    return InlineQueryResultArticle(
        id=uuid5(NAMESPACE_URL, key).hex,
        title=title,
        description=to_plain(worded.short, content.sources)[:_LONGEST_HINT],
        input_message_content=InputTextMessageContent(
            first,
            parse_mode="HTML",
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
    )


async def on_group_message(update: Update, context: Context) -> None:
    """Answer in a group, but only where the bot is addressed."""
    message = message_of(update)
    text = called(message, context.bot.username, context.bot.id)
    if text:
        turn = await context.guide.ask(asked(update, context, text))
        await answer_turn(message, turn, context, answer_to=message.message_id)


def called(message: Message, name: str, own_id: int) -> str:
    """Return what a group message says to the bot; empty where it speaks to others."""
    text = message.text or ""
    mention = re.compile(rf"@{re.escape(name)}\b", re.IGNORECASE)
    replied = message.reply_to_message
    to_us = (
        replied is not None and replied.from_user is not None and replied.from_user.id == own_id
    )
    if not (mention.search(text) or to_us):
        return ""
    return mention.sub(" ", text).strip()


def register(app: App) -> None:
    """Add what works outside of the private chat."""
    app.add_handler(InlineQueryHandler(on_inline))
    group = filters.ChatType.GROUPS & filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE
    app.add_handler(MessageHandler(group, on_group_message))
