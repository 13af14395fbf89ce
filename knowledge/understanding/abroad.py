"""Keeps in mind that who is spoken of has studied abroad: a surgeon of Kharkiv stays one. Pure.

Within one message the names say so ("an MD from Mexico"). In a chat the country, or that there is
no license here, is told beside the degree: before it, after it, or only once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from knowledge.matching.words import tokenize
from knowledge.schema import Content, Kind
from knowledge.understanding.bystanders import OTHER_PEOPLE
from knowledge.understanding.context import About, latest_last
from knowledge.understanding.countries import (
    abroad_in,
    is_earned_here,
    is_unlicensed_here,
)
from knowledge.understanding.selves import SELF, speaks_of_self
from knowledge.understanding.slots import Finder, Variant, singular
from knowledge.understanding.splitting import asks, split_sentences
from knowledge.verdicts import Slots

_DEGREE = Kind.DEGREE.value

_ORIGIN = re.compile(
    r"\b(?:from|come|came|studied|graduat\w*|train\w*|degrees?|diplomas?|school|universi\w*|college|"
    r"licen\w+|residency|practic\w+|immigra\w+|emigra\w*|my country|home country|back home|"
    r"soy|vengo|vine|llegue|estudi\w+|gradu\w+|titul\w+|carrera|egres\w+|ejerc\w+|mi pais|"
    r"mi tierra)\b|\{(?:degree|background)\}"
)
"""Words of origin, studies or work beside a country: "I have a friend in Peru" has none."""

_HERE = frozenset("us usa american americans eeuu estadounidense estadounidenses".split())
"""Words for a degree of this country, whoever asks about it."""


_I = SELF - frozenset("my mi mine me trabajo estudio busco llevo".split())
"""Words of who tells of themselves: "my sister" is another, and so is who "estudió"."""


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
        named = self._earned_there_in(text)
        if named:
            about = replace(about, slots=latest_last(about.slots, {_DEGREE: named}))
        told = next(filter(self._is_told, split_sentences(text)), None)
        if named and (speaks_of_self(text) or not asks(text)):
            told = told or text
        if told is None and not about.theirs_abroad:
            return about  # whoever it is of: nothing was told, and nothing is to be forgotten
        if _is_of_another(told or text):
            return replace(about, theirs_abroad=about.theirs_abroad or told is not None)
        if told is None:
            return replace(about, theirs_abroad=False) if speaks_of_self(text) else about
        own = {**about.own, _DEGREE: named} if named and _DEGREE in about.own else about.own
        slots, own = (self._moved(one, self._there) for one in (about.slots, own))
        return replace(about, abroad=True, slots=slots, own=own)

    def _earned_there_in(self, text: str) -> tuple[str, ...]:
        """Return the degrees that a text names, where all of them were earned abroad."""
        variant = self._finder.variants(tokenize(text), text)[0]
        named = variant.slots.get(_DEGREE, ())
        return named if self._earned_there.issuperset(named) else ()

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
        is_abroad = about.abroad or about.theirs_abroad
        return is_abroad and not self._earned_there.issuperset(degrees)

    def _is_told(self, sentence: str) -> bool:
        """Whether people tell of themselves or theirs that they come from abroad."""
        tokens = tokenize(sentence)
        if asks(sentence) or not speaks_of_self(sentence):
            return False
        if is_unlicensed_here(" ".join(tokens)):
            return True
        plain = self._finder.variants(tokens, sentence)[0].text
        return bool(_ORIGIN.search(plain)) and self._finder.names_abroad(tokens, sentence)

    @staticmethod
    def _moved(slots: Slots, there: Mapping[str, str]) -> Slots:
        """Return things with degrees as those that were earned abroad."""
        if there.keys().isdisjoint(chain.from_iterable(slots.values())):
            return slots
        moved = (there.get(key, key) for key in slots[_DEGREE])
        return {**slots, _DEGREE: tuple(dict.fromkeys(moved))}


def _is_of_another(text: str) -> bool:
    """Whether who is named nearest before the country, or else after it, is not who writes."""
    tokens = tokenize(text)
    plain = " ".join(tokens)
    at = min((plain.find(place) for place in abroad_in(tokens)), default=len(plain))
    nearest = (*reversed(plain[:at].split()), *plain[at:].split())
    who = (word for word in map(singular, nearest) if word in _I or word in OTHER_PEOPLE)
    return next(who, "") in OTHER_PEOPLE
