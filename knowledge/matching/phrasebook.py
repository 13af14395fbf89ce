"""The phrasings of one language, made ready to be compared with a text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.features import Numbers
from knowledge.matching.index import Floats, Index

_DAMPING = 1.0

Numbered = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Votes:
    """What the phrasings of a language say to a text, for each intent that has any."""

    votes: Floats
    nearest: Numbered
    """The row of the phrasing nearest to the text, curated ones before an intent's name."""
    likeness: Floats
    """How alike the text and that phrasing are."""


class Phrasebook:
    """The phrasings of one language. Those of one intent stand side by side."""

    def __init__(
        self,
        rows: Numbered,
        said: Iterable[tuple[Numbers, Numbered]],
        intent_of: Numbered,
        curated: NDArray[np.bool_],
        singles: int,
    ) -> None:
        """Index phrasings.

        Args:
            rows: the row of each phrasing among those of all languages.
            said: features of each, rising, and how often each is in it.
            intent_of: number of each phrasing's intent, never falling.
            curated: whether each is curated, not the name of an intent.
            singles: how many features there are beside pairs.
        """
        self._rows = rows
        self._curated = curated
        self._index = Index(said, intent_of.tolist(), singles)
        self._starts = np.flatnonzero(np.diff(intent_of, prepend=-1))
        self._sizes = np.diff(self._starts, append=len(rows))
        self.intents = intent_of[self._starts]
        """The numbers of the intents that have phrasings in this language."""
        self._voice = np.concatenate(list(self._voices()))
        self._index.forget_rows()

    def _voices(self) -> Iterator[Floats]:
        """Yield how much each phrasing may say, intent by intent."""
        for gram in self._index.grams(self._starts.tolist()):
            near = np.maximum(gram, 0)
            damped = near * np.sqrt(near) + _DAMPING * np.eye(len(gram))
            yield np.asarray(np.linalg.solve(damped, np.ones(len(gram))), dtype=np.float64)

    def vote(self, features: tuple[Numbers, Numbered], *, without: int | None = None) -> Votes:
        """Return what the phrasings say to the features of a text.

        Args:
            features: of the text, and how often each is in it.
            without: the row of a phrasing that does not count.
        """
        left_out = None if without is None else self._place_of(without)
        near = self._index.similar(*features, without=left_out)
        said = np.sqrt(near)
        said *= near
        said *= self._voice
        votes = np.add.reduceat(said, self._starts)
        nearest = self._nearest(near)
        return Votes(votes, self._rows[nearest], near[nearest])

    def near(self, features: tuple[Numbers, Numbered], at_least: float) -> Numbered:
        """Return the rows of the phrasings that are so like a text, from 0 to 1."""
        return self._rows[self._index.similar(*features) >= at_least]

    def _place_of(self, row: int) -> int | None:
        """Return which of our phrasings stands in a row; None for one of another language."""
        return next(iter(np.flatnonzero(self._rows == row).tolist()), None)

    def _nearest(self, near: Floats) -> Numbered:
        preferred = near + self._curated
        most = np.maximum.reduceat(preferred, self._starts)
        found = np.flatnonzero(preferred == np.repeat(most, self._sizes))
        return found[np.searchsorted(found, self._starts)]

    def having(self, stem: int) -> Numbered:
        """Return the rows of the phrasings that have a stem."""
        rows: Numbered = self._rows[self._index.having(stem)]
        return rows
