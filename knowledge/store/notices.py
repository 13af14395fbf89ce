"""Who waits to be told about a group's questions: counted, held back, let go again."""

from __future__ import annotations

from sqlalchemy import String, cast, literal
from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from knowledge.store.promise_tables import Promise
from knowledge.store.tables import Question

HELD = "held"


def _subjects(group: int) -> SelectOfScalar[str]:
    number = cast(col(Question.id), String)
    return select(literal("question:").concat(number)).where(col(Question.group_id) == group)


def promised(session: Session, group: int) -> tuple[int, int]:
    """Return how many people wait to be told, and how many of them are held back."""
    about = col(Promise.subject).in_(_subjects(group))
    query = select(Promise.state, func.count()).where(about).group_by(col(Promise.state))
    found = dict(session.exec(query).all())
    return sum(found.values()), found.get(HELD, 0)


def hold_back(session: Session, group: int) -> None:
    """Tell nobody about a group's questions for now."""
    _turn(session, group, "waiting", HELD)


def let_go(session: Session, group: int) -> None:
    """Tell those who were held back as soon as there is an answer."""
    _turn(session, group, HELD, "waiting")


def _turn(session: Session, group: int, before: str, after: str) -> None:
    session.execute(
        update(Promise)
        .where(col(Promise.subject).in_(_subjects(group)), col(Promise.state) == before)
        .values(state=after, version=0)
        .execution_options(synchronize_session=False)
    )
