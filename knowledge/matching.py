"""Ranks intents for a short text from a few phrasings of each. Pure; knows no domain.

words → repaired → stems, stem pairs, letter groups → every phrasing votes → calibrated score
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.spelling import Correction, Speller
from knowledge.words import Fillers, expand, is_slot, stem, tokenize

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to say an intent."""

    text: str
    intent: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An intent that a text may mean."""

    intent: str
    score: float
    """How likely it is right, 0 to 1."""
    phrase: str
    """The phrasing of the intent that is nearest to the text."""
    evidence: float
    explained: float
    """The share of what the text says that the nearest phrasing says too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a text may mean, the likeliest first."""

    matches: tuple[Match, ...] = ()
    corrections: tuple[Correction, ...] = ()
    used_semantic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a matcher is told about the language of its phrasings."""

    fillers: tuple[str, ...] = ()
    """Phrases without meaning of their own, beyond the common ones."""
    abbreviations: Mapping[str, str] = field(default_factory=dict)


class Matcher:
    """Phrasings made ready to be matched; immutable once built."""

    def __init__(self, phrases: Sequence[Phrase], options: Options) -> None:
        self._phrases = phrases
        self._fillers = Fillers((*FILLERS, *options.fillers))
        self._short = {k: tuple(tokenize(v)) for k, v in options.abbreviations.items()}
        words = [self._words(tokenize(phrase.text)) for phrase in phrases]
        self._speller = Speller(Counter(word for said in words for word in said))
        self.intents = tuple(dict.fromkeys(phrase.intent for phrase in phrases))
        index = {intent: at for at, intent in enumerate(self.intents)}
        self._intent_of = np.array([index[p.intent] for p in phrases], dtype=np.int64)
        said = [
            features(self._fillers.strip(w), p.language)
            for w, p in zip(words, phrases, strict=True)
        ]
        df = Counter(f for fs in said for f in fs)
        self._ids = {f: i for i, f in enumerate(df)}
        n = len(phrases)
        self._idf = np.array([np.log((n + 1) / (c + 1)) + 1 for c in df.values()])
        self._x = np.zeros((n, len(df)), dtype=np.float32)
        for row, fs in enumerate(said):
            self._x[row] = self._vector(fs)
        gram = np.maximum(self._x @ self._x.T, 0) ** 1.5
        target = np.zeros((n, len(self.intents)), dtype=np.float32)
        target[np.arange(n), self._intent_of] = 1
        self._alpha = np.linalg.solve(gram + 0.3 * np.eye(n, dtype=np.float32), target)

    @classmethod
    def build(cls, phrases: Iterable[Phrase], *, options: Options | None = None) -> Matcher:
        """Make phrasings ready to be matched."""
        return cls(tuple(phrases), options or Options())

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Repair the spelling of words against the phrasings."""
        return self._speller.repair(words)

    def rank(
        self, text: str, *, limit: int = 5, allowed: Callable[[str], bool] | None = None
    ) -> Ranking:
        """Return the intents a text may mean, the likeliest first."""
        words, corrections = self.repair(self._words(tokenize(text)))
        said = features(self._fillers.strip(words), "en")
        vector = self._vector(said)
        near = np.maximum(self._x @ vector, 0)
        evidence = (near**1.5) @ self._alpha
        matches = []
        for at in np.argsort(-evidence):
            intent = self.intents[at]
            if len(matches) == limit or evidence[at] <= 0:
                break
            if allowed and not allowed(intent):
                continue
            best = int(np.argmax(np.where(self._intent_of == at, near, -1)))
            explained = float(near[best])
            score = 1 / (1 + np.exp(-(4 * evidence[at] + 4 * explained - 3)))
            matches.append(
                Match(
                    intent=intent,
                    score=float(score),
                    phrase=self._phrases[best].text,
                    evidence=float(evidence[at]),
                    explained=explained,
                )
            )
        return Ranking(matches=tuple(matches), corrections=corrections)

    def _words(self, words: Sequence[str]) -> list[str]:
        return expand(expand(words), self._short)

    def _vector(self, said: Mapping[str, int]) -> Floats:
        vector = np.zeros(len(self._ids), dtype=np.float32)
        for feature, count in said.items():
            if (at := self._ids.get(feature)) is not None:
                vector[at] = (1 + np.log(count)) * self._idf[at]
        return vector / (np.linalg.norm(vector) or 1)


FILLERS = (
    *("can you tell me", "could you tell me", "can you", "could you", "would you", "please"),
    *("i would like to know", "i want to know", "i need to know", "do you know", "tell me"),
    *("hi", "hello", "hey", "thanks", "thank you", "por favor", "hola", "gracias"),
    *("me puede decir", "puede decirme", "quisiera saber", "me gustaria saber", "quiero saber"),
)


def features(words: Sequence[str], language: str) -> Counter[str]:
    """Return what a text is compared by: stems, stem pairs and letter groups."""
    stems = [stem(word, language) for word in words]
    found = Counter(stems)
    found.update(f"{a} {b}" for a, b in zip(["^", *stems], stems, strict=False))
    for word in words:
        if not is_slot(word):
            padded = f"<{word}>"
            found.update(
                f"#{padded[i : i + n]}" for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1)
            )
    return found
