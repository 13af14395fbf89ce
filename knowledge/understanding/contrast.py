"""What is set over against what: "trainer or manager", "and the manager too". Pure."""

from __future__ import annotations

from knowledge.answering.comparing import MOST
from knowledge.matching.words import is_slot
from knowledge.understanding.context import About
from knowledge.verdicts import Slots

_AGAINST = frozenset("and or vs versus against than from y e o u contra con with".split())
_APART = _AGAINST - frozenset("and y e con with".split())
_BETWEEN = frozenset("between entre compare comparar compara compareme".split())
"""Words between two things that are compared, those that alone compare, and before the first."""


def sets_apart(text: str) -> bool:
    """Whether a text compares by one word alone: "or the trainer"."""
    return not _APART.isdisjoint(text.split())


def opposite(text: str) -> list[str]:
    """Return what stands over against the one thing named: "difference between {role} and X"."""
    sides: list[list[str]] = [[]]
    for word in text.split():
        if word in _AGAINST:
            sides.append([])
        else:
            sides[-1].append(word)
    at = next((at for at, side in enumerate(sides) if any(map(is_slot, side))), None)
    if at is None or any(any(map(is_slot, side)) for side in sides[at + 1 :]):
        return []
    before = sides[at - 1] if at else []
    opens = max((place for place, word in enumerate(before) if word in _BETWEEN), default=-1)
    return next(filter(None, sides[at + 1 :]), []) or (before[opens + 1 :] if opens >= 0 else [])


def beside(named: Slots, about: About) -> Slots:
    """Return the one thing named beside the one spoken of: "versus trainer" names but one."""
    return {
        kind: (*before, *named[kind])
        for kind, before in about.slots.items()
        if len(before) == len(named.get(kind, ())) == 1 and before != named[kind]
    }


def compared_kinds(about: About) -> list[str]:
    """Return the kinds of which the chat is about two things or more."""
    return [kind for kind, keys in about.slots.items() if len(keys) > 1]


def set_with(named: Slots, about: About) -> Slots:
    """Return things that are compared with one more: "and the manager" after two roles.

    "I meant the security one" of the two that were compared asks about that one alone.
    """
    both = {kind: (*about.slots[kind], *keys) for kind, keys in named.items()}
    return {kind: keys for kind, keys in both.items() if MOST >= len(set(keys)) == len(keys)}
