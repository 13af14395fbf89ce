"""Golden questions: everyday ones that no edit may lose. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.schema import Content, Golden
from knowledge.snapshot import Snapshot
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenReport:
    """How a draft does on the golden questions."""

    lost: tuple[str, ...] = ()
    """Rightly answered by the live version, and no longer by the draft."""
    failing: tuple[str, ...] = ()
    """New in the draft or with another expectation, and not answered so by the draft."""
    asked: int = 0
    deeper: bool = False
    """Whether meaning was asked as well, as those who ask are answered; else words alone."""


def gate(live: Snapshot, draft: Snapshot) -> GoldenReport:
    """Ask both versions the golden questions of both.

    A question that the draft drops still counts, so that a loss cannot be hidden by deleting it.
    Where both have a question, each is held to its own expectation. What neither ever answered is
    not told again. Meaning is asked as well where both versions have it at hand; else words alone
    decide for both.
    """
    deeper = live.understanding.has_meaning and draft.understanding.has_meaning
    before = {row.q: row for row in live.content.golden}
    after = {row.q: row for row in draft.content.golden}
    lost, failing = [], []
    for q, row in (before | after).items():
        if is_right(row, draft, deeper=deeper):
            continue
        if is_right(before.get(q, row), live, deeper=deeper):
            lost.append(q)
        elif q in after and before.get(q) != row:
            failing.append(q)
    return GoldenReport(
        lost=tuple(lost), failing=tuple(failing), asked=len(before | after), deeper=deeper
    )


def is_right(row: Golden, snapshot: Snapshot, *, deeper: bool = False) -> bool:
    """Whether a version answers a golden question as it should."""
    said = snapshot.understanding.read(row.q, language=row.lang, deeper=deeper)
    groups: Sequence[Sequence[str]] = row.parts or (row.topic,)
    if len(row.parts) > len(said):
        return False
    return all(
        _fits(row, topics, one, snapshot.content)
        for topics, one in zip(groups, said, strict=False)
    )


def _fits(row: Golden, topics: Sequence[str], said: Understood, content: Content) -> bool:
    match said.verdict:
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            if reading.topic not in topics:
                return False
            topic = content.topics[reading.topic]
            kinds = {*topic.needs, *topic.where}
            return all(
                set(keys) <= set(reading.slots.get(kind, ()))
                for kind, keys in row.slots.items()
                if kind in kinds and not row.parts
            )
        case Clarify(options=options, missing=missing):
            return missing is not None and options[0].topic in topics and not row.slots
        case Unknown():
            return False
