"""The one API of the knowledge base: every door (Telegram, command line, browser) calls it."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from knowledge.answering import dialogues
from knowledge.answering.dialogues import Moved, load_flow
from knowledge.bursts import LONGEST, Held, load_held, until
from knowledge.curation.curation import Curation
from knowledge.curation.prompts import Prompt, load_prompt
from knowledge.editing.live import Live
from knowledge.errors import TryAgainLaterError
from knowledge.matching.semantic import Encoder
from knowledge.memory import give_back
from knowledge.observing import Observer
from knowledge.people_data import PeopleData
from knowledge.privacy import asker_key, redact
from knowledge.promises import Promises
from knowledge.reading import Files
from knowledge.recall import (
    about_from_json,
    about_to_json,
    columns,
    joined_row,
    recall,
    taken,
)
from knowledge.schema import LANGUAGES, SOURCE_LANGUAGE, Content
from knowledge.snapshot import Said, Snapshot
from knowledge.store.conversations import (
    change,
    conversation,
    held_messages,
    let_go,
    take_held,
)
from knowledge.store.doubts import chosen
from knowledge.store.engine import Session, Store
from knowledge.store.groups import Weights
from knowledge.store.keys import asker_secret
from knowledge.store.leases import finish, is_due, take, touch
from knowledge.store.questions import (
    answered_by,
    complain,
    count_waiting,
    counts,
    mark_doubt,
    note_answers,
    rate,
    waiting,
)
from knowledge.store.tables import Conversation, Question, now
from knowledge.store.turns import Arrived, Kept, keep, look_up
from knowledge.store.versions import live_number
from knowledge.talking import STOP, Spoken, begin_with, speak, stopped
from knowledge.understanding.context import About
from knowledge.understanding.questions import Understood
from knowledge.understanding.splitting import beginning_of
from knowledge.verdicts import Answer, Reading

LONG = 300
"""Letters of a message that is read off the loop, since it takes many milliseconds."""

TOUCH_EVERY = 4.0
"""Seconds for which a database that took something is taken to do so still; less than supervisors
wait between their looks, so that a look finds a fault at once."""


TRY_AGAIN = timedelta(minutes=10)
"""How long after something that is to be done once could not be done it is tried again."""

EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message as it reached us."""

    text: str
    chat: int
    bot: int
    update_id: int
    client_language: str | None = None
    """The language the person's Telegram app is set to."""
    message_id: int | None = None
    """The message itself, to reply to it later."""
    may_wait: bool = False
    """Whether a short message that says too little may wait for the next one."""
    waited: bool = False
    """Whether it did, in vain."""
    may_be_typed: bool = False
    """Whether it may be what a curator was asked to type for a card, and no question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What to say to a message, after it was kept."""

    said: tuple[Said, ...]
    question_ids: tuple[int, ...]
    language: str
    detail: str
    """``short`` or ``full``, as the person chose."""
    content: Content
    """What it was worded from; a version published meanwhile does not mix in."""
    held: bool = False
    """Whether nothing is to be said yet, since the message may go on."""
    cut: bool = False
    """Whether only the beginning of the message was read, since it is very long."""
    typed_for: Prompt | None = None
    """What the message was typed for, if it is no question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What staff want to see at a glance."""

    version: int
    topics: int
    things: int
    outcomes: Mapping[str, int]
    waiting: int


