"""Asks the content about what waits: what is answered now, and what a draft would change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.editing.replay import Comparer, Logged
from knowledge.snapshot import Snapshot
from knowledge.store import decisions, groups
from knowledge.store.engine import Session
from knowledge.store.groups import Wanted
from knowledge.store.questions import outside
from knowledge.store.review_tables import Decision, QuestionGroup
from knowledge.store.tables import Question
from knowledge.understanding.context import About
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Chat, NotOurs

TRIED = 400
"""Other questions that a preview tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a choice would do, before it is done."""

    answered: tuple[str, ...] = ()
    """Wordings of the group that would then be answered."""
    unanswered: tuple[str, ...] = ()
    """Wordings of the group that still would not."""
    captured: tuple[str, ...] = ()
    """Other questions that would be answered differently, in words."""
    lost: tuple[str, ...] = ()
    """Golden questions that would be lost."""
    faults: tuple[str, ...] = ()


def compare(
    live: Snapshot,
    new: Snapshot,
    own: Sequence[Question],
    others: Sequence[Logged],
    *,
    lost: tuple[str, ...],
    today: date,
) -> Preview:
    """Say what a draft does to a group's own questions and to others.

    What a draft's phrasings mean takes a minute to learn. What those of the live version mean is
    known, and a draft adds to them.
    """
    comparer = Comparer(live, new, today)
    effects = [comparer.compare(question) for question in others]
    answered = {
        question.text: now_answered(question, new) or now_answered(question, live)
        for question in own
    }
    return Preview(
        answered=tuple(text for text, well in answered.items() if well),
        unanswered=tuple(text for text, well in answered.items() if not well),
        captured=tuple(
            f"{effect.question}: {effect.before} → {effect.after}"
            for effect in effects
            if effect.how in ("lost", "changed", "gained")
        ),
        lost=lost,
    )


def others(session: Session, number: int) -> list[Logged]:
    """Return other questions to try a draft on: what waits, then what was asked last."""
    heads = groups.listing(session, Wanted(limit=TRIED))
    waiting = [Logged(group.head, group.language) for group in heads if group.id != number]
    asked = [Logged(text, language) for text, language in outside(session, number, TRIED)]
    return list(dict.fromkeys([*waiting, *asked]))[:TRIED]


def now_answered(question: Question, snapshot: Snapshot) -> bool:
    """Whether the content answers a question that it did not, or no longer as it did wrongly."""
    offered = {reading["topic"] for reading in json.loads(question.options).get("readings", [])}
    read = snapshot.understanding.read(
        question.text, about=About(), language=question.language, deeper=True
    )
    return any(_is_new(part, offered if question.doubt else set()) for part in read)


def _is_new(part: Understood, wrong: set[str]) -> bool:
    match part.verdict:
        case Answer(reading=reading) | NotOurs(reading=reading) | Chat(reading=reading):
            return reading.topic not in wrong
        case _:
            return False


def close(
    session: Session, well: Mapping[int, bool], version: int, because: Decision | None
) -> list[QuestionGroup]:
    """Close the groups that are answered well now, in the bot's own name; return them."""
    closed = []
    for number, answered in sorted(well.items()):
        group = groups.get_group(session, number)
        group.matched = version
        session.add(group)
        if answered and groups.waits(group):
            decision = Decision(
                group_id=number,
                kind="answered",
                by=0,
                version=None,
                reason=f"Answered since version {version}.",
                because_of=because.id if because else None,
            )
            decisions.cover(session, decision, "answered")
            closed.append(group)
    return closed
