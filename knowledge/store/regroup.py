"""Groups merged and split by hand, so that it holds for later questions, and taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import distinct
from sqlmodel import Session, col, func, select, update

from knowledge.errors import GuideError
from knowledge.people import Actor
from knowledge.store import audit
from knowledge.store.groups import Weights, get_group, waits
from knowledge.store.placing import begin, head_by, head_cleanly, lock, moved as wordings_moved
from knowledge.store.review_tables import Decision, GroupWording, QuestionGroup
from knowledge.store.tables import Question, Secret, now
from knowledge.understanding.grouping import wording

_WEIGHTS = "queue weights"


def merge(session: Session, source: int, target: int, actor: Actor, weights: Weights) -> Decision:
    """Move all of one group into another.

    Raises:
        GuideError: they are the same, or one of them is decided.
    """
    lock(session)
    gone, _kept = _open(session, source), _open(session, target)
    if source == target:
        raise GuideError("A group cannot be merged with itself.")
    keys = list(session.exec(select(GroupWording.key).where(GroupWording.group_id == source)))
    asked = list(session.exec(select(Question.id).where(Question.group_id == source)))
    _move(session, keys, [number for number in asked if number], source, target)
    gone.state = "merged"
    session.add(gone)
    return _decided(session, "merge", source, target, keys, asked, actor, weights)


def split(
    session: Session,
    source: int,
    questions: Collection[int],
    actor: Actor,
    weights: Weights,
) -> Decision:
    """Let questions, with all others of the same wordings, begin a group of their own.

    Raises:
        GuideError: there is nothing to split, or the group is decided.
    """
    lock(session)
    _open(session, source)
    asked = session.exec(select(Question).where(Question.group_id == source)).all()
    of = {question.id or 0: wording(question.text) for question in asked}
    keys = {of[number] for number in questions if number in of}
    moved = [question for question in asked if of[question.id or 0] in keys]
    if not moved or len(moved) == len(asked):
        raise GuideError(
            "Choose some questions of the group, and leave others in it that say more than these."
        )
    made = begin(session, moved[0])
    target, ids = made.id or 0, [question.id or 0 for question in moved]
    _move(session, keys, ids, source, target)
    left = next(question for question in asked if of[question.id or 0] not in keys)
    group = get_group(session, source)
    if group.head in {question.text for question in moved}:
        head_by(group, left)
    session.add(group)
    return _decided(session, "split", source, target, sorted(keys), ids, actor, weights)


def unmove(session: Session, decision: Decision, by: int, weights: Weights) -> list[QuestionGroup]:
    """Take a merge or a split back; return the groups as they are again."""
    lock(session)
    detail: dict[str, Any] = json.loads(decision.detail)
    source, target = detail["source"], detail["target"]
    ids = detail["questions"]
    if decision.kind == "split":  # what joined the new group meanwhile goes back as well
        ids = list(session.exec(select(Question.id).where(Question.group_id == target)))
    still = select(GroupWording.key).where(
        col(GroupWording.key).in_(detail["keys"]), GroupWording.group_id == target
    )
    _move(session, list(session.exec(still)), ids, target, source)
    for number, state in ((source, "open"), (target, None)):
        group = get_group(session, number)
        group.state = state or ("merged" if decision.kind == "split" else group.state)
        session.add(group)
        recount(session, number, weights)
    decision.undone_at, decision.undone_by = now(), by
    session.add(decision)
    return [get_group(session, source), get_group(session, target)]


def _open(session: Session, number: int) -> QuestionGroup:
    group = get_group(session, number)
    if not waits(group):
        raise GuideError("Group {n} is decided already.", n=number)
    return group


def _decided(
    session: Session,
    kind: str,
    source: int,
    target: int,
    keys: Sequence[str],
    questions: Sequence[int | None],
    actor: Actor,
    weights: Weights,
) -> Decision:
    recount(session, target, weights)
    recount(session, source, weights)
    detail = {"source": source, "target": target, "keys": list(keys), "questions": list(questions)}
    decision = Decision(
        group_id=target if kind == "merge" else source,
        kind=kind,
        by=actor.id,
        door=actor.door,
        detail=json.dumps(detail),
    )
    session.add(decision)
    session.flush()
    audit.note(session, actor, kind, f"group {source}", other=target)
    return decision


def _move(
    session: Session, keys: Iterable[str], questions: Sequence[int], source: int, target: int
) -> None:
    """Let wordings and questions belong to another group from now on."""
    wordings = list(session.exec(select(GroupWording).where(col(GroupWording.key).in_(keys))))
    for kept in wordings:
        kept.group_id = target
        session.add(kept)
    for number, change in ((source, -len(wordings)), (target, len(wordings))):
        group = get_group(session, number)
        group.wordings += change
        session.add(group)
    wordings_moved(session)
    session.execute(
        update(Question).where(col(Question.id).in_(questions)).values(group_id=target)
    )
    session.flush()


def recount(session: Session, number: int, weights: Weights) -> None:
    """Count a group's questions again after some moved."""
    group = get_group(session, number)
    query = select(
        func.count(),
        func.count(distinct(col(Question.asker))),
        func.min(Question.asked_at),
        func.max(Question.asked_at),
    ).where(col(Question.group_id) == number)
    group.questions, group.people, first, last = session.exec(query).one()
    if group.questions:
        group.first_seen, group.last_seen = first, last
    kinds = session.exec(
        select(Question.language, Question.doubt, Question.outcome)
        .where(Question.group_id == number)
        .distinct()
    ).all()
    group.languages = json.dumps(sorted({language for language, _, _ in kinds}))
    reasons = sorted({doubt or outcome for _, doubt, outcome in kinds})
    group.reasons = json.dumps(reasons)
    group.harm = max((weights.harm_of(reason) for reason in reasons), default=1.0)
    group.rank = weights.rank(group.people, group.harm, group.last_seen)
    head_cleanly(session, group)
    session.add(group)
    session.flush()


def rerank(session: Session, weights: Weights) -> None:
    """Put every group where these weights put it, if they were changed."""
    said = hashlib.sha256(repr(weights).encode()).hexdigest()
    kept = session.get(Secret, _WEIGHTS) or Secret(name=_WEIGHTS, value="")
    if kept.value == said:
        return
    kept.value = said
    session.add(kept)
    for group in session.exec(select(QuestionGroup)):
        reasons = json.loads(group.reasons)
        group.harm = max((weights.harm_of(reason) for reason in reasons), default=1.0)
        group.rank = weights.rank(group.people, group.harm, group.last_seen)
        session.add(group)
