"""The network of MiniLM in NumPy, so that what its numbers do to a result can be differentiated.

What ``onnxruntime`` runs (BERT, Devlin et al. 2019, https://arxiv.org/abs/1810.04805), read from
the same model file: six layers of attention and of a wider step, each added to what came in and
brought back to one size. Only ``benchmarks.tuning`` needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from numpy.typing import NDArray
from scipy.special import erf

from knowledge.matching.adapting import DOWN, UP, in_full, large
from knowledge.matching.modelfile import Array
from knowledge.matching.vectors import Vectors

_HEADS = 12
_TINY = np.float32(1e-12)
_MASKED = np.float32(-1e4)
_PARTS = ("query", "key", "value", "output", "wider", "back")
_EMBEDDED, _LAYER = "inner.embeddings.", "inner.encoder.layer."


class Network:
    """The network with a model file's numbers; those that are tuned are given each time."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Read a model file's arrays.

        Args:
            arrays: as ``knowledge.matching.modelfile.arrays`` reads them; large ones in 8 bits
                with scales.
        """
        self._words = in_full(arrays, f"{_EMBEDDED}word_embeddings.weight")
        self.width = int(self._words.shape[1])
        """How many numbers tell what a text means."""
        self._places = in_full(arrays, f"{_EMBEDDED}position_embeddings.weight")
        self._kind = arrays[f"{_EMBEDDED}token_type_embeddings.weight"][0]
        names = [name for name in large(arrays) if _EMBEDDED not in name]
        self.large = {name: in_full(arrays, name) for name in names}
        """The matrices of its layers, by their names in the file."""
        size = len(_PARTS)
        self._layers = [
            dict(zip(_PARTS, names[at : at + size], strict=True))
            for at in range(0, len(names), size)
        ]

    def encode(self, tuned: Mapping[str, Any], tokens: Array, mask: Array) -> Any:
        """Return the mean of what the last layer makes of each text's pieces, of length one.

        Args:
            tuned: biases and norms by name (``knowledge.matching.modelfile.biases``), and narrow
                matrices (``knowledge.matching.adapting``).
            tokens: the pieces of each text, one text a row.
            mask: 1 where there is a piece, 0 beyond a text's end.
        """
        said = self._words[tokens] + self._places[: tokens.shape[1]] + self._kind
        states = _normed(said, tuned, f"{_EMBEDDED}LayerNorm")
        beyond = (1 - mask)[:, None, None, :].astype(np.float32) * _MASKED
        for number in range(len(self._layers)):
            states = self._layer(states, number, tuned, beyond)
        sums = anp.sum(states * mask[:, :, None].astype(np.float32), axis=1)
        return sums / anp.sqrt(anp.sum(sums * sums, axis=1, keepdims=True))

    def _layer(self, states: Any, number: int, tuned: Mapping[str, Any], beyond: Array) -> Any:
        name = f"{_LAYER}{number}."
        at = f"{name}attention."

        def times(given: Any, part: str) -> Any:
            return self._times(given, self._layers[number][part], tuned)

        def heads(part: str) -> Any:
            made = times(states, part) + tuned[f"{at}self.{part}.bias"]
            split = anp.reshape(made, (*states.shape[:2], _HEADS, -1))
            return anp.transpose(split, (0, 2, 1, 3))

        query, key, value = (heads(part) for part in ("query", "key", "value"))
        scale = np.float32(query.shape[-1] ** -0.5)
        near = anp.matmul(query, anp.transpose(key, (0, 1, 3, 2))) * scale + beyond
        seen = anp.transpose(anp.matmul(_shares(near), value), (0, 2, 1, 3))
        seen = times(anp.reshape(seen, states.shape), "output")
        states = _normed(
            states + seen + tuned[f"{at}output.dense.bias"], tuned, f"{at}output.LayerNorm"
        )
        wide = _gelu(times(states, "wider") + tuned[f"{name}intermediate.dense.bias"])
        back = times(wide, "back") + tuned[f"{name}output.dense.bias"]
        return _normed(states + back, tuned, f"{name}output.LayerNorm")

    def _times(self, states: Any, name: str, tuned: Mapping[str, Any]) -> Any:
        """Multiply as one large matrix, since NumPy is slow at many small ones."""
        flat = anp.reshape(states, (-1, states.shape[-1]))
        made = anp.dot(flat, self.large[name])
        if name + DOWN in tuned:
            made = made + anp.dot(anp.dot(flat, tuned[name + DOWN]), tuned[name + UP])
        return anp.reshape(made, (*states.shape[:-1], made.shape[-1]))


def _normed(states: Any, tuned: Mapping[str, Any], name: str) -> Any:
    return _norm(states) * tuned[f"{name}.weight"] + tuned[f"{name}.bias"]


# The three below are differentiated by hand: step by step would take twice the time.


@primitive  # type: ignore[untyped-decorator]
def _norm(states: Vectors) -> Vectors:
    return _standard(states)[0]


def _standard(states: Vectors) -> tuple[Vectors, Vectors]:
    off = states - states.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((off * off).mean(-1, keepdims=True) + _TINY)
    return off * scale, scale


@primitive  # type: ignore[untyped-decorator]
def _shares(near: Vectors) -> Vectors:
    """Softmax."""
    told = np.exp(near - near.max(-1, keepdims=True))
    return np.asarray(told / told.sum(-1, keepdims=True), dtype=np.float32)


@primitive  # type: ignore[untyped-decorator]
def _gelu(states: Vectors) -> Vectors:
    """Gaussian error linear unit (Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415)."""
    return states * _below(states)


def _below(states: Vectors) -> Vectors:
    """Return the normal distribution's share below each number."""
    share: Vectors = 0.5 * (1 + erf(states * np.float32(0.5**0.5)))
    return share


def _back_through_norm(normed: Vectors, states: Vectors) -> Any:
    _, scale = _standard(states)

    def back(slope: Vectors) -> NDArray[Any]:
        mean, along = slope.mean(-1, keepdims=True), (slope * normed).mean(-1, keepdims=True)
        return np.asarray(scale * (slope - mean - normed * along))

    return back


def _back_through_shares(shares: Vectors, _near: Vectors) -> Any:
    return lambda slope: shares * (slope - (slope * shares).sum(-1, keepdims=True))


def _back_through_gelu(_made: Vectors, states: Vectors) -> Any:
    density = np.exp(-states * states / 2) * np.float32((2 * np.pi) ** -0.5)
    return lambda slope: slope * (_below(states) + states * density)


defvjp(_norm, _back_through_norm)
defvjp(_shares, _back_through_shares)
defvjp(_gelu, _back_through_gelu)
