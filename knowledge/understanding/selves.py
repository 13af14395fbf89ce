"""Tells messages in which people speak of themselves from questions. Pure."""

from __future__ import annotations

import re

from knowledge.matching.words import normalize, tokenize

_SELF = frozenset(
    "i im ive id my me mine soy tengo mi yo he trabajo trabaje estudio estudie fui era estoy "
    "busco quiero vengo llevo".split()
)
"""Words by which people speak of themselves."""

_HERE = re.compile(r"\b(?:\d+|ten|twenty|thirty)\s*(?:years?|yrs?|yr|anos?)\b|\bhere$|\bex\b")
"""How people speak of themselves without such a word: "truck driver here", "lab tech 10 yrs"."""


def speaks_of_self(text: str) -> bool:
    """Whether a message speaks of the person who wrote it."""
    return not _SELF.isdisjoint(tokenize(text)) or bool(_HERE.search(normalize(text)))
