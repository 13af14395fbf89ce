"""What each chat is about, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Update
from sqlmodel import Session, col, delete, not_, select, update

from knowledge.bursts import Held, load_held
from knowledge.store.engine import insert_for
from knowledge.store.tables import Conversation, now


def conversation(session: Session, chat: int) -> Conversation:
    """Return the chat's conversation, or a new one that is not kept yet."""
    kept = session.get(Conversation, chat, populate_existing=True)  # others write beside us
    return kept or Conversation(chat=chat)


def change(session: Session, chat: int, **columns: Any) -> None:
    """Keep some of what is known about a chat; the rest stays as it is, or was never said."""
    change_all(session, [{"chat": chat, **columns}])


def change_all(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Do the same for many chats at once, the same columns of each."""
    statement = _upsert(session.get_bind().dialect.name, tuple(rows[0]))
    session.execute(statement, rows)


@cache
def _upsert(dialect: str, columns: tuple[str, ...]) -> Any:
    insert = insert_for(dialect)(Conversation.__table__)  # type: ignore[attr-defined]
    newer = {name: insert.excluded[name] for name in columns if name != "chat"}
    return insert.on_conflict_do_update(index_elements=["chat"], set_=newer)


def held_messages(session: Session) -> list[tuple[int, str]]:
    """Return each chat with a message that waits for its second half, and that message."""
    query = select(Conversation.chat, Conversation.held).where(col(Conversation.held).is_not(None))
    return [(chat, held) for chat, held in session.exec(query) if held]


def take_held(session: Session, chat: int, update_id: int | None) -> Held | None:
    """Take a waiting message to answer it alone; None where it is gone, or another has it."""
    kept = conversation(session, chat).held
    held = load_held(kept)
    moment = now()
    if held is None or (held.taken and not held.is_due(moment)):
        return None
    if update_id not in (None, held.update_id):
        return None
    take = _holding(chat, kept).values(held=held.take(moment).dump())
    taken = session.execute(take.returning(col(Conversation.chat)))
    return held if taken.first() else None


def still_held(session: Session, chat: int, update_id: int) -> bool:
    """Whether a message still waits; its person cannot take it back until this is committed."""
    query = select(Conversation.held).where(Conversation.chat == chat).with_for_update()
    held = load_held(session.exec(query).first())
    return held is not None and held.update_id == update_id


def let_go(session: Session, chat: int, update_id: int) -> None:
    """Note that a waiting message was answered."""
    kept = conversation(session, chat).held
    held = load_held(kept)
    if held and held.update_id == update_id:
        session.execute(_holding(chat, kept).values(held=None))


def _holding(chat: int, kept: str | None) -> Update:
    """Return an update of a chat that goes on holding what was read."""
    return update(Conversation).where(
        col(Conversation.chat) == chat, col(Conversation.held) == kept
    )


def forget_old(session: Session, age: timedelta) -> int:
    """Forget what chats were about that were quiet for this long; return how many.

    The language and the length of answers that a person chose stay, until they say /forgetme.
    """
    quiet = col(Conversation.updated_at) < now() - age
    chose = col(Conversation.language).is_not(None) | (col(Conversation.detail) != "full")
    holds = (
        (col(Conversation.about) != "{}")
        | col(Conversation.flow).is_not(None)
        | col(Conversation.held).is_not(None)
    )
    emptied = session.exec(
        update(Conversation)
        .where(quiet, chose, holds)
        .values(about="{}", flow=None, held=None)
        .execution_options(synchronize_session=False)
    )
    gone = session.exec(delete(Conversation).where(quiet, not_(chose)))
    return int(emptied.rowcount) + int(gone.rowcount)
