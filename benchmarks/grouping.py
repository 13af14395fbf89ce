"""How well like questions are grouped: pairwise precision and recall on the labelled set.

Five numbers (the weights and the threshold) were chosen on the three labelled sets together, so no
figure on them is quite free of that; the themes were written by somebody who had read the first,
and had not read the near-misses, which were written later. CLINC150's intents nobody here wrote.

Run as a program (``python -m benchmarks.grouping``), this makes ``grouping_space.npz`` again.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import yaml

from knowledge.editing.checks import load
from knowledge.matching.semantic import Encoder, load_encoder
from knowledge.reading import read_folder
from knowledge.understanding.grouping import SPACE, Themes, sketch_of, themes
from knowledge.understanding.shelves import Shelves
from knowledge.understanding.understanding import Understanding

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
LABELLED = QUESTIONS / "grouping.yaml"
NEAR_MISSES = QUESTIONS / "grouping_near.yaml"
ENGLISH = QUESTIONS / "english.yaml"
CLINC = Path(__file__).parent.parent.parent / "shared" / "datasets" / "clinc150"
ORDERS = 6
"""Orders of asking that are averaged: groups grow as questions come."""
AXES = 32
"""Directions in which phrasings spread most, which then count less."""
WIDTH = 384
"""Numbers of an embedding that are kept: its last layer."""
_EASE = 0.5
SAMPLE = 2_500

Labelled = Sequence[tuple[str, str]]
NO_THEMES = Themes(words={}, endings=(), phrases={})


def measure(rows: Labelled, understanding: Understanding, known: Themes) -> tuple[float, float]:
    """Return pairwise precision and recall, averaged over orders of asking."""
    sketches = [sketch_of(text, understanding, known) for _, text in rows]
    figures = []
    for seed in range(ORDERS):
        order = list(range(len(rows)))
        if seed:
            random.Random(seed).shuffle(order)  # noqa: S311 - nothing secret
        shelves = Shelves()
        put = {at: shelves.place(sketches[at]) for at in order}
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


def labelled(path: Path) -> Labelled:
    """Return the questions of a labelled file with their groups."""
    return [(row["group"], row["q"]) for row in yaml.safe_load(path.read_text("utf-8"))]


def known_topics(count: int = 140, each: int = 5) -> Labelled:
    """Return test questions, grouped by the topic that answers them and what they name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in yaml.safe_load(ENGLISH.read_text("utf-8")):
        if row.get("split") == "test" and "topic" in row:
            found[f"{row['topic'][0]} {row.get('slots')}"].append(row["q"])
    many = [group for group in sorted(found) if len(found[group]) > 1]
    chosen = random.Random(3).sample(many, min(count, len(many)))  # noqa: S311 - nothing secret
    return [(group, text) for group in chosen for text in found[group][:each]]


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
    """Yield what was measured, precision and recall: by words, then by words and meaning."""
    yield from _report(Understanding(understanding.content), "words")
    if encoder := load_encoder():
        yield from _report(Understanding(understanding.content, encoder), "words and meaning")


def _report(understanding: Understanding, by: str) -> Iterator[tuple[str, str, str]]:
    understanding.prepare()
    for name, rows, known in (
        ("labelled", labelled(LABELLED), themes()),
        ("labelled, without the themes", labelled(LABELLED), NO_THEMES),
        ("near-misses", labelled(NEAR_MISSES), themes()),
        ("topics we answer", known_topics(), themes()),
        ("CLINC150, 60 intents", intents(), themes()),
    ):
        if rows:
            precision, recall = measure(rows, understanding, known)
            yield f"{name}, by {by}", f"{precision:.2f}", f"{recall:.2f}"


def fit_space(encoder: Encoder, understanding: Understanding) -> None:
    """Keep the centre of our phrasings by meaning, and the axes along which they spread most."""
    phrases = understanding.phrases.all
    said = sorted({phrase.text for phrase in phrases if phrase.language == "en"})
    chosen = random.Random(1).sample(said, min(SAMPLE, len(said)))  # noqa: S311 - nothing secret
    spoken = [
        re.sub(r"\{role\}", "worker", text).replace("{", "").replace("}", "") for text in chosen
    ]
    vectors = encoder.encode(spoken)[:, :WIDTH]
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centre = vectors.mean(axis=0)
    spread, axes = np.linalg.eigh(np.cov(vectors.T))
    ease = _EASE * spread.mean()
    squeeze = np.sqrt((spread[:-AXES].mean() + ease) / (spread[-AXES:] + ease))
    np.savez_compressed(
        SPACE,
        centre=centre.astype(np.float16),
        axes=axes[:, -AXES:].T.astype(np.float16),
        squeeze=squeeze.astype(np.float16),
    )


if __name__ == "__main__":
    if (installed := load_encoder()) is None:
        raise SystemExit("Install the extra first: pip install '.[semantic]'")
    fit_space(installed, Understanding(load(read_folder())))
