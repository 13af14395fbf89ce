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

_AGED = frozenset(
    "im am is hes shes i he she turn turned turning at age aged just only "
    "tengo tiene cumpli cumplio cumplo edad de con ya solo casi almost nearly".split()
)
"""Words before a number that is how old somebody is: "I am 67", "mi hijo tiene 19"."""

_COUNTED = frozenset(
    "k hours hour hrs hr min minutes miles weeks week months month days day percent people kids "
    "credits dollars bucks am pm horas dias semanas meses millas hijos dolares por of".split()
)
"""Words after a number that is no age."""

_YEARS = frozenset("years year yrs yr anos ano".split())
_OLD = frozenset("old edad".split())

_Said = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a topic's messages never say, and what one of them always does."""

    topic: str
    never: _Said
    always: _Said
    ages: tuple[int, int] | None


class Telling:
    """The topics of a content that some words rule out."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._told = [
            _telling(topic) for topic in topics if topic.unless or topic.only_if or topic.ages
        ]

    def barred(self, text: str) -> frozenset[str]:
        """Return the topics that a text cannot mean."""
        words = text.split()
        have = frozenset(words)
        return frozenset(one.topic for one in self._told if _rules_out(words, have, one))


def rules_out(topic: Topic, phrasing: str) -> bool:
    """Whether a topic could never be found by a phrasing."""
    words = tokenize(phrasing)
    return _rules_out(words, frozenset(words), _telling(topic))


def _telling(topic: Topic) -> _Telling:
    return _Telling(topic.id, _split(topic.unless), _split(topic.only_if), topic.ages)


def _rules_out(words: list[str], have: frozenset[str], told: _Telling) -> bool:
    has = have.issuperset  # few lists have all words in a text: most are done with
    if any(has(said) and _says(words, said, meant=True) for said in told.never):
        return True
    if told.ages and (ages := ages_told(words)) and not any(_within(told.ages, a) for a in ages):
        return True
    return bool(told.always) and not any(has(said) and _says(words, said) for said in told.always)


def ages_told(words: list[str]) -> list[int]:
    """Return how old people are said to be: not how long they worked, or for how much.

    >>> ages_told("im 67 with 30 years in sales and my son is 19".split())
    [67, 19]
    """
    return [int(word) for at, word in enumerate(words) if _is_age(words, at)]


def _is_age(words: list[str], at: int) -> bool:
    if not (words[at].isdigit() and len(words[at]) == 2):
        return False
    after = [*words[at + 1 : at + 3], "", ""]
    if after[0] == "yo" or (after[0] in _YEARS and after[1] in _OLD):
        return True
    aged = at > 0 and words[at - 1] in _AGED and after[0] not in _COUNTED
    aged = aged and (words[at - 1] != "at" or not after[0])  # "at 58", not "at 30 Oak Street"
    if after[0] not in _YEARS:
        return aged
    own = at > 0 and words[at - 1] in ("tengo", "tiene", "cumpli", "cumplio")  # "tengo 52 años"
    return own and after[1] not in ("de", "en", "como", "trabajando")


def _within(ages: tuple[int, int], age: int) -> bool:
    return ages[0] <= age <= ages[1]


def _split(phrases: Iterable[str]) -> _Said:
    return tuple(tuple(tokenize(phrase)) for phrase in phrases)


def _says(words: list[str], said: tuple[str, ...], *, meant: bool = False) -> bool:
    """Whether words say this one after another; where ``meant``, without taking it back."""
    return any(
        tuple(words[at : at + len(said)]) == said
        and not (meant and _TAKES_BACK.intersection(words[max(at - _NEXT, 0) : at]))
        for at in range(len(words) - len(said) + 1)
    )
