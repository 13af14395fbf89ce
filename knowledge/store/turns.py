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


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be kept of a turn: its questions, and what the chat is about now."""

    rows: Sequence[dict[str, Any]]
    talk: Conversation
    taken: Reading | None = None
    """The topic that was taken of those the question before offered."""


def look_up(session: Session, arrived: Sequence[Arrived]) -> list[Known]:
    """Return what is known about each update that arrived."""
    chats = {one.chat for one in arrived}
    talks = session.exec(select(Conversation).where(col(Conversation.chat).in_(chats)))
    found = {talk.chat: talk for talk in talks}
    ids = {one.update_id for one in arrived}
    earlier: defaultdict[tuple[int, int], list[Question]] = defaultdict(list)
    query = select(Question).where(col(Question.update_id).in_(ids)).order_by(col(Question.part))
    for question in session.exec(query):
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

    An update that another replica kept meanwhile is not kept again.
    """
    dialect = session.get_bind().dialect.name
    for turn in turns:
        if turn.taken and turn.rows:
            chosen(session, turn.rows[0]["asker"], turn.taken)
    rows = [row for turn in turns for row in turn.rows]
    made = session.execute(_insert_questions(dialect), rows) if rows else ()
    ids = {(bot, update_id, part): number for number, bot, update_id, part in made}
    talks = [_plain(turn.talk) for turn in turns]
    session.execute(_upsert_conversations(dialect), talks)
    return [_ids(session, turn, ids) for turn in turns]


def _ids(session: Session, turn: Kept, made: dict[tuple[int, int, int], int]) -> list[int]:
    keys = [(row["bot"], row["update_id"], row["part"]) for row in turn.rows]
    if all(key in made for key in keys):
        return [made[key] for key in keys]
    first = turn.rows[0]
    update = Arrived(turn.talk.chat, first["bot"], first["update_id"])
    (known,) = look_up(session, [update])
    return [question.id or 0 for question in known.earlier]


def _plain(talk: Conversation) -> dict[str, Any]:
    moment = now()
    values = {name: getattr(talk, name) for name in Conversation.model_fields}
    return {**values, "updated_at": moment}


@cache
def _insert_questions(dialect: str) -> Any:
    table = Question.__table__  # type: ignore[attr-defined]
    insert = insert_for(dialect)(table).on_conflict_do_nothing()
    return insert.returning(table.c.id, table.c.bot, table.c.update_id, table.c.part)


@cache
def _upsert_conversations(dialect: str) -> Any:
    insert = insert_for(dialect)(Conversation.__table__)  # type: ignore[attr-defined]
    newer = {name: insert.excluded[name] for name in Conversation.model_fields if name != "chat"}
    return insert.on_conflict_do_update(index_elements=["chat"], set_=newer)
