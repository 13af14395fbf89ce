"""Finds the ZIP codes and cities that a text names, and the state each is said to lie in. Pure.

A state named beside a city settles which city is meant: "Portland, Maine" and "portland, i mean
the one in maine" are not the better known Portland. A town that its state does not have here is
read as its state alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from knowledge.gazetteer import AMBIGUOUS_CODES, Spot, city_spots, zip_spot
from knowledge.matching.words import tokenize, words_of

LONGEST_CITY = 3
"""Words in a city's name: "salt lake city"."""

_LONGEST_NAME = 5
"""Words in the name of a school that begins with a city: "columbus state community college"."""

_CLEARLY = 3
"""A city is meant where it has this many times the ZIP codes of its next namesake."""

_LARGE = 4
"""A city with so many ZIP codes is one even where it is written small: "in cleveland"."""

_GREAT = 30
"""A city with so many ZIP codes stays one though some phrasing has its name: "hotels in miami"."""

_ALSO_WORDS = words_of(
    "reading surprise mission spring golden orange bend temple humble mobile buffalo union hope "
    "independence sparks cocoa sandy flushing logan jupiter vista meridian homestead media home "
    "normal liberty enterprise commerce el monte la mesa puente"
)
"""Cities that are read as such only when written large, or with their state."""

_NO_TOWNS = frozenset(
    {"state university", "state farm", "state center", "state road", "state park", "call center"}
    | {"university center", "university park", "university place", "the lakes", "the rock"}
)
"""Towns whose names say something else here, whatever state is named behind them."""

_ABROAD = words_of(
    "london rome paris vienna venice palestine jamaica victoria madrid berlin dublin lima cuba "
    "mexico lebanon peru poland holland china norway toronto bogota havana manila delhi "
    "montevideo callao cairo"
)
"""Names whose better known bearer lies abroad: they need a state behind them."""

_ZIP = re.compile(r"(?<![\w$.,-])(\d{5})(?:-\d{4})?(?![\w%]|[.,]\d)")
_ZIP_SAID = re.compile(
    r"\b(?:zip|zipcode|postal|near|around|live|in|at|from|codigo|código|cerca|vivo|en|desde)\b",
    re.IGNORECASE,
)
_ZIP_ALONE = 3
"""A number in a message of at most so many words is a ZIP code."""

_WORD = re.compile(r"[^\s,/?!;:()\"-]+")
_BEFORE_CITY = words_of("in near around about from by at outside to en cerca de desde por sobre")
_GOING = words_of(
    "mudo mudé muda mudamos mudar mudarme mudarnos mudando voy vamos ir regreso vuelvo"
)
"""Words after which a Spanish "a" leads to a place, and is no English article."""

_BESIDE = words_of("or and o y")
"""Words between two cities: "portland or seattle"."""

_JOINERS = words_of("in of the de del en")
"""Words between a city and its state: "Portland in Maine", "portland de maine"."""

_ARTICLES = words_of("a an the any some my our this that un una mi su este ese algun")
"""Words before what is no city's name: "un pueblo de Texas" is not Pueblo."""

_MEANING_IT = words_of(
    "i mean meant the one in of that is thats its it not no up down over out state im live "
    "lives quise decir digo el la que esta queda vivo en de del alla estado es me refiero al a"
)
"""Words between a city and the state it is then said to lie in: "portland, i mean the one in
maine". Who "moved to Maine" names another place."""

_LYING_THERE = words_of(
    "i am im we are live living in near around by at outside close the city town area of its is "
    "my not far here yo vivo vivimos estoy en cerca por la el ciudad zona soy"
)
"""Words between a state and a city that is then said to lie in it: "in maine, near portland"."""

_NEGATIONS = words_of("not no isnt never")
_STRICT = words_of("in or me de la al as")
"""Postal codes that are words first: read behind a city in capitals, or where the text ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place found in a text: which part names it, and where it may be."""

    start: int
    end: int
    """The part of the text, to be read as the name of its state."""
    spots: tuple[Spot, ...]
    """Where it may be, likeliest first; more than one only where nothing tells them apart."""
    between: str = ""
    """What stands between the city and its state: "i mean the one in"."""
    state: str = ""
    """Postal code of the state that was named with it."""
    town: str = ""
    """A city that the state named with it does not have."""


class _Word(NamedTuple):
    said: str
    plain: str
    start: int
    end: int

    @property
    def is_large(self) -> bool:
        return self.said[:1].isupper()


@dataclass(frozen=True, slots=True)
class _State:
    """Words that name a state."""

    first: int
    end: int
    postal: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class _City:
    """Words that name a city, and where such cities are."""

    first: int
    end: int
    spots: tuple[Spot, ...]


