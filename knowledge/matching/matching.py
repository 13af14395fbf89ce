"""Ranks intents for a short text from a few phrasings of each. Pure; knows no domain.

    words → repaired → features → similarity to each phrasing → intents → calibrated score

Every phrasing votes with its similarity to the power 1.5, so that near ones outweigh the crowd.
How much it may say is solved for within its intent and language (ridge regression), so that a
phrasing told ten times over does not shout; nothing is solved across, so building stays linear.
To the votes is added the share of the text that the intent's words explain: a text that says much
the intent never mentions is likely a stranger.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.calibration import Calibration, Case
from knowledge.matching.evidence import (
    OF_MEANING,
    OF_WORDS,
    Heard,
    Signs,
    best_two,
    cases_of,
    joined,
    meaning_signs,
    word_signs,
)
from knowledge.matching.features import Vocabulary, Word
from knowledge.matching.glossary import in_english
from knowledge.matching.index import Floats
from knowledge.matching.meaning import Meaning, Sense
from knowledge.matching.phrasebook import Phrasebook
from knowledge.matching.semantic import Encoder
from knowledge.matching.spelling import Correction, Speller
from knowledge.matching.vectors import Vectors
from knowledge.matching.words import FILLERS, Fillers, expand, tokenize
from knowledge.remembering import remembered

_EXPLAINED_WEIGHT = 0.2

_REMEMBERED = 500_000
"""What texts said for single intents is remembered (14 MB): names taken out, many people ask in
the same words."""

_ASKED = 300
"""Phrasings left out and asked, to calibrate the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to say an intent."""

    text: str
    intent: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name(Phrase):
    """An intent's own name, read as a phrasing."""


