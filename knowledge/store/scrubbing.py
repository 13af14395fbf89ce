"""Takes personal words that slipped through out of everything that is kept.

Published content is no part of that: its versions never change. Who finds the words in an answer
or a phrasing takes them out there, and publishes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from sqlmodel import Session, SQLModel, col, select

from knowledge.privacy import REMOVED
from knowledge.store.drafts import SavedDraft
from knowledge.store.placing import drop_wordings, head_cleanly, learn, lock
from knowledge.store.promise_tables import Promise
from knowledge.store.review_tables import Audit, Decision, GroupWording, QuestionGroup
from knowledge.store.tables import Question, Version
from knowledge.understanding.grouping import Sketch

_PLAIN: tuple[tuple[type[SQLModel], str], ...] = (
    (QuestionGroup, "head"),
    (Promise, "text"),
    (Decision, "reason"),
    (Version, "reason"),
    (Version, "override"),
    (SavedDraft, "title"),
)
_JSON: tuple[tuple[type[SQLModel], str], ...] = (
    (Decision, "detail"),
    (Audit, "detail"),
    (Version, "changes"),
)
"""Where words stand beside the questions."""


def scrubbed(session: Session, words: str) -> set[str]:
    """Return what questions would say without these words, to be sketched before they are."""
    found = _pattern(words)
    return {found.sub(REMOVED, question.text) for question in _questions(session, words)}


def scrub(session: Session, words: str, sketches: Mapping[str, Sketch]) -> int:
    """Take words out of questions, groups, their index, promises, decisions and the audit log.

    Args:
        session: to write in.
        words: what is taken out.
        sketches: of what :func:`scrubbed` found.

    Returns:
        How many questions had them.
    """
    lock(session)
    found = _pattern(words)
    questions = _questions(session, words)
    for question in questions:
        question.text = found.sub(REMOVED, question.text)
        session.add(question)
    for table, name in _PLAIN:
        _scrub(session, table, name, words)
    for table, name in _JSON:
        _scrub(session, table, name, json.dumps(words, ensure_ascii=False)[1:-1])
    session.flush()
    for number in sorted({question.group_id for question in questions if question.group_id}):
        drop_wordings(session, number)
        head_cleanly(session, session.get_one(QuestionGroup, number))
    for question in questions:
        _learn(session, question, sketches.get(question.text))
    return len(questions)


def _questions(session: Session, words: str) -> list[Question]:
    said = col(Question.text).icontains(words, autoescape=True)
    return list(session.exec(select(Question).where(said).order_by(col(Question.id))))


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words), re.IGNORECASE)


def _scrub(session: Session, table: type[SQLModel], name: str, words: str) -> None:
    said = getattr(table, name).icontains(words, autoescape=True)
    for row in session.exec(select(table).where(said)):
        setattr(row, name, _pattern(words).sub(REMOVED, getattr(row, name)))
        session.add(row)


def _learn(session: Session, question: Question, sketch: Sketch | None) -> None:
    """Let the wording without the words stand for the group, where no other group has it."""
    if question.group_id and sketch and session.get(GroupWording, sketch.key) is None:
        learn(session, session.get_one(QuestionGroup, question.group_id), sketch)
        session.flush()
