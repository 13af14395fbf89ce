"""What people likely ask next: messages that lean on what was just told. Pure.

"What if it was a long time ago?" means little alone, and is plain after an answer about records.
Such messages are kept with the topic that was told before (``asked_next``). They count only in a
chat about it or its kin, so that they change no answer to a question that stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.features import Vocabulary
from knowledge.matching.index import Floats, Index
from knowledge.matching.matching import Matcher
from knowledge.matching.semantic import Encoder
from knowledge.matching.vectors import Vectors
from knowledge.matching.words import tokenize
from knowledge.schema import Content
from knowledge.understanding.context import without_and
from knowledge.understanding.slots import Finder

_OF_KIN = 0.7
"""What a message counts that was asked after a kindred topic, not after the chat's own."""


class _Expected(NamedTuple):
    """A message that is asked after a topic."""

    answer: str
    after: str
    language: str
    text: str


class Expecting:
    """The messages that lean on what was told, and how near a text comes to those of a chat."""

    def __init__(
        self,
        content: Content,
        finder: Finder,
        matcher: Matcher,
        kin: Mapping[str, frozenset[str]],
    ) -> None:
        """Take the messages of a content.

        Args:
            content: the messages.
            finder: takes the names out of them.
            matcher: reads their words.
            kin: the topics that a chat about a topic goes on to.
        """
        self._matcher = matcher
        self._kin = kin
        self._expected = sorted(_all_of(content, finder))
        said = [(matcher.words_of(one.text), one.language) for one in self._expected]
        self._vocabulary = Vocabulary(said)
        answers = [one.answer for one in self._expected]
        numbers = {answer: at for at, answer in enumerate(dict.fromkeys(answers))}
        features = (self._features(words, language) for words, language in said)
        intents = [numbers[answer] for answer in answers]
        self._index = Index(features, intents, self._vocabulary.size) if intents else None
        if self._index:
            self._index.forget_rows()
        self._answers = {(one.after, one.text): one.answer for one in self._expected}
        self._rows: dict[str, list[int]] = {}
        for row, one in enumerate(self._expected):
            self._rows.setdefault(one.after, []).append(row)
        self._vectors: NDArray[np.float16] | None = None

    def prepare(self, encoder: Encoder) -> None:
        """Embed the messages. Takes seconds where they are new: keep it off the event loop."""
        texts = [self._matcher.as_embedded(one.text, one.language) for one in self._expected]
        self._vectors = encoder.learn(texts).astype(np.float16) if texts else None

    def exactly(self, text: str, after: str) -> str | None:
        """Return the topic that answers just this message after a topic; None for any other."""
        return self._answers.get((after, " ".join(without_and(text.split()))))

    def nearness(self, text: str, after: str, meant: Vectors | None) -> dict[str, float]:
        """Return how near a text comes to what is asked next, from 0 to 1, by what it asks for.

        Args:
            text: what was said, with slots for its names.
            after: the topic that the chat is about.
            meant: the embedding of the text; None where words alone are asked.
        """
        kin = [key for key in self._kin.get(after, ()) if key in self._rows]
        rows = [row for key in kin for row in self._rows[key]]
        if not rows:
            return {}
        near = self._near(text, rows, meant)
        nearest: dict[str, float] = {}
        for row, likeness in zip(rows, near.tolist(), strict=True):
            one = self._expected[row]
            # "Is that a lot?" asks about what was told, whatever that was.
            answer = after if one.answer == one.after else one.answer
            counts = likeness if one.after == after else likeness * _OF_KIN
            nearest[answer] = max(nearest.get(answer, 0.0), counts)
        return nearest

    def _near(self, text: str, rows: list[int], meant: Vectors | None) -> Floats:
        if meant is not None and self._vectors is not None:
            return np.asarray(self._vectors[rows].astype(np.float32) @ meant, dtype=np.float64)
        words = self._matcher.words_of(text)
        near = self._index.similar(*self._features(words, None)) if self._index else np.zeros(0)
        return near[rows]

    def _features(
        self, words: list[str], language: str | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self._vocabulary.features([self._vocabulary.read(w, language) for w in words])


def _all_of(content: Content, finder: Finder) -> Iterator[_Expected]:
    """Yield every message, its names replaced by slots."""
    for asked in content.asked_next.values():
        for answer, phrasings in asked.answers.items():
            for language, said in phrasings.items():
                for text in said:
                    told = finder.variants(tokenize(text), text)[0].text
                    told = " ".join(without_and(told.split()))
                    yield _Expected(answer, asked.after, language, told)
