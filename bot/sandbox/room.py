"""Everything the sandbox holds in memory: people, bots, chats, messages, files, faults."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]

MOST_EVENTS = 20_000
MOST_MESSAGES = 5_000
MOST_QUERIES = 5_000
MOST_FILES = 500
"""What is kept of each kind, of messages for each chat, so that a sandbox may run for days."""

GROUP = -1_001_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can write to the bot."""

    id: int
    first_name: str
    note: str
    language_code: str = "en"
    username: str | None = None

    def user(self) -> Data:
        """Return the person as Telegram's User."""
        made: Data = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            made["username"] = self.username
        return {**made, "language_code": self.language_code}


PEOPLE = (
    Person(id=101, first_name="Dana", note="laid-off help desk technician"),
    Person(id=102, first_name="Lucía", note="writes Spanish", language_code="es"),
    Person(id=103, first_name="Ray", note="licensed practical nurse, 58"),
    Person(id=1001, first_name="Sam", note="staff", username="sam_staff"),
    Person(id=2001, first_name="Cora", note="curator", username="cora_curator"),
    Person(id=2002, first_name="Carl", note="second curator", username="carl_curator"),
)


class Events:
    """What happened, numbered from the start; the oldest are forgotten, the numbers stay."""

    def __init__(self, most: int = MOST_EVENTS) -> None:
        self._most = most
        self._kept: deque[Data] = deque()
        self._forgotten = 0

    def __len__(self) -> int:
        """How many there ever were, which is the number of the next."""
        return self._forgotten + len(self._kept)

    def __getitem__(self, numbers: slice) -> list[Data]:
        """The events of these numbers that are still kept."""
        start, stop, step = numbers.indices(len(self))
        first = max(start - self._forgotten, 0)
        return list(itertools.islice(self._kept, first, max(stop - self._forgotten, first), step))

    def __iter__(self) -> Iterator[Data]:
        """All that are still kept, oldest first."""
        return iter(tuple(self._kept))

    def append(self, event: Data) -> None:
        """Keep one more."""
        self._kept.append(event)
        if len(self._kept) > self._most:
            self._kept.popleft()
            self._forgotten += 1


def quoted(message: Data) -> Data:
    """Return a message as one that replies to it holds it: no chain, and inline buttons only.

    Telegram asks for a reply in the message it sends, and never repeats that where it is quoted.
    """
    bare = {name: part for name, part in message.items() if name != "reply_to_message"}
    if "inline_keyboard" not in bare.get("reply_markup", {}):
        bare.pop("reply_markup", None)
    return bare


def trim(kept: dict[Any, Any], most: int) -> None:
    """Forget the oldest of a collection."""
    while len(kept) > most:
        del kept[next(iter(kept))]


