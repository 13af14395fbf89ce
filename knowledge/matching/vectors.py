"""Keeps what an embedding made of phrasings between runs, since making it takes many seconds.

Files of plain arrays in the user's cache folder; nothing in them can run code. It is a cache: a
file that is missing, broken or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]

_MOST = 50_000
"""Vectors that are kept; beyond that only those of the last content are."""

_UNFINISHED = ".part"
_LONGEST_WRITE = 3600
"""Seconds after which nobody is writing a file any more."""


class KeptVectors:
    """Vectors by text, of one version of an embedding; those of others may stand beside them."""

    def __init__(self, embedding: str, version: bytes, folder: Path | None = None) -> None:
        self._file = _folder(folder) / f"{embedding}.npz"
        self._version = version

    def of(self, texts: Sequence[str], embed: Embed) -> Vectors:
        """Return one row for each text, embedding those that are not kept."""
        known = self._load()
        keys = [_key(text, self._version) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = embed(list(new.values())).astype(np.float16)
            known |= dict(zip(new, made, strict=True))
            self._save(known if len(known) <= _MOST else {key: known[key] for key in keys})
        return np.array([known[key] for key in keys], dtype=np.float32)

    def _load(self) -> dict[int, NDArray[np.float16]]:
        kept = _read(self._file, "keys", "vectors")
        return dict(zip(kept[0].tolist(), kept[1], strict=True)) if kept else {}

    def _save(self, known: dict[int, NDArray[np.float16]]) -> None:
        keys = np.fromiter(known, dtype=np.uint64, count=len(known))
        _write(self._file, keys=keys, vectors=np.array(list(known.values())))


class KeptResult:
    """The last thing that was calculated from the vectors of one embedding."""

    def __init__(self, embedding: str, folder: Path | None = None) -> None:
        self._file = _folder(folder) / f"{embedding}-result.npz"

    def of(self, given: Sequence[Vectors], calculate: Callable[[], Vectors]) -> Vectors:
        """Return what follows from the same as last time, else calculate it."""
        key = np.frombuffer(digest(*given), dtype=np.uint8)
        kept = _read(self._file, "key", "result")
        if kept and np.array_equal(kept[0], key):
            return np.asarray(kept[1], dtype=np.float32)
        result = calculate()
        _write(self._file, key=key, result=result)
        return result


def digest(*arrays: NDArray[Any]) -> bytes:
    """Return what tells these arrays from all others."""
    made = blake2b(digest_size=16)
    for array in arrays:
        made.update(repr(array.shape).encode())
        made.update(np.ascontiguousarray(array).data)
    return made.digest()


def _folder(given: Path | None) -> Path:
    return given or user_cache_path("health-it-guide")


def _read(file: Path, *names: str) -> list[NDArray[Any]]:
    """Return the arrays of these names; none where the file is missing or broken."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            return [kept[name] for name in names]
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, TypeError, zipfile.BadZipFile):
        return []


def _write(file: Path, **arrays: NDArray[Any]) -> None:
    """Write all to a file beside it first, so that nobody reads half of it."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        _sweep(file.parent)
        handle, beside = tempfile.mkstemp(dir=file.parent, suffix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as out:
                np.savez(out, allow_pickle=False, **arrays)
            Path(beside).replace(file)
        finally:
            Path(beside).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what was left by those who were stopped while they wrote."""
    for left in folder.glob(f"*{_UNFINISHED}"):
        if time.time() - left.stat().st_mtime > _LONGEST_WRITE:
            left.unlink(missing_ok=True)


def _key(text: str, version: bytes) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8, key=version).digest(), "big")
