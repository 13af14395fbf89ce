"""Ranks intents for a short text from a few phrasings of each. Pure; knows no domain.

    words → repaired → features → similarity to each phrasing → intents → calibrated score

Every phrasing votes with its similarity to the power 1.5, so that near ones outweigh the crowd.
How much it may say is solved for within its intent (ridge regression), so that a phrasing told
ten times over does not shout; nothing is solved across intents, so building stays linear. To the
votes is added the share of the text that the intent's words explain: a text that says much the
intent never mentions is likely a stranger.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from knowledge.calibration import Calibration, Case
from knowledge.features import Vocabulary, Word
from knowledge.index import Floats, Index
from knowledge.spelling import Correction, Speller
from knowledge.words import Fillers, expand, tokenize

_EXPLAINED_WEIGHT = 0.2
_DAMPING = 1.0

_ASKED = 300
"""Phrasings left out and asked, to calibrate the score."""
_STRANGERS = 0.15
"""How much a stranger weighs there against a question of ours."""
_SIGNS = Calibration(weights=(10.0, 1.0, 5.0, 3.0), start=-6.0)
"""What evidence, explained share, lead and known share weigh: middling values of public data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to say an intent."""

    text: str
    intent: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name(Phrase):
    """An intent's own name, read as a phrasing."""


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
    names: tuple[str, ...] = ()
    """Names whose slips are repaired too, though no phrasing has them."""
    read_intents: bool = False
    """Whether an intent's own name ("card_arrival") is read as one more phrasing of it."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a text says for each intent."""

    near: Floats
    evidence: Floats
    explained: Floats
    known: float

    def best_two(self) -> tuple[int, int]:
        """Return the intents with the most evidence."""
        if len(self.evidence) == 1:
            return 0, 0
        first, second = np.argpartition(-self.evidence, 1)[:2].tolist()
        return first, second

    def signs(self, at: int, rival: int) -> tuple[float, ...]:
        """Return what speaks for an intent, and against it for its rival."""
        evidence = float(self.evidence[at])
        lead = evidence - float(self.evidence[rival])
        return evidence, float(self.explained[at]), lead, self.known


