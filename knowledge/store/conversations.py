"""What each chat is about, for a while."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete, not_, select, update

from knowledge.bursts import Held, load_held
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


def held_messages(session: Session) -> list[tuple[int, str]]:
    """Return each chat with a message that waits for its second half, and that message."""
    query = select(Conversation.chat, Conversation.held).where(col(Conversation.held).is_not(None))
    return [(chat, held) for chat, held in session.exec(query) if held]


def take_held(session: Session, chat: int, update_id: int | None) -> Held | None:
    """Take a waiting message to answer it alone; None where it is gone, or another has it."""
    talk = session.get(Conversation, chat)
    held = load_held(talk.held) if talk else None
    moment = now()
    if talk is None or held is None or (held.taken and not held.is_due(moment)):
        return None
    if update_id not in (None, held.update_id):
        return None
    taken = session.execute(
        update(Conversation)
        .where(col(Conversation.chat) == chat, col(Conversation.held) == talk.held)
        .values(held=held.take(moment).dump())
        .returning(col(Conversation.chat))
    )
    return held if taken.first() else None


def let_go(session: Session, chat: int, update_id: int) -> None:
    """Note that a waiting message was answered."""
    talk = session.get(Conversation, chat)
    held = load_held(talk.held) if talk else None
    if talk and held and held.update_id == update_id:
        talk.held = None
        session.add(talk)


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
