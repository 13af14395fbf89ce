"""Ranks intents by what a text means, with an embedding of the phrasings. Pure.

Kernel ridge regression: every phrasing draws the texts near it to its intent, weighed so that all
phrasings together are told right. It is solved for once, in the time of a matrix inverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.semantic import Encoder, Vectors

Floats = NDArray[np.float64]

_SHARPNESS = 3.0
_DAMPING = 0.3
_MOST = 4_000
"""Phrasings that are embedded at most, spread evenly: the inverse grows with their cube."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a text means: what speaks for each intent, and how near it comes to any phrasing."""

    evidence: Floats
    nearest: float


class Meaning:
    """Phrasings by meaning."""

    def __init__(
        self, encoder: Encoder, texts: Sequence[str], intent_of: NDArray[np.int64]
    ) -> None:
        """Embed phrasings.

        Args:
            encoder: the embedding.
            texts: the phrasings.
            intent_of: the number of each phrasing's intent.
        """
        self._encoder = encoder
        count = len(texts)
        self.rows = np.unique(np.linspace(0, count - 1, min(count, _MOST)).astype(np.int64))
        self._vectors = encoder.encode([texts[row] for row in self.rows])
        meant = np.zeros((len(self.rows), int(intent_of.max()) + 1))
        meant[np.arange(len(self.rows)), intent_of[self.rows]] = 1.0
        near = self._vectors @ self._vectors.T
        inverse = np.linalg.inv(_kernel(near) + _DAMPING * np.eye(len(near)))
        pull = inverse @ meant
        self._pull = pull.astype(np.float32)
        self._without = meant - pull / np.diag(inverse)[:, None]
        np.fill_diagonal(near, -1.0)
        self._nearest_other = near.max(axis=1)

    def sense(self, text: str) -> Sense:
        """Return what a text means."""
        near = self._vectors @ self._encoder.encode([text])[0]
        return Sense(np.asarray(_kernel(near) @ self._pull, np.float64), float(near.max()))

    def sense_without(self, at: int) -> Sense:
        """Return what one of ``rows`` would mean were it not among them (exactly, at no cost)."""
        return Sense(self._without[at].copy(), float(self._nearest_other[at]))


def _kernel(near: Vectors) -> Vectors:
    """Turn cosines into how much a phrasing has to say."""
    return np.asarray(np.exp(_SHARPNESS * (2 * near - 2)), dtype=np.float32)
