"""What a person can see and delete of what is held on them, and for how long it is held."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from knowledge.grouping import sketch_of
from knowledge.privacy import asker_key
from knowledge.store.conversations import forget_old
from knowledge.store.people_data import Forgotten, forget, forget_old_questions, gather

if TYPE_CHECKING:
    from knowledge.guide import Guide


class PeopleData:
    """Shows, deletes and lets expire what is held on people."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def held_on(self, chat: int) -> dict[str, Any]:
        """Return everything held on the person of a private chat."""
        asker = asker_key(chat, self._guide.secret)
        return await self._guide.store.read(lambda session: gather(session, chat, asker))

    async def forget(self, chat: int) -> Forgotten:
        """Delete everything held on a person, and say what it was."""
        asker = asker_key(chat, self._guide.secret)
        understanding = self._guide.snapshot.understanding
        return await self._guide.store.write(
            lambda session: forget(
                session, chat, asker, lambda text: sketch_of(text, understanding)
            )
        )

    async def expire(self, *, questions: timedelta, conversations: timedelta) -> tuple[int, int]:
        """Delete what is older than it may be; return how many questions and conversations."""
        return await self._guide.store.write(
            lambda session: (
                forget_old_questions(session, questions),
                forget_old(session, conversations),
            )
        )
