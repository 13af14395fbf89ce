"""An inverted index: for each feature, the phrasings that have it and how much it weighs. Pure.

Cosine similarity of a text to every phrasing by adding up the postings of the text's features, so
the time depends on how common those are and not on how many phrasings there are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Numbers

Floats = NDArray[np.float64]

_RARITY = 0.8
"""How much rare features outweigh common ones (1 is the textbook's idf)."""

_CROWDED = 4_000
"""A feature that more phrasings than this share tells too little for the time it takes."""


class Index:
    """Phrasings by feature. Phrasings of one intent stand side by side."""

    def __init__(
        self, said: Iterable[tuple[Numbers, NDArray[np.int64]]], intents: Sequence[int]
    ) -> None:
        """Index phrasings.

        Args:
            said: features of each phrasing, and how often each is in it.
            intents: number of each phrasing's intent, never falling.
        """
        pairs = list(said)
        sizes = np.array([len(numbers) for numbers, _ in pairs])
        self.size = len(pairs)
        rows = np.repeat(np.arange(self.size, dtype=np.int32), sizes)
        numbers = np.concatenate([numbers for numbers, _ in pairs])
        counts = np.concatenate([counts.astype(np.float32) for _, counts in pairs])
        order = np.argsort(numbers, kind="stable")
        numbers, self._rows = numbers[order], rows[order]
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        self._features = numbers[starts]
        self._starts = np.append(starts, len(numbers))
        self._rarity = self._rarities(np.asarray(intents, dtype=np.int32))
        lengths = np.diff(self._starts)
        weights = (1 + np.log(counts[order])) * np.repeat(self._rarity, lengths)
        norms = np.sqrt(np.bincount(self._rows, weights**2, minlength=self.size))
        self._weights = (weights / norms[self._rows]).astype(np.float32)

    def _rarities(self, intents: NDArray[np.int32]) -> NDArray[np.float32]:
        """Weigh features by how few intents have them: phrasings of one intent are no crowd."""
        of_posting = intents[self._rows]
        first = np.ones(len(of_posting), dtype=bool)
        first[1:] = of_posting[1:] != of_posting[:-1]
        first[self._starts[:-1]] = True
        common = np.add.reduceat(first.astype(np.int32), self._starts[:-1])
        total = len(np.unique(intents))
        return ((np.log((total + 1) / (common + 1)) + 1) ** _RARITY).astype(np.float32)

    def similar(
        self, numbers: Numbers, counts: NDArray[np.int64], *, without: int | None = None
    ) -> Floats:
        """Return the cosine similarity of a text to every phrasing.

        Args:
            numbers: features of the text, rising.
            counts: how often each is in it.
            without: a phrasing to be taken for unknown.
        """
        at = np.searchsorted(self._features, numbers)
        at[at == len(self._features)] = 0
        lengths = self._starts[at + 1] - self._starts[at]
        known = (self._features[at] == numbers) & (lengths <= _CROWDED)
        if without is not None:
            known &= lengths > 1
        at, lengths = at[known], lengths[known]
        weights = (1 + np.log(counts[known])) * self._rarity[at]
        weights /= np.sqrt(weights @ weights) or 1
        places = _places(self._starts[at], lengths)
        shares = self._weights[places] * np.repeat(weights, lengths)
        near: Floats = np.bincount(self._rows[places], shares, self.size).astype(np.float64)
        if without is not None:
            near[without] = 0
        return near

    def having(self, number: int) -> NDArray[np.int32]:
        """Return the phrasings that have a feature."""
        at = np.searchsorted(self._features, number)
        return self._rows[self._starts[at] : self._starts[at + 1]]

    def grams(self, starts: Sequence[int]) -> Iterator[Floats]:
        """Yield the similarities of the phrasings to each other, within each run of them."""
        by_row = np.argsort(self._rows, kind="stable")
        ends = np.cumsum(np.bincount(self._rows, minlength=self.size))
        feature = np.repeat(np.arange(len(self._features)), np.diff(self._starts))
        for start, end in itertools.pairwise([*starts, self.size]):
            places = by_row[ends[start - 1] if start else 0 : ends[end - 1]]
            columns, at = np.unique(feature[places], return_inverse=True)
            dense = np.zeros((end - start, len(columns)))
            dense[self._rows[places] - start, at] = self._weights[places]
            yield dense @ dense.T


def _places(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all places of runs, given where each starts and how long it is."""
    ends = np.cumsum(lengths)
    shift = np.repeat(starts - ends + lengths, lengths)
    return np.arange(len(shift)) + shift