class Locator:
    """Finds places in texts, for one content."""

    def __init__(
        self,
        states: Mapping[str, str],
        proper: frozenset[str],
        known: frozenset[str] = frozenset(),
        names: frozenset[str] = frozenset(),
    ) -> None:
        """Take what else the words of a text may mean.

        Args:
            states: postal codes of states by their names and nicknames, as plain words.
            proper: names that are a state's before they are a town's: Ohio is one in Illinois.
            known: words that mean something else here and so are no city on their own, unless a
                great one.
            names: names of things, which are no city unless its state stands beside it.
        """
        self._states = states
        self._proper = proper
        self._known = known
        self._names = names
        self._codes = {postal.lower(): postal for postal in states.values()}
        self._first_words = frozenset(name.partition(" ")[0] for name in states)
        self._longest = max((len(name.split()) for name in states), default=0)

    def locate(self, text: str) -> list[Located]:
        """Find the ZIP code or the cities that a text names, from left to right."""
        if found := _zip_in(text):
            return [found]
        words = [_Word(w[0], _plain(w[0]), w.start(), w.end()) for w in _WORD.finditer(text)]
        states = list(self._states_in(words, shouted=text == text.upper()))
        return (
            self._with_states(words, states)
            or self._apart(words, states, text)
            or self._cities_alone(words, text)
        )

    def states_in(self, text: str) -> set[str]:
        """Return the postal codes of the states that a text names in full."""
        words = [_Word(w[0], _plain(w[0]), w.start(), w.end()) for w in _WORD.finditer(text)]
        return {one.postal for one in self._states_in(words, shouted=True) if not one.is_code}

    def _states_in(self, words: list[_Word], *, shouted: bool) -> Iterator[_State]:
        at = 0
        while at < len(words):
            found = self._state_at(words, at, shouted=shouted)
            if found:
                yield found
            at = found.end if found else at + 1

    def _state_at(self, words: list[_Word], at: int, *, shouted: bool) -> _State | None:
        plain = words[at].plain
        if plain.partition(" ")[0] in self._first_words:
            for end in range(min(at + self._longest, len(words)), at, -1):
                if postal := self._states.get(_name(words, at, end)):
                    return _State(at, end, postal)
        if at == 0 or plain not in self._codes:
            return None
        capitals = words[at].said.isupper() and not shouted
        if plain in _STRICT and not (capitals or at + 1 == len(words)):
            return None
        return _State(at, at + 1, self._codes[plain], is_code=True)

    def _with_states(self, words: list[_Word], states: list[_State]) -> list[Located]:
        """Find the cities that a state stands right behind, else right before."""
        before = [one for one in (self._before(words, state) for state in states) if one]
        return before or [one for one in (self._behind(words, state) for state in states) if one]

    def _before(self, words: list[_Word], state: _State) -> Located | None:
        """Read the city right before a state, where there is one: "portland, maine"."""
        end = state.first
        while end and words[end - 1].plain in _JOINERS and end > state.first - 2:
            end -= 1
        joined = end < state.first
        for first in range(max(end - LONGEST_CITY, 0), end):
            city = self._city(words, first, end)
            there = city and _in(city.spots, state.postal)
            if city is None or self._is_other_state(words, first, end, state):
                continue
            if there and self._is_named(words, city, there, joined=joined):
                return _lies(words, self._with_others(words, city, state), state, there)
            if not (there or joined) and self._is_elsewhere(words, city, state):
                return _lies(words, city, state, None)
        return None

    def _with_others(self, words: list[_Word], city: _City, state: _State) -> _City:
        """Return a city with others named before it for one state: "dallas or houston texas"."""
        end = city.first - 1
        if end < 1 or words[end].plain not in _BESIDE:
            return city
        for first in range(max(end - LONGEST_CITY, 0), end):
            other = self._city(words, first, end)
            there = other and _in(other.spots, state.postal)
            if other and there and self._is_plain(words, other, there):
                return replace(city, first=first)
        return city

    def _behind(self, words: list[_Word], state: _State) -> Located | None:
        """Read the city right behind a state: "maine portland", but not "iowa city"."""
        longer = range(state.end + 1, min(state.first + LONGEST_CITY, len(words)) + 1)
        if state.is_code or any(city_spots(_name(words, state.first, end)) for end in longer):
            return None
        if self._is_thing(words, state.end):
            return None
        for end in range(min(state.end + LONGEST_CITY, len(words)), state.end, -1):
            city = self._city(words, state.end, end)
            there = city and _in(city.spots, state.postal)
            if city and there and self._is_plain(words, city, there):
                return _lies(words, city, state, there)
        return None

    def _apart(self, words: list[_Word], states: list[_State], text: str) -> list[Located]:
        """Find the city whose state is named apart: "portland, i mean the one in maine"."""
        named = [one for one in states if not (one.is_code or _is_negated(words, one.first))]
        if len(named) != 1:
            return []
        others = {at for one in states if one is not named[0] for at in range(one.first, one.end)}
        for start in self._starts(words, at_first=True):
            city = self._city_at(words, start)
            there = city and _in(city.spots, named[0].postal)
            gap = city and _gap(words, city, named[0], others)
            if city and there and gap:
                between = text[words[gap[0]].start : words[gap[1] - 1].end]
                return [_lies(words, city, named[0], there, between)]
        return []

    def _cities_alone(self, words: list[_Word], text: str) -> list[Located]:
        """Find "in Cleveland" or a city that is all there is, and those named beside it.

        A great one that a comma parts from the rest is a place too: "Tampa, nights and cheap".
        """
        found: list[Located] = []
        city = self._opening_city(words, text) or self._first_city(words)
        while city:
            said = _name(words, city.first, city.end)
            if said in _ABROAD:
                break
            clear = _is_clear(city.spots)
            spots = city.spots[:1] if clear else city.spots
            start, end = words[city.first].start, words[city.end - 1].end
            found.append(Located(start=start, end=end, spots=spots))
            beside = city.end < len(words) and words[city.end].plain in _BESIDE
            city = self._city_at(words, city.end + 1) if beside and clear else None
            city = city if city and _is_clear(city.spots) else None
        return found

    def _opening_city(self, words: list[_Word], text: str) -> _City | None:
        """Return the great city that opens a text and a comma ends; "Jackson, hi" is a name."""
        city = self._city_at(words, 0) if "," in text else None
        if city is None or not _is_great(city):
            return None
        return city if text[words[city.end - 1].end :].startswith(",") else None

    def _first_city(self, words: list[_Word]) -> _City | None:
        """Return the first city named, a large one before any hamlet: "at Kaiser in Oakland"."""
        hamlet = None
        for start in self._starts(words, at_first=len(words) <= LONGEST_CITY + 1):
            city = self._city_at(words, start, alone=start == 0)
            if city and city.spots[0].weight >= _LARGE:
                return city
            if city and hamlet is None and not (start and words[start - 1].plain == "at"):
                hamlet = city  # who works "at Kaiser" names an employer
        return hamlet

    def _starts(self, words: list[_Word], *, at_first: bool) -> Iterator[int]:
        """Yield where a city's name may begin: behind "in" and the like, or where the text does.

        Args:
            words: the text.
            at_first: whether it may begin the text.
        """
        if words and at_first:
            yield 0
        for at, one in enumerate(words[:-1]):
            if one.plain in _BEFORE_CITY or _leads_to(words, at):
                yield at + 1

    def _city_at(self, words: list[_Word], start: int, *, alone: bool = False) -> _City | None:
        """Return the city whose name begins here; a state's name is none."""
        for end in range(min(start + LONGEST_CITY, len(words)), start, -1):
            name = _name(words, start, end)
            if name in self._names:
                break
            city = self._city(words, start, end)
            certain = not alone or end - start == len(words)
            if city is None or (self._means_else(name) and not (certain and _is_great(city))):
                continue
            large = city.spots[0].weight >= _LARGE and not _ALSO_WORDS.issuperset(name.split())
            if large or words[start].is_large:
                return city
        return None

    def _city(self, words: list[_Word], first: int, end: int) -> _City | None:
        if not all(word.plain for word in words[first:end]):
            return None
        spots = city_spots(_name(words, first, end))
        return _City(first, end, spots) if spots else None

    def _is_thing(self, words: list[_Word], first: int) -> bool:
        """Whether the words from here on are the name of a school or the like."""
        ends = range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1)
        return any(_name(words, first, end) in self._names for end in ends)

    def _means_else(self, name: str) -> bool:
        """Whether the words of a name are words of our phrasings."""
        return self._known.issuperset(name.split())

    def _is_other_state(self, words: list[_Word], first: int, end: int, state: _State) -> bool:
        """Whether words are first of all the name of another state, or end one.

        "New York, New Jersey" names two states, and no York in New Jersey.
        """
        for start in range(max(first - self._longest + 1, 0), first + 1):
            name = _name(words, start, end)
            if name in self._proper and (start < first or self._states[name] != state.postal):
                return True
        return False

    def _is_named(self, words: list[_Word], city: _City, there: Spot, *, joined: bool) -> bool:
        """Whether words before a state that has such a city are meant as it."""
        name = _name(words, city.first, city.end)
        before = words[city.first - 1].plain if city.first else ""
        leads_to = _leads_to(words, city.first - 1)
        if (before in _ARTICLES and not leads_to) or name in _NO_TOWNS:
            return False
        if self._is_plain(words, city, there):
            return True
        return not joined and (
            " " in name  # "high point north carolina"
            or leads_to
            or before in _BEFORE_CITY  # "in hope, arkansas"
            or (name in _ALSO_WORDS | _ABROAD and city.first == 0)
        )

    def _is_plain(self, words: list[_Word], city: _City, there: Spot) -> bool:
        """Whether words are a city's name before anything else, where one is to be expected."""
        name = _name(words, city.first, city.end)
        if words[city.first].is_large and city.first:
            return True
        if _ALSO_WORDS.issuperset(name.split()):
            return False
        great = max(there.weight, city.spots[0].weight) >= _LARGE
        return great or not self._means_else(name)

    def _is_elsewhere(self, words: list[_Word], city: _City, state: _State) -> bool:
        """Whether a town is named that its state does not have, as far as we know."""
        name = _name(words, city.first, city.end)
        before = words[city.first - 1].plain if city.first else ""
        is_thing = name in self._names and name not in self._states
        if is_thing or before in _ARTICLES or _ALSO_WORDS.issuperset(name.split()):
            return False
        if state.is_code and words[state.first].plain in AMBIGUOUS_CODES:
            return False  # "tampa ok": that is no Oklahoma
        return city.spots[0].weight >= (_GREAT if self._means_else(name) else _LARGE)