@dataclass
class Bot:
    """One bot: its queue of updates and what it told Telegram about itself."""

    token: str
    id: int
    username: str
    updates: deque[Data] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    polls: int = 0
    last_offset: int = 0
    last_asked: float = float("-inf")
    """When updates were last asked for, and from which; Telegram is stingy with the hasty."""
    webhook: Data = field(default_factory=dict)
    webhook_error: Data = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Data]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Data] = field(default_factory=dict)

    def user(self) -> Data:
        """Return the bot as Telegram's User."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.texts.get(("name", ""), "Health IT Guide"),
            "username": self.username,
        }

    def me(self) -> Data:
        """Return what getMe answers."""
        return {
            **self.user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


@dataclass
class Fault:
    """What goes wrong with the next calls of a method."""

    method: str
    times: int
    kind: str
    """429, 500, 502, drop_before, drop_after or delay."""
    seconds: float = 1.0
    chat: int | None = None


class Room:
    """The whole pretended Telegram."""

    def __init__(self) -> None:
        self.people = {person.id: person for person in PEOPLE}
        self.bots: dict[str, Bot] = {}
        self.messages: dict[int, dict[int, Data]] = defaultdict(dict)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.callbacks: dict[str, Data] = {}
        self.inline: dict[str, Data] = {}
        self.query_lifetime = 15.0
        """Seconds until Telegram takes no answer to a pressed button or an inline query."""
        self._asked: dict[str, float] = {}
        self.blocked: set[int] = set()
        self.faults: list[Fault] = []
        self.events = Events()
        self.changed = asyncio.Condition()
        self.url = ""
        """Where this room is served, once it is."""
        self.webhook_wake = asyncio.Event()
        self._unclaimed: list[Data] = []
        # Telegram's ids only grow; a sandbox started again must not repeat those of the last.
        self._update_ids = itertools.count(int(time.time() * 100) % 900_000_000 + 1)
        self._message_ids: dict[int, itertools.count[int]] = defaultdict(
            lambda: itertools.count(1)
        )

    def bot(self, token: str) -> Bot | None:
        """Return the bot of a token, or None where Telegram would answer 401."""
        number, _, rest = token.partition(":")
        if not number.isdigit() or len(rest) < 10:
            return None
        if token not in self.bots:
            bot = Bot(token=token, id=int(number), username="health_it_guide_bot")
            bot.updates.extend(self._unclaimed)
            self._unclaimed.clear()
            self.bots[token] = bot
        return self.bots[token]

    def chat(self, chat_id: int) -> Data:
        """Return a chat as Telegram shows it."""
        if chat_id == GROUP:
            return {"id": GROUP, "type": "supergroup", "title": "Career changers"}
        person = self.people[chat_id]
        made: Data = {"id": chat_id, "type": "private", "first_name": person.first_name}
        return {**made, "username": person.username} if person.username else made

    def next_message_id(self, chat_id: int) -> int:
        """Return the next message number of a chat."""
        return next(self._message_ids[chat_id])

    async def put(self, chat_id: int, message: Data) -> None:
        """Keep a new or changed message and tell whoever watches."""
        self.messages[chat_id][message["message_id"]] = message
        trim(self.messages[chat_id], MOST_MESSAGES)
        await self.tell({"kind": "message", "chat": chat_id, "message": message})

    async def tell(self, event: Data) -> None:
        """Add an event for the page and the tests."""
        async with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    async def push(self, update: Data) -> int:
        """Give an update to every bot that asked for its kind; return its number."""
        number = next(self._update_ids)
        if not self.bots:
            self._unclaimed.append({"update_id": number, **update})
        for bot in self.bots.values():
            bot.updates.append({"update_id": number, **update})
            bot.arrived.set()
        self.webhook_wake.set()
        return number

    async def say(
        self, person_id: int, text: str, *, chat_id: int | None = None, **extra: Any
    ) -> Data:
        """Let a person write a message; return it."""
        from bot.sandbox.entities import automatic

        chat = chat_id or person_id
        message: Data = {
            "message_id": self.next_message_id(chat),
            "date": int(time.time()),
            "chat": self.chat(chat),
            "from": self.people[person_id].user(),
            **extra,
        }
        if text:
            name = "caption" if "photo" in extra or "document" in extra else "text"
            message[name] = text
            if entities := automatic(text):
                message["entities" if name == "text" else "caption_entities"] = entities
        await self.put(chat, message)
        await self.push({"message": message})
        return message

    async def edit(self, person_id: int, message_id: int, text: str) -> Data:
        """Let a person change a message."""
        message = {
            **self.messages[person_id][message_id],
            "text": text,
            "edit_date": int(time.time()),
        }
        await self.put(person_id, message)
        await self.push({"edited_message": message})
        return message

    async def press(self, person_id: int, chat_id: int, message_id: int, data: str) -> str:
        """Let a person press a button; return the callback's id."""
        callback_id = str(secrets.randbits(60))
        self.callbacks[callback_id] = {}
        trim(self.callbacks, MOST_QUERIES)
        self._asked[callback_id] = time.monotonic()
        trim(self._asked, MOST_QUERIES)
        await self.push(
            {
                "callback_query": {
                    "id": callback_id,
                    "from": self.people[person_id].user(),
                    "message": self.messages[chat_id].get(message_id)
                    or {"chat": self.chat(chat_id), "message_id": message_id, "date": 0},
                    "chat_instance": str(chat_id),
                    "data": data,
                }
            }
        )
        return callback_id

    async def react(self, person_id: int, message_id: int, emoji: str | None) -> None:
        """Let a person react to a message, or take the reaction back."""
        message = self.messages[person_id][message_id]
        old = message.get("reaction_of_person")
        as_types = [[{"type": "emoji", "emoji": one}] if one else [] for one in (old, emoji)]
        await self.put(person_id, {**message, "reaction_of_person": emoji})
        await self.push(
            {
                "message_reaction": {
                    "chat": self.chat(person_id),
                    "message_id": message_id,
                    "user": self.people[person_id].user(),
                    "date": int(time.time()),
                    "old_reaction": as_types[0],
                    "new_reaction": as_types[1],
                }
            }
        )

    async def ask_inline(self, person_id: int, query: str) -> str:
        """Let a person type ``@bot query`` in some chat; return the query's id."""
        query_id = str(secrets.randbits(60))
        self.inline[query_id] = {}
        trim(self.inline, MOST_QUERIES)
        self._asked[query_id] = time.monotonic()
        trim(self._asked, MOST_QUERIES)
        await self.push(
            {
                "inline_query": {
                    "id": query_id,
                    "from": self.people[person_id].user(),
                    "query": query,
                    "offset": "",
                    "chat_type": "private",
                }
            }
        )
        return query_id

    def expired(self, query_id: str) -> bool:
        """Whether it is too late to answer a pressed button or an inline query."""
        born = self._asked.get(query_id, float("-inf"))
        return time.monotonic() - born >= self.query_lifetime

    def keep_file(self, name: str, content: bytes) -> str:
        """Keep a file and return its id."""
        file_id = f"file-{secrets.token_urlsafe(12)}"
        self.files[file_id] = (name, content)
        trim(self.files, MOST_FILES)
        return file_id

    def fault(self, method: str, chat: int | None) -> Fault | None:
        """Return the fault that hits this call, if any, and count it."""
        for fault in self.faults:
            fits = fault.method.lower() in (method.lower(), "*") and fault.chat in (None, chat)
            if fits and fault.times > 0:
                fault.times -= 1
                return fault
        return None
