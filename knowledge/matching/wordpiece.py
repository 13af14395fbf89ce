"""Splits a text into the pieces of words that BERT-like models read (WordPiece, uncased). Pure.

``wordpiece.txt.gz`` is the vocabulary that Google published with BERT (Apache License 2.0), which
MiniLM and many others use unchanged.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.words import fold

_LONGEST_WORD = 100
_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_PART = re.compile(r"\w+|[^\w\s]")


@cache
def vocabulary() -> dict[str, int]:
    """Return the number of every piece."""
    packed = files("knowledge.matching").joinpath("wordpiece.txt.gz").read_bytes()
    return {
        piece: number for number, piece in enumerate(gzip.decompress(packed).decode().splitlines())
    }


def numbers(text: str, *, most: int = 64) -> list[int]:
    """Return the numbers of a text's pieces, at most so many, between start and end marks."""
    known = vocabulary()
    pieces = [
        known[piece]
        for part in _PART.findall(fold(text).replace("_", " _ "))
        for piece in split(part)
    ]
    return [known[_START], *pieces[: most - 2], known[_END]]


def padded(pieces: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pieces of texts as rows of one length, and 1 wherever there is a piece."""
    size = max(map(len, pieces))
    tokens = np.zeros((len(pieces), size), dtype=np.int64)
    mask = np.zeros((len(pieces), size), dtype=np.int64)
    for row, some in enumerate(pieces):
        tokens[row, : len(some)] = some
        mask[row, : len(some)] = 1
    return tokens, mask


def split(word: str) -> list[str]:
    """Split a word into the longest pieces there are, from the left.

    >>> split("informatics")
    ['inform', '##atics']
    """
    known = vocabulary()
    pieces: list[str] = []
    at = 0
    while at < len(word):
        mark = "##" if at else ""
        end = next((e for e in range(len(word), at, -1) if mark + word[at:e] in known), None)
        if end is None or len(word) > _LONGEST_WORD:
            return [_UNKNOWN]
        pieces.append(mark + word[at:end])
        at = end
    return pieces
