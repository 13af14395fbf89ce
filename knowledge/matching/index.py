"""An inverted index: for each feature, the phrasings that have it and how much it weighs. Pure.

Cosine similarity of a text to every phrasing, by adding up the postings of the text's features:
the time depends on how common those are, not on how many phrasings there are. Features that a
good share of the phrasings have stand in a dense matrix, where adding them up is quicker still.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.features import Numbers

Floats = NDArray[np.float64]

_RARITY = 0.8
"""How much rare features outweigh common ones (1 is the textbook's idf)."""

_CROWDED = 4_000
"""A feature that more phrasings than this share tells too little for the time it takes."""

_DENSE_FROM = 1 / 10
"""Share of the phrasings from which on a feature gets a row of its own."""


class Index:
    """Phrasings by feature. Phrasings of one intent stand side by side."""

    def __init__(
        self,
        said: Iterable[tuple[Numbers, NDArray[np.int64]]],
        intents: Sequence[int],
        singles: int,
    ) -> None:
        """Index phrasings.

        Args:
            said: features of each phrasing, rising, and how often each is in it.
            intents: number of each phrasing's intent, never falling.
            singles: how many features there are beside pairs, which have higher numbers.
        """
        numbers, counts, sizes = _without_crowded(*_gather(said), singles)
        self.size = len(sizes)
        self._bounds = np.append(0, np.cumsum(sizes))
        order, self._features, self._starts = _ordered(numbers)
        del numbers
        self._lengths = np.diff(self._starts)
        small = np.min_scalar_type(self.size)
        row = np.repeat(np.arange(self.size, dtype=small), sizes)
        self._rows = row[order]
        self._rarity = self._rarities(np.asarray(intents, dtype=np.int32))
        self._of_row = np.empty(len(order), dtype=np.int32)
        features = np.arange(len(self._features), dtype=np.int32)
        self._of_row[order] = np.repeat(features, self._lengths)
        weights = (1 + np.log(counts, dtype=np.float32)) * self._rarity[self._of_row]
        norms = np.sqrt(np.bincount(row, weights**2, self.size)).astype(np.float32)
        weights /= norms[row]
        self._weights_of_row, self._weights = weights, weights[order]
        self._make_dense()

    def _rarities(self, intents: NDArray[np.int32]) -> NDArray[np.float32]:
        """Weigh features by how few intents have them: phrasings of one intent are no crowd."""
        of_posting = intents[self._rows]
        first = np.diff(of_posting, prepend=-1) != 0
        first[self._starts[:-1]] = True
        common = np.add.reduceat(first, self._starts[:-1], dtype=np.int32)
        total = len(np.unique(intents))
        return ((np.log((total + 1) / (common + 1)) + 1) ** _RARITY).astype(np.float32)

    def _make_dense(self) -> None:
        """Give common features rows of their own."""
        common = self._lengths > self.size * _DENSE_FROM
        self._dense_at = np.where(common, np.cumsum(common, dtype=np.int16) - 1, -1)
        self._dense = np.zeros((int(common.sum()), self.size), dtype=np.float32)
        for dense, at in zip(self._dense, np.flatnonzero(common).tolist(), strict=True):
            postings = slice(self._starts[at], self._starts[at + 1])
            dense[self._rows[postings]] = self._weights[postings]

    def similar(
        self, numbers: Numbers, counts: NDArray[np.int64], *, without: int | None = None
    ) -> Floats:
        """Return the cosine similarity of a text to every phrasing.

        Args:
            numbers: features of the text, rising.
            counts: how often each is in it.
            without: a phrasing to be taken for unknown.
        """
        if not len(self._features):
            return np.zeros(self.size)
        at = np.searchsorted(self._features, numbers)
        at[at == len(self._features)] = 0
        known = self._features[at] == numbers
        if without is not None:
            known &= self._lengths[at] > 1
        at = at[known]
        weights = ((1 + np.log(counts[known])) * self._rarity[at]).astype(np.float32)
        weights /= np.sqrt(weights @ weights) or 1
        near = self._add_up(at, weights)
        if without is not None:
            near[without] = 0
        return near

    def _add_up(self, at: Numbers, weights: NDArray[np.float32]) -> Floats:
        dense = self._dense_at[at]
        sparse = dense < 0
        near = self._add_postings(at[sparse], weights[sparse])
        common = np.zeros(self.size, dtype=np.float32)
        share = np.empty_like(common)
        # Row by row: to bring all rows together takes several times as long as to add them up.
        for row, weight in zip(dense[~sparse].tolist(), weights[~sparse], strict=True):
            common += np.multiply(self._dense[row], weight, out=share)
        near += common
        return near

    def _add_postings(self, at: Numbers, weights: NDArray[np.float32]) -> Floats:
        if not len(at):
            return np.zeros(self.size)
        ends = self._starts[at + 1].tolist()
        runs = [*map(slice, self._starts[at].tolist(), ends)]
        rows = np.concatenate([self._rows[run] for run in runs])
        shares = np.concatenate([self._weights[run] for run in runs])
        shares *= np.repeat(weights, self._lengths[at])
        return np.asarray(np.bincount(rows, shares, self.size), dtype=np.float64)

    def having(self, number: int) -> NDArray[np.unsignedinteger]:
        """Return the phrasings that have a feature."""
        at = int(np.searchsorted(self._features, number))
        if at == len(self._features) or self._features[at] != number:
            return self._rows[:0]
        return self._rows[self._starts[at] : self._starts[at + 1]]

    def grams(self, starts: Sequence[int]) -> Iterator[Floats]:
        """Yield the similarities of the phrasings to each other, within each run of them."""
        for start, end in pairwise([*starts, self.size]):
            bounds = self._bounds[start : end + 1]
            places = slice(bounds[0], bounds[-1])
            weights = self._weights_of_row[places].astype(np.float64)
            rows = np.repeat(np.arange(end - start), np.diff(bounds))
            _, at, often = np.unique(self._of_row[places], return_inverse=True, return_counts=True)
            shared = often > 1  # what a single phrasing has is alike to itself only
            column, kept = (np.cumsum(shared) - 1)[at], shared[at]
            dense = np.zeros((end - start, int(shared.sum())))
            dense[rows[kept], column[kept]] = weights[kept]
            gram = dense @ dense.T
            np.fill_diagonal(gram, np.bincount(rows, weights**2, end - start))
            yield gram

    def forget_rows(self) -> None:
        """Let go of what only :meth:`grams` needs, nearly half of the memory."""
        del self._of_row, self._weights_of_row, self._bounds


def _gather(
    said: Iterable[tuple[Numbers, NDArray[np.int64]]],
) -> tuple[Numbers, NDArray[np.uint8], NDArray[np.int64]]:
    """Put the features of all phrasings end to end, with their counts, and how many each has."""
    numbers, counts, sizes = array("q"), array("B"), array("q")
    for features, often in said:
        numbers.frombytes(features.tobytes())
        counts.frombytes(np.minimum(often, 255).astype(np.uint8).tobytes())
        sizes.append(len(features))
    return (
        np.frombuffer(numbers, dtype=np.int64),
        np.frombuffer(counts, dtype=np.uint8),
        np.frombuffer(sizes, dtype=np.int64),
    )


def _without_crowded(
    numbers: Numbers, counts: NDArray[np.uint8], sizes: NDArray[np.int64], singles: int
) -> tuple[Numbers, NDArray[np.uint8], NDArray[np.int64]]:
    """Leave out features that too many phrasings have; pairs are never that common."""
    crowded = np.bincount(numbers[numbers < singles], minlength=singles) > _CROWDED
    kept = ~np.append(crowded, False)[np.minimum(numbers, singles)]
    ends = np.append(0, np.cumsum(kept))[np.cumsum(sizes)]
    return numbers[kept], counts[kept], np.diff(ends, prepend=0)


def _ordered(numbers: Numbers) -> tuple[NDArray[np.int32], Numbers, NDArray[np.int32]]:
    """Return the order that sorts numbers, those there are, and where the run of each starts."""
    order = np.argsort(numbers, kind="stable").astype(np.int32)
    ordered = numbers[order]
    new = np.append(True, ordered[1:] != ordered[:-1])
    starts = np.append(np.flatnonzero(new), len(ordered)).astype(np.int32)
    return order, ordered[new], starts
