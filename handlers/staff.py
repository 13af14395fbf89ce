"""What staff can do from Telegram: see, publish, take back, and keep facts fresh."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers import drafts, proposals
from handlers.buttons import ID, Button, is_id, short
from handlers.context import LONGEST_ALERT, App, Context, Run, language_of, message_of, send, show
from handlers.gate import ActorRun, guarded, tell_all
from handlers.later import later
from handlers.replies import Reply, Rows, plain_reply
from handlers.trainee import Command, on_menu_command, on_press, on_question
from knowledge.editing.freshness import Stale
from knowledge.editing.reports import stale_line, version_lines
from knowledge.guide import Guide
from knowledge.people import Actor, Right
from knowledge.texts import plural_translator, translator

MOST_STALE = 5
"""Facts shown at once, so that each has its button on one screen."""

MOST_WAITING = 5
"""Proposals and drafts shown at once, each in a message with its buttons."""

MOST_VERSIONS = 8
WEEK = timedelta(days=7)


async def on_status(update: Update, context: Context, _actor: Actor) -> None:
    """Say which version is live, what it holds, and how questions fare."""
    message = message_of(update)
    _ = translator(await language_of(update, context))
    status = await context.guide.status()
    lines = [
        _(
            "Version {n}: {topics} topics, {things} things",
            n=status.version,
            topics=status.topics,
            things=status.things,
        ),
        *(f"{outcome}: {count}" for outcome, count in sorted(status.outcomes.items())),
        _("waiting for a curator: {n}", n=status.waiting),
    ]
    await send(message, plain_reply(lines))


async def on_versions(update: Update, context: Context, _actor: Actor) -> None:
    """List the newest versions: who, when, why, and what changed."""
    message = message_of(update)
    found = await context.guide.publisher.versions(limit=MOST_VERSIONS)
    await send(message, plain_reply(version_lines(found, found[0].number, most=2)))


async def on_publish(update: Update, context: Context, actor: Actor) -> None:
    """List drafts; or publish one although golden questions are lost, and why."""
    message = message_of(update)
    language = await language_of(update, context)
    _ = translator(language)
    number, *why = context.args or [""]
    if not is_id(number):
        await _list_drafts(message, context, language)
    elif not why:
        await send(message, plain_reply([_("Say why: /publish {n} WHY", n=number)]))
    else:
        await drafts.publish(update, context, actor, int(number), " ".join(why))


async def _list_drafts(message: Message, context: Context, language: str) -> None:
    _ = translator(language)
    kept = await context.guide.publisher.drafts()
    waiting = await context.guide.curation.proposals()
    for proposal in waiting[:MOST_WAITING]:
        await send(message, await proposals.line(context, proposal, language))
    if not kept and not waiting:
        words = _("No draft waits. Send me a YAML file or a spreadsheet to make one.")
        await send(message, plain_reply([words]))
        return
    for one in kept[:MOST_WAITING]:
        line = _("Draft {n} by {who}: {title}", n=one.number, who=one.made_by, title=one.title)
        await send(message, plain_reply([line], drafts.choices(one.number, language)))
    left = sum(max(0, len(listed) - MOST_WAITING) for listed in (waiting, kept))
    if left:
        words = _("{n} more wait. Decide these first, or see all of them with /console.", n=left)
        await send(message, plain_reply([words]))


async def on_rollback(update: Update, context: Context, actor: Actor) -> None:
    """Take the last publish back: at once with a number, else by a button."""
    message = message_of(update)
    language = await language_of(update, context)
    _ = translator(language)
    number, *why = context.args or [""]
    if is_id(number):
        await drafts.roll_back(update, context, actor, int(number), " ".join(why))
        return
    earlier = (await context.guide.publisher.versions(limit=4))[1:]
    if not earlier:
        await send(message, plain_reply([_("There is only one version so far.")]))
        return
    rows = tuple(drafts.back_to(version.number, language)[0] for version in earlier)
    lines = version_lines(earlier, 0, most=1)
    await send(message, plain_reply([*lines, "", _("Which version shall be live again?")], rows))


async def on_live(update: Update, context: Context, _actor: Actor) -> None:
    """End the try-out of a draft in this chat."""
    message = message_of(update)
    _ = translator(await language_of(update, context))
    ended = await context.guide.end_try(message.chat_id)
    words = _("This chat is answered from the live version again.")
    await send(message, plain_reply([words if ended else _("This chat tries no draft.")]))


async def on_stale(update: Update, context: Context, _actor: Actor) -> None:
    """List the facts to look at again, each with a button."""
    found = await _stale_list(context.guide, await language_of(update, context))
    await send(message_of(update), found)


async def _stale_list(guide: Guide, language: str, start: int = 0) -> Reply:
    _, _n = translator(language), plural_translator(language)
    found = await guide.publisher.stale(guide.snapshot.content)
    if not found:
        return plain_reply([_("Every fact is fresh.")])
    shown = found[start : start + MOST_STALE]
    head = _n("{n} fact is past its review:", "{n} facts are past their review:", len(found))
    lines = [f"{at}. {stale_line(one, language)}" for at, one in enumerate(shown, start + 1)]
    rows = _confirm_rows(shown, start, language)
    if start + MOST_STALE < len(found):
        rows = (*rows, (Button(_("More"), data=f"fm:{start}"),))
    return plain_reply([head, *lines], rows)


def _confirm_rows(shown: Iterable[Stale], start: int, language: str) -> Rows:
    _ = translator(language)
    return tuple(
        (
            Button(_("{n}. Still true", n=at), data=f"f:{short(one.fact)}"),
            Button(_("{n}. Not any more", n=at), data=f"fn:{short(one.fact)}"),
        )
        for at, one in enumerate(shown, start + 1)
    )


async def on_confirm(update: Update, context: Context, actor: Actor) -> None:
    """Do with a fact past its review what a button says; the list stays as it is.

    Were the next fact to slide under the same button, a second tap would renew what nobody read.
    """
    query = update.callback_query
    message = query.message if query and isinstance(query.message, Message) else None
    if query is None or message is None:
        return
    language = await language_of(update, context)
    _ = translator(language)
    verb, _colon, code = (query.data or "").partition(":")
    due = await context.guide.publisher.stale(context.guide.snapshot.content)
    fact = next((one.fact for one in due if short(one.fact) == code), None)
    if verb == "fm" and is_id(code):
        await query.answer()
        left = sum((row[0].data or "").startswith("f:") for row in _rows_of(message))
        await send(message, await _stale_list(context.guide, language, int(code) + left))
    elif fact is None:
        await query.answer(_("That was renewed already."))
    elif verb == "fn":
        words = _(
            "Then change {fact}: send me its file with the new value, source and date.", fact=fact
        )
        await query.answer(words[:LONGEST_ALERT], show_alert=True)
    else:
        await query.answer()
        await _confirm(update, context, actor, message, fact, language)


async def _confirm(
    update: Update, context: Context, actor: Actor, message: Message, fact: str, language: str
) -> None:
    _ = translator(language)
    list_ = message.text_html
    waiting = await show(message, Reply(html=list_, buttons=_marked(message, fact, "…")))

    async def work() -> Reply:
        publisher = context.guide.publisher
        await publisher.confirm([fact], by=actor.name)
        if not await publisher.stale(context.guide.snapshot.content):
            return plain_reply([_("Every fact is fresh.")])
        return Reply(html=list_, buttons=_marked(message, fact, "✓"))

    later(waiting, update, context, work, drafts.perhaps_published(language))


def _rows_of(message: Message) -> Rows:
    """Return the buttons below a message of ours."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return tuple(
        tuple(Button(one.text, data=str(one.callback_data or "")) for one in row) for row in rows
    )


