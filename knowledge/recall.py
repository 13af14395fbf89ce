"""What is kept of a question, and what was said, re-created from that."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.bursts import Held
from knowledge.privacy import redact
from knowledge.schema import Content, Kind
from knowledge.snapshot import Said, Snapshot
from knowledge.store.tables import NO_OPTIONS, Question
from knowledge.understanding.context import About
from knowledge.understanding.questions import Understood
from knowledge.verdicts import (
    Answer,
    Chat,
    Clarify,
    NotOurs,
    Reading,
    Slots,
    Unknown,
    Verdict,
    best_reading,
    outcome,
)

_KINDS = frozenset(Kind)


def columns(understood: Understood, knows: Callable[[str], bool]) -> dict[str, Any]:
    """Return how a question was understood, as the log keeps it.

    Args:
        understood: what was read.
        knows: whether words belong to what is asked about, and so are no person's name.
    """
    reading = best_reading(understood.verdict)
    others = (one for one in understood.ranked if reading and one.topic != reading.topic)
    runner_up = next(others, None)
    return {
        "text": redact(understood.text, knows),
        "language": understood.language,
        "outcome": outcome(understood.verdict),
        "topic": reading.topic if reading else None,
        "slots": json.dumps({kind: list(keys) for kind, keys in understood.slots.items()}),
        "options": options_to_json(understood.verdict),
        "score": reading.score if reading else None,
        "runner_up": runner_up.topic if runner_up else None,
        "runner_up_score": runner_up.score if runner_up else None,
    }


def joined_row(row: Mapping[str, Any], held: Held) -> dict[str, Any]:
    """Return the log's row for a message that was read as part of the next one."""
    empty = {"outcome": "joined", "topic": None, "slots": "{}", "score": None, "part": 0}
    empty |= {"options": NO_OPTIONS}
    empty |= {"runner_up": None, "runner_up_score": None}
    own = {"text": held.text, "update_id": held.update_id, "message_id": held.message_id}
    return {**row, **empty, **own}


def taken(understood: Understood) -> Reading | None:
    """Return the topic a person typed that they meant, of those they were offered."""
    return best_reading(understood.verdict) if understood.decided_by == "choice" else None


def about_to_json(about: About, language: str | None) -> str:
    """Return what a chat is about, and the language last written in it, as they are kept."""
    offered = [to_plain(reading) for reading in about.offered]
    kept = {"topic": about.topic, "slots": about.slots, "offered": offered, "language": language}
    also = {
        "own": about.own,
        "listed": about.listed,
        "credentials": about.credentials,
        "abroad": about.abroad,
        "theirs_abroad": about.theirs_abroad,
        "shown": [to_plain(reading) for reading in about.shown],
        "asked": [to_plain(one) if one else None for one in about.asked],
        "lasting": about.lasting,
        "earlier": about.earlier,
    }
    told = to_plain(about.told) if about.told else None
    return json.dumps({**kept, **also, "lost": about.lost, "told": told})


def about_from_json(text: str, content: Content) -> About:
    """Return what a chat is about as it was kept, as far as a content still has it."""
    kept = json.loads(text)
    offered = map(from_plain, kept.get("offered", ()))
    told = from_plain(kept["told"]) if kept.get("told") else None
    return About(
        topic=kept.get("topic"),
        slots=_known(kept.get("slots", {}), content),
        own=_known(kept.get("own", {}), content),
        offered=tuple(one for one in offered if is_known(one, content)),
        told=told if told and is_known(told, content) else None,
        listed=tuple(kept.get("listed", ())),
        lost=kept.get("lost", False),
        abroad=kept.get("abroad", False),
        theirs_abroad=kept.get("theirs_abroad", False),
        credentials=tuple(key for key in kept.get("credentials", ()) if key in content.things),
        shown=tuple(
            one for one in map(from_plain, kept.get("shown", ())) if is_known(one, content)
        ),
        asked=tuple(_asked(one, content) for one in kept.get("asked", ())),
        lasting=tuple(one for one in kept.get("lasting", ()) if one in content.topics),
        earlier=_known(kept.get("earlier", {}), content),
    )


def _asked(plain: dict[str, Any] | None, content: Content) -> Reading | None:
    """Return what a numbered question was read as; None keeps its place where that is gone."""
    reading = from_plain(plain) if plain else None
    return reading if reading and is_known(reading, content) else None


def _known(slots: Mapping[str, Sequence[str]], content: Content) -> Slots:
    """Return the things of a chat that a content has."""
    return {
        kind: tuple(keys)
        for kind, keys in slots.items()
        if all(key in content.things for key in keys)
    }


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
    return snapshot.said(understood, today)


def _verdict(question: Question, content: Content) -> Verdict:
    kept = json.loads(question.options)
    readings = tuple(
        reading for plain in kept["readings"] if is_known(reading := from_plain(plain), content)
    )
    if question.outcome == "unknown" or not readings:
        return Unknown(nearest=readings)
    if question.outcome == "clarify":
        return Clarify(options=readings, missing=kept.get("missing"))
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
    """Whether a reading that was kept can be said of this content: nothing of it is gone.

    A city or a ZIP code is no thing of the content, and is never gone.
    """
    named = (key for kind, keys in reading.slots.items() if kind in _KINDS for key in keys)
    return reading.topic in content.topics and all(key in content.things for key in named)


def from_plain(plain: dict[str, Any]) -> Reading:
    """Return a reading that was kept; a promise of old may lack all but its topic and slots."""
    return Reading(
        topic=plain.get("topic", ""),
        slots={kind: tuple(keys) for kind, keys in plain.get("slots", {}).items()},
        score=plain.get("score", 0.0),
        carried=tuple(plain.get("carried", ())),
    )
