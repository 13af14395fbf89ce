"""Knows where US cities and ZIP codes are, and finds the one a text names.

The data is the ``zipcodes`` package's: nothing is looked up over the network. It takes a third of
a second to unpack once, so it is only touched when a text holds a ZIP code or a place to look up;
``warm`` does that beforehand, beside other work.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from statistics import median
from typing import Any

from knowledge.words import tokenize

LONGEST_CITY = 3
"""Words in a city's name: "salt lake city"."""

_CLEARLY = 3
"""A city is meant where it has this many times the ZIP codes of its next namesake."""

_LARGE = 4
"""A city with so many ZIP codes is one even where it is written small: "in cleveland"."""

_GREAT = 30
"""A city with so many ZIP codes stays one though some phrasing has its name: "hotels in miami"."""

_ALSO_WORDS = frozenset(
    "reading surprise mission spring golden orange bend temple humble mobile buffalo union hope "
    "independence sparks cocoa sandy flushing logan jupiter vista meridian homestead media home "
    "normal liberty enterprise commerce el monte la mesa puente".split()
)
"""Cities that are read as such only when written large."""

_ABROAD = frozenset(
    "london rome paris vienna venice palestine jamaica victoria madrid berlin dublin lima cuba "
    "mexico lebanon peru poland holland china norway toronto bogota havana manila delhi".split()
)
"""Names whose better known bearer lies abroad: they need a state behind them."""

