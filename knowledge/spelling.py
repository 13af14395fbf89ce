"""Repairs words nobody knows against the words that the phrasings use. Pure.

Only a word that stands in no dictionary is touched: a rare word is not a slip. The dictionaries
are those that pyspellchecker carries (MIT), read once and only when a text is first repaired.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from knowledge.words import is_slot, normalize

Correction = tuple[str, str]
"""What was typed, and what it was read as."""

_SHORTEST = 4
_TWO_SLIPS_FROM = 7
_CANDIDATES = 8


@cache
def dictionary(language: str) -> frozenset[str]:
    """Return the words of a language, without accents or apostrophes."""
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    words = json.loads(gzip.decompress(packed))
    return frozenset(
        word if word.isascii() and word.isalpha() else normalize(word) for word in words
    )


class Speller:
    """Repairs words against a vocabulary."""

    def __init__(self, counts: Mapping[str, int], languages: Iterable[str] = ("en", "es")) -> None:
        """Take the vocabulary.

        Args:
            counts: every word of the phrasings and how often they use it.
            languages: the dictionaries whose words are never slips.
        """
        self._counts = {word: count for word, count in counts.items() if word.isalpha()}
        self._known: Collection[str] = counts.keys()
        self._languages = tuple(languages)
        self._by_size: dict[int, list[str]] = {}
        for word in sorted(self._counts):
            self._by_size.setdefault(len(word), []).append(word)

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Return the words, those with slips repaired, and what was changed."""
        repaired: list[str] = []
        corrections: list[Correction] = []
        at = 0
        while at < len(words):
            word = words[at]
            read, used = self._read(words, at)
            if read != [word]:
                corrections.append((" ".join(words[at : at + used]), " ".join(read)))
            repaired.extend(read)
            at += used
        return repaired, tuple(corrections)

    def _read(self, words: Sequence[str], at: int) -> tuple[list[str], int]:
        """Read the word at a place; return what it means and how many words that took."""
        word = words[at]
        if self._is_known(word):
            return [word], 1
        if at + 1 < len(words) and (joined := word + words[at + 1]) in self._counts:
            return [joined], 2
        near = self._nearest(word)
        if near:
            return [near], 1
        return self._apart(word) or [word], 1

    def _is_known(self, word: str) -> bool:
        if is_slot(word) or not word.isalpha() or word in self._known:
            return True
        return any(word in dictionary(language) for language in self._languages)

    def _nearest(self, word: str) -> str | None:
        """Return the likeliest word of the vocabulary within reach of a slip or two."""
        if len(word) < _SHORTEST:
            return None
        reach = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        sizes = range(len(word) - reach, len(word) + reach + 1)
        choices = [near for size in sizes for near in self._by_size.get(size, ())]
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=reach, limit=_CANDIDATES)
        if not found:
            return None
        return min(found, key=lambda hit: (hit[1], hit[0][0] != word[0], -self._counts[hit[0]]))[0]

    def _apart(self, word: str) -> list[str] | None:
        """Read words that ran together as two of the vocabulary."""
        best: tuple[int, list[str]] | None = None
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            if left in self._counts and right in self._counts:
                weight = min(self._counts[left], self._counts[right])
                if best is None or weight > best[0]:
                    best = (weight, [left, right])
        return best[1] if best else None
