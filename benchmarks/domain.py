"""How well our own questions are understood: right, rightly offered, silent or wrong.

``python -m benchmarks.domain`` prints the validation half with every miss; ``--split test``
reports the other half, which is never tuned on.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.reading import gather, read_folder
from knowledge.schema import Content, Kind, Threshold
from knowledge.snapshot import Snapshot
from knowledge.understanding import LEAST_SURE, About, Understood, after, features_of
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
FILES = {
    "questions": ("english.yaml", "spanish.yaml"),
    "follow-ups": ("followups.yaml", "spanish_followups.yaml"),
    "strangers": ("strangers.yaml", "spanish_strangers.yaml"),
}
WRONG_COSTS = 5
"""How much worse a wrong answer is than a silence."""


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
    """Return right, offered, silent or wrong for a question of ours."""
    if parts := row.get("parts"):
        accepted = [topic for part in parts for topic in part]
        found = [_one(accepted, {}, one, states) for one in said]
        return min(found, key=["wrong", "silent", "offered", "right"].index)
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
        ids = [states.get(w, w) for w in ([wanted] if isinstance(wanted, str) else wanted)]
        if kind in reading.slots and not set(ids) & set(reading.slots[kind]):
            return False
    return True


def run(snapshot: Snapshot, kind: str, name: str, split: str | None) -> Tally:
    """Ask every question of a file."""
    tally = Tally()
    states = ids_of_states(snapshot.content)
    for row in load_questions(name, split):
        about = snapshot.heard(row.get("context", []))
        said = snapshot.understanding.read(row["q"], about=about)
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


def fit(content: Content) -> tuple[list[float], list[str]]:
    """Fit the weights of ``knowledge.understanding.sure`` on the validation half.

    Returns:
        The weights (base, score, lead, explained) of a logistic regression of "the first reading
        is right" (for a stranger: "it leads elsewhere"), and a reliability table.
    """
    neutral = content.model_copy(update={"policy": {**content.policy, **NEUTRAL}})
    reading = Snapshot(neutral).understanding
    rows, right = [], []
    for kind, names in FILES.items():
        for row in (row for name in names for row in load_questions(name, "validation")):
            about = About()
            for earlier in row.get("context", []):
                about = after(about, reading.read(earlier, about=about)[0].verdict)
            read = reading.read(row["q"], about=about)[0]
            if "parts" in row or not read.ranked or read.decided_by == "follow-up":
                continue
            first = read.ranked[0]
            ours = content.topics[first.topic].kind == "answer"
            rows.append(_evidence(read))
            right.append(not ours if kind == "strangers" else first.topic in row["topic"])
    weights, said = _logistic(np.array(rows), np.array(right, dtype=float))
    table = []
    for tenth in range(10):
        inside = (said >= tenth / 10) & (said < (tenth + 1) / 10)
        if inside.any():
            share = float(np.array(right)[inside].mean())
            table.append(f"{tenth / 10:.1f}  {int(inside.sum()):5}  {share:.2f}")
    return [round(float(weight), 2) for weight in weights], table


NEUTRAL = {
    "sure_base": Threshold(value=0, reason="fit"),
    "sure_score": Threshold(value=1, reason="fit"),
    "sure_lead": Threshold(value=0, reason="fit"),
    "sure_explained": Threshold(value=0, reason="fit"),
}
"""Weights under which a reading keeps its own score."""


def _evidence(read: Understood) -> tuple[float, float, float, float]:
    first = read.ranked[0]
    rivals = [other.score for other in read.ranked if other.topic != first.topic]
    return features_of(first, rivals[0] if rivals else LEAST_SURE)


def _logistic(rows: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[Any, Any]:
    """Fit a logistic regression by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        said = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - said) - 1e-3 * weights
        curve = (rows * (said * (1 - said))[:, None]).T @ rows + 1e-3 * np.eye(rows.shape[1])
        weights += np.linalg.solve(curve, slope)
    return weights, 1 / (1 + np.exp(-rows @ weights))


def main() -> None:
    """Print the figures, and the misses of the validation half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--fit", action="store_true", help="fit the weights of sureness instead")
    chosen = parser.parse_args()
    content, reader = gather(read_folder())
    if content is None:
        raise SystemExit("\n".join(map(str, reader.faults)))
    if chosen.fit:
        weights, table = fit(content)
        print("base, score, lead, explained:", weights)
        print("said   number  right", *table, sep="\n")
        return
    snapshot = Snapshot(content)
    for kind, name, tally in measure(snapshot, chosen.split):
        if chosen.only in name:
            shares = {outcome: f"{tally.share(outcome):.3f}" for outcome in sorted(tally.outcomes)}
            print(f"{kind:10} {name:24} {tally.total:5}  {shares}")
            if chosen.misses and chosen.split == "validation":
                print("\n".join(tally.misses))


if __name__ == "__main__":
    main()
