"""Re-creates what was said from what was kept: for repeated updates and to explain answers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from knowledge.schema import Content
from knowledge.snapshot import Said, Snapshot
from knowledge.store.tables import Question
from knowledge.understanding import Understood
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown, Verdict


def options_to_json(verdict: Verdict) -> str:
    """Return what was offered, or was nearest, as it is kept."""
    match verdict:
        case Clarify(options=options, missing=missing):
            return _dump(options, missing)
        case Unknown(nearest=nearest):
            return _dump(nearest)
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            return _dump((reading,))


def recall(question: Question, snapshot: Snapshot, today: date) -> Said:
    """Return what was said to a question, as this snapshot words it on this day."""
    verdict = _verdict(question, snapshot.content)
    understood = Understood(text=question.text, verdict=verdict, language=question.language)
    match verdict:
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            worded = snapshot.word(reading, question.language, today)
            return Said(understood=understood, worded=worded)
        case Clarify() | Unknown():
            return Said(understood=understood)


def _verdict(question: Question, content: Content) -> Verdict:
    kept = json.loads(question.options)
    readings = tuple(
        reading for plain in kept["readings"] if is_known(reading := from_plain(plain), content)
    )
    if question.outcome == "clarify":
        return Clarify(options=readings, missing=kept.get("missing"))
    if question.outcome == "unknown" or not readings:
        return Unknown(nearest=readings)
    kinds = {"answer": Answer, "chat": Chat, "not_ours": NotOurs}
    made: Verdict = kinds[question.outcome](reading=readings[0])
    return made


def _dump(readings: tuple[Reading, ...], missing: str | None = None) -> str:
    return json.dumps({"missing": missing, "readings": [to_plain(one) for one in readings]})


def to_plain(reading: Reading) -> dict[str, Any]:
    """Return a reading as it is kept."""
    return {
        "topic": reading.topic,
        "slots": {kind: list(keys) for kind, keys in reading.slots.items()},
        "score": round(reading.score, 4),
        "carried": list(reading.carried),
    }


def is_known(reading: Reading, content: Content) -> bool:
    """Whether a reading that was kept can be said of this content: nothing of it is gone."""
    named = (key for keys in reading.slots.values() for key in keys)
    return reading.topic in content.topics and all(key in content.things for key in named)


def from_plain(plain: dict[str, Any]) -> Reading:
    """Return a reading that was kept."""
    return Reading(
        topic=plain["topic"],
        slots={kind: tuple(keys) for kind, keys in plain["slots"].items()},
        score=plain["score"],
        carried=tuple(plain["carried"]),
    )
