"""The outcomes of a question, as values to be matched exhaustively."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Slots = Mapping[str, tuple[str, ...]]
"""Things a question is about, by kind: ``{"role": ("trainer",)}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand a question: a topic about some things."""

    topic: str
    slots: Slots = field(default_factory=dict)
    score: float = 1.0
    """How sure we are, 0 to 1; calibrated, so 0.9 is right nine times in ten."""
    phrase: str = ""
    """The curated phrasing that fits best."""
    explained: float = 1.0
    """The share of what was said that the phrasing says too, 0 to 1."""
    likeness: float = 1.0
    """How alike what was said and that phrasing are, 0 to 1."""
    ahead: float = 0.0
    """How far what speaks for it is ahead of what speaks for its strongest rival."""
    meant: float = 0.0
    """How near it is to a phrasing in meaning, up to 1; 0 where words alone were asked."""
    exact: bool = False
    """Whether it was said word for word as that phrasing says it, names aside."""
    brief: bool = False
    """Whether some of what was told is left out of it."""
    apart: bool = False
    """Whether the chat was about something that it neither goes on with nor takes up."""
    expected: float = 0.0
    """How near what was said comes to what is asked for it next in such a chat, 0 to 1."""
    carried: tuple[str, ...] = ()
    """Slots that came from what the chat was about, not from this message."""
    put_in: bool = False
    """Whether one of these led to it, in a long message that mostly speaks of other things."""

    def scored(self, score: float) -> Reading:
        """Return the same with another score."""
        return replace(self, score=score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """We know what is asked and have an answer."""

    reading: Reading
    runner_up: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """Several readings are plausible, or one lacks a slot: let the person choose."""

    options: tuple[Reading, ...]
    missing: str | None = None
    """The kind of thing that was not named, where that is what we ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """We do not know; ``nearest`` is for curators, never shown as an answer."""

    nearest: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOurs:
    """A question for somebody else, with a pointer to whom."""

    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Not a question: a greeting, thanks and the like."""

    reading: Reading


Verdict = Answer | Clarify | Unknown | NotOurs | Chat


OUTCOMES: Mapping[type[Verdict], str] = {
    Answer: "answer",
    Clarify: "clarify",
    Unknown: "unknown",
    NotOurs: "not_ours",
    Chat: "chat",
}
"""What verdicts are called where they are logged, counted and printed."""


def outcome(verdict: Verdict) -> str:
    """Return the name of a verdict as it is logged and printed."""
    return OUTCOMES[type(verdict)]


def readings_shown(verdict: Verdict) -> tuple[Reading, ...]:
    """Return the readings that are told or offered, the first the likeliest."""
    match verdict:
        case Answer(reading=reading) | NotOurs(reading=reading) | Chat(reading=reading):
            return (reading,)
        case Clarify(options=options):
            return options
        case Unknown():
            return ()


def best_reading(verdict: Verdict) -> Reading | None:
    """Return the reading a verdict is mainly about."""
    readings = verdict.nearest if isinstance(verdict, Unknown) else readings_shown(verdict)
    return readings[0] if readings else None
