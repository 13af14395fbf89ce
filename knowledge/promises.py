"""Keeps the promise to tell a person: the answer to a question, or what opens in a state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from knowledge.answering.answers import Worded
from knowledge.answering.places import taught_in, that_looks_up
from knowledge.recall import from_plain, is_known, to_plain
from knowledge.schema import Content, Kind
from knowledge.snapshot import Snapshot
from knowledge.store import promises as kept
from knowledge.store.engine import Session
from knowledge.store.promise_tables import Promise
from knowledge.store.tables import Question, now
from knowledge.verdicts import Answer, Reading

if TYPE_CHECKING:
    from knowledge.guide import Guide

BATCH = 200
"""Promises looked at in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """A promise that this replica keeps now."""

    promise: Promise
    worded: Worded
    content: Content


class Promises:
    """Makes promises, finds out when they can be kept, and gives each to one replica."""

    def __init__(self, guide: Guide, *, days: int) -> None:
        self._guide = guide
        self.days = days
        self._age = timedelta(days=days)

    async def tell_answer(self, question_id: int, chat: int, language: str) -> bool:
        """Promise the answer to a question; return whether this person asked it."""
        asker = self._guide.asker(chat)
        number = self._guide.snapshot.number

        def work(session: Session) -> bool:
            question = session.get(Question, question_id)
            if question is None or question.asker != asker:
                return False
            promise = Promise(
                bot=question.bot,
                chat=chat,
                subject=f"question:{question_id}",
                message_id=question.message_id,
                language=language,
                text=question.text,
                version=number,
                expires_at=now() + self._age,
            )
            kept.add(session, promise)
            return True

        return await self._guide.store.write(work)

    async def tell_opening(
        self, state: str, chat: int, bot: int, message_id: int | None, language: str
    ) -> bool:
        """Promise to tell when a program opens in a state; False for a state we do not know."""
        snapshot = self._guide.snapshot
        if state not in snapshot.content.things:
            return False
        promise = Promise(
            bot=bot,
            chat=chat,
            subject=f"opening:{state}",
            message_id=message_id,
            language=language,
            known=json.dumps(sorted(taught_in(snapshot.content, state))),
            version=snapshot.number,
            expires_at=now() + self._age,
        )
        await self._guide.store.write(lambda session: kept.add(session, promise))
        return True

    async def look(self) -> int:
        """Hold what waits against the live version; return how many can be kept now."""
        snapshot = self._guide.snapshot
        store = self._guide.store
        found = 0
        while waiting := await store.read(
            lambda session: kept.not_looked_at(session, snapshot.number, BATCH)
        ):
            decided = await store.read(lambda session: kept.decided(session, waiting))
            readings = await asyncio.to_thread(self._readings, snapshot, waiting, decided)
            found += await store.write(_noting(readings, snapshot.number))
        return found

    def _readings(
        self, snapshot: Snapshot, waiting: list[Promise], decided: dict[int, Reading]
    ) -> list[tuple[Promise, Reading | None]]:
        """Read every promise anew; that takes seconds, so it is done beside the answering."""
        return [(one, self._reading(snapshot, one, decided)) for one in waiting]

    def _reading(
        self, snapshot: Snapshot, promise: Promise, decided: dict[int, Reading]
    ) -> Reading | None:
        """Return what can be said now to what was promised, if anything."""
        what, _, key = promise.subject.partition(":")
        content = snapshot.content
        if what == "opening":
            if key not in content.things:
                return None
            reading = Reading(topic=that_looks_up(content), slots={Kind.STATE.value: (key,)})
            news = taught_in(content, key) - set(json.loads(promise.known))
            return reading if news and _complete(reading, content) else None
        if (chosen := decided.get(int(key))) and _complete(chosen, content):
            return chosen
        said = snapshot.say(
            promise.text, language=promise.language, today=self._guide.today(), deeper=True
        )
        verdict = said[0].understood.verdict
        return verdict.reading if isinstance(verdict, Answer) else None

    async def due(self, bot: int) -> list[int]:
        """Return a bot's promises that can be kept now, and forget those that expired."""

        def work(session: Session) -> list[int]:
            kept.forget_expired(session)
            return kept.due(session, bot, BATCH)

        return await self._guide.store.write(work)

    async def take(self, promise_id: int) -> Keeping | None:
        """Take one to keep it; None where another replica was first.

        One whose answer was taken back meanwhile waits again.
        """
        promise = await self._guide.store.write(lambda session: kept.take(session, promise_id))
        if promise is None:
            return None
        snapshot = self._guide.snapshot
        reading = from_plain(json.loads(promise.reading or "{}"))
        if not _complete(reading, snapshot.content):
            await self._guide.store.write(lambda session: kept.wait_again(session, promise))
            return None
        worded = snapshot.word(reading, promise.language, self._guide.today())
        return Keeping(promise=promise, worded=worded, content=snapshot.content)

    async def give_back(self, promise: Promise) -> None:
        """Put one back that surely was not said."""
        await self._guide.store.write(lambda session: kept.give_back(session, promise))

    async def done(self, promise: Promise) -> None:
        """Forget one that was kept, or whose person cannot be reached."""
        await self._guide.store.write(lambda session: kept.remove(session, promise.id or 0))


def answered(session: Session, question_ids: list[int], reading: Reading) -> int:
    """Note the answer to questions that somebody decided; return how many people will hear it."""
    return kept.make_due(session, kept.subjects_of(question_ids), _dump(reading))


def _complete(reading: Reading, content: Content) -> bool:
    """Whether a reading can be answered: nothing of it is gone, and nothing is missing."""
    return is_known(reading, content) and content.topics[reading.topic].is_filled(reading.slots)


def _noting(
    readings: list[tuple[Promise, Reading | None]], version: int
) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        found = 0
        for promise, reading in readings:
            if reading:
                found += kept.make_due(session, [promise.subject], _dump(reading))
        kept.looked_at(session, [promise.id or 0 for promise, _ in readings], version)
        return found

    return work


def _dump(reading: Reading) -> str:
    return json.dumps(to_plain(reading))