class Matcher:
    """Phrasings made ready to be matched; immutable once built."""

    def __init__(self, phrases: Iterable[Phrase], options: Options) -> None:
        self._fillers = Fillers((*FILLERS, *options.fillers))
        self._short = {k: tuple(tokenize(v)) for k, v in options.abbreviations.items()}
        self._phrases = sorted(phrases, key=lambda phrase: phrase.intent)
        if not self._phrases:
            raise ValueError("A matcher needs at least one phrasing.")
        self.intents = tuple(dict.fromkeys(phrase.intent for phrase in self._phrases))
        if options.read_intents:
            self._phrases.extend(_names(self._phrases))
            self._phrases.sort(key=lambda phrase: phrase.intent)
        number = {intent: at for at, intent in enumerate(self.intents)}
        self._intent_of = np.array([number[phrase.intent] for phrase in self._phrases])
        self._starts = np.flatnonzero(np.diff(self._intent_of, prepend=-1))
        self._ends = np.append(self._starts[1:], len(self._phrases))
        self._curated = np.array([not isinstance(p, _Name) for p in self._phrases])
        told = self._read_phrases(options)
        features = map(self._vocabulary.features, told)
        self._index = Index(features, self._intent_of.tolist(), self._vocabulary.size)
        self._voice = np.concatenate(list(self._voices()))
        self._knowing = {
            stem: np.unique(self._intent_of[self._index.having(stem)])
            for stem in self._vocabulary.stems
        }
        self._calibration = _SIGNS.fitted(list(self._cases(told)))

    @classmethod
    def build(cls, phrases: Iterable[Phrase], *, options: Options | None = None) -> Matcher:
        """Make phrasings ready to be matched."""
        return cls(phrases, options or Options())

    def _read_phrases(self, options: Options) -> list[list[Word]]:
        """Learn the words of the phrasings; return each phrasing in words that carry meaning."""
        languages = [phrase.language for phrase in self._phrases]
        said = [self._words(tokenize(phrase.text)) for phrase in self._phrases]
        counts = Counter(word for words in said for word in words)
        counts.update(word for name in options.names for word in tokenize(name))
        self._speller = Speller(counts, dict.fromkeys(languages))
        told = [self._fillers.strip(words) for words in said]
        self._vocabulary = Vocabulary(zip(told, languages, strict=True))
        return [
            [self._vocabulary.read(word, language) for word in words]
            for words, language in zip(told, languages, strict=True)
        ]

    def _voices(self) -> Iterator[Floats]:
        """Yield how much each phrasing may say, intent by intent."""
        for gram in self._index.grams(self._starts.tolist()):
            damped = np.maximum(gram, 0) ** 1.5 + _DAMPING * np.eye(len(gram))
            yield np.asarray(np.linalg.solve(damped, np.ones(len(gram))), dtype=np.float64)

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Repair the spelling of words against the phrasings."""
        return self._speller.repair(words)

    def rank(
        self, text: str, *, limit: int = 5, allowed: Callable[[str], bool] | None = None
    ) -> Ranking:
        """Return the intents a text may mean, the likeliest first.

        Args:
            text: what was asked.
            limit: how many intents to return at most.
            allowed: tells which intents may be returned; all without it.
        """
        words, corrections = self.repair(self._words(tokenize(text)))
        heard = self._hear([self._vocabulary.read(word) for word in self._fillers.strip(words)])
        first, second = heard.best_two()
        matches = (
            self._match(at, heard, second if at == first else first)
            for at in np.argsort(-heard.evidence).tolist()
            if heard.evidence[at] > 0 and (allowed is None or allowed(self.intents[at]))
        )
        return Ranking(matches=tuple(islice(matches, limit)), corrections=corrections)

    def _match(self, at: int, heard: _Heard, rival: int) -> Match:
        start, end = self._starts[at], self._ends[at]
        best = start + int(np.argmax(heard.near[start:end] + self._curated[start:end]))
        return Match(
            intent=self.intents[at],
            score=self._calibration.likely(heard.signs(at, rival)),
            phrase=self._phrases[best].text,
            evidence=float(heard.evidence[at]),
            explained=float(heard.explained[at]),
        )

    def _hear(self, said: Sequence[Word], *, without: int | None = None) -> _Heard:
        """Weigh what a text says for each intent, the phrasing ``without`` not counting."""
        near = self._index.similar(*self._vocabulary.features(said), without=without)
        votes = np.add.reduceat(near * np.sqrt(near) * self._voice, self._starts)
        knowing = [self._knowing_but(word, without) for word in dict.fromkeys(said)]
        explained, known = self._explained(knowing)
        evidence = votes + _EXPLAINED_WEIGHT * explained
        return _Heard(near, evidence, explained, known)

    def _knowing_but(self, word: Word, without: int | None) -> NDArray[np.int64]:
        """Return the intents that use a word."""
        if not word.stems:
            return _NOBODY
        if without is None:
            return self._knowing[word.stems[0]]
        having = self._index.having(word.stems[0])
        return np.unique(self._intent_of[having[having != without]])

    def _explained(self, knowing: Sequence[NDArray[np.int64]]) -> tuple[Floats, float]:
        """Return the share of a text that each intent knows, and that any of them knows.

        Rare words weigh more; a word nobody knows weighs most.
        """
        count = len(self.intents)
        share = np.zeros(count)
        total = known = 0.0
        for intents in knowing:
            weight = math.log((count + 1) / (len(intents) + 0.5))
            share[intents] += weight
            total += weight
            known += weight if len(intents) else 0.0
        return (share / total, known / total) if total else (share, 0.0)

    def _cases(self, told: Sequence[Sequence[Word]]) -> Iterator[Case]:
        """Yield what to calibrate on: phrasings left out, and whole intents left out."""
        curated = np.bincount(self._intent_of, self._curated)
        several = np.flatnonzero(self._curated & (curated[self._intent_of] > 1))
        chance = np.random.default_rng(0)
        chosen = chance.choice(several, min(_ASKED, len(several)), replace=False)
        for row in chosen.tolist() if len(self.intents) > 1 else ():
            own = int(self._intent_of[row])
            heard = self._hear(told[row], without=row)
            first, second = heard.best_two()
            yield Case(signs=heard.signs(first, second), right=first == own)
            heard.evidence[own] = 0
            first, second = heard.best_two()
            yield Case(signs=heard.signs(first, second), right=False, weight=_STRANGERS)

    def _words(self, words: Sequence[str]) -> list[str]:
        return expand(expand(words), self._short)


def _names(phrases: Iterable[Phrase]) -> Iterator[_Name]:
    """Yield the names of intents that are made of words, in the language of their phrasings."""
    languages = {phrase.intent: phrase.language for phrase in phrases}
    for intent, language in languages.items():
        words = [word for word in tokenize(_CAMEL.sub(" ", intent)) if word.isalpha()]
        if words:
            yield _Name(text=" ".join(words), intent=intent, language=language)


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_NOBODY = np.zeros(0, dtype=np.int64)

FILLERS = (
    *("can you tell me", "could you tell me", "can you", "could you", "would you", "please"),
    *("i would like to know", "i want to know", "i need to know", "do you know", "tell me"),
    *("me puede decir", "puede decirme", "quisiera saber", "me gustaria saber", "quiero saber"),
    "por favor",
)
