"""Knows where US cities and ZIP codes are.

The data is the ``zipcodes`` package's: nothing is looked up over the network. It takes a second
to unpack once, so it is only touched when a text holds a ZIP code or a place to look up; ``warm``
does that beforehand, beside other work. A process of its own unpacks it, for the package holds
40 MB for as long as its process lives.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter
from statistics import median

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.words import tokenize, words_of

_LONG_FORMS = {"st": "saint", "ft": "fort", "mt": "mount"}
_NICKNAMES = {"nyc": "new york", "philly": "philadelphia", "vegas": "las vegas"}
_STATES = (
    "AK AL AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS "
    "MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY"
).split()

_EARTH = 3956
"""Its radius in miles."""
_NEAR = 150
"""Miles from a point within which a ZIP code is near it."""

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


def warm() -> None:
    """Unpack the data, so that the first question about a place need not wait for it."""
    _cities()


_CODE = np.dtype([("zip", "S5"), ("city", "S40"), ("state", "S2"), ("lat", "f8"), ("lon", "f8")])
"""What is kept of a ZIP code: a fiftieth of what the data tells."""


@cache
def _codes() -> NDArray[np.void]:
    """Return all ZIP codes that are in use in the US, rising."""
    lines = _unpacked_elsewhere() or [*_lines()]  # rather too much memory than no places
    return np.sort(np.loadtxt(lines, _CODE, delimiter="|", comments=None), order="zip")


def _unpacked_elsewhere() -> list[str]:
    """Return the lines as a process of its own has them; none where it cannot be had."""
    command = [sys.executable, "-P", "-m", __name__]  # -P: nothing of the current folder
    try:
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - this file
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.decode().splitlines()


def _lines() -> Iterator[str]:
    """Yield the ZIP codes that are in use, a line for each, from the package's data."""
    rows = import_module("zipcodes").filter_by
    for state in _STATES:  # one by one, since all rows at once would take 150 MB
        for row in rows(state=state):
            if row["zip_code_type"] != "MILITARY" and row["lat"] and float(row["lat"]):
                kept = (row["zip_code"], row["city"], state, row["lat"], row["long"])
                yield "|".join(kept) + "\n"


@cache
def _cities() -> Mapping[str, NDArray[np.intp]]:
    """Return which of the ZIP codes each city has, state by state."""
    codes = _codes()
    order = np.lexsort((codes["state"], codes["city"]))
    names, starts = np.unique(codes["city"][order], return_index=True)
    rows = np.split(order, starts[1:])
    return dict(zip(map(bytes.decode, names.tolist()), rows, strict=True))


@lru_cache(maxsize=4096)
def zip_spot(code: str) -> Spot | None:
    """Return where a ZIP code is; None for one that does not exist or is not in the US."""
    codes = _codes()
    return next(_spots(codes[codes["zip"] == code.encode()]), None)


@lru_cache(maxsize=4096)
def city_spots(name: str) -> tuple[Spot, ...]:
    """Return the cities of this name, one for each state, those with most ZIP codes first."""
    rows = _cities().get(_written(name))
    if rows is None:
        return ()
    by_state = groupby(_spots(_codes()[rows]), attrgetter("state"))
    spots = [_middle([*spots]) for _, spots in by_state]
    return tuple(sorted(spots, key=lambda spot: (-spot.weight, spot.state)))


def city_spot(name: str, state: str) -> Spot | None:
    """Return a city in a known state."""
    return next((spot for spot in city_spots(name) if spot.state == state), None)


@lru_cache(maxsize=64)
def state_middle(state: str) -> Spot | None:
    """Return the middle of a state, as its ZIP codes lie."""
    codes = _codes()
    spots = [*_spots(codes[codes["state"] == state.encode()])]
    return _middle(spots) if spots else None


def nearest(lat: float, lon: float) -> Spot | None:
    """Return the ZIP code nearest to a point; None for a point outside the US."""
    codes = _codes()
    lats = np.radians(codes["lat"])
    up, across = lats - radians(lat), np.radians(codes["lon"] - lon)
    far = np.sin(up / 2) ** 2 + cos(radians(lat)) * np.cos(lats) * np.sin(across / 2) ** 2
    at = int(np.argmin(far))
    spot = next(_spots(codes[at : at + 1]))
    here = Spot(name="", state="", lat=lat, lon=lon)
    return spot if miles(here, spot) <= _NEAR else None


def miles(one: Spot, other: Spot) -> float:
    """Return how far apart two points are, as the crow flies: the haversine of the angle tells."""
    lat, to_lat = radians(one.lat), radians(other.lat)
    up, across = to_lat - lat, radians(other.lon - one.lon)
    far = sin(up / 2) ** 2 + cos(lat) * cos(to_lat) * sin(across / 2) ** 2
    return 2 * _EARTH * asin(sqrt(far))


def _written(name: str) -> str:
    """Return a city's name as the data writes it: "St. Louis" is "Saint Louis"."""
    tokens = tokenize(name.replace("'", " "))
    if tokens:
        tokens[0] = _LONG_FORMS.get(tokens[0], tokens[0])
    whole = " ".join(tokens)
    whole = _NICKNAMES.get(whole, whole)
    return whole.title()


def _spots(codes: NDArray[np.void]) -> Iterator[Spot]:
    for code, city, state, lat, lon in codes.tolist():
        yield Spot(name=city.decode(), state=state.decode(), lat=lat, lon=lon, zip=code.decode())


def _middle(spots: list[Spot]) -> Spot:
    lat, lon = median(spot.lat for spot in spots), median(spot.lon for spot in spots)
    there = min(spots, key=lambda spot: (spot.lat - lat) ** 2 + (spot.lon - lon) ** 2)
    return Spot(
        name=there.name, state=there.state, lat=lat, lon=lon, zip=there.zip, weight=len(spots)
    )


if __name__ == "__main__":
    sys.stdout.writelines(_lines())
