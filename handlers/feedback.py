"""Hears what people think of an answer, explains it, and promises the ones we do not have."""

from __future__ import annotations

from html import escape

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReactionTypeEmoji,
    Update,
)
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageReactionHandler, filters

from handlers.buttons import ID, Button
from handlers.context import App, Context, keyboard, language_of, message_of, send
from handlers.markup import to_html
from handlers.replies import Reply, Rows
from handlers.trainee import Command
from knowledge.answering.answers import title_of
from knowledge.schema import Content
from knowledge.snapshot import Said
from knowledge.store.tables import Question
from knowledge.texts import say_date, translator
from knowledge.verdicts import Reading, readings_shown

LIKES = frozenset("👍❤🔥🎉🤩👏💯🙏👌😍")
DISLIKES = frozenset("👎💩🤮😡🤬😢")

COMPLAINTS = ("wrong", "outdated", "unclear", "other_question")
"""What can be the matter with an answer."""

_PRESSED = rf"^b:([-+?t]:{ID}|c:{ID}:({'|'.join(COMPLAINTS)}))$"
"""What a button of an opinion carries; whatever else one does is forged."""


async def on_opinion(update: Update, context: Context) -> None:
    """Take a press on helpful, not helpful, why, or a reason."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    _, what, number, *complaint = (query.data or "").split(":")
    language = await language_of(update, context)
    if what == "?":
        await query.answer()
        await _explain(query.message, int(number), context, language)
    elif what == "t":
        await _promise(query, query.message, int(number), context, language)
    else:
        await _rate(query, query.message, what, int(number), complaint, context, language)


async def _rate(
    query: CallbackQuery,
    message: Message,
    what: str,
    number: int,
    complaint: list[str],
    context: Context,
    language: str,
) -> None:
    _ = translator(language)
    if what == "+":
        await context.guide.rate(number, message.chat_id, 1)
        await query.answer(_("Thank you! That helps."))
        await _replace_rows(message, ())
    elif what == "-":
        await context.guide.rate(number, message.chat_id, -1)
        await query.answer(_("Thank you. What was the matter?"))
        await _replace_rows(message, complaint_rows(number, language))
    else:
        await context.guide.complain(number, message.chat_id, *complaint)
        await query.answer(_("Thank you. A curator will look at it."))
        await _replace_rows(message, ())


def complaint_rows(number: int, language: str) -> Rows:
    """Return buttons for what can be the matter."""
    _ = translator(language)
    words = (_("It is wrong"), _("Out of date"), _("Hard to understand"), _("Not what I asked"))
    buttons = [
        Button(said, data=f"b:c:{number}:{complaint}")
        for said, complaint in zip(words, COMPLAINTS, strict=True)
    ]
    return (tuple(buttons[:2]), tuple(buttons[2:]))


async def _replace_rows(message: Message, rows: Rows) -> None:
    """Put other buttons where those of the opinion stand; the rest stays."""
    kept = [
        row
        for row in (message.reply_markup.inline_keyboard if message.reply_markup else ())
        if not any(str(button.callback_data).startswith("b:") for button in row)
    ]
    made = keyboard(rows)
    new: list[tuple[InlineKeyboardButton, ...]] = [*kept, *(made.inline_keyboard if made else ())]
    await message.edit_reply_markup(InlineKeyboardMarkup(new) if new else None)


async def _promise(
    query: CallbackQuery, message: Message, number: int, context: Context, language: str
) -> None:
    """Promise the answer, once we know it."""
    _ = translator(language)
    promises = context.guide.promises
    if not await promises.tell_answer(number, message.chat_id, language):
        await query.answer()
        return
    await query.answer(_("Promised."))
    await _replace_rows(message, ())
    words = _(
        "I will reply to your question here as soon as I know the answer. I keep this for {days} "
        "days; /forgetme ends it.",
        days=promises.days,
    )
    await send(message, Reply(html=words))


async def on_reaction(update: Update, context: Context) -> None:
    """Take a thumb as what a person thinks of the answer it stands under."""
    reaction = update.message_reaction
    if reaction is None:
        return
    emojis = {r.emoji for r in reaction.new_reaction if isinstance(r, ReactionTypeEmoji)}
    rating = 1 if emojis & LIKES else -1 if emojis & DISLIKES else 0
    question = await context.guide.answered_by(reaction.chat.id, reaction.message_id)
    if not rating or question is None or question.id is None:
        return
    await context.guide.rate(question.id, reaction.chat.id, rating)
    if rating < 0:
        _ = translator(question.language)
        await context.bot.send_message(
            reaction.chat.id,
            _("Thank you. What was the matter?"),
            reply_to_message_id=reaction.message_id,
            reply_markup=keyboard(complaint_rows(question.id, question.language)),
        )


async def on_why(update: Update, context: Context) -> None:
    """Explain the last answer, or the one that /why replies to."""
    message = message_of(update)
    replied = message.reply_to_message
    question = await context.guide.answered_by(
        message.chat_id, replied.message_id if replied else None
    )
    if question is None or question.id is None:
        _ = translator(await language_of(update, context))
        await send(message, Reply(html=_("Ask me something first; then I can say why.")))
        return
    await _explain(message, question.id, context, question.language)


async def _explain(message: Message, number: int, context: Context, language: str) -> None:
    explained = await context.guide.explain(number, message.chat_id)
    if explained:
        html = explanation(*explained, context.snapshot.content, language)
        await send(message, Reply(html=html))


def explanation(question: Question, said: Said, content: Content, language: str) -> str:
    """Return what was understood, from which source, and what else it might have been."""
    _ = translator(language)
    lines = [_("<b>You wrote:</b> {text}", text=escape(question.text, quote=False))]
    if shown := readings_shown(said.understood.verdict):
        lines += _understood(question, shown[0], content, language)
    else:
        lines.append(_("I have no answer to this yet."))
    cited = said.worded.cited if said.worded else ()
    if cited:
        lines.append(_("<b>Sources:</b>"))
    for one in cited:
        title = one.source.called(language)
        named = f"[{title}](it)" if one.source.url else title
        day = f" ({say_date(one.as_of, language)})" if one.as_of else ""
        lines.append(f"• {to_html(named, {'it': one.source})}{day}")
    lines.append(
        _(
            "Content version {n}. Nobody made up these words: they are filled in from "
            "checked facts.",
            n=question.version,
        )
    )
    return "\n".join(lines)


def _understood(
    question: Question, reading: Reading, content: Content, language: str
) -> list[str]:
    """Return what a question was taken for, how surely, and what it was nearly taken for."""
    _ = translator(language)
    title = escape(title_of(content, reading, language), quote=False)
    lines = [
        _("<b>I understood:</b> {title}", title=title),
        _("<b>How sure:</b> {n} of 100", n=round(100 * (question.score or 0))),
    ]
    if question.runner_up in content.topics:
        other = content.topics[question.runner_up or ""].title.say(language)
        lines.append(_("<b>It might also have been:</b> {title}", title=to_html(other, {})))
    return lines


COMMANDS = (Command("why", "how I came to my last answer", on_why),)


def register(app: App) -> None:
    """Add the handlers of opinions."""
    private = filters.ChatType.PRIVATE
    app.add_handlers([CommandHandler(c.name, c.run, private) for c in COMMANDS])
    app.add_handler(CallbackQueryHandler(on_opinion, pattern=_PRESSED))
    app.add_handler(MessageReactionHandler(on_reaction))
