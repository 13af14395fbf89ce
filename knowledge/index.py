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

Floats = NDArray[np.float32]

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
        self._told = lengths <= _CROWDED
        by_row = np.argsort(self._rows, kind="stable")
        self._by_row = by_row
        self._row_starts = np.append(0, np.cumsum(sizes))

    def _rarities(self, intents: NDArray[np.int32]) -> Floats:
        """Weigh features by how few intents have them: phrasings of one intent are no crowd."""
        of_posting = intents[self._rows]
        first = np.ones(len(of_posting), dtype=bool)
        first[1:] = of_posting[1:] != of_posting[:-1]
        first[self._starts[:-1]] = True
        common = np.add.reduceat(first.astype(np.int32), self._starts[:-1])
        total = len(np.unique(intents))
        return ((np.log((total + 1) / (common + 1)) + 1) ** _RARITY).astype(np.float32)

    def similar(self, numbers: Numbers, counts: NDArray[np.int64]) -> Floats:
        """Return the cosine similarity of a text to every phrasing."""
        at = np.searchsorted(self._features, numbers)
        at[at == len(self._features)] = 0
        known = (self._features[at] == numbers) & self._told[at]
        at, counts = at[known], counts[known]
        if not len(at):
            return np.zeros(self.size, dtype=np.float32)
        weights = (1 + np.log(counts)) * self._rarity[at]
        weights /= np.sqrt(weights @ weights)
        places = _places(self._starts[at], self._starts[at + 1])
        lengths = self._starts[at + 1] - self._starts[at]
        shares = self._weights[places] * np.repeat(weights, lengths)
        return np.bincount(self._rows[places], shares, minlength=self.size).astype(np.float32)

    def grams(self, starts: NDArray[np.int64]) -> Iterator[Floats]:
        """Yield the similarities within each run of phrasings."""
        feature = np.repeat(np.arange(len(self._features)), np.diff(self._starts))
        for start, end in itertools.pairwise([*starts.tolist(), self.size]):
            places = self._by_row[self._row_starts[start] : self._row_starts[end]]
            columns, at = np.unique(feature[places], return_inverse=True)
            dense = np.zeros((end - start, len(columns)), dtype=np.float32)
            dense[self._rows[places] - start, at] = self._weights[places]
            yield dense @ dense.T

    def intents_with(self, number: int, intents: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the intents whose phrasings have a feature."""
        at = np.searchsorted(self._features, number)
        return np.unique(intents[self._rows[self._starts[at] : self._starts[at + 1]]])


def _places(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all places from each start to its end, one after the other."""
    lengths = ends - starts
    shift = np.repeat(starts - np.append(0, np.cumsum(lengths)[:-1]), lengths)
    return np.arange(lengths.sum()) + shift
