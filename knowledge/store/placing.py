"""Puts questions into groups: the groups stand in memory, and follow the database."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlmodel import Session, col, delete, select

from knowledge.privacy import had_personal_data
from knowledge.store.engine import insert_of
from knowledge.store.groups import Weights, waits
from knowledge.store.review_tables import GroupWording, QuestionGroup
from knowledge.store.tables import UNGROUPED, Lease, Question, Secret, now
from knowledge.understanding.grouping import Sketch, space, wording
from knowledge.understanding.shelves import Shelves

_LOCK = "grouping"
_STATE = "wordings"
_READABLE = 24
"""A shorter wording says too little to stand for others."""


def lock(session: Session) -> None:
    """Let nobody else place questions until this transaction ends, on any replica."""
    table = Lease.__table__  # type: ignore[attr-defined]
    row = {"name": _LOCK, "holder": "", "until": now(), "done_at": None}
    statement = insert_of(session)(table).on_conflict_do_update(
        index_elements=["name"], set_={"holder": ""}
    )
    session.execute(statement, row)


def ungrouped(session: Session, limit: int) -> list[Question]:
    """Return questions that wait and stand in no group yet, oldest first."""
    # condition and order as the index has them, else PostgreSQL would walk all questions by id
    order = col(Question.group_id), col(Question.id)
    query = select(Question).where(text(UNGROUPED)).order_by(*order).limit(limit)
    return list(session.exec(query))


class Shelved:
    """The groups in memory, as the database has them.

    Wordings are numbered as they come, so that a replica reads only what others added. Where
    wordings were moved or taken out, the *epoch* changes, and all are read again.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._shelves = Shelves()
        self._epoch, self._number = -1, 0
        self._unsure = False

    @property
    def is_read(self) -> bool:
        """Whether all wordings were read once."""
        return self._epoch >= 0

    def sure(self) -> None:
        """Say that what was placed is committed."""
        self._unsure = False

    def follow(self, session: Session) -> None:
        """Take over what other replicas and curators changed."""
        session.flush()
        session.get(Secret, _STATE, populate_existing=True)  # what was read before may be old
        epoch, number = _state(session)
        if self._unsure or epoch != self._epoch:
            self._forget()
        self._epoch = epoch
        if number > self._number:
            self._read(session)
            self._number = number

    def _read(self, session: Session) -> None:
        new = col(GroupWording.number) > self._number if self._number else text("1 = 1")
        rows = select(GroupWording.key, GroupWording.group_id, GroupWording.sketch)
        query = rows.where(new).order_by(col(GroupWording.number), col(GroupWording.key))
        for key, group, kept in session.exec(query):
            self._shelves.add(from_json(key, kept), group)

    def place(
        self, session: Session, question: Question, sketch: Sketch, weights: Weights
    ) -> QuestionGroup:
        """Put a question into the group it is like, or begin one with it."""
        self._unsure = True
        found = self._shelves.holder(sketch)
        group = session.get_one(QuestionGroup, found) if found else begin(session, question)
        if not self._shelves.knows(sketch.key):
            self._shelves.add(sketch, group.id or 0)
            self._number = learn(session, group, sketch)
        _count(session, group, question, weights)
        question.group_id = group.id
        question.decision_id = None if waits(group) else group.decision_id
        session.add(question)
        session.flush()
        return group


def learn(session: Session, group: QuestionGroup, sketch: Sketch) -> int:
    """Note a new wording as one of a group's; return its number."""
    epoch, number = _state(session)
    _keep_state(session, epoch, number + 1)
    row = GroupWording(
        key=sketch.key, group_id=group.id or 0, sketch=as_json(sketch), number=number + 1
    )
    session.add(row)
    group.wordings += 1
    session.add(group)
    return number + 1


def moved(session: Session) -> None:
    """Let every replica read all wordings again: some belong elsewhere now, or are gone."""
    epoch, number = _state(session)
    _keep_state(session, epoch + 1, number + 1)


