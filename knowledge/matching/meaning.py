"""Ranks intents by what a text means, with an embedding of the phrasings. Pure.

Kernel ridge regression: every phrasing draws the texts near it to its intent, weighed so that all
phrasings together are told right. It is solved for once, all languages together: since all are
embedded in rough English, what one language says of an intent teaches the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.semantic import Encoder
from knowledge.matching.solving import solve
from knowledge.matching.vectors import Vectors
from knowledge.remembering import remembered

Floats = NDArray[np.float64]

_SHARPNESS = 3.0
_DAMPING = 0.3
_MOST = 24_000
"""Phrasings that are embedded at most: solving grows with their cube, its memory with the square
(2.4 GB)."""

_REMEMBERED = 500_000
"""What texts mean for single intents is remembered (4 MB, and as much for their vectors)."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a text means."""

    evidence: Floats
    """What speaks for each intent."""
    likeness: Floats
    """How near the text comes to a phrasing of each intent, -1 to 1."""
    vector: Vectors
    """Its embedding."""

    @property
    def nearest(self) -> float:
        """How near it comes to any phrasing."""
        return float(self.likeness.max())


class Meaning:
    """Phrasings by meaning."""

    def __init__(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        intent_of: NDArray[np.int64],
        asked: Sequence[int] = (),
    ) -> None:
        """Embed phrasings.

        Args:
            encoder: the embedding.
            texts: the phrasings.
            intent_of: the number of each phrasing's intent, never falling.
            asked: phrasings that ``sense_without`` will be asked for.
        """
        self._encoder = encoder
        intents = int(intent_of.max()) + 1
        self._sense = remembered(self._sense_afresh, _REMEMBERED // max(intents, 50))
        rows = spread(texts, intent_of, _MOST)
        self._starts = np.flatnonzero(np.diff(intent_of[rows], prepend=-1))
        self._embedded = intent_of[rows[self._starts]]
        self._vectors = encoder.learn([texts[row] for row in rows])
        meant = np.zeros((len(rows), intents), dtype=np.float32)
        meant[np.arange(len(rows)), intent_of[rows]] = 1
        wanted = set(asked)
        places = {row: at for at, row in enumerate(rows.tolist()) if row in wanted}
        self._without: dict[int, Sense] = {}
        if places:  # of other data, or they would push ours out of the cache
            self._pull, inverse = self._solved(meant, list(places.values()))
            for row, place in places.items():
                self._without[row] = self._left_out(place, meant[place], inverse[place])
        else:
            how = np.array([_SHARPNESS, _DAMPING], dtype=np.float32)
            given = (self._vectors, meant, how)
            self._pull = encoder.keep(given, lambda: self._solved(meant, ())[0])
        encoder.encode(texts[:1])  # the model is loaded now, not when the first one asks

    def _solved(self, meant: Vectors, asked: Sequence[int]) -> tuple[Vectors, dict[int, float]]:
        """Solve for how each phrasing pulls; return that, and what leaving out some takes.

        That is the diagonal of the kernel's inverse, which is solved for beside the intents.
        """
        unit = np.zeros((len(meant), len(asked)), dtype=np.float32)
        unit[asked, np.arange(len(asked))] = 1
        near = self._vectors @ self._vectors.T
        kernel = _kernel(near, out=near)
        kernel[np.diag_indices(len(kernel))] += _DAMPING
        solved = solve(kernel, np.concatenate([meant, unit], axis=1))
        count = meant.shape[1]
        inverse = {place: float(solved[place, count + at]) for at, place in enumerate(asked)}
        return np.ascontiguousarray(solved[:, :count]), inverse

    def _left_out(self, place: int, meant: Vectors, inverse: float) -> Sense:
        """Return what a phrasing means to the others."""
        near = self._vectors @ self._vectors[place]
        near[place] = -1
        told = meant - self._pull[place] / inverse
        vector = self._vectors[place]
        return Sense(told.astype(np.float64), self._likeness(near), vector)

    def sense(self, text: str) -> Sense:
        """Return what a text means."""
        return self._sense(text)

    def _sense_afresh(self, text: str) -> Sense:
        vector = self._encoder.encode([text])[0]
        near = self._vectors @ vector
        told = _kernel(near) @ self._pull
        return Sense(np.asarray(told, np.float64), self._likeness(near), vector)

    def _likeness(self, near: Vectors) -> Floats:
        """Return how near each intent comes, given how near all phrasings are."""
        likeness = np.full(self._pull.shape[1], -1.0)
        likeness[self._embedded] = np.maximum.reduceat(near, self._starts)
        return likeness

    def sense_without(self, row: int) -> Sense | None:
        """Return what a phrasing that was ``asked`` for would mean were it not known (exactly).

        None where it was not embedded.
        """
        return self._without.get(row)


def spread(texts: Sequence[str], intent_of: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the rows of at most so many phrasings, the same share of each intent.

    Which ones hangs on their words alone, so that a phrasing more here changes nothing there: who
    edits a topic need not fear for the others.
    """
    if len(texts) <= most:
        return np.arange(len(texts))
    drawn = np.array([crc32(text.encode()) for text in texts])
    order = np.lexsort((drawn, intent_of))
    sizes = np.bincount(intent_of)
    starts = np.append(0, np.cumsum(sizes))[intent_of]
    within = np.empty(len(texts))
    within[order] = np.arange(len(texts)) - starts[order]
    return np.sort(np.argsort(within / sizes[intent_of], kind="stable")[:most])


def _kernel(near: Vectors, out: Vectors | None = None) -> Vectors:
    """Turn cosines into how much a phrasing has to say; a large matrix in its own place."""
    pulled = np.multiply(near, 2 * _SHARPNESS, out=out)
    pulled -= 2 * _SHARPNESS
    return np.exp(pulled, out=pulled)