class Match(NamedTuple):
    """An intent that a text may mean."""

    intent: str
    score: float
    """How likely it is right, 0 to 1."""
    phrase: str
    """The phrasing of the intent that is nearest to the text."""
    evidence: float
    explained: float
    """The share of what the text says that the intent's phrasings say too."""
    likeness: float = 1.0
    """How alike the text and that phrasing are in words and letters, 0 to 1."""
    ahead: float = 0.0
    """How far its evidence is ahead of its strongest rival's."""
    meant: float = 0.0
    """How near the text comes to a phrasing in meaning, up to 1; 0 where words alone are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a text may mean, the likeliest first."""

    matches: tuple[Match, ...] = ()
    corrections: tuple[Correction, ...] = ()
    meant: Vectors | None = None
    """The embedding of the text; None where words alone were asked."""

    @property
    def used_semantic(self) -> bool:
        """Whether the embedding was asked."""
        return self.meant is not None

    def in_doubt(self, sure_at: float = 0.9) -> bool:
        """Whether the best is too unsure to do without asking what the text means."""
        return not self.used_semantic and (not self.matches or self.matches[0].score < sure_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A text read and heard, before any intent is ruled out."""

    words: str
    corrections: tuple[Correction, ...]
    heard: Heard


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
    calibrate: bool = True
    """Whether scores are calibrated on the phrasings themselves. Who calibrates them afterwards
    does without, so that no phrasing changes what scores mean elsewhere."""


class Matcher:
    """Phrasings made ready to be matched; immutable once built."""

    def __init__(
        self, phrases: Iterable[Phrase], options: Options, encoder: Encoder | None = None
    ) -> None:
        self._encoder = encoder
        self.meaning: Meaning | None = None
        """The phrasings by meaning, once they are prepared."""
        self._preparing = Lock()
        self.fillers = Fillers((*FILLERS, *options.fillers))
        """Phrases that carry no meaning of their own."""
        self._short = {k: tuple(tokenize(v)) for k, v in options.abbreviations.items()}
        self._phrases = sorted(phrases, key=lambda phrase: phrase.intent)
        if not self._phrases:
            raise ValueError("A matcher needs at least one phrasing.")
        self.intents = tuple(dict.fromkeys(phrase.intent for phrase in self._phrases))
        if options.read_intents:
            self._phrases.extend(_names(self._phrases))
            self._phrases.sort(key=lambda phrase: phrase.intent)
        self._hear_text = remembered(self._hear_afresh, _REMEMBERED // max(len(self.intents), 50))
        self._number = {intent: at for at, intent in enumerate(self.intents)}
        self._intent_of = np.array([self._number[phrase.intent] for phrase in self._phrases])
        self._starts = np.flatnonzero(np.diff(self._intent_of, prepend=-1)).astype(np.int32)
        told = self._read_phrases(options)
        self._books = dict(self._phrasebooks(told))
        self._knowing = self._known_by(told)
        self._left_out: dict[int, Heard] = {}
        self._calibration = OF_WORDS
        if options.calibrate:
            self._calibration = OF_WORDS.fitted(list(self._cases(told)))

    @classmethod
    def build(
        cls,
        phrases: Iterable[Phrase],
        *,
        options: Options | None = None,
        semantic: Encoder | None = None,
    ) -> Matcher:
        """Make phrasings ready to be matched.

        Args:
            phrases: the ways to say each intent.
            options: what to know about their language.
            semantic: an embedding to ask when in doubt (see ``reconsider``).
        """
        return cls(phrases, options or Options(), semantic)

    def _read_phrases(self, options: Options) -> list[list[Word]]:
        """Learn the words of the phrasings; return each phrasing in words that carry meaning."""
        languages = [phrase.language for phrase in self._phrases]
        said = [self._words(tokenize(phrase.text)) for phrase in self._phrases]
        counts = Counter(word for words in said for word in words)
        counts.update(word for name in options.names for word in tokenize(name))
        self._speller = Speller(counts, dict.fromkeys(languages))
        told = [self.fillers.strip(words) for words in said]
        self._vocabulary = Vocabulary(zip(told, languages, strict=True))
        return [
            [self._vocabulary.read(word, language) for word in words]
            for words, language in zip(told, languages, strict=True)
        ]

    def _phrasebooks(self, told: Sequence[Sequence[Word]]) -> Iterator[tuple[str, Phrasebook]]:
        """Yield each language and its phrasings, told in words that carry meaning."""
        languages = np.array([phrase.language for phrase in self._phrases])
        curated = np.array([not isinstance(phrase, _Name) for phrase in self._phrases])
        for language in dict.fromkeys(languages.tolist()):
            rows = np.flatnonzero(languages == language)
            said = (self._vocabulary.features(told[row]) for row in rows.tolist())
            singles = self._vocabulary.size
            yield language, Phrasebook(rows, said, self._intent_of[rows], curated[rows], singles)

    @property
    def phrases(self) -> Sequence[Phrase]:
        """Every phrasing."""
        return self._phrases

    def near(self, phrase: Phrase, at_least: float) -> Iterator[Phrase]:
        """Yield the phrasings of its language that are so like one, from 0 to 1."""
        words, _ = self.repair(self._words(tokenize(phrase.text)))
        said = [self._vocabulary.read(w, phrase.language) for w in self.fillers.strip(words)]
        book = self._books[phrase.language]
        for row in book.near(self._vocabulary.features(said), at_least).tolist():
            yield self._phrases[row]

    def words_of(self, text: str) -> list[str]:
        """Return the words of a text that carry meaning, their spelling repaired."""
        return self.fillers.strip(self.repair(self._words(tokenize(text)))[0])

    def as_embedded(self, text: str, language: str) -> str:
        """Return a phrasing of a language as it is embedded."""
        return in_english(" ".join(self._words(tokenize(text))), language)

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Repair the spelling of words against the phrasings."""
        return self._speller.repair(words)

    def rank(
        self,
        text: str,
        *,
        limit: int = 5,
        without: Collection[str] = (),
        language: str | None = None,
        among: Collection[str] | None = None,
    ) -> Ranking:
        """Return the intents a text may mean, the likeliest first.

        Args:
            text: what was asked.
            limit: how many intents to return at most.
            without: intents that are out of the question, as if they were not known.
            language: of the text, where it is known: the phrasings of others do not vote then.
            among: the intents to return, whatever speaks for them, instead of the likeliest.
        """
        told = self._hear_text(text, language)
        heard = self._but(told.heard, without)
        chosen = self._chosen(heard, limit, among)
        matches = self._matches(heard, partial(word_signs, heard), self._calibration, chosen)
        return Ranking(matches=matches, corrections=told.corrections)

    def reconsider(
        self,
        text: str,
        *,
        limit: int = 5,
        without: Collection[str] = (),
        language: str | None = None,
        among: Collection[str] | None = None,
    ) -> Ranking:
        """Return the same with the text's meaning asked too; takes some milliseconds.

        Without an embedding words alone decide. The first call prepares the embedding.
        """
        meaning = self.prepare()
        if meaning is None:
            return self.rank(text, limit=limit, without=without, language=language, among=among)
        told = self._hear_text(text, language)
        sense = self._sense(meaning, told.words, language)
        evidence = joined(told.heard, sense)
        heard = self._but(replace(told.heard, evidence=evidence), without)
        signs = partial(meaning_signs, heard.evidence, sense)
        chosen = self._chosen(heard, limit, among)
        matches = self._matches(heard, signs, self._deeper, chosen, sense)
        return Ranking(matches=matches, corrections=told.corrections, meant=sense.vector)

    def _sense(self, meaning: Meaning, text: str, language: str | None) -> Sense:
        """Return what a text means: where its language is not plain, read in the likeliest."""
        spoken = [language] if language else self._books
        readings = dict.fromkeys(in_english(text, one) for one in spoken)
        return max(map(meaning.sense, readings), key=attrgetter("nearest"))

    def prepare(self) -> Meaning | None:
        """Embed the phrasings, once; return them by meaning, or None without an embedding.

        Takes seconds where phrasings are new: keep it off the event loop.
        """
        if self._encoder is None or self.meaning is not None:
            return self.meaning
        with self._preparing:
            if self.meaning is None:
                asked = sorted(self._left_out)
                meaning = Meaning(self._encoder, *self.to_embed(), asked)
                self._deeper = OF_MEANING.fitted(list(self._deeper_cases(meaning)))
                self.meaning = meaning
        return self.meaning

    def to_embed(self) -> tuple[list[str], NDArray[np.int64]]:
        """Return the phrasings as they are embedded, and the number of each one's intent."""
        return [self.as_embedded(p.text, p.language) for p in self._phrases], self._intent_of

    def _but(self, heard: Heard, without: Collection[str]) -> Heard:
        """Return what is heard with nothing said for some intents."""
        if not without:
            return heard
        evidence = heard.evidence.copy()
        evidence[[self._number[intent] for intent in without if intent in self._number]] = 0
        return replace(heard, evidence=evidence)

    def _chosen(
        self, heard: Heard, limit: int, among: Collection[str] | None
    ) -> NDArray[np.int64]:
        """Return the numbers of these intents, or of those that most speaks for."""
        if among is not None:
            return np.array([self._number[intent] for intent in among], dtype=np.int64)
        best = np.argsort(-heard.evidence)[:limit]
        return best[heard.evidence[best] > 0]

    def _matches(
        self,
        heard: Heard,
        signs: Signs,
        calibration: Calibration,
        best: NDArray[np.int64],
        sense: Sense | None = None,
    ) -> tuple[Match, ...]:
        first, second = best_two(heard.evidence)
        ahead = heard.evidence[best] - heard.evidence[np.where(best == first, second, first)]
        meant = sense.likeness if sense else np.zeros(len(heard.evidence))
        parts = (heard.evidence, heard.explained, heard.likeness, meant, heard.nearest)
        told = (part[best].tolist() for part in parts)
        return tuple(
            Match(
                intent=self.intents[at],
                score=calibration.likely(signs(at, second if at == first else first)),
                phrase=self._phrases[nearest].text,
                evidence=evidence,
                explained=explained,
                likeness=likeness,
                ahead=lead,
                meant=nearness,
            )
            for at, lead, evidence, explained, likeness, nearness, nearest in zip(
                best.tolist(), ahead.tolist(), *told, strict=True
            )
        )

    def _hear_afresh(self, text: str, language: str | None) -> _Told:
        words, corrections = self.repair(self._words(tokenize(text)))
        spoken = language if language in self._books else None
        said = [self._vocabulary.read(word, spoken) for word in self.fillers.strip(words)]
        heard = self._hear(said, spoken)
        return _Told(words=" ".join(words), corrections=corrections, heard=heard)

    def _hear(
        self, said: Sequence[Word], language: str | None = None, *, without: int | None = None
    ) -> Heard:
        """Weigh what a text says for each intent, the phrasing ``without`` not counting.

        Where its language is known, only the phrasings of that language vote.
        """
        features = self._vocabulary.features(said)
        votes, likeness = np.zeros(len(self.intents)), np.zeros(len(self.intents))
        nearest = self._starts.copy()
        own = self._books.get(language or "")
        for book in [own] if own else self._books.values():
            told = book.vote(features, without=without)
            votes[book.intents] += told.votes
            nearer = told.likeness > likeness[book.intents]
            nearest[book.intents[nearer]] = told.nearest[nearer]
            likeness[book.intents[nearer]] = told.likeness[nearer]
        knowing = [self._knowing_but(word, without) for word in dict.fromkeys(said)]
        explained, known = self._explained(knowing)
        return Heard(votes + _EXPLAINED_WEIGHT * explained, explained, nearest, likeness, known)

    def _known_by(self, told: Sequence[Sequence[Word]]) -> dict[int, NDArray[np.int64]]:
        """Return the intents that use each stem, those that are too common to be indexed too."""
        using: dict[int, set[int]] = {}
        for words, intent in zip(told, self._intent_of.tolist(), strict=True):
            for word in words:
                using.setdefault(word.stems[0], set()).add(intent)
        return {stem: np.array(sorted(intents)) for stem, intents in using.items()}

    def _knowing_but(self, word: Word, without: int | None) -> NDArray[np.int64]:
        """Return the intents that use a word."""
        if not word.stems:
            return _NOBODY
        having = self._having(word.stems[0]) if without is not None else _NOBODY
        if not len(having):  # one phrasing more or less says nothing of a word too common to index
            return self._knowing[word.stems[0]]
        return np.unique(self._intent_of[having[having != without]])

    def _having(self, stem: int) -> NDArray[np.int64]:
        """Return the phrasings that have a stem."""
        return np.concatenate([book.having(stem) for book in self._books.values()])

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
        self._left_out = {row: self._hear(told[row], without=row) for row in self._asked()}
        for row, heard in self._left_out.items():
            own = int(self._intent_of[row])
            yield from cases_of(own, heard.evidence, partial(word_signs, heard))

    def _deeper_cases(self, meaning: Meaning) -> Iterator[Case]:
        """Yield the same once meaning is asked too."""
        for row in sorted(self._left_out):
            sense = meaning.sense_without(row)
            if sense is None:
                continue
            evidence = joined(self._left_out[row], sense)
            signs = partial(meaning_signs, evidence, sense)
            yield from cases_of(int(self._intent_of[row]), evidence, signs)

    def _asked(self) -> list[int]:
        """Return curated phrasings to leave out, of intents that have others."""
        if len(self.intents) == 1:
            return []
        curated = np.array([not isinstance(phrase, _Name) for phrase in self._phrases])
        count = np.bincount(self._intent_of, curated)
        several = np.flatnonzero(curated & (count[self._intent_of] > 1))
        chosen = np.random.default_rng(0).choice(several, min(_ASKED, len(several)), replace=False)
        return [int(row) for row in chosen]

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