_BREAKS = re.compile(r"[?!;:()\"]")
_ZIP = re.compile(r"(?<![\w$.,-])(\d{5})(?:-\d{4})?(?![\w%]|[.,]\d)")
_ZIP_SAID = re.compile(
    r"\b(?:zip|zipcode|postal|near|around|live|in|at|from|codigo|código|cerca|vivo|en|desde)\b",
    re.IGNORECASE,
)
_ZIP_ALONE = 3
"""A number in a message of at most so many words is a ZIP code."""
_BEFORE_CITY = frozenset(
    "in near around about from by at outside to en cerca de desde por sobre".split()
)
_LONG_FORMS = {"st": "saint", "ft": "fort", "mt": "mount"}
_NICKNAMES = {"nyc": "new york", "philly": "philadelphia", "vegas": "las vegas"}
_STATES = (
    "AK AL AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS "
    "MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point somebody named or shared."""

    name: str
    """The city, as people write it."""
    state: str
    """Postal code of its state."""
    lat: float
    lon: float
    zip: str = ""
    """A ZIP code there."""
    weight: int = 1
    """How many ZIP codes the city has: how likely it is the one that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place found in a text: which words name it, and where it may be."""

    words: str
    """The part of the text, to be read as the name of its state."""
    spots: tuple[Spot, ...]
    """Where it may be, likeliest first; more than one only where nothing tells them apart."""


def _data() -> Any:
    return import_module("zipcodes")


def warm() -> None:
    """Unpack the data, so that the first question about a place need not wait for it."""
    _cities()


@cache
def _cities() -> frozenset[str]:
    """Return the names of all cities: most words are none, and the rows are many."""
    rows = _data().filter_by  # state by state, since all rows at once would take 150 MB
    return frozenset(row["city"] for state in _STATES for row in rows(state=state))


@lru_cache(maxsize=4096)
def zip_spot(code: str) -> Spot | None:
    """Return where a ZIP code is; None for one that does not exist or is not in the US."""
    if not re.fullmatch(r"\d{5}", code):
        return None
    found = [row for row in _data().matching(code) if _usable(row)]
    return _spot(found[0]) if found else None


@lru_cache(maxsize=4096)
def city_spots(name: str) -> tuple[Spot, ...]:
    """Return the cities of this name, one for each state, those with most ZIP codes first."""
    rows: dict[str, list[dict[str, Any]]] = {}
    city = _written(name)
    for row in _data().filter_by(city=city) if city in _cities() else ():
        if _usable(row):
            rows.setdefault(row["state"], []).append(row)
    spots = [_middle(found) for found in rows.values()]
    return tuple(sorted(spots, key=lambda spot: (-spot.weight, spot.state)))


def city_spot(name: str, state: str) -> Spot | None:
    """Return a city in a known state."""
    return next((spot for spot in city_spots(name) if spot.state == state), None)


@lru_cache(maxsize=64)
def state_middle(state: str) -> Spot | None:
    """Return the middle of a state, as its ZIP codes lie."""
    rows = [row for row in _data().filter_by(state=state) if _usable(row)]
    return _middle(rows) if rows else None


def nearest(lat: float, lon: float) -> Spot | None:
    """Return the ZIP code nearest to a point; None for a point outside the US."""
    for radius in (10, 50, 150):
        rows = _data().filter_by_coordinates(lat, lon, radius_in_miles=radius)
        spots = [_spot(row) for row in rows if _usable(row)]
        if spots:
            here = Spot(name="", state="", lat=lat, lon=lon)
            return min(spots, key=lambda spot: miles(here, spot))
    return None


def miles(one: Spot, other: Spot) -> float:
    """Return how far apart two points are, as the crow flies."""
    far: float = _data().haversine(one.lon, one.lat, other.lon, other.lat)
    return far


def locate(
    text: str, known: frozenset[str] = frozenset(), names: Collection[str] = ()
) -> Located | None:
    """Find the ZIP code or city that a text names.

    Args:
        text: what the person wrote.
        known: words that mean something else here and so are no city on their own, unless a
            great one.
        names: names of other things, such as states: Ohio is also a town in Illinois.
    """
    return _zip_in(text) or _city_in(text, known, names)


def _zip_in(text: str) -> Located | None:
    for found in _ZIP.finditer(text):
        alone = len(text.split()) <= _ZIP_ALONE
        if (alone or _ZIP_SAID.search(text)) and (spot := zip_spot(found.group(1))):
            return Located(words=found.group(), spots=(spot,))
    return None


def _city_in(text: str, known: frozenset[str], names: Collection[str]) -> Located | None:
    """Find "in Cleveland", "Springfield, IL" or a city that is all there is."""
    words = _BREAKS.sub(" ", text).split()
    plain = [_plain(word) for word in words]
    alone = [0] if len(words) <= LONGEST_CITY + 1 else []
    for start in alone + [at + 1 for at, word in enumerate(plain) if word in _BEFORE_CITY]:
        for length in range(min(LONGEST_CITY, len(words) - start), 0, -1):
            end = start + length
            name = " ".join(plain[start:end])
            if name in names:
                break
            if "" in plain[start:end]:
                continue
            spots = city_spots(name)
            certain = start not in alone or length == len(words)
            if known.issuperset(plain[start:end]) and not (certain and _is_great(spots)):
                continue
            if spots and _is_meant(words[start], plain[start:end], spots):
                return _placed(words, start, end, spots)
    return None


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    return " ".join(tokenize(word.replace("'", " ")))


def _is_great(spots: tuple[Spot, ...]) -> bool:
    """Whether a name is that of a great city, and first of all of it."""
    return bool(spots) and spots[0].weight >= _GREAT and spots[0].name.lower() not in _ALSO_WORDS


def _is_meant(first: str, name: list[str], spots: tuple[Spot, ...]) -> bool:
    """Whether words that are a city's name are meant as one."""
    if first[:1].isupper():
        return True
    return spots[0].weight >= _LARGE and not _ALSO_WORDS.issuperset(name)


def _placed(words: list[str], start: int, end: int, spots: tuple[Spot, ...]) -> Located | None:
    """Settle which city is meant by the state behind it, else by size."""
    after = words[end].strip(".,").upper() if end < len(words) else ""
    for spot in spots:
        if after == spot.state:
            return Located(words=" ".join(words[start : end + 1]), spots=(spot,))
    said = " ".join(words[start:end])
    spots = () if said.strip(".,").lower() in _ABROAD else spots
    if not spots:
        return None
    clear = len(spots) == 1 or spots[0].weight >= _CLEARLY * spots[1].weight
    return Located(words=said, spots=spots[:1] if clear else spots)


def _written(name: str) -> str:
    """Return a city's name as the data writes it: "St. Louis" is "Saint Louis"."""
    tokens = tokenize(name.replace("'", " "))
    if tokens:
        tokens[0] = _LONG_FORMS.get(tokens[0], tokens[0])
    whole = " ".join(tokens)
    whole = _NICKNAMES.get(whole, whole)
    return whole.title()


def _usable(row: dict[str, Any]) -> bool:
    return row["zip_code_type"] != "MILITARY" and bool(row["lat"]) and float(row["lat"]) != 0


def _spot(row: dict[str, Any]) -> Spot:
    return Spot(
        name=row["city"],
        state=row["state"],
        lat=float(row["lat"]),
        lon=float(row["long"]),
        zip=row["zip_code"],
    )


def _middle(rows: list[dict[str, Any]]) -> Spot:
    spots = [_spot(row) for row in rows]
    lat, lon = median(spot.lat for spot in spots), median(spot.lon for spot in spots)
    there = min(spots, key=lambda spot: (spot.lat - lat) ** 2 + (spot.lon - lon) ** 2)
    return Spot(
        name=there.name, state=there.state, lat=lat, lon=lon, zip=there.zip, weight=len(rows)
    )
