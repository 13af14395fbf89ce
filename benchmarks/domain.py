"""How well our own questions are understood: right, rightly offered, silent or wrong.

``python -m benchmarks.domain`` prints the validation half with every miss; ``--split test``
reports the other half, which is never tuned on.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from knowledge.matching.semantic import load_encoder
from knowledge.reading import PACKAGED, gather, read_folder
from knowledge.schema import Content, Kind
from knowledge.snapshot import Snapshot
from knowledge.understanding.context import About
from knowledge.understanding.judging import Signs, Weights, signs_of_all
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
NEWEST_QUESTIONS = ("needs.yaml", "needs_spanish.yaml", "steps.yaml", "steps_spanish.yaml")
NEWEST_FOLLOW_UPS = ("needs_followups.yaml", "needs_spanish_followups.yaml")
NEWEST_STRANGERS = (
    *("needs_strangers.yaml", "needs_spanish_strangers.yaml"),
    *("steps_strangers.yaml", "steps_spanish_strangers.yaml"),
)
NEWEST = (*NEWEST_QUESTIONS, *NEWEST_FOLLOW_UPS, *NEWEST_STRANGERS)
LATE_QUESTIONS = (
    *("late.yaml", "late_spanish.yaml", "fresh.yaml", "fresh_spanish.yaml"),
    *("unseen.yaml", "unseen_spanish.yaml", "recent.yaml", "recent_spanish.yaml"),
    *("blind.yaml", "blind_spanish.yaml", *NEWEST_QUESTIONS),
)
LATE_FOLLOW_UPS = (
    *("late_followups.yaml", "late_spanish_followups.yaml"),
    *("blind_followups.yaml", "blind_spanish_followups.yaml", *NEWEST_FOLLOW_UPS),
)
LATE_STRANGERS = (
    *("late_strangers.yaml", "late_spanish_strangers.yaml"),
    *("fresh_strangers.yaml", "fresh_spanish_strangers.yaml", "fragments.yaml"),
    *("unseen_strangers.yaml", "unseen_spanish_strangers.yaml"),
    *("recent_strangers.yaml", "recent_spanish_strangers.yaml"),
    *("blind_strangers.yaml", "blind_spanish_strangers.yaml", *NEWEST_STRANGERS),
)
FILES = {
    "questions": ("english.yaml", "spanish.yaml", *LATE_QUESTIONS),
    "follow-ups": ("followups.yaml", "spanish_followups.yaml", *LATE_FOLLOW_UPS),
    "strangers": ("strangers.yaml", "spanish_strangers.yaml", *LATE_STRANGERS),
}
ON = date(2026, 12, 1)
"""The day on which the chats before the questions took place."""

_RIDGE = 0.1
"""Holds weights back where few questions speak for them."""

_UNREAD = 3
"""What a question weighs, in telling how sure to be, before anything in the content was written
after it: whoever mended the content for the others made them surer than a new one deserves."""


@dataclass
class Tally:
    """What became of the questions of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Number of questions."""
        return self.outcomes.total()

    def share(self, *outcomes: str) -> float:
        """Share of questions with one of these outcomes."""
        return sum(self.outcomes[outcome] for outcome in outcomes) / max(self.total, 1)


def load_questions(name: str, split: str | None) -> list[dict[str, Any]]:
    """Return the questions of a file, of one half or all."""
    rows = yaml.safe_load((QUESTIONS / name).read_text("utf-8"))
    return [row for row in rows if split is None or row.get("split", split) == split]


def ids_of_states(content: Content) -> dict[str, str]:
    """Return the id of each state by its postal code."""
    places = ((thing.place, thing.id) for thing in content.of_kind(Kind.STATE))
    return {place.state.lower(): key for place, key in places if place}


def judge(row: Mapping[str, Any], said: list[Understood], states: Mapping[str, str]) -> str:
    """Return right, offered, silent or wrong for a question of ours.

    Of several questions in one message the worst counts: one that is dropped is silence.
    """
    if parts := row.get("parts"):
        accepted = [topic for part in parts for topic in part]
        if any(_one(accepted, {}, one, states) == "wrong" for one in said):
            return "wrong"
        found = [{_one(part, {}, one, states) for one in said} for part in parts]
        return next(
            (one for one in ("right", "offered") if all({one, "right"} & each for each in found)),
            "silent",
        )
    return _one(row["topic"], row.get("slots", {}), said[0], states)


def _one(
    topics: list[str], slots: Mapping[str, Any], said: Understood, states: Mapping[str, str]
) -> str:
    match said.verdict:
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            return "right" if _fits(reading, topics, slots, states) else "wrong"
        case Clarify(options=options, missing=missing):
            if missing:
                return "offered" if options[0].topic in topics else "silent"
            return "offered" if any(o.topic in topics for o in options) else "silent"
        case Unknown():
            return "silent"


def _fits(
    reading: Reading, topics: list[str], slots: Mapping[str, Any], states: Mapping[str, str]
) -> bool:
    if reading.topic not in topics:
        return False
    for kind, wanted in slots.items():
        ids = [wanted] if isinstance(wanted, str) else wanted
        if kind == "state":
            ids = [states.get(one, one) for one in ids]
        if kind in reading.slots and not set(ids) & set(reading.slots[kind]):
            return False
    return True


def run(snapshot: Snapshot, kind: str, name: str, split: str | None) -> Tally:
    """Ask every question of a file."""
    tally = Tally()
    states = ids_of_states(snapshot.content)
    for row in load_questions(name, split):
        about = snapshot.heard(row.get("context", []), ON)
        said = snapshot.understanding.read(row["q"], about=about, deeper=True)
        outcome = _stranger(said) if kind == "strangers" else judge(row, said, states)
        tally.outcomes[outcome] += 1
        if outcome in ("wrong", "silent", "answered"):
            tally.misses.append(_describe(row, said, outcome))
    return tally


def _stranger(said: list[Understood]) -> str:
    answered = any(isinstance(one.verdict, Answer) for one in said)
    offered = any(isinstance(one.verdict, Clarify) for one in said)
    return "answered" if answered else "offered" if offered else "refused"


def _describe(row: Mapping[str, Any], said: list[Understood], outcome: str) -> str:
    wanted = row.get("topic") or row.get("parts") or "a stranger"
    ranked = said[0].ranked[:3]
    heard = ", ".join(f"{r.topic} {r.score:.2f} {dict(r.slots)}" for r in ranked)
    context = f"  [{' | '.join(row['context'])}]" if "context" in row else ""
    slots = row.get("slots", "")
    return f"{outcome:8} {row['q']}{context}\n    wanted {wanted} {slots}; heard {heard}"


def measure(snapshot: Snapshot, split: str | None) -> Iterator[tuple[str, str, Tally]]:
    """Yield the tally of every file."""
    for kind, names in FILES.items():
        for name in names:
            yield kind, name, run(snapshot, kind, name, split)


def fit(snapshot: Snapshot, *, deeper: bool) -> Weights:
    """Fit the weights of ``knowledge.understanding.judging`` on the validation half.

    Returns:
        The weights of "the first reading is right", by logistic regression.
    """
    signs, right, counts = [], [], []
    for kind, name, row, about in validation(snapshot):
        ranked, words = snapshot.understanding.ranked(row["q"], about, deeper=False)
        by_words = None
        if deeper and ranked:
            by_words = ranked[0].topic
            ranked, words = snapshot.understanding.ranked(row["q"], about, deeper=True)
        if "parts" in row or not ranked or (kind == "strangers" and _elsewhere(ranked, snapshot)):
            continue
        signs.append((1.0, *signs_of_all(ranked, snapshot.content, words, by_words)[0]))
        right.append(ranked[0].topic in row.get("topic", ()))
        counts.append(_UNREAD if name in NEWEST else 1)
    base, *fitted = _logistic(signs, right, counts)
    return Weights(base, Signs(*fitted))


def _elsewhere(ranked: list[Reading], snapshot: Snapshot) -> bool:
    """Whether a stranger would be pointed elsewhere: neither right nor wrong, and harmless."""
    return snapshot.content.topics[ranked[0].topic].kind == "not_ours"


def validation(snapshot: Snapshot) -> Iterator[tuple[str, str, dict[str, Any], About]]:
    """Yield the kind and file of each validation question, its row, and what its chat is about."""
    for kind, names in FILES.items():
        for name in names:
            for row in load_questions(name, "validation"):
                yield kind, name, row, snapshot.heard(row.get("context", []), ON)


def reliability(snapshot: Snapshot, split: str) -> list[tuple[str, int, float]]:
    """Return, for each tenth of sureness, how many first readings said it and were right."""
    bins: dict[int, list[bool]] = {}
    for kind, names in FILES.items():
        for row in (row for name in names for row in load_questions(name, split)):
            about = snapshot.heard(row.get("context", []), ON)
            first = snapshot.understanding.read(row["q"], about=about, deeper=True)[0]
            if "parts" in row or not first.ranked or first.decided_by == "follow-up":
                continue
            best = first.ranked[0]
            if kind == "strangers" and _elsewhere([best], snapshot):
                continue
            right = best.topic in row.get("topic", ())
            bins.setdefault(min(int(best.score * 10), 9), []).append(right)
    return [
        (f"{tenth / 10:.1f}-{tenth / 10 + 0.1:.1f}", len(said), sum(said) / len(said))
        for tenth, said in sorted(bins.items())
    ]


def _logistic(
    signs: Sequence[Sequence[float]], told: Sequence[bool], counts: Sequence[float]
) -> list[float]:
    """Fit a logistic regression by Newton's method, each row counting so many times."""
    rows, right, times = np.array(signs), np.array(told, dtype=float), np.array(counts)
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        said = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (times * (right - said)) - _RIDGE * weights
        spread = times * said * (1 - said)
        curve = (rows * spread[:, None]).T @ rows + _RIDGE * np.eye(rows.shape[1])
        weights += np.linalg.solve(curve, slope)
    return [round(float(weight), 2) for weight in weights]


def main() -> None:
    """Print the figures, and the misses of the validation half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--content", type=Path, help="a folder of content, not the packaged one")
    parser.add_argument("--words", action="store_true", help="without the embedding")
    parser.add_argument("--fit", action="store_true", help="fit the weights of sureness instead")
    chosen = parser.parse_args()
    content, reader = gather(read_folder(chosen.content or PACKAGED))
    if content is None:
        raise SystemExit("\n".join(map(str, reader.faults)))
    encoder = None if chosen.words else load_encoder()
    snapshot = Snapshot(content, encoder=encoder)
    snapshot.understanding.prepare()
    if chosen.fit:
        print("OF_WORDS", fit(snapshot, deeper=False))
        if encoder:
            print("OF_MEANING", fit(snapshot, deeper=True))
        return
    for kind, name, tally in measure(snapshot, chosen.split):
        if chosen.only in name:
            shares = {outcome: f"{tally.share(outcome):.3f}" for outcome in sorted(tally.outcomes)}
            print(f"{kind:10} {name:24} {tally.total:5}  {shares}")
            if chosen.misses and chosen.split == "validation":
                print("\n".join(tally.misses))


if __name__ == "__main__":
    main()
