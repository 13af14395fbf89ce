"""How often words are used, as the lists tell that pyspellchecker carries (MIT licence)."""

from __future__ import annotations

import gzip
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import numpy as np

from knowledge.matching.words import fold

LONGEST = 24
"""Letters of a word that may be a slip; the lists are read up to one more."""

_WORD = np.dtype(f"S{LONGEST + 1}")


class Shares:
    """How often words are used, as shares of one, in each of some languages.

    Two hundred thousand words in order take a fifth of the memory of a dictionary.
    """

    def __init__(self, *said: Mapping[str, float]) -> None:
        """Take the shares of the plain words of each language."""
        words = sorted(set().union(*said))
        self._words = np.array(words, dtype=_WORD)
        self._shares = [np.array([one.get(word, 0.0) for word in words]) for one in said]

    def get(self, word: str, unused: float) -> float:
        """Return the share of a word in the language that says it most."""
        at = bisect_left(self._words, word.encode())
        known = at < len(self._words) and self._words[at] == word.encode()
        return max(float(shares[at]) for shares in self._shares) if known else unused

    def __contains__(self, word: str) -> bool:
        return self.get(word, 0.0) > 0

    def among(self, words: Iterable[str]) -> set[str]:
        """Return those of many words that are used."""
        plain = [*filter(str.isascii, words)]
        asked = np.array(plain, dtype=_WORD)
        at = np.searchsorted(self._words[:-1], asked)
        return {plain[found] for found in np.flatnonzero(self._words[at] == asked).tolist()}

    def said_in(self, language: int) -> dict[str, float]:
        """Return the words of one of the languages with their shares."""
        used = np.flatnonzero(self._shares[language])
        words = map(bytes.decode, self._words[used].tolist())
        return dict(zip(words, self._shares[language][used].tolist(), strict=True))


@cache
def usage(*languages: str) -> Shares:
    """Return how often each word is used in these languages."""
    return Shares(*map(_read, languages))


def _read(language: str) -> Mapping[str, float]:
    """Read the list of a language."""
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    total = sum(counts.values())
    shares = {w: n / total for w, n in counts.items() if w.isascii() and w.isalpha()}
    for word, count in counts.items():
        if not word.isascii():
            plain = fold(word)
            shares[plain] = max(count / total, shares.get(plain, 0.0))
    return {w: share for w, share in shares.items() if w.isascii() and len(w) <= LONGEST + 1}
