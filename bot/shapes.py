"""Whether an update holds what the Bot API promises, which the library takes on trust.

python-telegram-bot builds its objects from whatever JSON says: a chat may come out as None, a
text as a list. Handlers rely on the types, so such an update is put aside before it reaches one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Chat, Message, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Update

Shape = dict[str, type | tuple[type, ...]]

NOTHING = type(None)
TEXT = (str, NOTHING)
SHAPES: dict[type, Shape] = {
    Message: {"message_id": int, "chat": Chat, "text": TEXT, "caption": TEXT},
    Chat: {"id": int, "type": str},
    User: {"id": int, "first_name": str, "language_code": TEXT},
}
KINDS: dict[str, Shape] = {
    "callback_query": {"id": str, "from_user": User, "data": TEXT, "inline_message_id": TEXT},
    "inline_query": {"id": str, "from_user": User, "query": str, "offset": str},
    "chosen_inline_result": {"result_id": str, "from_user": User, "query": str},
    "message_reaction": {"chat": Chat, "message_id": int},
    "my_chat_member": {"chat": Chat, "from_user": User},
}
"""The kinds that handlers look into, besides messages."""


def faults(update: Update) -> list[str]:
    """Return which parts are not what the Bot API describes."""
    return list(_faults(update))


def _faults(update: Update) -> Iterator[str]:
    for kind, shape in KINDS.items():
        if (content := getattr(update, kind)) is not None:
            yield from _misshapen(kind, content, shape)
    message = update.effective_message
    for part in (message, getattr(message, "reply_to_message", None)):
        if isinstance(part, Message):
            yield from _misshapen("message", part, SHAPES[Message])
            yield from _known("chat", part.chat)
    yield from _known("chat", update.effective_chat)
    yield from _known("user", update.effective_user)


def _known(name: str, value: Any) -> Iterator[str]:
    """Look into a chat or a person."""
    if (shape := SHAPES.get(type(value))) is not None:
        yield from _misshapen(name, value, shape)


def _misshapen(name: str, value: Any, shape: Shape) -> Iterator[str]:
    for part, kind in shape.items():
        found = getattr(value, part)
        if not isinstance(found, kind) or isinstance(found, bool):
            yield f"{name}.{part} is {type(found).__name__}"
