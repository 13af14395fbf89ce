"""The Bot API's methods, with Telegram's limits and error texts."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.entities import EntityError, automatic, from_html, units
from bot.sandbox.room import Bot, Data, Room, quoted

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_CALLBACK = 64
MOST_BUTTONS = 100
MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SAME_OFFSET_WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


class ApiError(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """Return Telegram's usual refusal."""
    return ApiError(400, f"Bad Request: {description}")


Method = Callable[[Room, Bot, Data], Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(run: Method) -> Method:
    """Register a function as the method of its name."""
    METHODS[run.__name__.replace("_", "").lower()] = run
    return run


# -- helpers ----------------------------------------------------------------------------------


def in_utf8(value: Any) -> Any:
    """Return a parameter; refuse half characters, as a careless cut leaves them."""
    try:
        json.dumps(value, ensure_ascii=False, default=lambda _: "").encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return value


def json_of(value: Any, name: str) -> Any:
    """Return a parameter that may have come as JSON."""
    if isinstance(value, str):
        try:
            return in_utf8(json.loads(value))
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    return value


def _truth(value: Any) -> bool:
    return value in (True, "true", "True", "1", 1)


def number_of(given: Data, name: str, missing: str) -> int:
    """Return a whole number; refuse in these words where there is none."""
    try:
        return int(given[name])
    except (KeyError, ValueError, TypeError):
        raise bad(missing) from None


def target(room: Room, given: Data) -> int:
    """Return the chat to write to, if there is one and it lets the bot write."""
    chat = number_of(given, "chat_id", "chat_id is empty")
    if chat > 0 and chat not in room.people:
        raise bad("chat not found")
    if chat in room.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _text(given: Data, name: str, limit: int) -> tuple[str, list[Data]]:
    """Return text and entities of a parameter, within the limit."""
    raw = str(given.get(name) or "")
    mode = str(given.get("parse_mode") or "")
    if mode.lower() == "html":
        try:
            text, entities = from_html(raw)
        except EntityError as error:
            raise bad(f"can't parse entities: {error}") from None
    elif mode:
        raise bad(f"the sandbox reads parse_mode HTML only, not {mode}")
    else:
        text, entities = raw.strip(), json_of(given.get("entities") or [], "entities")
    if units(text) > limit:
        what = "message caption is too long" if name == "caption" else "message is too long"
        raise bad(what)
    return text, [*entities, *automatic(text)]


def _markup(given: Data) -> Data | None:
    """Return the reply markup, checked."""
    markup = json_of(given.get("reply_markup"), "reply markup")
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        return dict(markup)
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad("too many buttons in the reply markup")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]}


