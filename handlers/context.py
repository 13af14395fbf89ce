"""Typed access for handlers to what they share, and the one way a reply is sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, cast

from telegram import (
    Bot,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.buttons import Book
from handlers.replies import Reply, Rows, pieces
from knowledge.answering.answers import Worded
from knowledge.guide import Guide, known_language
from knowledge.rights import Rights
from knowledge.signin import SignIn
from knowledge.snapshot import Snapshot
from knowledge.verdicts import Reading

Data = dict[Any, Any]

LONGEST_ALERT = 200
"""Letters of the notice that a button can show; Telegram refuses more."""


class Context(CallbackContext[ExtBot[Any], Data, Data, Data]):
    """Gives handlers typed access to the guide."""

    _snapshot: Snapshot | None = None

    @property
    def guide(self) -> Guide:
        """The knowledge service."""
        return cast("Guide", self.bot_data["guide"])

    @property
    def rights(self) -> Rights:
        """Who may do what."""
        return cast("Rights", self.bot_data["rights"])

    @property
    def signin(self) -> SignIn:
        """The keys to the console."""
        return cast("SignIn", self.bot_data["signin"])

    @property
    def console_url(self) -> str:
        """Where people reach the console."""
        return str(self.bot_data["console_url"])

    @property
    def snapshot(self) -> Snapshot:
        """What this update is answered from: one version to the end, whatever is published."""
        if self._snapshot is None:
            self._snapshot = self.guide.snapshot_for(self._chat_id or 0)
        return self._snapshot

    def word(self, reading: Reading, language: str) -> Worded:
        """Word an answer for a button or a menu."""
        return self.snapshot.word(reading, language, self.guide.today())

    @property
    def book(self) -> Book:
        """What buttons mean in the content of this update."""
        content = self.snapshot.content
        book = self.bot_data.get("book")
        if book is None or book.content is not content:
            book = self.bot_data["book"] = Book(content)
        return cast("Book", book)


Run = Callable[[Update, Context], Coroutine[Any, Any, None]]
App = Application[Any, Context, Data, Data, Data, Any]


async def language_of(update: Update, context: Context) -> str:
    """Return the language to speak here: chosen, else written lately, else that of the app."""
    user, chat = update.effective_user, update.effective_chat
    client = user.language_code if user else None
    place = chat or user  # inline, a person writes in no chat of ours
    return await context.guide.language(place.id, client) if place else known_language(client)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return rows of buttons as Telegram takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    button.words,
                    callback_data=button.data,
                    url=button.url,
                    switch_inline_query=button.inline,
                )
                for button in row
            ]
            for row in rows
        ]
    )


def message_of(update: Update) -> Message:
    """Return the message that an update is about; who calls this is asked about no other."""
    if message := update.effective_message:
        return message
    raise ValueError("the update is about no message")


def message_in(bot: Bot, chat: int) -> Message:
    """Return a message to answer in a chat where none of the person's is at hand."""
    message = Message(0, datetime.now(UTC), Chat(chat, Chat.PRIVATE))  # there, none is quoted
    message.set_bot(bot)
    return message


async def send(message: Message, reply: Reply, *, answer_to: int | None = None) -> Message:
    """Send a reply into the chat of a message, in pieces where it is long."""
    sent = message
    for piece in pieces(reply):
        sent = await message.reply_html(
            piece.html,
            reply_markup=keyboard(piece.buttons),
            reply_to_message_id=answer_to,
            allow_sending_without_reply=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    return sent


async def show(message: Message, reply: Reply) -> Message:
    """Turn a message into this reply, so that browsing does not pile up messages."""
    first, *rest = pieces(reply)
    try:
        await message.edit_text(
            first.html,
            parse_mode="HTML",
            reply_markup=keyboard(first.buttons),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except BadRequest:
        return await send(message, reply)
    for piece in rest:
        message = await send(message, piece)
    return message
