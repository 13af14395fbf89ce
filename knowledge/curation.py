"""The curators' service: every door shows the same queue and decides through the same calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from knowledge import backlog
from knowledge.backlog import Preview
from knowledge.choices import (
    AnotherWay,
    Choice,
    Later,
    NewAnswer,
    NotOurs,
    NotReusable,
    State,
    WrongAnswer,
    added_by,
    applied,
    check_choice,
    right_for,
    taken_back,
)
from knowledge.errors import GuideError
from knowledge.grouping import terms_of
from knowledge.people import Actor, Right
from knowledge.publishing import Draft, compiled
from knowledge.snapshot import Snapshot
from knowledge.store import audit, decisions, groups, notices, regroup
from knowledge.store.doubts import find_doubts
from knowledge.store.groups import Wanted, Weights
from knowledge.store.listings import rows
from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.scrubbing import scrub
from knowledge.store.tables import Question, now
from knowledge.words import normalize

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision did."""

    decision: Decision
    proposed: bool = False
    """Whether it waits for a publisher."""
    closed: tuple[QuestionGroup, ...] = ()
    """Other groups that are answered now too."""


class Curation:
    """Groups, deals, decides and takes back."""

    def __init__(self, guide: Guide, weights: Weights | None = None) -> None:
        self._guide = guide
        self.store = guide.store
        self.weights = weights or Weights()

    async def group_waiting(self) -> int:
        """Put what waits into groups; return how many questions were put."""
        placed = 0
        while done := await self.store.write(self._group_some):
            placed += done
            if done < BATCH:
                break
        return placed

    def _group_some(self, session: Session) -> int:
        if not groups.ungrouped(session, 1):
            return 0
        groups.lock(session)
        understanding = self._guide.snapshot.understanding
        waiting = groups.ungrouped(session, BATCH)
        for question in waiting:
            groups.place(session, question, terms_of(question.text, understanding), self.weights)
        return len(waiting)

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
        return await self.store.read(lambda session: _card(session, number))

    async def deal(self, person: int, after: int | None = None) -> Card | None:
        """Return the weightiest group that nobody else holds, held for this person now.

        Args:
            person: who looks at it.
            after: the group this person passes on, if any.
        """
        await self.group_waiting()

        def work(session: Session) -> Card | None:
            passed = groups.get_group(session, after) if after else None
            if passed:
                groups.release(session, passed.id or 0, person)
            while free := groups.next_free(session, person, passed):
                mine, group = groups.hold(session, free.id or 0, person, HOLD)
                if mine:
                    return _card(session, group.id or 0)
            return None

        return await self.store.write(work)

    async def hold(self, number: int, person: int) -> Card:
        """Hold a group for a person, if nobody else does."""

        def work(session: Session) -> Card:
            mine, group = groups.hold(session, number, person, HOLD)
            return _card(session, group.id or 0, mine=mine)

        return await self.store.write(work)

    async def release(self, number: int, person: int) -> None:
        """Give a group back to the others."""
        await self.store.write(lambda session: groups.release(session, number, person))

    async def preview(self, number: int, choice: Choice) -> Preview:
        """Say what a choice would do to this group and to other questions.

        Raises:
            GuideError: it cannot be done.
        """
        live = self._guide.snapshot
        check_choice(choice, live.content)
        card = await self.card(number)
        publisher = self._guide.publisher
        files = await publisher.files_of(live.number)
        draft = Draft(files=await asyncio.to_thread(applied, choice, files), base=live.number)
        if draft.files == files:
            return Preview(unanswered=tuple(question.text for question in card.samples))
        examined = await publisher.examine(draft)
        if examined.errors:
            return Preview(faults=tuple(map(str, examined.errors)))
        new = await asyncio.to_thread(compiled, draft.files, live.number + 1)
        others = await self.store.read(lambda session: backlog.others(session, number))
        return await asyncio.to_thread(
            backlog.compare,
            live,
            new,
            card.samples,
            others,
            lost=examined.golden.lost,
            today=self._guide.today(),
        )

    async def decide(
        self, number: int, choice: Choice, actor: Actor, *, tell: bool = True
    ) -> Decided:
        """Carry a choice out: at once where the person has the right, else as a proposal.

        Args:
            number: of the group.
            choice: what to do with it.
            actor: who decides.
            tell: whether those who asked to be told are told; else that is held back.

        Raises:
            ForbiddenError: the person may not decide.
            GuideError: it cannot be done, or somebody else holds or decided the group.
        """
        actor.must(Right.CURATOR, "decide questions")
        live = self._guide.snapshot
        check_choice(choice, live.content)
        card = await self.card(number)
        _unheld(card.group, actor)
        if actor.right < right_for(choice):
            if not isinstance(choice, NewAnswer):
                actor.must(right_for(choice), "lose golden questions")
            return Decided(decision=await self._cover(card, choice, actor), proposed=True)
        _undecided(card.group)
        if not tell:  # before anything is answered, so that nobody is told meanwhile
            await self.store.write(lambda session: notices.hold_back(session, number))
        version = await self._publish(card.group, choice, actor)
        decision = await self._cover(card, choice, actor, version=version, live=live)
        closed = await self.rematch(decision) if version else ()
        return Decided(decision=decision, closed=closed)

    async def _publish(self, group: QuestionGroup, choice: Choice, actor: Actor) -> int | None:
        if isinstance(choice, Later | NotReusable | WrongAnswer):
            return None
        if isinstance(choice, NotOurs) and not (choice.topic and any(choice.phrasings.values())):
            return None
        people = f"{group.people} {'person' if group.people == 1 else 'people'}"
        reason = f"{_TITLES[choice.kind]} {choice.topic}, asked by {people} (group {group.id})"
        published = await self._guide.publisher.edit(
            lambda files: applied(choice, files),
            by=actor.name or str(actor.id),
            reason=f"{reason}. {choice.reason}".rstrip(),
            override=choice.override,
        )
        return published.number

    async def _cover(
        self,
        card: Card,
        choice: Choice,
        actor: Actor,
        *,
        version: int | None = None,
        live: Snapshot | None = None,
    ) -> Decision:
        proposed = isinstance(choice, NewAnswer) and version is None
        state, until = ("with_staff", None) if proposed else _state(choice)
        detail = {"choice": asdict(choice)}
        if version and live:
            detail["added"] = added_by(choice, live.content)
        decision = Decision(
            group_id=card.group.id or 0,
            kind=choice.kind,
            by=actor.id,
            door=actor.door,
            # the topic of a wrong answer is no answer to tell people
            topic=None if isinstance(choice, WrongAnswer) else getattr(choice, "topic", None),
            reason=choice.reason,
            detail=json.dumps(detail, ensure_ascii=False),
            version=version,
        )

        def work(session: Session) -> Decision:
            decided = decisions.cover(session, decision, state, until)
            audit.note(session, actor, choice.kind, f"group {decided.group_id}", id=decided.id)
            return decided

        return await self.store.write(work)

    async def approve(self, number: int, actor: Actor, choice: NewAnswer | None = None) -> Decided:
        """Publish an answer that a curator proposed, as it is or as changed.

        Raises:
            ForbiddenError: the person may not publish.
            GuideError: the decision is no proposal.
        """
        actor.must(Right.PUBLISHER, "publish answers")
        proposal = await self.store.read(lambda session: decisions.get_decision(session, number))
        if proposal.kind != "new_answer" or proposal.version or proposal.undone_at:
            raise GuideError(f"Decision {number} is not a proposal that waits.")
        wanted = choice or NewAnswer(**json.loads(proposal.detail)["choice"])
        card = await self.card(proposal.group_id)
        live = self._guide.snapshot
        check_choice(wanted, live.content)
        version = await self._publish(card.group, wanted, actor)
        decision = await self._cover(card, wanted, actor, version=version, live=live)
        return Decided(decision=decision, closed=await self.rematch(decision))

    async def undo(self, actor: Actor, number: int | None = None) -> list[QuestionGroup]:
        """Take a decision back whole: content, group, and what closed because of it.

        Args:
            actor: who takes it back; without the right to publish, only their own.
            number: of the decision; the person's newest without it.

        Raises:
            GuideError: there is nothing to take back.
        """
        actor.must(Right.CURATOR, "take decisions back")
        decision = await self.store.read(
            lambda session: (
                decisions.get_decision(session, number)
                if number
                else decisions.last_of(session, actor.id)
            )
        )
        if decision is None or decision.undone_at or decision.kind == "scrub":
            raise GuideError("There is no decision of yours to take back.")
        if decision.by != actor.id:
            actor.must(Right.PUBLISHER, "take back what others decided")
        detail = json.loads(decision.detail)
        if decision.version:
            await self._guide.publisher.edit(
                lambda files: taken_back(detail, files),
                by=actor.name or str(actor.id),
                reason=f"Took back decision {decision.id}.",
            )
        return await self.store.write(lambda session: self._undo(session, decision, actor))

    def _undo(self, session: Session, kept: Decision, actor: Actor) -> list[QuestionGroup]:
        decision = decisions.get_decision(session, kept.id or 0)
        if decision.undone_at:
            raise GuideError(f"Decision {decision.id} was taken back already.")
        audit.note(session, actor, "undo", f"decision {decision.id}", kind=decision.kind)
        if decision.kind in ("merge", "split"):
            return regroup.unmove(session, decision, actor.id, self.weights)
        return decisions.uncover(session, decision, actor.id)

    async def let_go(self, number: int, actor: Actor) -> None:
        """Tell those whose notice was held back."""
        actor.must(Right.CURATOR, "tell people")

        def work(session: Session) -> None:
            notices.let_go(session, number)
            audit.note(session, actor, "tell", f"group {number}")

        await self.store.write(work)

    async def merge(self, source: int, target: int, actor: Actor) -> Decision:
        """Let one group take in another; it stays so for later questions too."""
        actor.must(Right.CURATOR, "merge groups")
        return await self.store.write(
            lambda session: regroup.merge(session, source, target, actor, self.weights)
        )

    async def split(self, number: int, questions: Sequence[int], actor: Actor) -> Decision:
        """Let some questions of a group stand apart; it stays so for later ones too."""
        actor.must(Right.CURATOR, "split groups")
        understanding = self._guide.snapshot.understanding
        return await self.store.write(
            lambda session: regroup.split(
                session,
                number,
                questions,
                lambda text: terms_of(text, understanding),
                actor,
                self.weights,
            )
        )

    async def scrub(self, words: str, actor: Actor) -> int:
        """Take personal words out of everything that is kept; return how many questions had them.

        Raises:
            GuideError: the words are too few to be told from others.
        """
        actor.must(Right.CURATOR, "take personal data out")
        if len(words.strip()) < SHORTEST_SCRUBBED:
            raise GuideError(f"Name at least {SHORTEST_SCRUBBED} letters to take out.")
        understanding = self._guide.snapshot.understanding

        def work(session: Session) -> int:
            many = scrub(session, words.strip(), lambda text: terms_of(text, understanding))
            audit.note(session, actor, "scrub", questions=many)
            return many

        return await self.store.write(work)

    async def rows(self, what: str, limit: int = 10_000) -> list[dict[str, Any]]:
        """Return a table as plain rows: groups, questions, decisions or audit.

        Raises:
            NotFoundError: there is no such table.
        """
        await self.group_waiting()
        return await self.store.read(lambda session: rows(session, what, limit))

    async def doubt(self) -> int:
        """Mark answers that nobody complained of but that curators should look at."""
        understanding = self._guide.snapshot.understanding
        return await self.store.write(
            lambda session: find_doubts(session, lambda text: terms_of(text, understanding))
        )

    async def tend(self) -> None:
        """Group what waits, match it against a new version, and follow changed weights."""
        await self.store.write(lambda session: regroup.rerank(session, self.weights))
        await self.group_waiting()
        while await self._behind():
            await self.rematch()

    async def _behind(self) -> bool:
        number = self._guide.snapshot.number
        return bool(await self.store.read(lambda session: groups.unmatched(session, number, 1, 1)))

    async def rematch(self, because: Decision | None = None) -> tuple[QuestionGroup, ...]:
        """Ask the live version about open groups again; close those that are answered now."""
        snapshot = self._guide.snapshot
        waiting = await self.store.read(
            lambda session: groups.unmatched(session, snapshot.number, BATCH, SAMPLES)
        )
        well = await asyncio.to_thread(
            lambda: {
                number: all(backlog.now_answered(question, snapshot) for question in asked)
                for number, asked in waiting.items()
            }
        )
        return await self.store.write(
            lambda session: tuple(backlog.close(session, well, snapshot.number, because))
        )


_TITLES = {
    "phrasing": "Another way to ask",
    "new_answer": "New answer",
    "not_ours": "Points away by",
}


def _card(session: Session, number: int, *, mine: bool = True) -> Card:
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


def _unheld(group: QuestionGroup, actor: Actor) -> None:
    held = group.held_until is not None and group.held_until > now()
    if held and group.held_by not in (None, actor.id):
        raise GuideError(f"Somebody else ({group.held_by}) is deciding group {group.id} now.")


def _undecided(group: QuestionGroup) -> None:
    if not groups.waits(group) and group.state != "with_staff":
        raise GuideError(f"Group {group.id} is decided already: {group.state}.")


def _state(choice: Choice) -> tuple[State, datetime | None]:
    match choice:
        case Later(days=days):
            return "later", now() + timedelta(days=days)
        case NotReusable(days=days):
            return "ignored", now() + timedelta(days=days)
        case NotOurs():
            return "ignored", None
        case WrongAnswer():
            return "with_staff", None
        case AnotherWay() | NewAnswer():
            return "answered", None
