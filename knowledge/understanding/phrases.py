"""The curated phrasings as questions are read: names replaced by slots. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from sys import intern

from knowledge.matching.matching import Options, Phrase
from knowledge.matching.words import is_slot, tokenize
from knowledge.schema import SOURCE_LANGUAGE, Content
from knowledge.understanding.asides import Asides
from knowledge.understanding.slots import Finder, singular
from knowledge.verdicts import Slots

_ORDINARY = 14
"""A word that the phrasings of one topic in so many say is a word that people ask with."""

_URGENT = 0.09
"""Of the phrasings with a word, the share about a danger from which the word may tell of one."""


class Phrases:
    """All phrasings of a content, and what their words tell."""

    def __init__(self, content: Content, finder: Finder) -> None:
        told = [*_in_slots(content, finder)]
        self.all = [phrase for phrase, _ in told]
        """Every phrasing with names replaced by slots, as questions will be, topic by topic."""
        self.asides = Asides(content.topics, ((p.intent, p.text, named) for p, named in told))
        # Of each word one is kept: the others would keep the memory of all that is let go of.
        said = [[*map(intern, phrase.text.split())] for phrase in self.all]
        self.exact = exact_phrases(self.all)
        self.only_in = only_in_one_language(self.all, said)
        self.ordinary = ordinary_words(self.all, said)
        self.urgent = urgent_words(self.all, said, content)
        self.words = Counter(chain.from_iterable(said))
        """How often each word is in one."""


def _in_slots(content: Content, finder: Finder) -> Iterator[tuple[Phrase, Slots]]:
    """Yield every curated phrasing with names replaced by slots, and the things it names."""
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            for said in phrasings:
                variant = finder.variants(tokenize(said), said)[0]
                yield Phrase(text=variant.text, intent=topic.id, language=language), variant.slots


def exact_phrases(phrases: Iterable[Phrase]) -> dict[str, tuple[str, ...]]:
    """Return the topics that each phrasing belongs to."""
    found: dict[str, tuple[str, ...]] = {}
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for phrase in phrases:
        topics = found.get(phrase.text, ())
        if phrase.intent not in topics:
            topics = (*topics, phrase.intent)
            found[phrase.text] = same.setdefault(topics, topics)
    return found


def topics_of_words(phrases: Iterable[Phrase]) -> dict[str, set[str]]:
    """Return, for each word, the topics that are asked with it."""
    topics: dict[str, set[str]] = {}
    for phrase in phrases:
        for word in phrase.text.split():
            topics.setdefault(word, set()).add(phrase.intent)
    return topics


def ordinary_words(phrases: Sequence[Phrase], said: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the words that many topics are asked with, in the singular: "test", "school"."""
    asked: dict[str, set[str]] = {}
    for phrase, words in zip(phrases, said, strict=True):
        asked.setdefault(phrase.intent, set()).update(map(singular, words))
    counts = Counter(chain.from_iterable(asked.values()))
    return frozenset(word for word, count in counts.items() if count * _ORDINARY > len(asked))


def urgent_words(
    phrases: Sequence[Phrase], said: Sequence[Sequence[str]], content: Content
) -> frozenset[str]:
    """Return the words that may tell of a danger: without one of them nobody cries for help."""
    all_words: Counter[str] = Counter()
    of_danger: Counter[str] = Counter()
    for phrase, words in zip(phrases, said, strict=True):
        told = {*words}
        all_words.update(told)
        if content.topics[phrase.intent].is_urgent:
            of_danger.update(told)
    return frozenset(
        word for word, count in of_danger.items() if count >= _URGENT * all_words[word]
    )


def only_in_one_language(
    phrases: Sequence[Phrase], said: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Return the single words that are phrasings of one language alone, but for the source's."""
    found: dict[str, set[str]] = {}
    for phrase, words in zip(phrases, said, strict=True):
        if len(words) == 1 and not is_slot(words[0]):
            found.setdefault(words[0], set()).add(phrase.language)
    only = {word: languages.pop() for word, languages in found.items() if len(languages) == 1}
    return {word: language for word, language in only.items() if language != SOURCE_LANGUAGE}


def short_words(content: Content) -> Iterator[str]:
    """Yield what no slip of the keyboard is, though no phrasing says it: "hrs", "pls"."""
    yield from content.words.abbreviations
    yield from chain.from_iterable(tokenize(filler) for filler in _fillers(content))


def _fillers(content: Content) -> tuple[str, ...]:
    return tuple(phrase for phrases in content.words.fillers.values() for phrase in phrases)


def options_of(content: Content) -> Options:
    """Return what the matcher is told about the language of a content."""
    return Options(
        fillers=_fillers(content), abbreviations=content.words.abbreviations, calibrate=False
    )


def samples_of(content: Content) -> dict[str, list[str]]:
    """Return texts of each language, to tell it by: phrasings and answers."""
    samples: dict[str, list[str]] = {}
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            samples.setdefault(language, []).extend(phrasings)
        for spoken, said in topic.answer.root.items() if topic.answer else ():
            samples.setdefault(spoken, []).append(said)
    return samples
