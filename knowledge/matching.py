"""Ranks intents for a short text from a few phrasings of each. Pure; knows no domain.

    words → repaired → features → similarity to each phrasing → intents → calibrated score

Every phrasing votes with its similarity to the power 1.5, so that near ones outweigh the crowd.
How much it may say is solved for within its intent (ridge regression), so that a phrasing told
ten times over does not shout; nothing is solved across intents, so building stays linear. To the
votes is added the share of the text that the intent's words explain: a text that says much the
intent never mentions is likely a stranger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Vocabulary, Word
from knowledge.index import Floats, Index
from knowledge.spelling import Correction, Speller
from knowledge.words import Fillers, expand, tokenize

_CONSIDERED = 64
"""Intents put in order at first; more only where a caller refuses all of these."""

_EXPLAINED_WEIGHT = 0.2
_DAMPING = 1.0


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
    """The share of what the text says that the intent's phrasings say too."""


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

    def __init__(self, phrases: Iterable[Phrase], options: Options) -> None:
        self._fillers = Fillers((*FILLERS, *options.fillers))
        self._short = {k: tuple(tokenize(v)) for k, v in options.abbreviations.items()}
        self._phrases = sorted(phrases, key=lambda phrase: phrase.intent)
        if not self._phrases:
            raise ValueError("A matcher needs at least one phrasing.")
        self.intents = tuple(dict.fromkeys(phrase.intent for phrase in self._phrases))
        number = {intent: at for at, intent in enumerate(self.intents)}
        self._intent_of = np.array([number[p.intent] for p in self._phrases], dtype=np.int64)
        self._starts = np.flatnonzero(np.diff(self._intent_of, prepend=-1))
        said = [self._words(tokenize(phrase.text)) for phrase in self._phrases]
        languages = [phrase.language for phrase in self._phrases]
        self._speller = Speller(
            Counter(word for words in said for word in words), dict.fromkeys(languages)
        )
        told = [self._fillers.strip(words) for words in said]
        self._vocabulary = Vocabulary(zip(told, languages, strict=True))
        features = [
            self._vocabulary.features(self._vocabulary.read(word, language) for word in words)
            for words, language in zip(told, languages, strict=True)
        ]
        self._index = Index(features, self._intent_of)
        self._voice = np.concatenate(list(self._voices()))
        self._stem_intents = {
            stem: self._index.intents_with(stem, self._intent_of)
            for stem in self._vocabulary.stems
        }

    @classmethod
    def build(cls, phrases: Iterable[Phrase], *, options: Options | None = None) -> Matcher:
        """Make phrasings ready to be matched."""
        return cls(phrases, options or Options())

    def _voices(self) -> Iterator[Floats]:
        """Yield how much each phrasing may say, intent by intent."""
        for gram in self._index.grams(self._starts):
            damped = gram**1.5 + _DAMPING * np.eye(len(gram), dtype=np.float32)
            yield np.linalg.solve(damped, np.ones(len(gram), dtype=np.float32))

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Repair the spelling of words against the phrasings."""
        return self._speller.repair(words)

    def rank(
        self, text: str, *, limit: int = 5, allowed: Callable[[str], bool] | None = None
    ) -> Ranking:
        """Return the intents a text may mean, the likeliest first."""
        words, corrections = self.repair(self._words(tokenize(text)))
        said = [self._vocabulary.read(word) for word in self._fillers.strip(words)]
        near = self._index.similar(*self._vocabulary.features(said))
        explained = self._explained(said)
        votes = np.add.reduceat(near * np.sqrt(near) * self._voice, self._starts)
        evidence = votes + _EXPLAINED_WEIGHT * explained
        matches = tuple(
            self._match(at, near, float(evidence[at]), float(explained[at]))
            for at in self._best(evidence, limit, allowed)
        )
        return Ranking(matches=matches, corrections=corrections)

    def _best(
        self, evidence: Floats, limit: int, allowed: Callable[[str], bool] | None
    ) -> Iterator[int]:
        order = np.argsort(-evidence)
        for at in order.tolist():
            if limit == 0 or evidence[at] <= 0:
                return
            if allowed is None or allowed(self.intents[at]):
                limit -= 1
                yield at

    def _match(self, at: int, near: Floats, evidence: float, explained: float) -> Match:
        start = self._starts[at]
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(near)
        best = start + int(np.argmax(near[start:end]))
        score = 1 / (1 + np.exp(-(4 * evidence + 4 * explained - 3)))
        return Match(
            intent=self.intents[at],
            score=float(score),
            phrase=self._phrases[best].text,
            evidence=evidence,
            explained=explained,
        )

    def _explained(self, said: Sequence[Word]) -> NDArray[np.float64]:
        """Return the share of the text's stems that each intent knows, rare ones weighing more."""
        share = np.zeros(len(self.intents))
        total = 0.0
        everything = np.log(2 * (len(self.intents) + 1))
        for word in dict.fromkeys(said):
            if not word.stems:
                total += everything
                continue
            knowing = self._stem_intents[word.stems[0]]
            weight = np.log((len(self.intents) + 1) / (len(knowing) + 0.5))
            share[knowing] += weight
            total += weight
        return share / total if total else share

    def _words(self, words: Sequence[str]) -> list[str]:
        return expand(expand(words), self._short)


FILLERS = (
    *("can you tell me", "could you tell me", "can you", "could you", "would you", "please"),
    *("i would like to know", "i want to know", "i need to know", "do you know", "tell me"),
    *("me puede decir", "puede decirme", "quisiera saber", "me gustaria saber", "quiero saber"),
    "por favor",
)
