"""The last line: an error is logged with an id, then the person gets one sentence with it."""

from __future__ import annotations

import secrets

import structlog
from telegram import Update
from telegram.error import Forbidden, TelegramError

from handlers.context import Context, language_of
from knowledge.errors import GuideError, TryAgainLaterError
from knowledge.schema import SOURCE_LANGUAGE
from knowledge.texts import translator

log = structlog.get_logger()


async def on_error(update: object, context: Context) -> None:
    """Log an error a handler did not foresee, and tell the person."""
    error = context.error
    if isinstance(error, TryAgainLaterError | Forbidden):
        return  # the intake tries again; a person who blocked the bot hears nothing
    error_id = secrets.token_hex(4)
    log.error("handler_failed", error_id=error_id, exc_info=error)
    message = update.effective_message if isinstance(update, Update) else None
    if message is None or not isinstance(update, Update):
        return
    _ = translator(await _language(update, context))
    words = _("Something went wrong on my side. Please try again. Error number: {id}", id=error_id)
    try:
        await message.reply_text(words)
    except TelegramError as failed:
        log.warning("error_not_told", error_id=error_id, reason=str(failed))


async def _language(update: Update, context: Context) -> str:
    """Return the chat's language, or English where even the database fails."""
    try:
        return await language_of(update, context)
    except GuideError:
        return SOURCE_LANGUAGE
