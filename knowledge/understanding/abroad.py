"""Keeps in mind that who is spoken of has studied abroad: a surgeon of Kharkiv stays one. Pure.

Within one message the names say so ("an MD from Mexico"). In a chat the country, or that there is
no license here, is told beside the degree: before it, after it, or only once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from knowledge.matching.words import tokenize
from knowledge.schema import Content, Kind
from knowledge.understanding.context import About, latest_last
from knowledge.understanding.countries import (
    is_earned_here,
    is_unlicensed_here,
    may_have_studied,
)
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.slots import Finder, Variant
from knowledge.understanding.splitting import asks, split_sentences
from knowledge.verdicts import Slots

_DEGREE = Kind.DEGREE.value

_HERE = frozenset("us usa american americans eeuu estadounidense estadounidenses".split())
"""Words for a degree of this country, whoever asks about it."""


class Abroad:
    """The degrees of a content that are another thing where they were earned abroad."""

    def __init__(self, content: Content, finder: Finder) -> None:
        """Take the degrees, and what finds names in a text."""
        self._finder = finder
        self._there = {
            thing.id: thing.links["abroad"][0]
            for thing in content.of_kind(Kind.DEGREE)
            if thing.links.get("abroad")
        }
        self._earned_there = frozenset(self._there.values())

    def heard(self, text: str, about: About) -> About:
        """Return a chat's subject once a message was heard that may tell of another country."""
        variant = self._finder.variants(tokenize(text), text)[0]
        named = variant.slots.get(_DEGREE, ())
        if named and self._earned_there.issuperset(named):
            own = {**about.own, _DEGREE: named} if _DEGREE in about.own else about.own
            slots = latest_last(about.slots, {_DEGREE: named})
            return replace(about, abroad=True, slots=slots, own=own)
        if not self._tells(text):
            return about
        slots, own = (self._moved(one, self._there) for one in (about.slots, about.own))
        return replace(about, abroad=True, slots=slots, own=own)

    def as_told(self, variant: Variant, text: str, about: About) -> Variant:
        """Return a text's names with the degree of who is spoken of as the one that they have.

        "Do dentists count?" of a dentist from Peru is about such a degree; of anybody else, and of
        a "US dentist" or a "dentist in Texas", it is about one of this country.
        """
        told = about.slots.get(_DEGREE, ())
        known = {here: there for here, there in self._there.items() if there in told}
        if speaks_of_self(text):
            known = self._there if about.abroad else known
        elif "{state}" in variant.text:
            return variant
        of_here = not _HERE.isdisjoint(tokenize(text)) or is_earned_here(variant.text)
        if of_here or not known:
            return variant
        return replace(variant, slots=self._moved(variant.slots, known))

    def is_unsaid(self, slots: Slots, about: About) -> bool:
        """Whether a degree was earned abroad that has no thing of its own for that."""
        degrees = slots.get(_DEGREE, ())
        return about.abroad and not self._earned_there.issuperset(degrees)

    def _tells(self, text: str) -> bool:
        """Whether people tell of themselves or theirs that they come from abroad."""
        return any(map(self._is_told, split_sentences(text)))

    def _is_told(self, sentence: str) -> bool:
        tokens = tokenize(sentence)
        plain = " ".join(tokens)
        if asks(sentence) or not speaks_of_self(sentence):
            return False
        named = may_have_studied(plain) and self._finder.names_abroad(tokens, sentence)
        return named or is_unlicensed_here(plain)

    @staticmethod
    def _moved(slots: Slots, there: Mapping[str, str]) -> Slots:
        """Return things with degrees as those that were earned abroad."""
        if there.keys().isdisjoint(chain.from_iterable(slots.values())):
            return slots
        moved = (there.get(key, key) for key in slots[_DEGREE])
        return {**slots, _DEGREE: tuple(dict.fromkeys(moved))}
