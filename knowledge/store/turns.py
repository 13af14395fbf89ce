"""The two steps of every question, done for many at once: what is known, then what is kept.

Fifty people who write in the same moment cost two reads and two writes, not two hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from knowledge.store.conversations import change_all, let_go, still_held
from knowledge.store.doubts import chosen
from knowledge.store.engine import insert_for
from knowledge.store.tables import Conversation, Question, now
from knowledge.verdicts import Reading


class Arrived(NamedTuple):
    """An update that carries a question."""

    chat: int
    bot: int
    update_id: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a question arrives."""

    talk: Conversation
    earlier: tuple[Question, ...]
    """The questions kept for this very update; some where it was delivered before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is to be kept of a turn: its questions, and what the chat is about now."""

    chat: int
    about: str
    flow: str | None
    rows: Sequence[dict[str, Any]]
    taken: Reading | None = None
    """The topic that was taken of those the question before offered."""
    joined: int | None = None
    """The update that waited for this one; it waits no more."""
    waited: int | None = None
    """The update itself, where it waited in vain: whoever says /forgetme meanwhile ends it."""


def look_up(session: Session, arrived: Sequence[Arrived]) -> list[Known]:
    """Return what is known about each update that arrived."""
    chats = {one.chat for one in arrived}
    talks = session.exec(select(Conversation).where(col(Conversation.chat).in_(chats)))
    found = {talk.chat: talk for talk in talks}
    ids = {one.update_id for one in arrived}
    earlier: defaultdict[tuple[int, int], list[Question]] = defaultdict(list)
    bots = {one.bot for one in arrived}  # SQLite finds an update by its index only with the bot
    query = select(Question).where(col(Question.bot).in_(bots), col(Question.update_id).in_(ids))
    for question in session.exec(query.order_by(col(Question.part))):
        earlier[question.bot, question.update_id].append(question)
    return [
        Known(
            talk=found.get(one.chat) or Conversation(chat=one.chat),
            earlier=tuple(earlier.get((one.bot, one.update_id), ())),
        )
        for one in arrived
    ]


def keep(session: Session, turns: Sequence[Kept]) -> list[list[int]]:
    """Keep turns, each update once; return the ids of each turn's questions in order.

    An update that another replica kept meanwhile is not kept again, nor one that was forgotten.
    """
    turns_kept = [turn for turn in turns if _stands(session, turn)]
    for turn in turns_kept:
        if turn.taken and turn.rows:
            chosen(session, turn.rows[0]["asker"], turn.taken)
    rows = [row for turn in turns_kept for row in turn.rows]
    dialect = session.get_bind().dialect.name
    made = session.execute(_insert_questions(dialect), rows) if rows else ()
    ids = {(bot, update_id, part): number for number, bot, update_id, part in made}
    if turns_kept:
        change_all(session, [_talk(turn) for turn in turns_kept])
    for turn in turns_kept:
        if turn.joined is not None:
            let_go(session, turn.chat, turn.joined)
    return [_ids(session, turn, ids) for turn in turns]


def _stands(session: Session, turn: Kept) -> bool:
    return turn.waited is None or still_held(session, turn.chat, turn.waited)


def _ids(session: Session, turn: Kept, made: dict[tuple[int, int, int], int]) -> list[int]:
    keys = [(row["bot"], row["update_id"], row["part"]) for row in turn.rows]
    if all(key in made for key in keys):
        return [made[key] for key in keys]
    first = turn.rows[0]
    update = Arrived(turn.chat, first["bot"], first["update_id"])
    (known,) = look_up(session, [update])
    return [question.id or 0 for question in known.earlier]


def _talk(turn: Kept) -> dict[str, Any]:
    """Return what a turn changes of its chat: never what the person chose meanwhile."""
    return {"chat": turn.chat, "about": turn.about, "flow": turn.flow, "updated_at": now()}


@cache
def _insert_questions(dialect: str) -> Any:
    table = Question.__table__  # type: ignore[attr-defined]
    insert = insert_for(dialect)(table).on_conflict_do_nothing()
    return insert.returning(table.c.id, table.c.bot, table.c.update_id, table.c.part)
