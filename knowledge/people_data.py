"""What a person can see and delete of what is held on them, and for how long it is held."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from knowledge.signin import WINDOW
from knowledge.store.conversations import forget_old
from knowledge.store.drafts import drop_old_drafts
from knowledge.store.engine import Session
from knowledge.store.leases import forget_old as forget_old_leases
from knowledge.store.people_data import Forgotten, forget, forget_old_questions, gather
from knowledge.store.promises import forget_expired
from knowledge.store.signin import forget_ended

ONCE_KEPT = timedelta(days=90)
"""How long it is known that something was done that is to be done once."""

AT_ONCE = 500
"""Questions deleted by one transaction, so that those who ask meanwhile wait little."""

if TYPE_CHECKING:
    from knowledge.guide import Guide


class PeopleData:
    """Shows, deletes and lets expire what is held on people."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def held_on(self, chat: int) -> dict[str, Any]:
        """Return everything held on the person of a private chat."""
        asker = self._guide.asker(chat)
        return await self._guide.store.read(lambda session: gather(session, chat, asker))

    async def forget(self, chat: int) -> Forgotten:
        """Delete everything held on a person, and say what it was."""
        asker = self._guide.asker(chat)
        weights = self._guide.curation.weights
        return await self._guide.store.write(lambda session: forget(session, chat, asker, weights))

    async def expire(self, *, questions: timedelta, conversations: timedelta) -> tuple[int, int]:
        """Delete what is older than it may be; return how many questions and conversations."""
        weights = self._guide.curation.weights

        def some_questions(session: Session) -> int:
            return forget_old_questions(session, questions, weights, AT_ONCE)

        gone = 0
        while some := await self._guide.store.write(some_questions):
            gone += some
        await self._guide.store.write(_forget_leftovers)
        quiet = await self._guide.store.write(lambda session: forget_old(session, conversations))
        return gone, quiet


def _forget_leftovers(session: Session) -> None:
    """Delete what ran out and nobody came back for: sign-ins, drafts, promises, leases."""
    forget_ended(session, WINDOW)
    drop_old_drafts(session)
    forget_expired(session)
    forget_old_leases(session, ONCE_KEPT)
