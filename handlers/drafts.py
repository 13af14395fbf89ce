"""A draft in a staff chat: a file comes in, its report goes out, and a tap decides.

A report takes minutes and a publish seconds, so both are done after the update is finished; a
message says so meanwhile, and then what came of it. What a tap needs stands in its button; drafts
are kept in the database, so any replica can go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Document, Message, Update
from telegram.error import BadRequest

from handlers.buttons import Button
from handlers.context import Context, language_of, message_of, send, show
from handlers.later import cut_off, later, publishing
from handlers.replies import Reply, Rows, plain_reply
from knowledge.editing.publishing import Draft, unpacked
from knowledge.editing.reports import fault_lines, report
from knowledge.editing.sheets import LARGEST_FILE
from knowledge.editing.submissions import take_in
from knowledge.errors import ContentError, GuideError, LostError, OutdatedError
from knowledge.people import Actor
from knowledge.texts import say_error, translator

QUESTIONS = 5_000
"""Logged questions a draft is tried on, so that the report comes within minutes."""

MOST = 8
"""Entries of each kind in a report, so that it fits a phone."""

_ONE_REPORT = "report under way"
"""Held while a draft is examined, in the application's data: several at once would take all the
processors, and each would take longer."""


async def on_file(update: Update, context: Context, actor: Actor) -> None:
    """Make a draft of a file, and say what it would change."""
    message = message_of(update)
    if message.document is None:
        return
    language = await language_of(update, context)
    _ = translator(language)
    document = message.document
    if (document.file_size or 0) > LARGEST_FILE:
        await send(message, Reply(html=_("That file is too large. Send at most 5 MB.")))
        return
    first = _checking(language)
    if not message.caption:
        first += " " + _("Send the reason as its caption, and it is kept with the version.")
    waiting = await send(message, Reply(html=first))
    try:
        draft = await _draft_of(document, context)
    except ContentError as error:
        lines = [_("I cannot take this file:"), *fault_lines(error.faults, most=MOST)]
        await show(waiting, plain_reply(lines))
        return
    except BadRequest:
        await show(
            waiting, plain_reply([_("Telegram does not have that file any more. Send it again.")])
        )
        return
    title = message.caption or document.file_name or _("a file from Telegram")
    number = await context.guide.publisher.save(draft, by=actor.name, title=title)
    later(
        waiting,
        update,
        context,
        lambda: _report(context, number, language),
        cut_off(_("The draft is kept."), language, choices(number, language)),
    )


async def _draft_of(document: Document, context: Context) -> Draft:
    sent = await document.get_file()
    raw = bytes(await sent.download_as_bytearray())
    publisher = context.guide.publisher
    live = await publisher.live_number()
    files = await publisher.files_of(live)
    content = context.guide.snapshot.content
    name = document.file_name or "file.yaml"
    taken = await asyncio.to_thread(take_in, raw, name, files, content)
    return Draft(files=taken, base=live)


def _checking(language: str) -> str:
    _ = translator(language)
    return _("I have it and am checking what it would change. I will tell you here.")


async def _report(context: Context, number: int, language: str) -> Reply:
    """Return what a kept draft would do; drop it where nothing could be published."""
    publisher = context.guide.publisher
    async with context.bot_data.setdefault(_ONE_REPORT, asyncio.Lock()):
        draft = await unpacked(await publisher.saved(number))
        examined = await publisher.examine(draft, questions=QUESTIONS)
    sound = not examined.errors and examined.changes
    if not sound:
        await publisher.discard(number)
    rows = choices(number, language) if sound else ()
    return plain_reply(report(examined, language, most=MOST), rows)


def choices(number: int, language: str) -> Rows:
    """Return what can be done with a draft."""
    _ = translator(language)
    return (
        (Button(_("Publish"), data=f"v:publish:{number}"),),
        (Button(_("Try it in this chat"), data=f"v:try:{number}"),),
        (Button(_("Discard"), data=f"v:discard:{number}"),),
    )


async def publish(
    update: Update, context: Context, actor: Actor, number: int, override: str | None = None
) -> None:
    """Publish a draft; where others were quicker, show it on top of theirs to look at again."""
    language = await language_of(update, context)

    def work(waiting: Message) -> Awaitable[Reply]:
        return _published(waiting, context, actor, number, language, override)

    await _go_live(update, context, work, language)


async def _go_live(
    update: Update,
    context: Context,
    work: Callable[[Message], Awaitable[Reply]],
    language: str,
) -> None:
    """Say that a version is being published, do it after the update, and say what came of it."""
    waiting = await send(message_of(update), publishing(language))
    later(waiting, update, context, lambda: work(waiting), perhaps_published(language))


def perhaps_published(language: str) -> Reply:
    """Return what to say where a restart cut a publish off."""
    _ = translator(language)
    return cut_off(_("See /versions for whether it is live; if not, do it again."), language)


async def _published(
    waiting: Message,
    context: Context,
    actor: Actor,
    number: int,
    language: str,
    override: str | None,
) -> Reply:
    _ = translator(language)
    try:
        done = await context.guide.publisher.publish_saved(
            number, by=actor.name, override=override
        )
    except OutdatedError:
        return await _look_again(waiting, context, actor, number, language)
    except LostError as error:
        words = _("To publish all the same, say why: /publish {n} WHY", n=number)
        return plain_reply([say_error(error, language), "", words], choices(number, language))
    lines = [_("Version {n} is live.", n=done.number), *done.changes[:MOST]]
    return plain_reply(lines, back_to(done.number - 1, language))


async def _look_again(
    waiting: Message, context: Context, actor: Actor, number: int, language: str
) -> Reply:
    _ = translator(language)
    renewed, merged = await context.guide.publisher.renew_saved(number, by=actor.name)
    if merged.conflicts:
        lines = [
            _("Somebody published meanwhile, and changed the same. Decide by hand, then send it:"),
            *merged.conflicts[:MOST],
        ]
        return plain_reply(lines)
    first = _("Somebody published meanwhile. I took that in; please look again.")
    await show(waiting, Reply(html=f"{first} {_checking(language)}"))
    return await _report(context, renewed, language)


async def on_tap(update: Update, context: Context, actor: Actor) -> None:
    """Do with a draft or a version what a button says."""
    query = update.callback_query
    message = query.message if query and isinstance(query.message, Message) else None
    if query is None or message is None or not query.data:
        return  # the library lets a button that carries nothing through every pattern
    _what, verb, given = query.data.split(":")
    number = int(given)
    language = await language_of(update, context)
    _ = translator(language)
    await query.answer()
    try:
        if verb == "publish":
            await message.edit_reply_markup(None)  # its buttons would do nothing any more
            await publish(update, context, actor, number)
        elif verb == "try":
            await context.guide.try_draft(message.chat_id, number)
            words = _("This chat is answered from the draft now. /live ends that.")
            await send(message, Reply(html=words))
        elif verb == "discard":
            await context.guide.publisher.discard(number)
            await context.guide.refresh()
            await show(message, Reply(html=_("Discarded. Nothing changed.")))
        else:
            await roll_back(update, context, actor, number)
    except GuideError as error:
        await send(message, plain_reply([say_error(error, language)]))


async def roll_back(
    update: Update, context: Context, actor: Actor, number: int, why: str = ""
) -> None:
    """Make an earlier version live again."""
    language = await language_of(update, context)

    def work(_waiting: Message) -> Awaitable[Reply]:
        return _rolled_back(context, actor, number, language, why)

    await _go_live(update, context, work, language)


async def _rolled_back(
    context: Context, actor: Actor, number: int, language: str, why: str
) -> Reply:
    _ = translator(language)
    done = await context.guide.publisher.rollback(number, by=actor.name, reason=why)
    told = _("Version {n} is live, with the content of version {old}.", n=done.number, old=number)
    return plain_reply([told, *done.changes[:MOST]])


def back_to(number: int, language: str) -> Rows:
    """Return the button that takes a publish back."""
    _ = translator(language)
    return ((Button(_("Back to version {n}", n=number), data=f"v:back:{number}"),),)
