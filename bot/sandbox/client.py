"""A person at the sandbox, for dialogue tests: says, presses, and hears what the bot answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.sandbox.room import Data, Room

PATIENCE = 10.0


@dataclass
class Talk:
    """One person's private chat with the bot."""

    room: Room
    person: int = 101

    async def __call__(self, text: str, *, answers: int = 1) -> str:
        """Say something and return the text of the answers that follow."""
        mark = len(self.room.events)
        await self.room.say(self.person, text)
        return await self.heard(mark, answers)

    async def heard(self, mark: int, answers: int = 1) -> str:
        """Wait for so many messages of the bot's, new or changed, since a moment."""

        def of_bot() -> list[Data]:
            return [
                event["message"]
                for event in self.room.events[mark:]
                if event["kind"] == "message"
                and event["chat"] == self.person
                and event["message"]["from"]["is_bot"]
            ]

        async with self.room.changed:
            async with asyncio.timeout(PATIENCE):
                await self.room.changed.wait_for(lambda: len(of_bot()) >= answers)
        return "\n---\n".join(text_of(message) for message in of_bot())

    @property
    def messages(self) -> list[Data]:
        """Every message of the chat, oldest first."""
        return list(self.room.messages[self.person].values())

    @property
    def last(self) -> Data:
        """The bot's last message."""
        return next(m for m in reversed(self.messages) if m["from"]["is_bot"])

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons of the bot's last message."""
        return [button["text"] for button in _buttons(self.last)]

    async def press(self, words: str, *, answers: int = 1) -> str:
        """Press the button with these words (or beginning with them); return what follows."""
        button = next(b for b in _buttons(self.last) if b["text"].startswith(words))
        return await self.press_data(button["callback_data"], answers=answers)

    async def press_data(
        self, data: str, *, message_id: int | None = None, answers: int = 1
    ) -> str:
        """Press a button by what it carries, on any message."""
        mark = len(self.room.events)
        target = message_id or self.last["message_id"]
        callback = await self.room.press(self.person, self.person, target, data)
        async with self.room.changed:
            async with asyncio.timeout(PATIENCE):
                await self.room.changed.wait_for(lambda: self.room.callbacks[callback])
        return await self.heard(mark, answers) if answers else ""

    async def toast(self, data: str) -> str:
        """Press a button and return the short notice it shows."""
        callback = await self.room.press(self.person, self.person, self.last["message_id"], data)
        async with self.room.changed:
            async with asyncio.timeout(PATIENCE):
                await self.room.changed.wait_for(lambda: self.room.callbacks[callback])
        return str(self.room.callbacks[callback].get("text") or "")

    async def edit(self, text: str, *, answers: int = 1) -> str:
        """Change one's own last message; return what follows."""
        own = next(m for m in reversed(self.messages) if not m["from"]["is_bot"])
        mark = len(self.room.events) + 1
        await self.room.edit(self.person, own["message_id"], text)
        return await self.heard(mark, answers)

    async def send(self, *, answers: int = 1, text: str = "", **parts: Any) -> str:
        """Send something that is no text, such as a location; return what follows."""
        mark = len(self.room.events)
        await self.room.say(self.person, text, **parts)
        return await self.heard(mark, answers)

    async def send_document(self, name: str, content: bytes, *, answers: int = 1) -> str:
        """Send a file."""
        file_id = self.room.keep_file(name, content)
        document = {
            "file_id": file_id,
            "file_unique_id": file_id[-12:],
            "file_name": name,
            "file_size": len(content),
        }
        return await self.send(answers=answers, document=document)

    async def send_location(self, latitude: float, longitude: float, *, answers: int = 1) -> str:
        """Share a place."""
        place = {"latitude": latitude, "longitude": longitude}
        return await self.send(answers=answers, location=place)

    async def react(self, emoji: str | None, *, answers: int = 0) -> str:
        """React to the bot's last message."""
        mark = len(self.room.events) + 1
        await self.room.react(self.person, self.last["message_id"], emoji)
        return await self.heard(mark, answers) if answers else ""

    async def inline(self, query: str) -> list[Data]:
        """Type ``@bot query`` and return the cards."""
        number = await self.room.ask_inline(self.person, query)
        async with self.room.changed:
            async with asyncio.timeout(PATIENCE):
                await self.room.changed.wait_for(lambda: self.room.inline[number])
        cards: list[Data] = self.room.inline[number]["results"]
        return cards


def text_of(message: Data) -> str:
    """Return a message's text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def _buttons(message: Data) -> list[Data]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
