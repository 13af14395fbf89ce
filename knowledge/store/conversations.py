"""What each chat is about, for a while."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete

from knowledge.store.engine import insert_of
from knowledge.store.tables import Conversation, now


def conversation(session: Session, chat: int) -> Conversation:
    """Return the chat's conversation, or a new one that is not kept yet."""
    return session.get(Conversation, chat) or Conversation(chat=chat)


def keep_conversation(session: Session, changed: Conversation) -> None:
    """Keep what a chat is about now."""
    table = Conversation.__table__  # type: ignore[attr-defined]
    values = {column.name: getattr(changed, column.name) for column in table.columns}
    values["updated_at"] = now()
    made = insert_of(session)(table)
    newer = {name: made.excluded[name] for name in values if name != "chat"}
    session.execute(made.on_conflict_do_update(index_elements=["chat"], set_=newer), [values])


def forget_old(session: Session, age: timedelta) -> int:
    """Delete conversations that were quiet for this long; return how many."""
    done = session.exec(delete(Conversation).where(col(Conversation.updated_at) < now() - age))
    return int(done.rowcount)
