"""Turns what speaks for an intent into how likely it is right. Pure.

The signs are weighed as public data taught. How steep the way from their sum to a likelihood is,
and where it starts, is fitted when a matcher is built (Platt 1999), on its own phrasings: each is
left out and asked. Right answers to it, wrong ones, and what would be answered if its whole intent
were not known (so that it is a stranger, and a near one) are what there is to learn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from operator import mul

import numpy as np
from numpy.typing import NDArray

_STEPS = 20
_LEAP = 2.0
"""How far one step may go: Newton's method overshoots where the likely is nearly certain."""
_HOLD = 1.0
"""How firmly the usual slope is held where there is little to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer to learn from."""

    signs: Sequence[float]
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How signs are weighed, and how likely their sum makes an intent."""

    weights: tuple[float, ...]
    slope: float = 1.0
    start: float = 0.0

    def likely(self, signs: Sequence[float]) -> float:
        """Return how likely an intent is right that these signs speak for."""
        total = sum(map(mul, self.weights, signs))
        return 1 / (1 + exp(-(self.slope * total + self.start)))

    def fitted(self, cases: Sequence[Case]) -> Calibration:
        """Return this with slope and start learnt from cases."""
        if not cases:
            return self
        sums = np.array([case.signs for case in cases]) @ self.weights
        given = np.stack([sums, np.ones(len(sums))], axis=1)
        right = np.array([case.right for case in cases], dtype=float)
        counts = np.array([case.weight for case in cases])
        usual = np.array([self.slope, self.start])
        learnt = usual.copy()
        hold = np.diag([_HOLD, 0.01])
        for _ in range(_STEPS):
            likely = _sigmoid(given @ learnt)
            uphill = given.T @ (counts * (likely - right)) + hold @ (learnt - usual)
            bend = (given * (counts * likely * (1 - likely))[:, None]).T @ given + hold
            step = np.linalg.solve(bend, uphill)
            learnt = learnt - step * min(1.0, _LEAP / float(np.abs(step).max()))
        slope, start = learnt.tolist()
        return replace(self, slope=slope, start=start)


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))
