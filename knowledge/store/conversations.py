"""What each chat is about, for a while."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete

from knowledge.store.tables import Conversation, now


def conversation(session: Session, chat: int) -> Conversation:
    """Return the chat's conversation, or a new one that is not kept yet."""
    return session.get(Conversation, chat) or Conversation(chat=chat)


def keep_conversation(session: Session, changed: Conversation) -> None:
    """Keep what a chat is about now."""
    changed.updated_at = now()
    session.merge(changed)


def forget_old(session: Session, age: timedelta) -> int:
    """Delete conversations that were quiet for this long; return how many."""
    done = session.exec(delete(Conversation).where(col(Conversation.updated_at) < now() - age))
    return int(done.rowcount)