def _zip_in(text: str) -> Located | None:
    for found in _ZIP.finditer(text):
        alone = len(text.split()) <= _ZIP_ALONE
        if (alone or _ZIP_SAID.search(text)) and (spot := zip_spot(found.group(1))):
            return Located(start=found.start(), end=found.end(), spots=(spot,))
    return None


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    return " ".join(tokenize(word.replace("'", " ")))


def _name(words: Sequence[_Word], first: int, end: int) -> str:
    return " ".join(word.plain for word in words[first:end])


def _in(spots: tuple[Spot, ...], postal: str) -> Spot | None:
    return next((spot for spot in spots if spot.state == postal), None)


def _leads_to(words: Sequence[_Word], at: int) -> bool:
    """Whether a word is the "a" of "me mudo a Dallas"."""
    return at > 0 and words[at].plain == "a" and words[at - 1].plain in _GOING


def _is_great(city: _City) -> bool:
    """Whether a name is that of a great city, and first of all of it."""
    spot = city.spots[0]
    return spot.weight >= _GREAT and spot.name.lower() not in _ALSO_WORDS


def _is_clear(spots: tuple[Spot, ...]) -> bool:
    """Whether a city is so much greater than its namesakes that it is the one meant."""
    return len(spots) == 1 or spots[0].weight >= _CLEARLY * spots[1].weight


