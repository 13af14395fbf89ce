"""The queue of the curators: like questions in groups, dealt one card at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from knowledge.curation.prompts import LASTS, Prompt, load_prompt
from knowledge.errors import GuideError
from knowledge.matching.words import normalize
from knowledge.people import Actor, Right
from knowledge.store import audit, decisions, groups, notices, placing, regroup
from knowledge.store.conversations import change, conversation
from knowledge.store.doubts import asked_again, mark_doubts
from knowledge.store.engine import Session
from knowledge.store.groups import Wanted, Weights
from knowledge.store.listings import rows
from knowledge.store.placing import Shelved
from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.scrubbing import scrub, scrubbed
from knowledge.store.tables import Question, now
from knowledge.understanding.grouping import Sketch, sketch_of, terms_of

if TYPE_CHECKING:
    from knowledge.guide import Guide

HOLD = timedelta(minutes=5)
"""How long a card stays with the curator who looks at it."""
BATCH = 200
"""Questions grouped, or groups matched again, in one transaction."""
SHORTEST_SCRUBBED = 3
SAMPLES = 12
"""Wordings of a group that are matched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A group with what a curator needs to decide it."""

    group: QuestionGroup
    samples: tuple[Question, ...]
    recent: int
    """Questions in the last two weeks."""
    before: int
    """Questions in the two weeks before."""
    promised: int = 0
    """People who asked to be told."""
    held_back: int = 0
    """Those of them who are not told for now."""
    mine: bool = True
    """Whether it is held for who looks."""


class CardQueue:
    """Groups what waits, and deals it."""

    def __init__(self, guide: Guide, weights: Weights | None = None) -> None:
        self._guide = guide
        self.store = guide.store
        self.weights = weights or Weights()
        self._shelved = Shelved()
        self._placing = asyncio.Lock()

    async def group_waiting(self) -> int:
        """Put what waits into groups; return how many questions were put."""
        placed = 0
        async with self._placing:
            while done := await self._group_some():
                placed += done
                if done < BATCH:
                    break
        return placed

    async def _group_some(self) -> int:
        """Put some questions into groups; the slow part is done before anything is locked."""
        waiting = await self.store.read(lambda session: placing.ungrouped(session, BATCH))
        if not waiting:
            return 0
        sketches = await asyncio.to_thread(self._sketched, waiting)
        if not self._shelved.is_read:  # seconds where there are many; nobody waits for a lock
            await self.store.read(self._shelved.follow)

        def work(session: Session) -> int:
            placing.lock(session)
            self._shelved.follow(session)
            for question in placing.ungrouped(session, BATCH):  # others may have placed some
                if sketch := sketches.get(question.id or 0):
                    self._shelved.place(session, question, sketch, self.weights)
            return len(sketches)

        placed = await self.store.write(work)
        self._shelved.sure()
        return placed

    def _sketched(self, waiting: Sequence[Question]) -> dict[int, Sketch]:
        understanding = self._guide.snapshot.understanding
        understanding.prepare()
        return {one.id or 0: sketch_of(one.text, understanding) for one in waiting}

    async def inbox(self, wanted: Wanted) -> tuple[list[QuestionGroup], int]:
        """Return groups in their order, and how many there are in all."""
        await self.group_waiting()
        return await self.store.read(
            lambda session: (groups.listing(session, wanted), groups.count(session, wanted))
        )

    async def card(self, number: int) -> Card:
        """Return one group.

        Raises:
            NotFoundError: there is none of that number.
        """
        return await self.store.read(lambda session: card_of(session, number))

    async def deal(
        self, person: int, after: int | None = None, *, proposals: bool = False
    ) -> Card | None:
        """Return the weightiest group that nobody else holds, held for this person now.

        Args:
            person: who looks at it.
            after: the group this person passes on, if any.
            proposals: whether answers that wait for a publisher come before everything else.
        """
        await self.group_waiting()

        def work(session: Session) -> Card | None:
            passed = groups.get_group(session, after) if after else None
            if passed:
                groups.release(session, passed.id or 0, person)
            if proposals and (found := _next_proposal(session, person, passed)):
                return found
            while free := groups.next_free(session, person, passed):
                mine, group = groups.hold(session, free.id or 0, person, HOLD)
                if mine:
                    return card_of(session, group.id or 0)
            return None

        return await self.store.write(work)

    async def hold(self, number: int, person: int) -> Card:
        """Hold a group for a person, if nobody else does."""

        def work(session: Session) -> Card:
            mine, group = groups.hold(session, number, person, HOLD)
            return card_of(session, group.id or 0, mine=mine)

        return await self.store.write(work)

    async def expect(self, chat: int, verb: str, number: int, *, again: bool = False) -> None:
        """Wait for words that a curator is to type in their chat for a group.

        Args:
            chat: where they type.
            verb: what the words are for.
            number: of the group.
            again: whether they typed some already that would not do. Where they went on to
                something else meanwhile, what they type next is meant for that.
        """
        prompt = Prompt(verb=verb, number=number, until=now() + LASTS)

        def work(session: Session) -> None:
            if not again or _is_over(conversation(session, chat).flow):
                change(session, chat, flow=prompt.dump(), updated_at=now())

        await self.store.write(work)

    async def took(self, chat: int, message: int) -> None:
        """Note which message was what we waited for in a chat, if we did."""
        await self._prompted(chat, lambda prompt: prompt.take(message).dump())

    async def expect_nothing(self, chat: int) -> None:
        """Wait for no words in a chat any more; what is typed is a question again."""
        await self._prompted(chat, lambda prompt: prompt.dump() if prompt.taken else None)

    async def _prompted(self, chat: int, follow: Callable[[Prompt], str | None]) -> None:
        def work(session: Session) -> None:
            if prompt := load_prompt(conversation(session, chat).flow):
                change(session, chat, flow=follow(prompt))

        await self.store.write(work)

    async def merge(self, source: int, target: int, actor: Actor) -> Decision:
        """Let one group take in another; it stays so for later questions too."""
        actor.must(Right.CURATOR)
        return await self.store.write(
            lambda session: regroup.merge(session, source, target, actor, self.weights)
        )

    async def split(self, number: int, questions: Sequence[int], actor: Actor) -> Decision:
        """Let some questions of a group stand apart; it stays so for later ones too."""
        actor.must(Right.CURATOR)
        return await self.store.write(
            lambda session: regroup.split(session, number, questions, actor, self.weights)
        )

    async def scrub(self, words: str, actor: Actor) -> int:
        """Take personal words out of everything that is kept; return how many questions had them.

        What was published stays: its versions never change.

        Raises:
            GuideError: the words are too few to be told from others.
        """
        actor.must(Right.CURATOR)
        if len(words.strip()) < SHORTEST_SCRUBBED:
            raise GuideError("Name at least {n} letters to take out.", n=SHORTEST_SCRUBBED)
        words = words.strip()
        understanding = self._guide.snapshot.understanding
        texts = await self.store.read(lambda session: scrubbed(session, words))
        sketches = await asyncio.to_thread(  # before anything is locked, as when it is grouped
            lambda: {text: sketch_of(text, understanding) for text in texts}
        )

        def work(session: Session) -> int:
            many = scrub(session, words, sketches)
            audit.note(session, actor, "scrub", questions=many)
            return many

        return await self.store.write(work)

    async def rows(
        self, what: str, limit: int = 10_000, *, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Return a table as plain rows: groups, questions, decisions or audit.

        Raises:
            NotFoundError: there is no such table.
        """
        await self.group_waiting()
        return await self.store.read(lambda session: rows(session, what, limit, offset=offset))

    async def doubt(self) -> int:
        """Mark answers that nobody complained of but that curators should look at."""
        understanding = self._guide.snapshot.understanding
        again = await self.store.read(
            lambda session: asked_again(session, lambda text: terms_of(text, understanding))
        )
        return await self.store.write(lambda session: mark_doubts(session, again))


