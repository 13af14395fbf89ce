"""Turns words into what texts are compared by: stems, pairs of stems, groups of letters. Pure.

Every feature is a number. Stems and letter groups are counted up as the phrasings are read; the
pair of stems ``a`` and ``b`` is ``size + a * size + b``, so pairs need no table of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.words import is_slot, stem
from knowledge.remembering import remembered

Numbers = NDArray[np.int64]

_GROUPS = (2, 3, 4)
"""Lengths of letter groups: longer ones found less, across words they misled."""

_PAIR_REACH = 4
"""Stems are paired with so many that follow: farther apart they tell no more."""

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """What one word adds to a text."""

    stems: tuple[int, ...]
    """Numbers of its stems; none where no phrasing has it, two where languages differ."""
    groups: Numbers


class Vocabulary:
    """The stems and letter groups of a set of phrasings, each with its number."""

    def __init__(self, said: Iterable[tuple[Sequence[str], str]]) -> None:
        """Count up the words of phrasings, each given with its language."""
        self._stems: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._numbers: Iterator[int] = iter(range(2**31))
        languages: dict[tuple[str, str], None] = {}
        for words, language in said:
            languages.update(dict.fromkeys((word, language) for word in words))
        self.languages = tuple(dict.fromkeys(language for _, language in languages))
        self._ours: dict[tuple[str, str | None], Word] = {}
        for word, language in languages:
            stems = (self._number(self._stems, stem(word, language)),)
            groups = [self._number(self._groups, group) for group in letter_groups(word)]
            self._ours[word, language] = Word(stems, np.array(groups, dtype=np.int64))
        self.size = len(self._stems) + len(self._groups)
        self._read = remembered(self._read_afresh, _REMEMBERED)

    def _number(self, table: dict[str, int], name: str) -> int:
        number = table.get(name)
        if number is None:
            number = table[name] = next(self._numbers)
        return number

    def read(self, word: str, language: str | None = None) -> Word:
        """Return what a word adds; without a language, its stems in all of them."""
        return self._ours.get((word, language)) or self._read(word, language)

    def _read_afresh(self, word: str, language: str | None) -> Word:
        languages = self.languages if language is None else (language,)
        stems = dict.fromkeys(self._stems.get(stem(word, spoken)) for spoken in languages)
        groups = [self._groups[group] for group in letter_groups(word) if group in self._groups]
        return Word(
            stems=tuple(number for number in stems if number is not None),
            groups=np.array(groups, dtype=np.int64),
        )

    def features(self, words: Iterable[Word]) -> tuple[Numbers, NDArray[np.int64]]:
        """Return the features of a text in order, and how often each is in it."""
        words = list(words)
        stems = np.array([number for word in words for number in word.stems], dtype=np.int64)
        parts = [stems, self._pairs(stems), *(word.groups for word in words)]
        return _counted(np.concatenate(parts))

    def _pairs(self, stems: Numbers) -> Numbers:
        """Return the numbers of pairs of stems that stand near, whatever their order."""
        one, other = _near(len(stems))
        first, second = stems[one], stems[other]
        pairs: Numbers = self.size * (1 + np.minimum(first, second)) + np.maximum(first, second)
        return pairs


@lru_cache(maxsize=100)
def _near(count: int) -> tuple[Numbers, Numbers]:
    """Return the places of the pairs that stand near each other among so many."""
    one = np.repeat(np.arange(count), _PAIR_REACH)
    other = one + np.tile(np.arange(1, _PAIR_REACH + 1), count)
    return one[other < count], other[other < count]


def _counted(numbers: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """Return numbers in order and how often each comes: np.unique takes three times as long."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered) + 1, dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:-1])
    starts = np.flatnonzero(new)
    return ordered[starts[:-1]], starts[1:] - starts[:-1]


def letter_groups(word: str) -> list[str]:
    """Return the letter groups of a word, its ends marked; a slot has none."""
    if is_slot(word):
        return []
    marked = f"<{word}>"
    return [marked[at : at + n] for n in _GROUPS for at in range(len(marked) - n + 1)]
