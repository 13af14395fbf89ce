"""Topics that the words of a message rule out: who says "health IT" wants no other career. Pure.

Likeness alone cannot tell them: "can I get into health IT without a degree" has all the words of a
question about other careers but two, and "care for my mom" those of somebody who lost her.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.matching.words import tokenize
from knowledge.schema import Topic

_TAKES_BACK = frozenset("not no isnt dont than instead vez".split())
"""Words that take back what stands next: "no, not health IT" is no wish for it."""

_NEXT = 2
"""So many words before it may take something back: "no quiero health IT"."""

_Said = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a topic's messages never say, and what one of them always does."""

    topic: str
    never: _Said
    always: _Said


class Telling:
    """The topics of a content that some words rule out."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._told = [
            _Telling(topic.id, _split(topic.unless), _split(topic.only_if))
            for topic in topics
            if topic.unless or topic.only_if
        ]

    def barred(self, text: str) -> frozenset[str]:
        """Return the topics that a text cannot mean."""
        words = text.split()
        return frozenset(one.topic for one in self._told if _rules_out(words, one))


def rules_out(topic: Topic, phrasing: str) -> bool:
    """Whether a topic could never be found by a phrasing."""
    told = _Telling(topic.id, _split(topic.unless), _split(topic.only_if))
    return _rules_out(tokenize(phrasing), told)


def _rules_out(words: list[str], told: _Telling) -> bool:
    has = frozenset(words).issuperset  # few lists have all words in a text: most are done with
    if any(has(said) and _says(words, said, meant=True) for said in told.never):
        return True
    return bool(told.always) and not any(has(said) and _says(words, said) for said in told.always)


def _split(phrases: Iterable[str]) -> _Said:
    return tuple(tuple(tokenize(phrase)) for phrase in phrases)


def _says(words: list[str], said: tuple[str, ...], *, meant: bool = False) -> bool:
    """Whether words say this one after another; where ``meant``, without taking it back."""
    return any(
        tuple(words[at : at + len(said)]) == said
        and not (meant and _TAKES_BACK.intersection(words[max(at - _NEXT, 0) : at]))
        for at in range(len(words) - len(said) + 1)
    )