class Guide(Live):
    """Answers, keeps and improves."""

    def __init__(
        self,
        store: Store,
        *,
        context_minutes: int = 30,
        burst_seconds: float = 2.0,
        promise_days: int = 90,
        today: Callable[[], date] = date.today,
        weights: Weights | None = None,
        encoder: Encoder | None = None,
        packaged: Snapshot | None = None,
    ) -> None:
        super().__init__(store, today=today, encoder=encoder, packaged=packaged)
        self.observer = Observer()
        self._context_age = timedelta(minutes=context_minutes)
        self.burst_seconds = burst_seconds
        self._secret = ""
        self._touched = -TOUCH_EVERY
        self.promises = Promises(self, days=promise_days)
        self.people = PeopleData(self)
        self.curation = Curation(self, weights)

    def asker(self, chat: int) -> str:
        """Return what stands for a person in all that is kept of their questions."""
        return asker_key(chat, self._secret)

    async def open(self, packaged: Files | None = None) -> None:
        """Bring the database up to date and load the live version.

        An empty database gets the packaged content as version 1.

        Raises:
            TryAgainLaterError: the database cannot be used.
            ContentError: the packaged content has faults.
        """
        await self.prepare(packaged)
        self._secret = await self.store.write(asker_secret)
        await self.store.write(touch)  # rather no start than one that can keep nothing
        await self.refresh()
        await asyncio.to_thread(give_back)

    async def ask(self, asked: Asked) -> Turn:
        """Answer a message and keep it, exactly once for each update.

        Raises:
            TryAgainLaterError: it could not be kept; nothing must be answered or acknowledged.
        """
        arrived = Arrived(asked.chat, asked.bot, asked.update_id)
        with self.observer.step("look_up"):
            known = await self.store.read_together(look_up, arrived)
        snapshot = self.snapshot_for(asked.chat)  # one version, from here to the reply
        talk = known.talk
        if known.earlier:
            return self._again(snapshot, known.earlier, talk)
        if typed := _typed_for(talk, asked):
            return replace(_silence(snapshot, talk, held=False), typed_for=typed)
        held = load_held(talk.held)
        if held and held.update_id == asked.update_id and asked.may_wait:
            return _silence(snapshot, talk, held=True)
        before = held if held and held.update_id != asked.update_id and not held.taken else None
        if before and not _is_edit(asked, before):
            asked = replace(asked, text=f"{before.text} {asked.text}")
        whole, asked = asked.text, replace(asked, text=beginning_of(asked.text))
        about = self._about(snapshot, talk)
        with self.observer.step("understand"):
            spoken = await self._think(snapshot, asked, talk, about)
        if asked.may_wait and not held and spoken.weak and len(asked.text.split()) <= LONGEST:
            return await self._hold(snapshot, asked, talk)
        rows = self._rows(asked, snapshot, spoken.said)
        if before:
            rows.append(joined_row(rows[0], before))
        kept = self._to_keep(asked, snapshot, spoken, about, rows, before)
        with self.observer.step("keep"):
            ids = await self.store.write_together(keep, kept)
        for row in kept.rows:
            self.observer.answered(row["outcome"])
        return Turn(
            said=tuple(spoken.said),
            question_ids=tuple(ids[: len(spoken.said)]) or (0,) * len(spoken.said),
            language=spoken.said[0].understood.language,
            detail=talk.detail,
            content=snapshot.content,
            cut=asked.text != whole,
        )

    def _to_keep(
        self,
        asked: Asked,
        snapshot: Snapshot,
        spoken: Spoken,
        about: About,
        rows: list[dict[str, Any]],
        before: Held | None,
    ) -> Kept:
        """Return what is to be kept of a turn; the rest of the chat is not this turn's."""
        for one in spoken.said:
            about = snapshot.after(about, one)
        trying = snapshot.number < 0  # staff at play: not a question to be counted or reviewed
        return Kept(
            chat=asked.chat,
            about=about_to_json(about, spoken.said[-1].understood.language),
            flow=spoken.flow,
            rows=() if trying else rows,
            taken=taken(spoken.said[0].understood),
            joined=before.update_id if before else None,
            waited=asked.update_id if asked.waited else None,
        )

    async def _think(
        self, snapshot: Snapshot, asked: Asked, talk: Conversation, about: About
    ) -> Spoken:
        """Understand a message; where words leave doubt, ask what they mean, off the loop."""
        if len(asked.text) > LONG:  # takes long enough for others to notice
            spoken = await asyncio.to_thread(self._speak, snapshot, asked, talk, about)
        else:
            spoken = self._speak(snapshot, asked, talk, about)
        if snapshot.understanding.has_meaning and spoken.in_doubt:
            return await asyncio.to_thread(self._speak, snapshot, asked, talk, about, deeper=True)
        return spoken

    def _speak(
        self,
        snapshot: Snapshot,
        asked: Asked,
        talk: Conversation,
        about: About,
        *,
        deeper: bool = False,
    ) -> Spoken:
        """Understand a message in its chat, whether or not a dialogue is under way."""
        spoken = speak(
            snapshot,
            asked.text,
            about=about,
            kept=talk.flow,
            language=self._language(talk, asked.client_language),
            chosen=talk.language,
            today=self.today(),
            deeper=deeper,
        )
        if not talk.language:
            return spoken
        said = [self._in_language(snapshot, one, talk.language, about) for one in spoken.said]
        return replace(spoken, said=said)

    async def _hold(self, snapshot: Snapshot, asked: Asked, talk: Conversation) -> Turn:
        """Keep a message that may go on, and say nothing yet."""
        held = Held(
            text=redact(asked.text, snapshot.understanding.names.has),
            bot=asked.bot,
            update_id=asked.update_id,
            message_id=asked.message_id,
            client_language=asked.client_language,
            until=until(self.burst_seconds),
        ).dump()
        about = talk.about if self._is_recent(talk) else "{}"
        await self.store.write(
            lambda session: change(session, asked.chat, about=about, held=held, updated_at=now())
        )
        return _silence(snapshot, talk, held=True)

    async def overdue(self, bot: int) -> list[int]:
        """Return a bot's chats whose message waited for its second half for long enough."""
        found = await self.store.read(held_messages)
        held = [(chat, Held(**json.loads(kept))) for chat, kept in found]
        return [chat for chat, one in held if one.bot == bot and one.is_due(now())]

    async def release(self, chat: int, update_id: int | None = None) -> tuple[Turn, Held] | None:
        """Answer a message that waited for its second half in vain.

        Returns:
            What to say and to which message; None where it was joined, or another replica has it.
            Call :meth:`let_go` once it was said.
        """
        held = await self.store.write(lambda session: take_held(session, chat, update_id))
        if held is None:
            return None
        asked = Asked(
            text=held.text,
            chat=chat,
            bot=held.bot,
            update_id=held.update_id,
            client_language=held.client_language,
            message_id=held.message_id,
            waited=True,
        )
        return await self.ask(asked), held

    async def let_go(self, chat: int, update_id: int) -> None:
        """Note that a message that waited was answered."""
        await self.store.write(lambda session: let_go(session, chat, update_id))

    async def tap(self, chat: int, data: str, language: str) -> Moved | None:
        """Take a button of a dialogue; None where it is from questions we no longer ask."""
        snapshot = self.snapshot_for(chat)

        def work(session: Session) -> Moved | None:
            talk = conversation(session, chat)
            spoken = talk.language or language
            flow = load_flow(talk.flow)
            if data == STOP:
                moved: Moved | None = stopped(snapshot.content, flow, spoken)
            else:
                moved = dialogues.tap(snapshot.content, flow, data, spoken, self.today())
            return self._keep(session, snapshot, talk, moved)

        return await self.store.write(work)

    async def restore(self, chat: int, code: str, language: str) -> Moved | None:
        """Take up a search for a role from its link; None where it is none of ours."""
        snapshot = self.snapshot_for(chat)

        def work(session: Session) -> Moved | None:
            talk = conversation(session, chat)
            spoken = talk.language or language
            moved = dialogues.restore(snapshot.content, code, spoken, self.today())
            return self._keep(session, snapshot, talk, moved)

        return await self.store.write(work)

    def _keep(
        self, session: Session, snapshot: Snapshot, talk: Conversation, moved: Moved | None
    ) -> Moved | None:
        """Keep what a chat is about after an answer that nobody typed a question for."""
        if moved is None:
            return None
        verdict, language = Answer(reading=moved.worded.reading), moved.worded.language
        shown = Understood(text="", verdict=verdict, language=language)
        said = Said(understood=shown, worded=moved.worded)
        about = snapshot.after(self._about(snapshot, talk), said)
        kept = about_to_json(about, self._written(talk))
        flow = moved.flow.dump() if moved.flow else None
        change(session, talk.chat, about=kept, flow=flow, updated_at=now())
        return moved

    async def doubt(self, question_id: int, chat: int, reason: str) -> None:
        """Mark a question of this chat as one that a curator should look at."""
        asker = self.asker(chat)
        await self.store.write(lambda session: mark_doubt(session, question_id, asker, reason))

    async def rate(self, question_id: int, chat: int, rating: int) -> bool:
        """Keep what a person thought of an answer; return whether it was to them."""
        asker = self.asker(chat)
        return await self.store.write(lambda session: rate(session, question_id, asker, rating))

    async def complain(self, question_id: int, chat: int, complaint: str) -> bool:
        """Keep what was the matter with an answer, for curators."""
        asker = self.asker(chat)
        return await self.store.write(
            lambda session: complain(session, question_id, asker, complaint)
        )

    async def note_answers(self, answers: Mapping[int, int]) -> None:
        """Keep which message of ours answered which question, by the questions' numbers.

        It is said by now: where that cannot be kept, it must not be said again.
        """
        with suppress(TryAgainLaterError):
            await self.store.write_together(note_answers, answers)

    async def answered_by(self, chat: int, message_id: int | None = None) -> Question | None:
        """Return the question that a message of ours answered, or the last one of a chat."""
        asker = self.asker(chat)
        return await self.store.read(lambda session: answered_by(session, asker, message_id))

    async def explain(self, question_id: int, chat: int) -> tuple[Question, Said] | None:
        """Return a question and how it was answered; None where this person did not ask it."""
        asker = self.asker(chat)
        question = await self.store.read(lambda session: session.get(Question, question_id))
        if question is None or question.asker != asker:
            return None
        return question, recall(question, self.snapshot_for(chat), self.today())

    async def choose_detail(self, chat: int, detail: Literal["short", "full"]) -> None:
        """Keep how long a person wants answers to be."""
        await self.store.write(lambda session: change(session, chat, detail=detail))

    async def settings_of(self, chat: int) -> Conversation:
        """Return what a person chose."""
        return await self.store.read(lambda session: conversation(session, chat))

    async def choose_language(self, chat: int, language: str | None) -> None:
        """Keep the language a person wants; None follows what they write."""
        await self.store.write(lambda session: change(session, chat, language=language))

    async def language(self, chat: int, client_language: str | None) -> str:
        """Return the language of buttons and menus in a chat."""
        return self._language(await self.settings_of(chat), client_language)

    def _language(self, talk: Conversation, client_language: str | None) -> str:
        """Return the language a person chose, else wrote lately, else that of their app."""
        return talk.language or self._written(talk) or known_language(client_language)

    def _written(self, talk: Conversation) -> str | None:
        """Return the language a person wrote lately; from long ago, none."""
        written: str | None = json.loads(talk.about).get("language")
        return written if self._is_recent(talk) else None

    async def opened(self, chat: int, reading: Reading) -> None:
        """Remember that this answer was opened and not asked for: what follows is about it."""
        snapshot = self.snapshot_for(chat)

        def work(session: Session) -> None:
            talk = conversation(session, chat)
            worded = snapshot.word(reading, self._language(talk, None), self.today())
            flow = begin_with(snapshot.content, reading) or load_flow(talk.flow)
            self._keep(session, snapshot, talk, Moved(flow=flow, worded=worded))
            chosen(session, self.asker(chat), reading)

        await self.store.write(work)

    async def waiting(self, limit: int = 20) -> list[Question]:
        """Return the questions that wait for a curator, oldest first."""
        return await self.store.read(lambda session: waiting(session, limit))

    async def status(self) -> Status:
        """Return what is live and how questions fare."""
        outcomes, open_now = await self.store.read(
            lambda session: (counts(session), count_waiting(session))
        )
        content = self.snapshot.content
        return Status(
            version=self.snapshot.number,
            topics=len(content.topics),
            things=len(content.things),
            outcomes=outcomes,
            waiting=open_now,
        )

    async def once(self, name: str, work: Callable[[], Awaitable[int]]) -> int:
        """Do something once for all replicas; what returns 0 was not done, and may be later.

        Args:
            name: of what is done, such as the digest of one day.
            work: returns how much was done.

        Returns:
            The same; 0 where it was done already, or another replica is at it.
        """
        holder = secrets.token_hex(8)
        if not await self.store.read(lambda session: is_due(session, name, holder, EVER)):
            return 0
        if not await self.store.write(
            lambda session: take(session, name, holder, TRY_AGAIN, due_after=EVER)
        ):
            return 0
        if done := await work():
            await self.store.write(lambda session: finish(session, name, holder))
        return done

    async def check_database(self) -> str:
        """Say that the database takes what is written and answers; it is written to seldom.

        Raises:
            TryAgainLaterError: it does not.
        """
        if time.monotonic() - self._touched >= TOUCH_EVERY:
            await self.store.write(touch)
            self._touched = time.monotonic()
        return f"version {await self.store.read(live_number)}"

    def _in_language(self, snapshot: Snapshot, said: Said, language: str, about: About) -> Said:
        """Return the same, worded in the language that the person chose."""
        if said.understood.language == language:
            return said
        understood = replace(said.understood, language=language)
        return snapshot.said(understood, self.today(), about)

    def _is_recent(self, talk: Conversation) -> bool:
        return talk.updated_at >= now() - self._context_age

    def _about(self, snapshot: Snapshot, talk: Conversation) -> About:
        if not self._is_recent(talk):
            return About()
        return about_from_json(talk.about, snapshot.content)

    def _rows(self, asked: Asked, snapshot: Snapshot, said: list[Said]) -> list[dict[str, Any]]:
        common = {
            "bot": asked.bot,
            "update_id": asked.update_id,
            "asker": self.asker(asked.chat),
            "message_id": asked.message_id,
            "asked_at": now(),
            "version": snapshot.number,
        }
        knows = snapshot.understanding.names.has
        return [
            {**common, "part": part, **columns(one.understood, knows)}
            for part, one in enumerate(said)
        ]

    def _again(self, snapshot: Snapshot, rows: Sequence[Question], talk: Conversation) -> Turn:
        """Say to a redelivered update what was said before."""
        if rows[0].outcome == "joined":
            return _silence(snapshot, talk, held=False)
        return Turn(
            said=tuple(recall(row, snapshot, self.today()) for row in rows),
            question_ids=tuple(row.id or 0 for row in rows),
            language=rows[0].language,
            detail=talk.detail,
            content=snapshot.content,
        )


def _typed_for(talk: Conversation, asked: Asked) -> Prompt | None:
    """Return what a curator's message was typed for: it may be now, or was before a change."""
    prompt = load_prompt(talk.flow)
    if prompt is None:
        return None
    was = asked.message_id is not None and prompt.taken == asked.message_id
    return prompt if was or (asked.may_be_typed and prompt.is_open(now())) else None


def _is_edit(asked: Asked, before: Held) -> bool:
    """Whether a message is the one that waited, in other words, and not what comes after it."""
    return asked.message_id is not None and asked.message_id == before.message_id


def _silence(snapshot: Snapshot, talk: Conversation, *, held: bool) -> Turn:
    return Turn(
        said=(),
        question_ids=(),
        language=talk.language or SOURCE_LANGUAGE,
        detail=talk.detail,
        content=snapshot.content,
        held=held,
    )


def known_language(code: str | None) -> str:
    """Return the language of the content nearest to an app's language code."""
    spoken = (code or "").lower().replace("_", "-").partition("-")[0]
    return spoken if spoken in LANGUAGES else SOURCE_LANGUAGE
