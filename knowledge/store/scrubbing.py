"""Takes personal words that slipped through out of everything that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from sqlmodel import Session, col, delete, select

from knowledge.grouping import Sketch
from knowledge.store.placing import learn, lock, moved
from knowledge.store.review_tables import Audit, Decision, GroupWording, QuestionGroup
from knowledge.store.tables import Question, Version

MARK = "[removed]"


def scrub(session: Session, words: str, sketch: Callable[[str], Sketch]) -> int:
    """Take words out of questions, groups, their index, decisions and the audit log.

    Returns:
        How many questions had them.
    """
    lock(session)
    found = re.compile(re.escape(words), re.IGNORECASE)
    said = col(Question.text).icontains(words, autoescape=True)
    questions = list(session.exec(select(Question).where(said)))
    touched: set[int | None] = {question.group_id for question in questions}
    for question in questions:
        question.text = found.sub(MARK, question.text)
        session.add(question)
    heads = col(QuestionGroup.head).icontains(words, autoescape=True)
    for group in session.exec(select(QuestionGroup).where(heads)):
        group.head = found.sub(MARK, group.head)
        session.add(group)
        touched.add(group.id)
    _scrub_records(session, words, found)
    session.flush()
    for number in sorted(filter(None, touched)):
        reindex(session, number, sketch)
    return len(questions)


def _scrub_records(session: Session, words: str, found: re.Pattern[str]) -> None:
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    inside = re.compile(re.escape(written), re.IGNORECASE)
    decisions = select(Decision).where(
        col(Decision.detail).icontains(written, autoescape=True)
        | col(Decision.reason).icontains(words, autoescape=True)
    )
    for decision in session.exec(decisions):
        decision.detail = inside.sub(MARK, decision.detail)
        decision.reason = found.sub(MARK, decision.reason)
        session.add(decision)
    for entry in session.exec(
        select(Audit).where(col(Audit.detail).icontains(written, autoescape=True))
    ):
        entry.detail = inside.sub(MARK, entry.detail)
        session.add(entry)
    for version in session.exec(
        select(Version).where(col(Version.reason).icontains(words, autoescape=True))
    ):
        version.reason = found.sub(MARK, version.reason)
        session.add(version)


def reindex(session: Session, number: int, sketch: Callable[[str], Sketch]) -> None:
    """Make a group's index again from the questions it holds."""
    session.execute(delete(GroupWording).where(col(GroupWording.group_id) == number))
    group = session.get_one(QuestionGroup, number)
    group.wordings = 0
    texts = session.exec(select(Question.text).where(Question.group_id == number).distinct())
    for text in sorted(texts):
        made = sketch(text)
        if session.get(GroupWording, made.key) is None:
            learn(session, group, made)
            session.flush()
    moved(session)
    session.add(group)
    session.flush()
