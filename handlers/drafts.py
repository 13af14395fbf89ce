"""A draft in a staff chat: a file comes in, its report goes out, and a tap decides.

The report takes minutes, so it is made after the update is finished: the draft is kept by then.
What a tap needs stands in its button; drafts are kept in the database, so any replica can go on.
"""

from __future__ import annotations

import asyncio
import html

from telegram import Document, Message, Update
from telegram.error import BadRequest

from handlers.buttons import Button
from handlers.context import App, Context, language_of, send, show
from handlers.replies import Reply, Rows
from knowledge.errors import ContentError, GuideError, LostError, OutdatedError
from knowledge.people import Actor
from knowledge.publishing import Draft
from knowledge.reports import fault_lines, report
from knowledge.sheets import LARGEST_FILE
from knowledge.store.versions import unpack
from knowledge.submissions import take_in
from knowledge.texts import say_error, translator

QUESTIONS = 5_000
"""Logged questions a draft is tried on, so that the report comes within minutes."""

MOST = 8
"""Entries of each kind in a report, so that it fits a phone."""

_UNDER_WAY = "drafts under way"
"""The reports that are being made, in the application's data."""


async def on_file(update: Update, context: Context, actor: Actor) -> None:
    """Make a draft of a file, and say what it would change."""
    message = update.effective_message
    if message is None or message.document is None:
        return
    language = await language_of(update, context)
    _ = translator(language)
    document = message.document
    if (document.file_size or 0) > LARGEST_FILE:
        await send(message, Reply(html=_("That file is too large. Send at most 5 MB.")))
        return
    waiting = await send(message, Reply(html=_checking(language)))
    try:
        draft = await _draft_of(document, context)
    except ContentError as error:
        lines = [_("I cannot take this file:"), *fault_lines(error.faults, most=MOST)]
        await show(waiting, _text(lines))
        return
    except BadRequest:
        await show(
            waiting, _text([_("Telegram does not have that file any more. Send it again.")])
        )
        return
    title = message.caption or document.file_name or _("a file from Telegram")
    number = await context.guide.publisher.save(draft, by=actor.name, title=title)
    _report_later(waiting, update, context, number, language)


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


def _report_later(
    waiting: Message, update: Update, context: Context, number: int, language: str
) -> None:
    """Examine a kept draft when the update is finished; a failure is told as any other."""
    coming = _report(waiting, context, number, language)
    task = context.application.create_task(coming, update=update, name="draft")
    under_way: set[asyncio.Task[None]] = context.bot_data.setdefault(_UNDER_WAY, set())
    under_way.add(task)
    task.add_done_callback(under_way.discard)


def stop(app: App) -> None:
    """Cut off the reports under way; their drafts are kept, and their people are told."""
    for task in app.bot_data.get(_UNDER_WAY, ()):
        task.cancel()


async def _report(waiting: Message, context: Context, number: int, language: str) -> None:
    """Say what a kept draft would do; drop it where nothing could be published."""
    _ = translator(language)
    rows = choices(number, language)
    publisher = context.guide.publisher
    try:
        kept = await publisher.saved(number)
        draft = Draft(files=unpack(kept.files), base=kept.base)
        examined = await publisher.examine(draft, questions=QUESTIONS)
        if examined.errors or not examined.changes:
            await publisher.discard(number)
            rows = ()
    except asyncio.CancelledError:
        words = _("I am being restarted and did not finish the check. The draft is kept.")
        await show(waiting, _text([words], rows))
        raise
    except GuideError as error:  # nobody handles the update again, so it is told at once
        await show(waiting, _text([say_error(error, language)], rows))
        return
    await show(waiting, _text(report(examined, language, most=MOST), rows))


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
    message = update.effective_message
    if message is None:
        return
    language = await language_of(update, context)
    _ = translator(language)
    try:
        done = await context.guide.publisher.publish_saved(
            number, by=actor.name, override=override
        )
    except OutdatedError:
        await _look_again(message, update, context, actor, number)
        return
    except LostError as error:
        words = _("To publish all the same, say why: /publish {n} WHY", n=number)
        await send(message, _text([say_error(error, language), "", words]))
        return
    lines = [_("Version {n} is live.", n=done.number), *done.changes[:MOST]]
    await send(message, _text(lines, back_to(done.number - 1, language)))


async def _look_again(
    message: Message, update: Update, context: Context, actor: Actor, number: int
) -> None:
    language = await language_of(update, context)
    _ = translator(language)
    renewed, merged = await context.guide.publisher.renew_saved(number, by=actor.name)
    if merged.conflicts:
        lines = [
            _("Somebody published meanwhile, and changed the same. Decide by hand, then send it:"),
            *merged.conflicts[:MOST],
        ]
        await send(message, _text(lines))
        return
    first = _("Somebody published meanwhile. I took that in; please look again.")
    waiting = await send(message, Reply(html=f"{first} {_checking(language)}"))
    _report_later(waiting, update, context, renewed, language)


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
            await roll_back(message, context, actor, number, language)
    except GuideError as error:
        await send(message, _text([say_error(error, language)]))


async def roll_back(
    message: Message, context: Context, actor: Actor, number: int, language: str, why: str = ""
) -> None:
    """Make an earlier version live again."""
    _ = translator(language)
    done = await context.guide.publisher.rollback(number, by=actor.name, reason=why)
    told = _("Version {n} is live, with the content of version {old}.", n=done.number, old=number)
    await send(message, _text([told, *done.changes[:MOST]]))


def back_to(number: int, language: str) -> Rows:
    """Return the button that takes a publish back."""
    _ = translator(language)
    return ((Button(_("Back to version {n}", n=number), data=f"v:back:{number}"),),)


def _text(lines: list[str], rows: Rows = ()) -> Reply:
    return Reply(html=html.escape("\n".join(lines), quote=False), buttons=rows)
