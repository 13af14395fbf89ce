"""Tells the language of a text from the words of the content itself.

A naive Bayes classifier over whole words and letter groups (Cavnar and Trenkle 1994 use the same
features), trained on the texts and phrasings of each language; so a further language needs no more
than its content. Names of things and digits say nothing about a language and are passed over.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from knowledge.remembering import remembered

_LETTERS = 3
_SMOOTH = 0.5
_REMEMBERED = 20_000
_OWN = math.log(20)
"""A word is a language's own where it is so much likelier there than in any other."""


class LanguageGuesser:
    """Guesses which of the content's languages a text is written in."""

    def __init__(self, samples: Mapping[str, Iterable[str]]) -> None:
        counts = {language: _counted(texts) for language, texts in samples.items()}
        known = set().union(*counts.values())
        self.languages = tuple(counts)
        self._weights: dict[str, tuple[float, ...]] = {}
        totals = {
            lang: sum(count.values()) + _SMOOTH * len(known) for lang, count in counts.items()
        }
        for feature in known:
            logs = tuple(
                math.log((counts[lang][feature] + _SMOOTH) / totals[lang])
                for lang in self.languages
            )
            middle = sum(logs) / len(logs)
            self._weights[feature] = tuple(log - middle for log in logs)
        self._told = remembered(self._told_afresh, _REMEMBERED)

    def guess(self, text: str) -> tuple[str, float] | None:
        """Return the likeliest language and how sure that is (0 to 1), or None for no evidence."""
        words = dict.fromkeys(text.lower().split())  # "no ged no car" says "no" but once
        told = [said for word in words if (said := self._told(word))]
        if not told:
            return None
        sums = [sum(weights) for weights in zip(*told, strict=True)]
        top = max(sums)
        share = 1 / sum(math.exp(max(score - top, -700)) for score in sums)
        return self.languages[sums.index(top)], share

    def has_words_of(self, language: str, text: str) -> bool:
        """Whether a text has a word that is a language's own: "y online" has Spanish."""
        if language not in self.languages:
            return False
        at = self.languages.index(language)
        whole = (self._weights.get(f"={_letters(word)}") for word in text.lower().split())
        others = (
            (told[at], max(told[:at] + told[at + 1 :], default=0.0)) for told in whole if told
        )
        return any(own - other > _OWN for own, other in others)

    def _told_afresh(self, word: str) -> tuple[float, ...]:
        """Return what a word says for each language; empty where it says nothing."""
        known = [self._weights[part] for part in _features(word) if part in self._weights]
        return tuple(map(sum, zip(*known, strict=True)))


def _counted(texts: Iterable[str]) -> Counter[str]:
    """Count the features of texts; word by word, since most words come again and again."""
    counts: Counter[str] = Counter()
    for word, times in Counter(word for text in texts for word in text.lower().split()).items():
        for feature in _features(word):
            counts[feature] += times
    return counts


def _letters(word: str) -> str:
    return "".join(letter for letter in word if letter.isalpha())


def _features(text: str) -> Iterable[str]:
    for word in text.lower().split():
        letters = _letters(word)
        if not letters or "{" in word:
            continue
        yield f"={letters}"
        if len(letters) <= _LETTERS:
            continue  # its letters say no more than the word: they would but count it twice
        padded = f" {letters} "
        for at in range(len(padded) - _LETTERS + 1):
            yield padded[at : at + _LETTERS]