def drop_wordings(session: Session, number: int) -> None:
    """Take those wordings out of a group that none of its questions has any more."""
    texts = session.exec(select(Question.text).where(Question.group_id == number).distinct())
    said = {wording(said) for said in texts}
    known = session.exec(select(GroupWording.key).where(GroupWording.group_id == number))
    gone = [key for key in known if key not in said]
    if not gone:
        return
    session.execute(delete(GroupWording).where(col(GroupWording.key).in_(gone)))
    group = session.get_one(QuestionGroup, number)
    group.wordings -= len(gone)
    session.add(group)
    moved(session)


def begin(session: Session, question: Question) -> QuestionGroup:
    """Begin a group that a question stands for."""
    group = QuestionGroup(
        head=question.text,
        language=question.language,
        slots=question.slots,
        nearest=_nearest_topics(question),
        first_seen=question.asked_at,
        last_seen=question.asked_at,
        matched=question.version,
    )
    session.add(group)
    session.flush()
    return group


def head_by(group: QuestionGroup, question: Question) -> None:
    """Let a question stand for its group."""
    group.head, group.language = question.text, question.language
    group.slots, group.nearest = question.slots, _nearest_topics(question)


def head_cleanly(session: Session, group: QuestionGroup) -> None:
    """Let another question stand for a group whose head had something personal, if one can."""
    if not had_personal_data(group.head):
        return
    query = select(Question).where(Question.group_id == group.id).order_by(col(Question.id))
    asked = session.exec(query)
    clean = next((one for one in asked if not had_personal_data(one.text)), None)
    if clean:
        head_by(group, clean)
        session.add(group)


def _state(session: Session) -> tuple[int, int]:
    kept = session.get(Secret, _STATE)
    epoch, number = (kept.value if kept else "0 1").split()
    return int(epoch), int(number)


def _keep_state(session: Session, epoch: int, number: int) -> None:
    kept = session.get(Secret, _STATE) or Secret(name=_STATE, value="")
    kept.value = f"{epoch} {number}"
    session.add(kept)


def as_json(sketch: Sketch) -> str:
    """Return a sketch as it is kept."""
    plain: dict[str, Any] = asdict(sketch) | {"meaning": None}
    if sketch.meaning is not None:
        plain["meaning"] = b64encode(sketch.meaning.tobytes()).decode()
        plain["space"] = space().version
    del plain["key"]
    return json.dumps(plain, ensure_ascii=False)


def from_json(key: str, kept: str) -> Sketch:
    """Return a sketch that was kept, without a meaning that lies in another space than ours."""
    plain = json.loads(kept)
    if plain.pop("space", "") != space().version:
        plain["meaning"] = None
    if plain["meaning"]:
        plain["meaning"] = np.frombuffer(b64decode(plain["meaning"]), dtype=np.float16)
    plain["things"] = {kind: tuple(keys) for kind, keys in plain.get("things", {}).items()}
    return Sketch(key=key, **{"topics": {}, **plain})


def _nearest_topics(question: Question) -> str:
    readings = json.loads(question.options).get("readings", [])
    return json.dumps([[reading["topic"], reading["score"]] for reading in readings])


def _count(session: Session, group: QuestionGroup, question: Question, weights: Weights) -> None:
    """Count a question in."""
    asked = select(Question.id).where(
        col(Question.group_id) == group.id, col(Question.asker) == question.asker
    )
    group.people += session.exec(asked.limit(1)).first() is None
    group.questions += 1
    group.first_seen = min(group.first_seen, question.asked_at)
    group.last_seen = max(group.last_seen, question.asked_at)
    group.languages = _with(group.languages, question.language)
    reason = question.doubt or question.outcome
    group.reasons = _with(group.reasons, reason)
    group.harm = max(group.harm, weights.harm_of(reason))
    group.rank = weights.rank(group.people, group.harm, group.last_seen)
    if group.state == "answered":
        group.state, group.decision_id = "open", None
    if _stands_better(group, question):
        head_by(group, question)
    session.add(group)


def _stands_better(group: QuestionGroup, question: Question) -> bool:
    """Whether a question is to stand for its group: all of it, and it is short to read."""
    marked = had_personal_data(question.text)
    if marked != had_personal_data(group.head):
        return not marked
    shorter = len(group.head) > len(question.text) >= _READABLE
    return shorter and question.language == group.language


def _with(listed: str, value: str) -> str:
    return json.dumps(sorted({*json.loads(listed), value}))
