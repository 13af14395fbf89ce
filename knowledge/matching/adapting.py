"""Adapts the network of a model file: other biases, and large matrices that are turned a little.

A large matrix is changed by the product of two narrow ones, which takes a thirtieth of its numbers
(LoRA: Hu et al. 2021, https://arxiv.org/abs/2106.09685). The product is added once, when the model
is loaded, and the sum kept in 8 bits as the matrix was, so that a text takes no longer. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from knowledge.matching.modelfile import Array, arrays, changed
from knowledge.matching.vectors import Vectors

DOWN, UP = ".down", ".up"
"""Ends of the names of the two narrow matrices, after the name of the large one."""

_IN_8_BITS, _SCALE = "_q", "_scale"
_LARGEST = 127
_TINY = np.float32(1e-12)


def large(known: Mapping[str, Array]) -> list[str]:
    """Return the names of a model's matrices in 8 bits, in their order."""
    return [name.removesuffix(_IN_8_BITS) for name in known if name.endswith(_IN_8_BITS)]


def in_full(known: Mapping[str, Array], name: str) -> Vectors:
    """Return a matrix that is kept in 8 bits with a scale for each of its columns or rows."""
    full: Vectors = known[f"{name}{_IN_8_BITS}"].astype(np.float32) * known[f"{name}{_SCALE}"]
    return full


def adapted(model: bytes, tuning: Mapping[str, Array]) -> bytes:
    """Return a model with other biases, and with large matrices changed by narrow ones.

    Args:
        model: the model file.
        tuning: biases by their names in the file; narrow matrices by the name of the large one.

    Raises:
        ValueError: the model has no such array, or one of another shape.
    """
    narrow = {name for name in tuning if name.endswith((DOWN, UP))}
    new = {name: array for name, array in tuning.items() if name not in narrow}
    known = arrays(model) if narrow else {}
    for name in sorted({name.rpartition(".")[0] for name in narrow}):
        if f"{name}{_IN_8_BITS}" not in known or not narrow >= {name + DOWN, name + UP}:
            raise ValueError(f"No large matrix {name!r}, or but one of its two narrow ones.")
        full = in_full(known, name) + tuning[name + DOWN] @ tuning[name + UP]
        scale = np.maximum(np.abs(full).max(axis=0, keepdims=True), _TINY) / _LARGEST
        new[f"{name}{_IN_8_BITS}"] = np.rint(full / scale).astype(np.int8)
        new[f"{name}{_SCALE}"] = scale
    return changed(model, new)
