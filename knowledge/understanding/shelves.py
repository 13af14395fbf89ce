"""Groups of like questions in memory: finds the one a question joins.

A question joins the group whose wordings it is most like on average; where none is near enough it
begins one of its own. What names other things of a kind (another role, another state) never stands
together, however like its words. Nothing is random, so the same questions in the same order give
the same groups, on any replica.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.vectors import Vectors
from knowledge.understanding.grouping import Sketch

NEAR = 0.3
"""How alike a question must be to the wordings of a group, on average."""
_MEANING, _WORDS = 0.65, 0.35
_WORDS_ALONE = 0.6
"""What the words count where nothing is known of the meaning."""
_SAME_TOPIC, _OTHER_TOPIC = 0.7, 0.5
"""What is added where both are surely about one topic, and taken where about two."""
_UNNAMED = 0.4
"""What is taken where only one of the two names a role, a state …"""
_WHERE = ("role", "state", "college", "program", "consortium")
_NEVER = -1.0
_DIGITS = 4
"""Likeness is rounded, so that it does not hang on the order in which numbers were added."""

Floats = NDArray[np.float64]
Posting = dict[int, float]


class Shelves:
    """Groups in memory, told apart by number."""

    def __init__(self) -> None:
        self._wordings: dict[str, int] = {}
        self._rows: dict[int, int] = {}
        self._groups: list[int] = []
        self._sizes: list[int] = []
        self._sums: defaultdict[str, Posting] = defaultdict(dict)
        self._meanings: Vectors = np.zeros((0, 0), dtype=np.float32)

    def place(self, sketch: Sketch) -> int:
        """Return the number of the group that a question joins or begins."""
        group = self.holder(sketch)
        if group is None:
            group = len(self._groups)
        self.add(sketch, group)
        return group

    def holder(self, sketch: Sketch) -> int | None:
        """Return the group that has a wording, or else the nearest if it is near enough."""
        known = self._wordings.get(sketch.key)
        return self.nearest(sketch) if known is None else known

    def knows(self, key: str) -> bool:
        """Whether a wording stands in a group."""
        return key in self._wordings

    def nearest(self, sketch: Sketch) -> int | None:
        """Return the group a question is most like, the older one where two are as like."""
        if not self._groups:
            return None
        like = np.round(self._likeness(sketch), _DIGITS)
        best = float(like.max())
        if best < NEAR:
            return None
        return min(self._groups[row] for row in np.flatnonzero(like == best))

    def add(self, sketch: Sketch, group: int) -> None:
        """Note a wording as one of a group's; one that is known already changes nothing."""
        if sketch.key in self._wordings:
            return
        self._wordings[sketch.key] = group
        row = self._row(group)
        self._sizes[row] += 1
        for name, weight in _features(sketch):
            sums = self._sums[name]
            sums[row] = sums.get(row, 0.0) + weight
        if sketch.meaning is not None:
            self._make_room(row, len(sketch.meaning))
            self._meanings[row] += sketch.meaning.astype(np.float32)

    def _row(self, group: int) -> int:
        if group not in self._rows:
            self._rows[group] = len(self._groups)
            self._groups.append(group)
            self._sizes.append(0)
        return self._rows[group]

    def _make_room(self, row: int, width: int) -> None:
        if row >= len(self._meanings) or self._meanings.shape[1] != width:
            grown = np.zeros((2 * row + 64, width), dtype=np.float32)
            grown[: len(self._meanings), : self._meanings.shape[1]] = self._meanings
            self._meanings = grown

    def _likeness(self, sketch: Sketch) -> Floats:
        """Return how like a question is to each group."""
        sizes = np.array(self._sizes, dtype=np.float64)
        meant = self._total([("meant", 1.0)]) > 0 if sketch.meaning is not None else False
        words = np.where(meant, _WORDS, _WORDS_ALONE)
        like = words * self._total((f"w {term}", weight) for term, weight in sketch.terms.items())
        known = sum(sketch.topics.values())
        topics = ((f"t {topic}", likely) for topic, likely in sketch.topics.items())
        like += (_SAME_TOPIC + _OTHER_TOPIC) * self._total(topics)
        like -= _OTHER_TOPIC * self._total([("known", known)])
        if sketch.meaning is not None and self._meanings.size:
            have = min(len(self._meanings), len(sizes))
            by_meaning = self._meanings[:have] @ sketch.meaning.astype(np.float32)
            like[:have] += _MEANING * by_meaning
        like /= sizes
        for kind in _WHERE:
            share = self._total([(f"has {kind}", 1.0)]) / sizes
            like -= _UNNAMED * (1 - share if kind in sketch.things else share)
        like[self._conflicts(sketch)] = _NEVER
        return like

    def _conflicts(self, sketch: Sketch) -> NDArray[np.bool_]:
        """Return which groups name things of a kind, and none of those the question names."""
        found = np.zeros(len(self._groups), dtype=np.bool_)
        for kind, keys in sketch.things.items():
            named = self._total([(f"has {kind}", 1.0)]) > 0
            shared = self._total((f"is {kind}={key}", 1.0) for key in keys) > 0
            found |= named & ~shared
        return found

    def _total(self, names: Iterator[tuple[str, float]] | list[tuple[str, float]]) -> Floats:
        """Return what groups have of some features, weighed and added up."""
        total = np.zeros(len(self._groups))
        for name, weight in names:
            if sums := self._sums.get(name):
                rows = np.fromiter(sums.keys(), dtype=np.int64, count=len(sums))
                total[rows] += weight * np.fromiter(sums.values(), np.float64, count=len(sums))
        return total


def _features(sketch: Sketch) -> Iterator[tuple[str, float]]:
    """Yield what is added up for the groups of a sketch."""
    for term, weight in sketch.terms.items():
        yield f"w {term}", weight
    for topic, likely in sketch.topics.items():
        yield f"t {topic}", likely
    yield "known", sum(sketch.topics.values())
    if sketch.meaning is not None:
        yield "meant", 1.0
    for kind, keys in sketch.things.items():
        yield f"has {kind}", 1.0
        for key in keys:
            yield f"is {kind}={key}", 1.0
