"""What a bot may post besides text and pictures: polls, voice, video; forwarding and copying."""

from __future__ import annotations

from typing import Any

from bot.sandbox.methods import (
    METHODS,
    ApiError,
    Method,
    bad,
    file_of,
    json_of,
    method,
    new_message,
    number_of,
    send,
    target,
    with_caption,
)
from bot.sandbox.room import Bot, Data, Room

LONGEST_QUESTION, LONGEST_OPTION = 300, 100
LEAST_OPTIONS, MOST_OPTIONS = 2, 12
MOST_AT_ONCE = 100
__all__ = ["METHODS"]

_CAPTION = ("caption", "caption_entities")
_CONTENT = (
    *("text", "entities", "photo", "document", "video", "voice", "location", "poll"),
    *_CAPTION,
)


@method
async def send_poll(room: Room, bot: Bot, given: Data) -> Data:
    """Ask the chat to choose."""
    chat = target(room, given)
    question = str(given.get("question") or "").strip()
    if not question:
        raise bad("poll question must be non-empty")
    if len(question) > LONGEST_QUESTION:
        raise bad(f"poll question length must not exceed {LONGEST_QUESTION}")
    options = [_option(one) for one in json_of(given.get("options") or [], "options")]
    if len(options) < LEAST_OPTIONS:
        raise bad("poll must have at least 2 option")
    if len(options) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    message = new_message(room, bot, chat, given)
    message["poll"] = {
        "id": f"{chat}-{message['message_id']}",
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": str(given.get("type") or "regular"),
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    return await send(room, chat, message)


def _option(given: Any) -> Data:
    text = str(given.get("text") if isinstance(given, dict) else given or "").strip()
    if not text:
        raise bad("poll options must be non-empty")
    if len(text) > LONGEST_OPTION:
        raise bad(f"poll options length must not exceed {LONGEST_OPTION}")
    return {"text": text, "voter_count": 0, "persistent_id": text}


def _sender(kind: str, **measures: int) -> Method:
    """Return the method that sends files of a kind, with measures the sandbox makes up."""

    async def send_it(room: Room, bot: Bot, given: Data) -> Data:
        chat = target(room, given)
        file_id, name, size = file_of(room, given, kind)
        one = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": size, **measures}
        if kind == "video":
            one["file_name"] = name
        message = {**new_message(room, bot, chat, given), kind: one}
        return await send(room, chat, with_caption(message, given))

    return send_it


METHODS["sendvoice"] = _sender("voice", duration=1)
METHODS["sendvideo"] = _sender("video", duration=1, width=640, height=360)


def _original(room: Room, given: Data, purpose: str) -> Data:
    chat = number_of(given, "from_chat_id", "chat not found")
    number = number_of(given, "message_id", "message identifier is not specified")
    message = room.messages.get(chat, {}).get(number)
    if message is None:
        raise bad(f"message to {purpose} not found")
    return message


@method
async def forward_message(room: Room, bot: Bot, given: Data) -> Data:
    """Send a message on, with its origin."""
    chat = target(room, given)
    original = _original(room, given, "forward")
    content = {name: original[name] for name in _CONTENT if name in original}
    origin = {
        "type": "user",
        "date": original["date"],
        "sender_user": original["from"],
    }
    plain = {name: value for name, value in given.items() if name != "reply_markup"}
    message = {**new_message(room, bot, chat, plain), **content, "forward_origin": origin}
    return await send(room, chat, message)


@method
async def copy_message(room: Room, bot: Bot, given: Data) -> Data:
    """Send a message again as the bot's own; answers its number only."""
    chat = target(room, given)
    original = _original(room, given, "copy")
    content = {name: original[name] for name in _CONTENT if name in original}
    message = {**new_message(room, bot, chat, given), **content}
    if "caption" in given and "text" not in original:
        bare = {name: value for name, value in message.items() if name not in _CAPTION}
        message = with_caption(bare, given)
    sent = await send(room, chat, message)
    return {"message_id": sent["message_id"]}


@method
async def delete_messages(room: Room, bot: Bot, given: Data) -> bool:
    """Delete several messages; those that are gone already are passed over."""
    numbers = json_of(given.get("message_ids") or [], "message identifiers")
    if not isinstance(numbers, list) or not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST_AT_ONCE:
        raise bad("too many messages to delete")
    for number in numbers:
        try:
            await METHODS["deletemessage"](room, bot, {**given, "message_id": number})
        except ApiError as error:
            if "not found" not in error.description or "chat" in error.description:
                raise
    return True