def _marked(message: Message, fact: str, mark: str) -> Rows:
    """Return the buttons with those of one fact done, in their place."""
    done = f"f:{short(fact)}"
    return tuple(
        (Button(f"{mark} {row[0].words}", data="fd:"),) if row[0].data == done else row
        for row in _rows_of(message)
    )


async def remind(app: App) -> int:
    """Tell every publisher which facts are due, what most people ask for first.

    Returns:
        How many were told: none where every fact is fresh, nor in the first week of a new bot.
    """
    guide = Context(app).guide
    if await guide.publisher.age() < WEEK:
        return 0
    if not await guide.publisher.stale(guide.snapshot.content):
        return 0
    return await tell_all(app, Right.PUBLISHER, partial(_stale_list, guide))


def _for_staff(run: ActorRun, otherwise: Run = on_menu_command) -> Run:
    return guarded(Right.PUBLISHER, run, otherwise)


COMMANDS = (
    Command("status", "content version and how questions fare", _for_staff(on_status)),
    Command("versions", "what was published, when and by whom", _for_staff(on_versions)),
    Command("publish", "drafts and proposals that wait", _for_staff(on_publish)),
    Command("rollback", "make an earlier version live again", _for_staff(on_rollback)),
    Command("stale", "facts to look at again", _for_staff(on_stale)),
    Command("live", "end the try-out of a draft", _for_staff(on_live)),
)


def register(app: App) -> None:
    """Add what staff may do; each asks for the right when it is used."""
    app.add_handlers([CommandHandler(c.name, c.run) for c in COMMANDS])
    taps = (
        (drafts.on_tap, rf"^v:(publish|try|discard|back):{ID}$"),
        (on_confirm, r"^(fn?:[0-9a-f]+|fm:\d{1,6}|fd:)$"),
    )
    for run, pattern in taps:
        app.add_handler(CallbackQueryHandler(_for_staff(run, on_press), pattern=pattern))
    files = filters.Document.ALL & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    app.add_handler(MessageHandler(files, _for_staff(drafts.on_file, on_question)))
