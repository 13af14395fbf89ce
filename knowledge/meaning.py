"""Ranks intents by what a text means, with an embedding of the phrasings. Pure.

Kernel ridge regression: every phrasing draws the texts near it to its intent, weighed so that all
phrasings together are told right. It is solved for once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from knowledge.remembering import remembered
from knowledge.semantic import Encoder
from knowledge.vectors import Vectors

Floats = NDArray[np.float64]

_SHARPNESS = 3.0
_DAMPING = 0.3
_MOST = 14_000
"""Phrasings that are embedded at most, spread evenly: solving grows with their cube."""


_REMEMBERED = 500_000
"""What texts mean for single intents is remembered (4 MB)."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a text means: what speaks for each intent, and how near it comes to any phrasing."""

    evidence: Floats
    nearest: float


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
            intent_of: the number of each phrasing's intent.
            asked: phrasings that ``sense_without`` will be asked for.
        """
        self._encoder = encoder
        intents = int(intent_of.max()) + 1
        self._sense = remembered(self._sense_afresh, _REMEMBERED // max(intents, 50))
        count = len(texts)
        rows = np.unique(np.linspace(0, count - 1, min(count, _MOST)).astype(np.int64))
        self._vectors = encoder.learn([texts[row] for row in rows])
        meant = np.zeros((len(rows), intents), dtype=np.float32)
        meant[np.arange(len(rows)), intent_of[rows]] = 1
        places = {row: at for at, row in enumerate(rows.tolist()) if row in set(asked)}
        self._without: dict[int, Sense] = {}
        if places:  # of other data, or they would push ours out of the cache
            self._pull = self._solved(meant, places)
        else:
            curve = np.array([_SHARPNESS, _DAMPING], dtype=np.float32)
            given = (self._vectors, meant, curve)
            self._pull = encoder.keep(given, lambda: self._solved(meant, {}))
        encoder.encode(texts[:1])  # the model is loaded now, not when the first one asks

    def _solved(self, meant: Vectors, places: Mapping[int, int]) -> Vectors:
        """Solve for how each phrasing pulls; keep what those at ``places`` mean to the others.

        The columns of the inverse that leaving out takes are solved for beside the intents.
        """
        near = self._vectors @ self._vectors.T
        at = np.array(list(places.values()), dtype=np.int64)
        others = near[at]
        others[np.arange(len(at)), at] = -1
        kernel = _kernel(near, out=near)
        kernel[np.diag_indices(len(kernel))] += _DAMPING
        unit = np.zeros((len(kernel), len(at)), dtype=np.float32)
        unit[at, np.arange(len(at))] = 1
        solved = _solve(kernel, np.concatenate([meant, unit], axis=1))
        pull, inverse = solved[:, : meant.shape[1]], solved[:, meant.shape[1] :]
        told = meant[at] - pull[at] / inverse[at, np.arange(len(at))][:, None]
        self._without = {
            row: Sense(told[place].astype(np.float64), float(others[place].max()))
            for place, row in enumerate(places)
        }
        return np.ascontiguousarray(pull)

    def sense(self, text: str) -> Sense:
        """Return what a text means."""
        return self._sense(text)

    def _sense_afresh(self, text: str) -> Sense:
        near = self._vectors @ self._encoder.encode([text])[0]
        return Sense(np.asarray(_kernel(near) @ self._pull, np.float64), float(near.max()))

    def sense_without(self, row: int) -> Sense | None:
        """Return what a phrasing that was ``asked`` for would mean were it not known (exactly).

        None where it was not embedded.
        """
        return self._without.get(row)


def _solve(kernel: Vectors, right: Vectors) -> Vectors:
    """Solve for a symmetric, positive definite matrix, in its own place: there is no room for two.

    SciPy is loaded here, for NumPy would take twice the time and four times the memory.
    """
    solve = import_module("scipy.linalg").solve
    over = {"overwrite_a": True, "overwrite_b": True, "check_finite": False}
    solved: Vectors = solve(kernel.T, np.asfortranarray(right), assume_a="pos", **over)
    return solved


def _kernel(near: Vectors, out: Vectors | None = None) -> Vectors:
    """Turn cosines into how much a phrasing has to say; a large matrix in its own place."""
    pulled = np.multiply(near, 2 * _SHARPNESS, out=out)
    pulled -= 2 * _SHARPNESS
    return np.exp(pulled, out=pulled)
