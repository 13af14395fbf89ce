"""Topics that the words of a message rule out: who says "health IT" wants no other career. Pure.

Likeness alone cannot tell them: "can I get into health IT without a degree" has all the words of a
question about other careers but two, and "care for my mom" those of somebody who lost her.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

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

_SINCE = frozenset("hace llevo lleva tras for por during over".split())
"""Words before a number of years that something took: "hace 14 años"."""

_SPENT = frozenset("of in as at with doing working ago de en como con trabajando".split())
"""Words after them: "14 years of work"; "16 años de edad" is an age."""

_Sayings = defaultdict[str, list[tuple[tuple[str, ...], str]]]


class RuledOut:
    """The topics of a content that some words rule out."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._never: _Sayings = defaultdict(list)
        """What messages for a topic never say, by its first word: few of them stand in a text."""
        self._always: _Sayings = defaultdict(list)
        """What one of them always says."""
        self._bound: set[str] = set()
        """The topics that something must be said for."""
        self._ages: list[tuple[str, tuple[int, int]]] = []
        for topic in topics:
            _file(self._never, topic.unless, topic.id)
            _file(self._always, topic.only_if, topic.id)
            if topic.only_if:
                self._bound.add(topic.id)
            if topic.ages:
                self._ages.append((topic.id, topic.ages))

    def barred(self, text: str) -> frozenset[str]:
        """Return the topics that a text cannot mean."""
        words = text.split()
        never = _said_in(words, self._never, meant=True)
        missing = self._bound - _said_in(words, self._always)
        return frozenset((*never, *missing, *self._of_other_ages(words)))

    def _of_other_ages(self, words: list[str]) -> Iterator[str]:
        """Yield the topics for another age than is told, or whose age is but years of work."""
        ages, spent = ages_told(words), years_spent(words)
        for topic, own in self._ages:
            meant = any(_within(own, age) for age in ages)
            if not meant and (ages or any(_within(own, years) for years in spent)):
                yield topic


def _file(sayings: _Sayings, said: Iterable[str], topic: str) -> None:
    for words in filter(None, map(tokenize, said)):
        sayings[words[0]].append((tuple(words), topic))


def _said_in(words: list[str], sayings: _Sayings, *, meant: bool = False) -> set[str]:
    """Return the topics of what words say; where ``meant``, of what they do not take back."""
    return {
        topic
        for at, word in enumerate(words)
        if word in sayings and not (meant and _is_taken_back(words, at))
        for said, topic in sayings[word]
        if tuple(words[at : at + len(said)]) == said
    }


def _is_taken_back(words: list[str], at: int) -> bool:
    return not _TAKES_BACK.isdisjoint(words[max(at - _NEXT, 0) : at])


def ages_told(words: list[str]) -> list[int]:
    """Return how old people are said to be: not how long they worked, or for how much.

    >>> ages_told("im 67 with 30 years in sales and my son is 19".split())
    [67, 19]
    """
    return [int(word) for at, word in enumerate(words) if _is_age(words, at)]


def years_spent(words: list[str]) -> list[int]:
    """Return for how many years something is said to have lasted.

    >>> years_spent("soy cajera hace 14 anos y tengo 15 anos de experiencia".split())
    [14, 15]
    """
    counted = (at for at, word in enumerate(words[:-1]) if word.isdigit() and len(word) == 2)
    return [int(words[at]) for at in counted if _is_spent(words, at)]


def _is_spent(words: list[str], at: int) -> bool:
    if words[at + 1] not in _YEARS or _is_age(words, at):
        return False
    since = at > 0 and words[at - 1] in _SINCE
    after = [*words[at + 2 : at + 4], "", ""]
    return since or (after[0] in _SPENT and after[1] not in _OLD)


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