def _check_button(button: Data) -> None:
    if not str(button.get("text") or "").strip():
        raise bad("can't parse inline keyboard button: Text buttons must have non-empty text")
    actions = [name for name in button if name not in ("text", "style", "icon_custom_emoji_id")]
    if len(actions) != 1:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= LONGEST_CALLBACK:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not re.match(r"(https?|tg)://\S+", url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def new_message(room: Room, bot: Bot, chat: int, given: Data) -> Data:
    """Return the common part of a message of the bot's."""
    message: Data = {
        "message_id": room.next_message_id(chat),
        "from": bot.user(),
        "chat": room.chat(chat),
        "date": int(time.time()),
    }
    answered = json_of(given.get("reply_parameters") or {}, "reply parameters")
    number = answered.get("message_id") or given.get("reply_to_message_id")
    if number:
        known = room.messages[chat].get(int(number))
        if known:
            message["reply_to_message"] = quoted(known)
        elif not _truth(answered.get("allow_sending_without_reply")):
            raise bad("message to be replied not found")
    if markup := _markup(given):
        message["reply_markup"] = markup
    return message


async def send(room: Room, chat: int, message: Data) -> Data:
    """Put a message into its chat; return it as Telegram answers it."""
    await room.put(chat, message)
    return _returned(message)


def _returned(message: Data) -> Data:
    """Return a message as Telegram gives it back: of markup only buttons under the message."""
    inline = "inline_keyboard" in message.get("reply_markup", {"inline_keyboard": ()})
    return message if inline else {k: v for k, v in message.items() if k != "reply_markup"}


def _message(room: Room, given: Data, missing: str) -> tuple[int, Data]:
    chat = target(room, given)
    number = number_of(given, "message_id", missing)
    message = room.messages[chat].get(number)
    if message is None:
        raise bad(missing)
    return chat, message


def file_of(room: Room, given: Data, name: str) -> tuple[str, str, int]:
    """Return id, name and size of a file that was uploaded or sent before."""
    value = given.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = given.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if not value.content:
            raise bad("file must be non-empty")
        file_id = room.keep_file(value.name, value.content)
        return file_id, value.name, len(value.content)
    if isinstance(value, str) and value in room.files:
        kept, content = room.files[value]
        return str(value), kept, len(content)
    if not value:
        raise bad(f"there is no {name} in the request")
    raise bad("wrong file identifier/HTTP URL specified")


def with_caption(message: Data, given: Data) -> Data:
    """Return a message with its caption, if one is given."""
    text, entities = _text(given, "caption", LONGEST_CAPTION)
    if text:
        message["caption"] = text
        if entities:
            message["caption_entities"] = entities
    return message


# -- updates ----------------------------------------------------------------------------------


def _wanted(bot: Bot, update: Data) -> bool:
    allowed = bot.texts.get(("allowed", ""))
    return not allowed or any(
        name in json.loads(allowed) for name in update if name != "update_id"
    )


@method
async def get_updates(room: Room, bot: Bot, given: Data) -> list[Data]:
    """Hold the call until there is something, and forget what the offset confirms."""
    if bot.webhook.get("url"):
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    if given.get("allowed_updates"):
        bot.texts["allowed", ""] = json.dumps(json_of(given["allowed_updates"], "allowed_updates"))
    offset = int(given.get("offset") or 0)
    limit = max(1, min(int(given.get("limit") or 100), 100))
    if _hasty(bot, offset):
        limit = 1
    confirm(bot, offset)
    bot.polls += 1
    this = bot.polls
    bot.arrived.set()  # another poll that waits ends with a conflict
    deadline = time.monotonic() + min(float(given.get("timeout") or 0), 50)
    while True:
        found = [update for update in bot.updates if _wanted(bot, update)][:limit]
        left = deadline - time.monotonic()
        if bot.polls != this:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        if found or left <= 0:
            return found
        bot.arrived.clear()
        try:
            async with asyncio.timeout(left):
                await bot.arrived.wait()
        except TimeoutError:
            return []


def _hasty(bot: Bot, offset: int) -> bool:
    """Whether the same offset is asked for again too soon: Telegram then gives one update."""
    now = time.monotonic()
    hasty = offset == bot.last_offset and now < bot.last_asked + SAME_OFFSET_WITHIN
    bot.last_offset, bot.last_asked = offset, now
    return hasty


def confirm(bot: Bot, offset: int) -> None:
    """Forget what lies below an offset; a negative one keeps only so many of the last."""
    if offset < 0:
        while len(bot.updates) > -offset:
            bot.updates.popleft()
    while offset > 0 and bot.updates and bot.updates[0]["update_id"] < offset:
        bot.updates.popleft()


@method
async def set_webhook(room: Room, bot: Bot, given: Data) -> bool:
    """Remember where to call."""
    url = str(given.get("url") or "")
    secret = str(given.get("secret_token") or "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    bot.webhook = {"url": url, "secret_token": secret} if url else {}
    bot.webhook["max_connections"] = int(given.get("max_connections") or 40)
    if given.get("allowed_updates"):
        bot.texts["allowed", ""] = json.dumps(json_of(given["allowed_updates"], "allowed_updates"))
    if _truth(given.get("drop_pending_updates")):
        bot.updates.clear()
    bot.webhook_error = {}
    room.webhook_wake.set()
    return True


@method
async def delete_webhook(room: Room, bot: Bot, given: Data) -> bool:
    """Go back to polling."""
    bot.webhook = {}
    if _truth(given.get("drop_pending_updates")):
        bot.updates.clear()
    return True


@method
async def get_webhook_info(room: Room, bot: Bot, given: Data) -> Data:
    """Say how deliveries fare."""
    info: Data = {
        "url": bot.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    if info["url"]:
        info["max_connections"] = bot.webhook["max_connections"]
    return {**info, **bot.webhook_error}


# -- messages ---------------------------------------------------------------------------------


@method
async def get_me(room: Room, bot: Bot, given: Data) -> Data:
    """Say who the bot is."""
    return bot.me()


@method
async def send_message(room: Room, bot: Bot, given: Data) -> Data:
    """Send text."""
    chat = target(room, given)
    text, entities = _text(given, "text", LONGEST_TEXT)
    if not text:
        raise bad("message text is empty")
    message = {**new_message(room, bot, chat, given), "text": text}
    if entities:
        message["entities"] = entities
    return await send(room, chat, message)


@method
async def send_photo(room: Room, bot: Bot, given: Data) -> Data:
    """Send a picture with a caption."""
    chat = target(room, given)
    file_id, _, size = file_of(room, given, "photo")
    photo = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": size}
    message = {
        **new_message(room, bot, chat, given),
        "photo": [{**photo, "width": 1280, "height": 800}],
    }
    return await send(room, chat, with_caption(message, given))


@method
async def send_document(room: Room, bot: Bot, given: Data) -> Data:
    """Send a file."""
    chat = target(room, given)
    file_id, name, size = file_of(room, given, "document")
    document = {
        "file_id": file_id,
        "file_unique_id": file_id[-12:],
        "file_name": name,
        "file_size": size,
    }
    message = {**new_message(room, bot, chat, given), "document": document}
    return await send(room, chat, with_caption(message, given))


@method
async def send_media_group(room: Room, bot: Bot, given: Data) -> list[Data]:
    """Send an album."""
    target(room, given)
    media = json_of(given.get("media"), "media") or []
    if not 2 <= len(media) <= 10:
        raise bad("there must be 2-10 media in the album")
    sent = []
    for item in media:
        one = {**given, **item, item["type"]: item["media"]}
        one.pop("media", None)
        sent.append(
            await (send_photo if item["type"] == "photo" else send_document)(room, bot, one)
        )
    return sent


@method
async def send_location(room: Room, bot: Bot, given: Data) -> Data:
    """Send a place."""
    chat = target(room, given)
    place = {name: _degrees(given, name) for name in ("latitude", "longitude")}
    return await send(room, chat, {**new_message(room, bot, chat, given), "location": place})


def _degrees(given: Data, name: str) -> float:
    try:
        return float(given[name])
    except (KeyError, ValueError, TypeError):
        raise bad(f"{name} is empty") from None


async def _edited(room: Room, chat: int, old: Data, new: Data) -> Data:
    parts = (
        "text",
        "entities",
        "caption",
        "caption_entities",
        "reply_markup",
        "photo",
        "document",
    )
    if all(old.get(part) == new.get(part) for part in parts):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    changed = {**new, "edit_date": int(time.time())}
    await room.put(chat, changed)
    return changed


def _own(bot: Bot, message: Data) -> None:
    if message["from"]["id"] != bot.id:
        raise bad("message can't be edited")


def _remarked(old: Data, given: Data) -> Data:
    kept = {name: value for name, value in old.items() if name != "reply_markup"}
    markup = _markup(given)
    return {**kept, "reply_markup": markup} if markup else kept


@method
async def edit_message_text(room: Room, bot: Bot, given: Data) -> Data | bool:
    """Change a message's text."""
    chat, old = _message(room, given, "message to edit not found")
    _own(bot, old)
    if "text" not in old:
        raise bad("there is no text in the message to edit")
    text, entities = _text(given, "text", LONGEST_TEXT)
    if not text:
        raise bad("message text is empty")
    new = {**_remarked(old, given), "text": text}
    new.pop("entities", None)
    if entities:
        new["entities"] = entities
    return await _edited(room, chat, old, new)


@method
async def edit_message_caption(room: Room, bot: Bot, given: Data) -> Data:
    """Change a caption."""
    chat, old = _message(room, given, "message to edit not found")
    _own(bot, old)
    new = {n: v for n, v in _remarked(old, given).items() if not n.startswith("caption")}
    return await _edited(room, chat, old, with_caption(new, given))


@method
async def edit_message_reply_markup(room: Room, bot: Bot, given: Data) -> Data:
    """Change the buttons."""
    chat, old = _message(room, given, "message to edit not found")
    _own(bot, old)
    return await _edited(room, chat, old, _remarked(old, given))


@method
async def edit_message_media(room: Room, bot: Bot, given: Data) -> Data:
    """Change the picture or file."""
    chat, old = _message(room, given, "message to edit not found")
    _own(bot, old)
    media = json_of(given.get("media"), "media")
    one = {**given, **media, media["type"]: media["media"]}
    file_id, name, size = file_of(room, one, media["type"])
    new = {
        part: value
        for part, value in _remarked(old, given).items()
        if part not in ("photo", "document", "text", "entities", "caption", "caption_entities")
    }
    described = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": size}
    if media["type"] == "photo":
        new["photo"] = [{**described, "width": 1280, "height": 800}]
    else:
        new["document"] = {**described, "file_name": name}
    return await _edited(room, chat, old, with_caption(new, one))


@method
async def delete_message(room: Room, bot: Bot, given: Data) -> bool:
    """Delete a message."""
    chat, message = _message(room, given, "message to delete not found")
    del room.messages[chat][message["message_id"]]
    await room.tell({"kind": "deleted", "chat": chat, "message_id": message["message_id"]})
    return True


@method
async def answer_callback_query(room: Room, bot: Bot, given: Data) -> bool:
    """End the waiting of whoever pressed a button."""
    number = str(given.get("callback_query_id") or "")
    if number not in room.callbacks or room.expired(number):
        raise bad("query is too old and response timeout expired or query ID is invalid")
    answer = {"text": given.get("text"), "show_alert": _truth(given.get("show_alert"))}
    room.callbacks[number] = {"answered": True, **answer}
    await room.tell({"kind": "callback", "id": number, **answer})
    return True


@method
async def answer_inline_query(room: Room, bot: Bot, given: Data) -> bool:
    """Give the cards of an inline query."""
    number = str(given.get("inline_query_id") or "")
    if number not in room.inline or room.expired(number):
        raise bad("query is too old and response timeout expired or query ID is invalid")
    results = json_of(given.get("results"), "inline query results")
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    shown = [_card(result) for result in results]
    personal = _truth(given.get("is_personal"))
    room.inline[number] = {"answered": True, "results": shown, "is_personal": personal}
    await room.tell({"kind": "inline", "id": number, "results": shown})
    return True


def _card(result: Data) -> Data:
    content = result.get("input_message_content") or {}
    text, entities = _text(
        {"text": content.get("message_text"), "parse_mode": content.get("parse_mode")},
        "text",
        LONGEST_TEXT,
    )
    if result.get("type") == "article" and not text:
        raise bad("MESSAGE_EMPTY")
    return {**result, "message": {"text": text, "entities": entities}}


@method
async def send_chat_action(room: Room, bot: Bot, given: Data) -> bool:
    """Show "typing…"."""
    chat = target(room, given)
    await room.tell({"kind": "action", "chat": chat, "action": given.get("action")})
    return True


@method
async def set_message_reaction(room: Room, bot: Bot, given: Data) -> bool:
    """React to a message."""
    chat, message = _message(room, given, "message to react not found")
    reaction = json_of(given.get("reaction") or [], "reaction")
    await room.put(chat, {**message, "reaction_of_bot": [one.get("emoji") for one in reaction]})
    return True


# -- files ------------------------------------------------------------------------------------


@method
async def get_file(room: Room, bot: Bot, given: Data) -> Data:
    """Say where a file can be fetched."""
    file_id = str(given.get("file_id") or "")
    if file_id not in room.files:
        raise bad("invalid file_id")
    _, content = room.files[file_id]
    return {
        "file_id": file_id,
        "file_unique_id": file_id[-12:],
        "file_size": len(content),
        "file_path": f"files/{file_id}",
    }


@method
async def get_user_profile_photos(room: Room, bot: Bot, given: Data) -> Data:
    """Say that nobody here has a picture."""
    return {"total_count": 0, "photos": []}


# -- what the bot tells of itself -------------------------------------------------------------


def _scope(room: Room, given: Data) -> str:
    scope = json_of(given.get("scope") or {"type": "default"}, "scope")
    chat = scope.get("chat_id")
    if chat is not None and int(chat) not in room.people and int(chat) > 0:
        raise bad("chat not found")
    return f"{scope['type']}:{chat}" if chat is not None else str(scope["type"])


@method
async def set_my_commands(room: Room, bot: Bot, given: Data) -> bool:
    """Set the command menu of a scope and language."""
    commands = json_of(given.get("commands") or [], "commands")
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(room, given), str(given.get("language_code") or "")] = commands
    await room.tell({"kind": "commands"})
    return True


@method
async def get_my_commands(room: Room, bot: Bot, given: Data) -> list[Data]:
    """Return the command menu of a scope and language."""
    key = _scope(room, given), str(given.get("language_code") or "")
    return bot.commands.get(key, [])


@method
async def delete_my_commands(room: Room, bot: Bot, given: Data) -> bool:
    """Forget the command menu of a scope and language."""
    bot.commands.pop((_scope(room, given), str(given.get("language_code") or "")), None)
    return True


def _texts(name: str, field: str, longest: int) -> None:
    async def set_it(room: Room, bot: Bot, given: Data) -> bool:
        text = str(given.get(field) or "")
        if len(text) > longest:
            raise bad(f"BOT_{field.upper()}_TOO_LONG")
        bot.texts[field, str(given.get("language_code") or "")] = text
        await room.tell({"kind": "commands"})
        return True

    async def get_it(room: Room, bot: Bot, given: Data) -> Data:
        return {field: bot.texts.get((field, str(given.get("language_code") or "")), "")}

    METHODS[f"setmy{name}"] = set_it
    METHODS[f"getmy{name}"] = get_it


_texts("name", "name", 64)
_texts("description", "description", 512)
_texts("shortdescription", "short_description", 120)


@method
async def set_chat_menu_button(room: Room, bot: Bot, given: Data) -> bool:
    """Set the button beside the text field."""
    chat = int(given["chat_id"]) if given.get("chat_id") else None
    bot.menu_buttons[chat] = json_of(
        given.get("menu_button") or {"type": "default"}, "menu button"
    )
    return True


@method
async def get_chat_menu_button(room: Room, bot: Bot, given: Data) -> Data:
    """Return the button beside the text field."""
    chat = int(given["chat_id"]) if given.get("chat_id") else None
    return bot.menu_buttons.get(chat, {"type": "default"})


# -- chats ------------------------------------------------------------------------------------


@method
async def get_chat(room: Room, bot: Bot, given: Data) -> Data:
    """Describe a chat."""
    chat = target(room, given)
    full = {"accent_color_id": 0, "max_reaction_count": 11}
    return {
        **room.chat(chat),
        **full,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


@method
async def get_chat_member(room: Room, bot: Bot, given: Data) -> Data:
    """Say that a person is a member of a chat."""
    person = room.people.get(number_of(given, "user_id", "user not found"))
    if person is None:
        raise bad("user not found")
    return {"status": "member", "user": person.user()}


@method
async def log_out(room: Room, bot: Bot, given: Data) -> bool:
    """Do nothing, successfully."""
    return True


METHODS["close"] = log_out
