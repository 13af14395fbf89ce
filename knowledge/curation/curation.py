"""The curators' service: every door shows the same queue and decides through the same calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from knowledge.curation import backlog
from knowledge.curation.backlog import Preview
from knowledge.curation.card_queue import BATCH, SAMPLES, Card, CardQueue
from knowledge.curation.choices import (
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
    refusal,
    right_for,
    taken_back,
)
from knowledge.curation.sourcing import check_basis
from knowledge.editing.checks import examine
from knowledge.editing.publishing import Draft
from knowledge.errors import Fault, GuideError
from knowledge.people import Actor, ForbiddenError, Right
from knowledge.reading import Files
from knowledge.store import audit, decisions, groups, notices, regroup
from knowledge.store.engine import Session
from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.tables import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision did."""

    decision: Decision
    proposed: bool = False
    """Whether it waits for a publisher."""
    replaced: bool = False
    """Whether it took the place of an earlier proposal."""
    closed: tuple[QuestionGroup, ...] = ()
    """Other groups that are answered now too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An answer that waits for a publisher."""

    number: int
    """Of the decision."""
    group: QuestionGroup
    by: int
    at: datetime
    choice: NewAnswer


class Curation(CardQueue):
    """Decides what the queue deals, and takes it back."""

    async def preview(self, number: int, choice: Choice) -> Preview:
        """Say what a choice would do to this group and to other questions.

        Raises:
            GuideError: it cannot be done.
        """
        live = self._guide.snapshot
        choice = self._dated(choice)
        check_choice(choice, live.content)
        card = await self.card(number)
        publisher = self._guide.publisher
        files = await publisher.files_of(live.number)
        if isinstance(choice, NewAnswer):
            try:
                await asyncio.to_thread(check_basis, choice.basis, files)
            except GuideError as error:
                return Preview(faults=(str(error),))
        draft = Draft(files=await asyncio.to_thread(applied, choice, files), base=live.number)
        if draft.files == files:
            return Preview(unanswered=tuple(question.text for question in card.samples))
        examined = await publisher.examine(draft)
        if examined.errors or examined.snapshot is None:
            if isinstance(choice, NewAnswer):
                return Preview(faults=(str(refusal(choice, examined.errors)),))
            return Preview(faults=tuple(map(str, examined.errors)))
        others = await self.store.read(lambda session: backlog.others(session, number))
        return await asyncio.to_thread(
            backlog.compare,
            live,
            examined.snapshot,
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
        actor.must(Right.CURATOR)
        live = self._guide.snapshot
        choice = self._dated(choice)
        check_choice(choice, live.content)
        card = await self.card(number)
        _unheld(card.group, actor)
        if not isinstance(choice, NewAnswer):
            actor.must(right_for(choice))
        _undecided(card.group)
        await self._check_new(choice)
        if actor.right < right_for(choice):
            replaced = bool(await self.proposal(number))
            decision = await self._cover(card, choice, actor)
            return Decided(decision=decision, proposed=True, replaced=replaced)
        async with self._holding_back(number, hold=not tell):
            version, added = await self._publish(card.group, choice, actor)
            decision = await self._cover(card, choice, actor, version=version, added=added)
        closed = await self.rematch(decision) if version else ()
        return Decided(decision=decision, closed=closed)

    def _dated(self, choice: Choice) -> Choice:
        """Return a new answer with the day it is written."""
        if isinstance(choice, NewAnswer) and not choice.written:
            return replace(choice, written=self._guide.today().isoformat())
        return choice

    async def _check_new(self, choice: Choice) -> None:
        """Refuse a new answer that could never be published, while its writer is still there.

        Raises:
            GuideError: says what to change, in words that need no file.
        """
        if not isinstance(choice, NewAnswer):
            return
        files = await self._guide.publisher.files_of(self._guide.snapshot.number)
        today = self._guide.today()

        def work() -> tuple[Fault, ...]:
            check_basis(choice.basis, files)
            return examine(applied(choice, files), today=today, phrasings=False).faults

        faults = [one for one in await asyncio.to_thread(work) if one.level == "error"]
        if faults:
            raise refusal(choice, faults)

    @asynccontextmanager
    async def _holding_back(self, number: int, *, hold: bool) -> AsyncIterator[None]:
        """Hold people back before anything is answered; let them go if that fails."""
        if hold:
            await self.store.write(lambda session: notices.hold_back(session, number))
        try:
            yield
        except BaseException:
            if hold:
                await self.store.write(lambda session: notices.let_go(session, number))
            raise

    async def _publish(
        self, group: QuestionGroup, choice: Choice, actor: Actor
    ) -> tuple[int | None, dict[str, Any]]:
        """Publish what a choice changes; return the version, and what taking it back needs."""
        if isinstance(choice, Later | NotReusable | WrongAnswer):
            return None, {}
        if isinstance(choice, NotOurs) and not (choice.topic and any(choice.phrasings.values())):
            return None, {}
        content = self._guide.snapshot.content
        added: dict[str, Any] = {}

        def change(files: Files) -> Files:
            added.update(added_by(choice, content, files))
            return applied(choice, files)

        people = f"{group.people} {'person' if group.people == 1 else 'people'}"
        reason = f"{_TITLES[choice.kind]} {choice.topic}, asked by {people} (group {group.id})"
        published = await self._guide.publisher.edit(
            change,
            by=actor.name or str(actor.id),
            reason=f"{reason}. {choice.reason}".rstrip(),
            override=choice.override,
        )
        return published.number, added

    async def _cover(
        self,
        card: Card,
        choice: Choice,
        actor: Actor,
        *,
        version: int | None = None,
        added: Mapping[str, Any] | None = None,
    ) -> Decision:
        proposed = isinstance(choice, NewAnswer) and version is None
        state, until = ("with_staff", None) if proposed else _state(choice)
        detail: dict[str, Any] = {"choice": asdict(choice)}
        if version and added:
            detail["added"] = dict(added)
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

    async def approve(self, number: int, actor: Actor) -> Decided:
        """Publish an answer that a curator proposed.

        Raises:
            ForbiddenError: the person may not publish.
            GuideError: the decision is no proposal.
        """
        actor.must(Right.PUBLISHER)
        decision = await self.store.read(lambda session: decisions.get_decision(session, number))
        proposal = await self.proposal(decision.group_id)
        if proposal is None or proposal.number != number:
            raise GuideError("Decision {n} is not a proposal that waits.", n=number)
        wanted = proposal.choice
        card = await self.card(decision.group_id)
        check_choice(wanted, self._guide.snapshot.content)
        await self._check_new(wanted)
        version, added = await self._publish(card.group, wanted, actor)
        decision = await self._cover(card, wanted, actor, version=version, added=added)
        return Decided(decision=decision, closed=await self.rematch(decision))

    async def proposals(self) -> list[Proposal]:
        """Return the answers that wait for a publisher, the oldest first."""
        found = await self.store.read(decisions.proposals)
        return [_proposal(*one) for one in found]

    async def proposal(self, number: int) -> Proposal | None:
        """Return the answer to a group that waits for a publisher, if one does."""
        waiting = await self.store.read(lambda session: decisions.proposals(session, number))
        return _proposal(*waiting[0]) if waiting else None

    async def undo(self, actor: Actor, number: int | None = None) -> list[QuestionGroup]:
        """Take a decision back whole: content, group, and what closed because of it.

        Args:
            actor: who takes it back; without the right to publish, only their own.
            number: of the decision; the person's newest without it.

        Raises:
            GuideError: there is nothing to take back.
        """
        actor.must(Right.CURATOR)
        decision = await self.store.read(
            lambda session: (
                decisions.get_decision(session, number)
                if number
                else decisions.last_of(session, actor.id)
            )
        )
        if decision is None or decision.undone_at or decision.kind == "scrub":
            raise GuideError("There is no decision of yours to take back.")
        if decision.by != actor.id and actor.right < Right.PUBLISHER:
            raise ForbiddenError(
                "To take back what others decided you need the right 'publisher'; ask an admin."
            )
        detail = json.loads(decision.detail)
        if decision.version and await self._is_there(detail):
            await self._guide.publisher.edit(
                lambda files: taken_back(detail, files),
                by=actor.name or str(actor.id),
                reason=f"Took back decision {decision.id}.",
            )
        return await self.store.write(lambda session: self._undo(session, decision, actor))

    async def _is_there(self, detail: Mapping[str, Any]) -> bool:
        """Whether the live version has anything left of what a decision added."""
        files = await self._guide.publisher.files_of()
        return await asyncio.to_thread(taken_back, detail, files) != files

    def _undo(self, session: Session, kept: Decision, actor: Actor) -> list[QuestionGroup]:
        decision = decisions.get_decision(session, kept.id or 0)
        if decision.undone_at:
            raise GuideError("Decision {n} was taken back already.", n=decision.id)
        audit.note(session, actor, "undo", f"decision {decision.id}", kind=decision.kind)
        if decision.kind in ("merge", "split"):
            return regroup.unmove(session, decision, actor.id, self.weights)
        return decisions.uncover(session, decision, actor.id)

    async def let_go(self, number: int, actor: Actor) -> None:
        """Tell those whose notice was held back."""
        actor.must(Right.CURATOR)

        def work(session: Session) -> None:
            notices.let_go(session, number)
            audit.note(session, actor, "tell", f"group {number}")

        await self.store.write(work)

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


def _proposal(decision: Decision, group: QuestionGroup) -> Proposal:
    return Proposal(
        number=decision.id or 0,
        group=group,
        by=decision.by,
        at=decision.at,
        choice=NewAnswer(**json.loads(decision.detail)["choice"]),
    )


def _unheld(group: QuestionGroup, actor: Actor) -> None:
    held = group.held_until is not None and group.held_until > now()
    if held and group.held_by not in (None, actor.id):
        raise GuideError(
            "Somebody else ({person}) is deciding group {n} now.",
            person=group.held_by,
            n=group.id,
        )


def _undecided(group: QuestionGroup) -> None:
    if not groups.waits(group) and group.state != "with_staff":
        raise GuideError("Group {n} is decided already.", n=group.id)


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
