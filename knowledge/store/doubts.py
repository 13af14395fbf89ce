"""Finds answers to doubt without being told: asked again, barely ahead, a choice not taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from knowledge.recall import options_to_json
from knowledge.store.tables import Question, now
from knowledge.understanding.grouping import ALIKE, Terms
from knowledge.verdicts import Answer, Reading

AGAIN_WITHIN = timedelta(minutes=5)
"""Who asks alike so soon after an answer did not get theirs."""
CHOICE_LASTS = timedelta(minutes=30)
"""After this long nobody takes one of the topics that were offered."""
LOOK_BACK = timedelta(hours=2)
"""How far back is looked, so that a pause of the job loses nothing."""
SMALL_LEAD = 0.1
"""A lead over the runner-up that a curator should see."""
MOST = 5_000
_NO_MISSING = '{"missing": null%'


def chosen(session: Session, asker: str, reading: Reading) -> None:
    """Note that a person took one of the topics they were offered: that question is answered."""
    query = (
        select(Question)
        .where(Question.asker == asker, col(Question.asked_at) >= now() - CHOICE_LASTS)
        .order_by(col(Question.id).desc())
        .limit(1)
    )
    question = session.exec(query).first()
    if question is None or question.outcome != "clarify":
        return
    offered = {one["topic"] for one in json.loads(question.options)["readings"]}
    if reading.topic in offered:
        question.outcome, question.topic = "answer", reading.topic
        question.options = options_to_json(Answer(reading=reading))
        session.add(question)


def mark_doubts(session: Session, asked_again: Sequence[int]) -> int:
    """Mark what curators should look at; return how many questions were marked.

    Args:
        session: to write in.
        asked_again: ids that :func:`asked_again` found.
    """
    moment = now()
    recent = col(Question.asked_at) >= moment - LOOK_BACK
    lead = col(Question.score) - col(Question.runner_up_score)
    narrow = (col(Question.outcome) == "answer", recent, lead < SMALL_LEAD)
    left = (
        col(Question.outcome) == "clarify",
        recent,
        col(Question.asked_at) < moment - CHOICE_LASTS,
        col(Question.options).like(_NO_MISSING),
    )
    return (
        _mark(session, "low_lead", *narrow)
        + _mark(session, "abandoned_choice", *left)
        + _mark(session, "asked_again", col(Question.id).in_(asked_again))
    )


def _mark(session: Session, doubt: str, *which: ColumnElement[bool]) -> int:
    fresh = col(Question.doubt).is_(None) & col(Question.decision_id).is_(None)
    marked = session.exec(
        update(Question)
        .where(*which, fresh)
        .values(doubt=doubt)
        .execution_options(synchronize_session=False)
    )
    return int(marked.rowcount)


def asked_again(session: Session, terms: Callable[[str], Terms]) -> list[int]:
    """Return the ids of answers after which the same person soon asked alike.

    Comparing takes a while, so this only reads: nobody's answer waits for it.
    """
    query = (
        select(Question)
        .where(col(Question.asked_at) >= now() - LOOK_BACK)
        .order_by(col(Question.id).desc())
        .limit(MOST)
    )
    last: dict[str, Question] = {}
    found = []
    for question in reversed(list(session.exec(query))):
        before = last.get(question.asker)
        last[question.asker] = question
        if before and _unsatisfied(before, question) and _alike(before, question, terms):
            found.append(before.id or 0)
    return found


def _unsatisfied(before: Question, after: Question) -> bool:
    """Whether an answer was soon followed by another message."""
    soon = after.asked_at - before.asked_at <= AGAIN_WITHIN
    apart = (before.bot, before.update_id) != (after.bot, after.update_id)
    return soon and apart and before.outcome == "answer" and before.doubt is None


def _alike(before: Question, after: Question, terms: Callable[[str], Terms]) -> bool:
    """Whether the same was asked: the same answer again, or like words and no answer."""
    if after.outcome == "answer":
        return (before.topic, before.slots) == (after.topic, after.slots)
    one, other = terms(before.text), terms(after.text)
    words = (term for term in one if "=" not in term)  # the thing alone is a new question
    return sum(one[term] * other.get(term, 0.0) for term in words) >= ALIKE
