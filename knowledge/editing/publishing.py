"""Changes the live knowledge base: checked, gated, in one step, and taken back as quickly.

A draft is files and the version they were made from. Publishing appends a version right after that
one; where the number is taken somebody else was first, and nothing happens.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge.editing.checks import examine, load
from knowledge.editing.diffing import Difference, differences
from knowledge.editing.editing import confirm
from knowledge.editing.freshness import Asked, Stale, stale
from knowledge.editing.golden import GoldenReport, gate
from knowledge.editing.merging import Merged, merge
from knowledge.editing.replay import Blast, Logged, Progress, replay, until_left
from knowledge.errors import ContentError, Fault, GuideError, LostError, OutdatedError
from knowledge.matching.semantic import Encoder
from knowledge.quietly import quietly
from knowledge.reading import Files, gather
from knowledge.recall import recall
from knowledge.schema import Content
from knowledge.snapshot import Said, Snapshot, compile_after
from knowledge.store.drafts import (
    SavedDraft,
    Waiting,
    discard_draft,
    get_draft,
    list_drafts,
    save_draft,
)
from knowledge.store.engine import Store
from knowledge.store.tables import Question, now
from knowledge.store.versions import (
    Listed,
    add_version,
    asked_for,
    get_question,
    get_version,
    list_versions,
    live_number,
    recent_questions,
    seal,
    unpack,
)

QUESTIONS = 20_000
"""Logged questions a draft is tried on."""

ASKED_WITHIN = timedelta(days=90)
"""How long a question counts when facts are sorted by how many asked for them."""

_TRIES = 5
"""How often an edit is made again because somebody published meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Content that may be published, and the version it was made from."""

    files: Files
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a draft would do, before anybody decides."""

    base: int
    live: int
    faults: tuple[Fault, ...]
    since: tuple[str, ...] = ()
    """What was published after the draft's base."""
    changes: tuple[Difference, ...] = ()
    golden: GoldenReport = field(default_factory=GoldenReport)
    blast: Blast = field(default_factory=Blast)
    snapshot: Snapshot | None = None
    """The draft compiled, where it can be; by words alone, unless only facts changed."""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that forbid publishing."""
        return tuple(fault for fault in self.faults if fault.level == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version that has just gone live."""

    number: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An old answer, re-created from the version that gave it."""

    question: Question
    said: Said
    snapshot: Snapshot


class Publisher:
    """Examines, publishes and takes back."""

    def __init__(
        self,
        store: Store,
        *,
        today: Callable[[], date],
        live: Callable[[], Snapshot | None],
        on_published: Callable[[Snapshot], None],
    ) -> None:
        self._store = store
        self._today = today
        self._live = live
        self._on_published = on_published

    async def live_number(self) -> int:
        """Return the number of the live version."""
        return await self._store.read(live_number)

    async def files_of(self, number: int | None = None) -> dict[str, str]:
        """Return the files of a version, by default of the live one.

        Raises:
            NotFoundError: there is no such version.
        """
        chosen = await self.live_number() if number is None else number
        version = await self._store.read(lambda session: get_version(session, chosen))
        return await asyncio.to_thread(unpack, version.files)

    async def age(self) -> timedelta:
        """Return how long ago the first version was published."""
        first = await self._store.read(lambda session: get_version(session, 1))
        return now() - first.published_at

    async def versions(
        self, *, after: int = 0, below: int | None = None, limit: int = 20
    ) -> list[Listed]:
        """Return the newest versions between two numbers, newest first."""
        return await self._store.read(
            lambda session: list_versions(session, after=after, below=below, limit=limit)
        )

    async def going_back(self, number: int) -> tuple[Difference, ...]:
        """Return what would change, were an earlier version live again.

        Raises:
            NotFoundError: there is no such version.
        """
        live, files = await self._current()
        old = await self._snapshot(live, files)
        wanted = await self.files_of(number)
        content, reader = await asyncio.to_thread(quietly, gather, wanted)
        if content is None:
            raise ContentError(tuple(reader.faults))
        return await asyncio.to_thread(differences, old.content, content)

    async def examine(
        self, draft: Draft, *, questions: int = 0, progress: Progress | None = None
    ) -> Examination:
        """Check a draft and say what it would change, on golden and on logged questions.

        This takes minutes for a large content; cancelled, it ends its threads and processes.

        Args:
            draft: what may be published.
            questions: how many of the newest logged questions to try it on.
            progress: is told how far that is.
        """
        live, files = await self._current()
        old = await self._snapshot(live, files)
        with until_left() as left:
            checked = await asyncio.to_thread(
                quietly,
                examine,
                draft.files,
                today=self._today(),
                since=old,
                stopped=left.is_set,
            )
        content, faults = checked.content, checked.faults
        since = await self._since(draft.base)
        if content is None or checked.understanding is None:
            return Examination(base=draft.base, live=live, faults=faults, since=since)
        new = Snapshot(content, understanding=checked.understanding)
        return Examination(
            base=draft.base,
            live=live,
            faults=faults,
            since=since,
            changes=await asyncio.to_thread(differences, old.content, content),
            golden=await asyncio.to_thread(gate, old, new),
            blast=await self.replay(draft, files, questions=questions, progress=progress),
            snapshot=new,
        )

    async def replay(
        self,
        draft: Draft,
        live: Files | None = None,
        *,
        questions: int = QUESTIONS,
        progress: Progress | None = None,
    ) -> Blast:
        """Say what a draft would change for the newest logged questions.

        Args:
            draft: sound content.
            live: the files of the version to hold it against; the live one's where not given.
            questions: how many of them to try it on.
            progress: is told how far that is.
        """
        asked = await self._logged(questions)
        if not asked:
            return Blast()
        files = live or await self.files_of()
        with until_left() as left:
            return await asyncio.to_thread(
                replay, files, draft.files, asked, self._today(), left, progress=progress
            )

    async def publish(
        self, draft: Draft, *, by: str, reason: str, override: str | None = None
    ) -> Published:
        """Check a draft, hold it to the golden questions, and make it live everywhere.

        Args:
            draft: what to publish.
            by: who publishes.
            reason: why, kept with the version.
            override: why golden questions may be lost, if they may.

        Raises:
            ContentError: the draft has faults.
            OutdatedError: somebody published since the draft was begun.
            LostError: golden questions would be lost, and no override says why they may.
            GuideError: nothing would change.
        """
        live, files = await self._current()
        if draft.base != live:
            raise OutdatedError(draft.base, live, await self._since(draft.base))
        return await self._publish(draft, files, by=by, reason=reason, override=override)

    async def _publish(
        self, draft: Draft, files: Files, *, by: str, reason: str, override: str | None
    ) -> Published:
        """Publish a draft onto the files of its base; where it is behind, nothing is kept."""
        if draft.files == files:
            raise GuideError(
                "Nothing to publish: the draft is the same as version {live}.", live=draft.base
            )
        content = await asyncio.to_thread(quietly, load, draft.files, today=self._today())
        old = await self._snapshot(draft.base, files)
        changes = await self._said(old, content)
        new = await asyncio.to_thread(quietly, compile_after, content, draft.base + 1, old)
        report = await asyncio.to_thread(gate, old, new)
        if report.lost and not override:
            raise LostError(report.lost)
        kept = f"{override} (lost: {'; '.join(report.lost)})" if report.lost else None
        return await self._append(draft, new, by=by, reason=reason, changes=changes, override=kept)

    async def _append(
        self,
        draft: Draft,
        new: Snapshot,
        *,
        by: str,
        reason: str,
        changes: tuple[str, ...],
        override: str | None = None,
    ) -> Published:
        sealed = await asyncio.to_thread(seal, draft.files)
        number = await self._store.write(
            lambda session: add_version(
                session,
                sealed,
                after=draft.base,
                by=by,
                reason=reason,
                changes=changes,
                override=override,
            )
        )
        if number is None:
            live = await self.live_number()
            raise OutdatedError(draft.base, live, await self._since(draft.base))
        self._on_published(new)
        return Published(number=number, changes=changes)

    async def edit(
        self,
        change: Callable[[Files], Files],
        *,
        by: str,
        reason: str,
        override: str | None = None,
    ) -> Published:
        """Publish a small edit of the live version; made again where somebody was quicker.

        Raises:
            ContentError, LostError, GuideError: as for :meth:`publish`.
        """
        for _try in range(_TRIES):
            live, files = await self._current()
            edited = await asyncio.to_thread(change, files)
            draft = Draft(files=edited, base=live)
            try:
                return await self._publish(draft, files, by=by, reason=reason, override=override)
            except OutdatedError:
                continue
        raise GuideError("Others publish too quickly just now; try again in a minute.")

    async def merge(self, draft: Draft) -> tuple[Draft, Merged]:
        """Take into a draft what was published since it was begun.

        Returns:
            The draft on top of the live version, and what both sides changed.
        """
        base = await self.files_of(draft.base)
        live, files = await self._current()
        merged = await asyncio.to_thread(merge, base, draft.files, files)
        return Draft(files=merged.files, base=live), merged

    async def rollback(self, number: int, *, by: str, reason: str = "") -> Published:
        """Make an earlier version live again, as a new one; history stays as it is.

        Raises:
            NotFoundError: there is no such version.
            OutdatedError: somebody published at the same moment.
            GuideError: that version is live already.
        """
        live, files = await self._current()
        wanted = await self.files_of(number)
        if wanted == files:
            raise GuideError(
                "Version {live} is live and has the same content as {n}.", live=live, n=number
            )
        old = await self._snapshot(live, files)
        new = await asyncio.to_thread(compiled, wanted, live + 1, old)
        changes = await self._said(old, new.content)
        why = f"Back to version {number}" + (f": {reason}" if reason else ".")
        draft = Draft(files=wanted, base=live)
        return await self._append(draft, new, by=by, reason=why, changes=changes)

    async def explain(self, question_id: int) -> Explained:
        """Re-create what was said to a question, in the words and on the day it was asked.

        Raises:
            NotFoundError: there is no such question.
        """
        question = await self._store.read(lambda session: get_question(session, question_id))
        files = await self.files_of(question.version)
        snapshot = await self._snapshot(question.version, files)
        asked_on = question.asked_at.astimezone().date()
        said = recall(question, snapshot, asked_on)
        return Explained(question=question, said=said, snapshot=snapshot)

    async def stale(self, content: Content) -> tuple[Stale, ...]:
        """Return the facts past their review, those first that most people asked for lately."""
        since = now() - ASKED_WITHIN
        rows = await self._store.read(lambda session: asked_for(session, since))
        asked = [
            Asked(topic=topic, slots=json.loads(slots), times=times)
            for topic, slots, times in rows
        ]
        return stale(content, self._today(), asked)

    async def confirm(self, facts: Sequence[str], *, by: str) -> Published:
        """Note that facts, named ``thing.fact``, were looked at today and still hold.

        Raises:
            NotFoundError: there is no such fact.
        """

        def change(files: Files) -> Files:
            for fact in facts:
                files = confirm(files, fact, self._today())
            return files

        return await self.edit(change, by=by, reason=f"Looked again at {', '.join(facts)}.")

    async def save(self, draft: Draft, *, by: str, title: str) -> int:
        """Keep a draft until somebody decides; return its number."""
        return await self._store.write(
            lambda session: save_draft(session, draft.files, base=draft.base, by=by, title=title)
        )

    async def saved(self, number: int) -> SavedDraft:
        """Return a kept draft, with who made it and what it is.

        Raises:
            NotFoundError: it is not there any more.
        """
        return await self._store.read(lambda session: get_draft(session, number))

    async def drafts(self) -> list[Waiting]:
        """Return the drafts that wait for a decision, newest first."""
        return await self._store.read(list_drafts)

    async def publish_saved(
        self, number: int, *, by: str, override: str | None = None
    ) -> Published:
        """Publish a kept draft and drop it.

        Raises:
            NotFoundError: it is not there any more.
            ContentError, OutdatedError, LostError, GuideError: as for :meth:`publish`.
        """
        kept = await self.saved(number)
        draft = await unpacked(kept)
        done = await self.publish(draft, by=by, reason=kept.title, override=override)
        await self.discard(number)
        return done

    async def renew_saved(self, number: int, *, by: str) -> tuple[int, Merged]:
        """Take into a kept draft what was published since it was begun, to be looked at again.

        Returns:
            The number of the renewed draft, which takes the place of the old one; where both
            sides changed the same, the old one stays as it is, and its number is returned.

        Raises:
            NotFoundError: it is not there any more.
        """
        kept = await self.saved(number)
        onto, merged = await self.merge(await unpacked(kept))
        if merged.conflicts:
            return number, merged
        renewed = await self.save(onto, by=by, title=kept.title)
        await self.discard(number)
        return renewed, merged

    async def discard(self, number: int) -> None:
        """Drop a kept draft; chats that try it are answered from the live version again."""
        await self._store.write(lambda session: discard_draft(session, number))

    async def _current(self) -> tuple[int, dict[str, str]]:
        live = await self.live_number()
        return live, await self.files_of(live)

    async def _said(self, old: Snapshot, new: Content) -> tuple[str, ...]:
        """Return in words what a version changes; long lists are made beside the answering."""
        found = await asyncio.to_thread(differences, old.content, new)
        return tuple(one.said for one in found)

    async def _since(self, base: int) -> tuple[str, ...]:
        return tuple(
            f"version {version.number} by {version.published_by}: {change}"
            for version in reversed(await self.versions(after=base, limit=100))
            for change in version.changes or (version.reason,)
        )

    async def _snapshot(self, number: int, files: Files) -> Snapshot:
        """Return a version compiled; the one in use need not be compiled again."""
        current = self._live()
        if current is not None and current.number == number:
            return current
        return await asyncio.to_thread(compiled, files, number)

    async def _logged(self, limit: int) -> list[Logged]:
        if not limit:
            return []
        rows = await self._store.read(lambda session: recent_questions(session, limit))
        return [Logged(text, language, _carried(options)) for text, language, options in rows]


async def unpacked(kept: SavedDraft) -> Draft:
    """Return a kept draft to work with; unpacked beside the answering, since it takes a while."""
    return Draft(files=await asyncio.to_thread(unpack, kept.files), base=kept.base)


def compiled(
    files: Files,
    number: int,
    previous: Snapshot | None = None,
    encoder: Encoder | None = None,
) -> Snapshot:
    """Compile a version as it was published; later rules of the check do not hold it back.

    Args:
        files: of the version.
        number: of the version.
        previous: one in use, from which is taken over what did not change.
        encoder: the embedding to ask where words leave doubt.

    Raises:
        ContentError: the files cannot be read at all.
    """
    content, reader = quietly(gather, files)
    if content is None:
        raise ContentError(tuple(reader.faults))
    del reader  # its trees make room for what is compiled
    return quietly(compile_after, content, number, previous, encoder)


def _carried(options: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the slots that a logged question took from its chat."""
    readings = json.loads(options).get("readings") or [{}]
    slots, carried = readings[0].get("slots", {}), readings[0].get("carried", ())
    return tuple((kind, tuple(slots[kind])) for kind in carried if kind in slots)