def _is_negated(words: list[_Word], at: int) -> bool:
    """Whether a state is named only to be ruled out: "not the one in oregon"."""
    before = (words[place].plain for place in range(at - 1, max(at - 5, -1), -1))
    for word in before:
        if word in _NEGATIONS:
            return True
        if word not in _JOINERS | {"one", "el", "la", "esta"}:
            return False
    return False


def _gap(
    words: list[_Word], city: _City, state: _State, others: set[int]
) -> tuple[int, int] | None:
    """Return what stands between a city and a state where it says that the one lies in the other.

    Args:
        words: the text.
        city: the city.
        state: the state.
        others: where other states are named, to be ruled out.
    """
    before = city.end <= state.first
    start, end = (city.end, state.first) if before else (state.end, city.first)
    between = {words[at].plain for at in range(start, end) if at not in others}
    says_so = between <= (_MEANING_IT if before else _LYING_THERE)
    return (start, end) if start < end and says_so else None


def _lies(
    words: list[_Word], city: _City, state: _State, there: Spot | None, between: str = ""
) -> Located:
    """Return a city in the state that is named with it, or that state where it has none such."""
    return Located(
        start=words[min(city.first, state.first)].start,
        end=words[max(city.end, state.end) - 1].end,
        spots=(there,) if there else (),
        between=between or " ".join(word.said for word in words[city.end : state.first]),
        state=state.postal,
        town="" if there else city.spots[0].name,
    )
