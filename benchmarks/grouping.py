"""How well like questions are grouped: pairwise precision and recall on the labelled set.

The threshold was chosen on the first half (every other group). The themes were written by
somebody who had read both halves, so neither figure is free of that; what the words do alone is
told as well, and on CLINC150's intents, which nobody here wrote.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import yaml

from knowledge.grouping import Shelves, Themes, terms_of, themes
from knowledge.understanding import Understanding

LABELLED = Path(__file__).parent.parent / "tests" / "questions" / "grouping.yaml"
CLINC = Path(__file__).parent.parent.parent / "shared" / "datasets" / "clinc150"
ORDERS = 6
"""Orders of asking that are averaged: groups grow as questions come."""

Labelled = Sequence[tuple[str, str]]
NO_THEMES = Themes(words={}, endings=(), phrases={})


def measure(rows: Labelled, understanding: Understanding, known: Themes) -> tuple[float, float]:
    """Return pairwise precision and recall, averaged over orders of asking."""
    terms = [terms_of(text, understanding, known) for _, text in rows]
    figures = []
    for seed in range(ORDERS):
        order = list(range(len(rows)))
        if seed:
            random.Random(seed).shuffle(order)  # noqa: S311 - nothing secret
        shelves = Shelves()
        put = {at: shelves.place(terms[at]) for at in order}
        figures.append(_pairs([(rows[at][0], put[at]) for at in order]))
    precision, recall = (sum(column) / ORDERS for column in zip(*figures, strict=True))
    return precision, recall


def _pairs(placed: Sequence[tuple[str, int]]) -> tuple[float, float]:
    both = together = alike = 0
    for (label, group), (other, there) in combinations(placed, 2):
        both += label == other and group == there
        together += group == there
        alike += label == other
    return both / (together or 1), both / (alike or 1)


def labelled() -> tuple[Labelled, Labelled]:
    """Return the half the threshold was chosen on, and the other."""
    rows = yaml.safe_load(LABELLED.read_text("utf-8"))
    names = list(dict.fromkeys(row["group"] for row in rows))
    first = set(names[::2])
    halves: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for row in rows:
        halves[row["group"] in first].append((row["group"], row["q"]))
    return halves[True], halves[False]


def intents(count: int = 60, each: int = 4) -> Labelled:
    """Return some questions of some of CLINC150's intents, where the data is there."""
    path = CLINC / "train_10shot_s0.jsonl"
    if not path.exists():
        return ()
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        by_intent[row["intent"]].append(row["text"])
    chosen = random.Random(5).sample(sorted(by_intent), count)  # noqa: S311 - nothing secret
    return [(name, text) for name in chosen for text in by_intent[name][:each]]


def report(understanding: Understanding) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured, precision and recall."""
    chosen, other = labelled()
    for name, rows, known in (
        ("labelled, half the threshold was chosen on", chosen, themes()),
        ("labelled, other half", other, themes()),
        ("labelled, other half, words alone", other, NO_THEMES),
        ("CLINC150, 60 intents", intents(), themes()),
    ):
        if rows:
            precision, recall = measure(rows, understanding, known)
            yield name, f"{precision:.2f}", f"{recall:.2f}"