def _is_over(flow: str | None) -> bool:
    """Whether nothing is under way in a chat: no dialogue, and no words are waited for."""
    prompt = load_prompt(flow)
    return not flow or (prompt is not None and prompt.taken is not None)


def _next_proposal(session: Session, person: int, passed: QuestionGroup | None) -> Card | None:
    """Return the first answer that waits for a publisher, after the one that was passed."""
    waiting = [group.id or 0 for _, group in decisions.proposals(session)]
    if passed is not None:
        known = passed.id in waiting
        waiting = waiting[waiting.index(passed.id or 0) + 1 :] if known else []
    for number in waiting:
        mine, _ = groups.hold(session, number, person, HOLD)
        if mine:
            return card_of(session, number)
    return None


def card_of(session: Session, number: int, *, mine: bool = True) -> Card:
    """Return a group with what a curator needs to decide it."""
    group = groups.get_group(session, number)
    asked = groups.members(session, number)
    wordings: dict[str, Question] = {}
    for question in asked:
        wordings.setdefault(normalize(question.text), question)
    recent, before = groups.trend(session, number)
    promised, held_back = notices.promised(session, number)
    return Card(
        group=group,
        samples=tuple(wordings.values())[:SAMPLES],
        recent=recent,
        before=before,
        promised=promised,
        held_back=held_back,
        mine=mine,
    )
