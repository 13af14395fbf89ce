"""Knows where US cities and ZIP codes are.

The data is the ``zipcodes`` package's: nothing is looked up over the network. It takes a third of
a second to unpack once, so it is only touched when a text holds a ZIP code or a place to look up;
``warm`` does that beforehand, beside other work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby
from operator import attrgetter, itemgetter
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.words import tokenize, words_of

_LONG_FORMS = {"st": "saint", "ft": "fort", "mt": "mount"}
_NICKNAMES = {"nyc": "new york", "philly": "philadelphia", "vegas": "las vegas"}
_STATES = (
    "AK AL AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS "
    "MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY"
).split()

AMBIGUOUS_CODES = words_of("in or me hi ok oh pa ma de la al id co md do as mi ia")
"""Postal codes that are also words, titles or Spanish: "la IA" is artificial intelligence."""


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


def _data() -> Any:
    return import_module("zipcodes")


def warm() -> None:
    """Unpack the data, so that the first question about a place need not wait for it."""
    _cities()


_CODE = np.dtype([("state", "U2"), ("lat", "f8"), ("lon", "f8"), ("zip", "U5")])
"""What is kept of a ZIP code: a fiftieth of what the data tells."""
_NOWHERE = np.empty(0, dtype=_CODE)


@cache
def _cities() -> Mapping[str, NDArray[np.void]]:
    """Return where the ZIP codes of each city are: to find one city's rows takes milliseconds."""
    rows = _data().filter_by  # state by state, since all rows at once would take 150 MB
    found = [
        (row["city"], (state, float(row["lat"]), float(row["long"]), row["zip_code"]))
        for state in _STATES
        for row in rows(state=state)
        if _usable(row)
    ]
    found.sort(key=itemgetter(0))
    codes = np.array([code for _, code in found], dtype=_CODE)
    names, starts = np.unique(np.array([city for city, _ in found]), return_index=True)
    return dict(zip(names.tolist(), np.split(codes, starts[1:]), strict=True))


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
    city = _written(name)
    codes = _cities().get(city, _NOWHERE).tolist()
    here = (Spot(name=city, state=at, lat=lat, lon=lon, zip=code) for at, lat, lon, code in codes)
    spots = [_middle([*spots]) for _, spots in groupby(here, attrgetter("state"))]
    return tuple(sorted(spots, key=lambda spot: (-spot.weight, spot.state)))


def city_spot(name: str, state: str) -> Spot | None:
    """Return a city in a known state."""
    return next((spot for spot in city_spots(name) if spot.state == state), None)


@lru_cache(maxsize=64)
def state_middle(state: str) -> Spot | None:
    """Return the middle of a state, as its ZIP codes lie."""
    spots = [_spot(row) for row in _data().filter_by(state=state) if _usable(row)]
    return _middle(spots) if spots else None


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


def _middle(spots: list[Spot]) -> Spot:
    lat, lon = median(spot.lat for spot in spots), median(spot.lon for spot in spots)
    there = min(spots, key=lambda spot: (spot.lat - lat) ** 2 + (spot.lon - lon) ** 2)
    return Spot(
        name=there.name, state=there.state, lat=lat, lon=lon, zip=there.zip, weight=len(spots)
    )
