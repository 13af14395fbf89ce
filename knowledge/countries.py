"""The names of other countries, in every language of the content; from Babel's (CLDR's) lists."""

from __future__ import annotations

from functools import cache

from babel import Locale

from knowledge.schema import LANGUAGES
from knowledge.words import tokenize

_OURS = frozenset("US AS GU MP PR UM VI".split())
"""The United States and its territories."""

_ABROAD = frozenset(("abroad", "overseas", "foreign", "extranjero", "extranjera"))

LONGEST = 4
"""Words of a country's name that are looked at."""


@cache
def _names() -> frozenset[str]:
    return frozenset(
        " ".join(tokenize(name))
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code not in _OURS
    )


def is_abroad(name: str) -> bool:
    """Whether words, as ``tokenize`` makes them, name another country or say "abroad"."""
    return name in _ABROAD or name in _names()
