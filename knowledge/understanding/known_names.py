"""Tells what a content is about from the name of a person: "I am Medical Assistant"."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from knowledge.gazetteer import city_spots
from knowledge.matching.words import tokenize
from knowledge.schema import Content, Kind
from knowledge.understanding.slots import names_of

_SCHOOLS = (Kind.COLLEGE, Kind.UNIVERSITY, Kind.PROVIDER)
"""They are called after people, so only their whole names count."""
_OFTEN = 2
"""Phrasings that use a word of ours; one alone may well quote somebody's name."""


class KnownNames:
    """The words of one content that are no person's name."""

    def __init__(self, content: Content, words: Mapping[str, int]) -> None:
        """Take the content, and how many times its phrasings use each word."""
        schools = [thing for thing in content.things.values() if thing.kind in _SCHOOLS]
        others = [thing for thing in content.things.values() if thing.kind not in _SCHOOLS]
        often = (word for word, times in words.items() if times >= _OFTEN)
        named = (tokenize(name) for thing in others for name in names_of(thing))
        self._words = frozenset(chain(often, chain.from_iterable(named)))
        whole = (name for thing in schools for name in names_of(thing))
        self._schools = frozenset(" ".join(tokenize(name)) for name in whole)

    def has(self, words: str) -> bool:
        """Whether every word is one of the content's, or they name a school or a city."""
        said = tokenize(words)
        if self._words.issuperset(said) or " ".join(said) in self._schools:
            return True
        return len(said) > 1 and bool(city_spots(words))
