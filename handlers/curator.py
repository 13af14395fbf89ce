"""What curators can do from Telegram: see what could not be answered, and settle it."""

from __future__ import annotations

from typing import Literal

from telegram import Message, Update
from telegram.ext import CommandHandler, filters

from handlers.buttons import Button
from handlers.context import App, Context, PressBy, language_of, send, show
from handlers.markup import to_html
from handlers.replies import Reply
from handlers.trainee import Command
from knowledge.store.tables import Question
from knowledge.texts import say_date, translator


async def on_review(update: Update, context: Context) -> None:
    """Show the oldest open question."""
    message = update.effective_message
    if message is not None:
        await send(message, await _next_card(context, language_of(update)))


async def _next_card(context: Context, language: str) -> Reply:
    _ = translator(language)
    waiting = await context.guide.waiting(1)
    return _card(waiting[0], language) if waiting else Reply(html=_("Nothing waits. Well done."))


def _card(question: Question, language: str) -> Reply:
    _ = translator(language)
    day = say_date(question.asked_at.date().isoformat(), language)
    lines = [f"**{question.text}**", _("asked {day}, outcome: {o}", day=day, o=question.outcome)]
    if question.topic and question.score is not None:
        score = f"{question.score:.2f}"
        lines.append(_("nearest topic: {topic} ({score})", topic=question.topic, score=score))
    rows = (
        (
            Button(_("Resolved"), data=f"r:resolved:{question.id}"),
            Button(_("Dismiss"), data=f"r:dismissed:{question.id}"),
        ),
    )
    return Reply(html=to_html("\n".join(lines), {}), buttons=rows)


async def on_decision(update: Update, context: Context) -> None:
    """Settle a question, then show the next one in its place."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or not isinstance(query.message, Message):
        return
    _, how, number = (query.data or "").split(":")
    await query.answer()
    settled: Literal["resolved", "dismissed"] = "resolved" if how == "resolved" else "dismissed"
    await context.guide.settle(int(number), settled, by=user.id)
    await show(query.message, await _next_card(context, language_of(update)))


COMMANDS = (Command("review", "questions I could not answer", on_review),)


def register(app: App, members: frozenset[int]) -> None:
    """Add what curators may do, for these Telegram ids only; an empty list admits nobody."""
    only = filters.User(members)
    app.add_handlers([CommandHandler(c.name, c.run, only) for c in COMMANDS])
    app.add_handler(PressBy(members, on_decision, r"^r:(resolved|dismissed):\d+$"))
