"""Keeps the embeddings of phrasings between runs: embedding a few thousand takes many seconds.

One file in the user's cache folder, of plain arrays; nothing in it can run code. It is a cache:
one that is missing, broken or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]

_MOST = 50_000
"""Vectors that are kept; beyond that only those of the last content are."""


class KeptVectors:
    """Vectors by text, of one embedding."""

    def __init__(self, embedding: str, folder: Path | None = None) -> None:
        self._file = (folder or user_cache_path("health-it-guide")) / f"{embedding}.npz"

    def of(self, texts: Sequence[str], embed: Embed) -> Vectors:
        """Return one row for each text, embedding those that are not kept."""
        known = self._load()
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = embed(list(new.values())).astype(np.float16)
            known |= dict(zip(new, made, strict=True))
            self._save(known if len(known) <= _MOST else {key: known[key] for key in keys})
        return np.array([known[key] for key in keys], dtype=np.float32)

    def _load(self) -> dict[int, NDArray[np.float16]]:
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}

    def _save(self, known: dict[int, NDArray[np.float16]]) -> None:
        """Write all to a file beside it first, so that nobody reads half of it."""
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as out:
                    keys = np.fromiter(known, dtype=np.uint64, count=len(known))
                    np.savez(out, keys=keys, vectors=np.array(list(known.values())))
                Path(beside).replace(self._file)
            finally:
                Path(beside).unlink(missing_ok=True)


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
