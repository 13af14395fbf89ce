"""Sends the curators' chat its daily digest, once for all replicas."""

from __future__ import annotations

import asyncio
from datetime import time
from functools import partial

import structlog
from telegram.error import TelegramError

from handlers.cards import button, plain
from handlers.context import App, Context, keyboard
from knowledge.answering.drawing import to_png
from knowledge.curation.digests import Digest, chart, digest
from knowledge.errors import GuideError
from knowledge.guide import Guide
from knowledge.schema import SOURCE_LANGUAGE
from knowledge.store.tables import now
from knowledge.texts import plural_translator, translator

log = structlog.get_logger(__name__)


async def send_digest(app: App, chat: int, at: time) -> bool:
    """Send today's digest if its time has come and nobody sent it; return whether we did."""
    moment = now()
    if moment.time().replace(tzinfo=None) < at:
        return False
    guide = Context(app).guide
    sending = partial(_send, app, guide, chat)
    return bool(await guide.once(f"digest of {app.bot.id} {moment.date()}", sending))


async def _send(app: App, guide: Guide, chat: int) -> bool:
    await guide.curation.group_waiting()
    found = await guide.store.read(digest)
    _ = translator(SOURCE_LANGUAGE)
    said = words(found, SOURCE_LANGUAGE)
    below = keyboard(((button(_("Deal the first card"), "skip", 0),),))
    try:
        drawn = await asyncio.to_thread(to_png, chart(found.days, _("Questions a day")))
    except GuideError as error:
        log.warning("digest without its picture", reason=str(error))
        drawn = None
    try:
        if drawn:
            await app.bot.send_photo(
                chat, drawn, caption=said, parse_mode="HTML", reply_markup=below
            )
        else:
            await app.bot.send_message(chat, said, parse_mode="HTML", reply_markup=below)
    except TelegramError as error:
        log.warning("digest not sent", chat=chat, reason=str(error))
        return False
    return True


def words(found: Digest, language: str) -> str:
    """Return a digest in words."""
    _, _n = translator(language), plural_translator(language)
    lines = [
        _n("<b>{n} group waits.</b>", "<b>{n} groups wait.</b>", found.waiting),
        _n("{n} question since yesterday.", "{n} questions since yesterday.", found.asked),
        _(
            "{decided} decided, {closed} closed by themselves.",
            decided=found.decided,
            closed=found.closed,
        ),
    ]
    if found.with_staff:
        lines.append(_("{n} with staff.", n=found.with_staff))
    if found.proposed:
        lines.append(
            _n(
                "{n} proposed answer waits for a publisher.",
                "{n} proposed answers wait for a publisher.",
                found.proposed,
            )
        )
    lines += [f"• {plain(group.head)} ({group.people})" for group in found.top]
    return "\n".join(lines)
