"""Tells messages in which people speak of themselves from questions. Pure."""

from __future__ import annotations

import re

from knowledge.matching.words import normalize, tokenize
from knowledge.understanding.splitting import begins_to_ask

SELF = frozenset(
    "i im ive id my me mine soy tengo mi yo trabajo trabaje estudio estudie fui era estoy "
    "busco quiero vengo llevo".split()
)
"""Words by which people speak of themselves."""

_HAVE_DONE = re.compile(r"\bhe (?:\w+[aei]do|hecho|visto|escrito|dicho|puesto|vuelto|abierto)\b")
"""Spanish "I have", which is no English "he"."""

_SHORTLY = re.compile(
    r"(?<!\ba )(?<!hace )\b(?:\d+|ten|twenty|thirty)\s*(?:years?|yrs?|yr|anos?)\b"
    r"(?!\s+(?:ago|atras|degree|program|college|school|course|diploma|certificate))"
    r"|\bhere$|\bex\b"
)
"""How people speak of themselves without such a word: "truck driver here", "lab tech 10 yrs"."""


def speaks_of_self(text: str) -> bool:
    """Whether a message speaks of the person who wrote it."""
    if not SELF.isdisjoint(tokenize(text)):
        return True
    plain = normalize(text)
    shortly = _SHORTLY.search(plain) and not begins_to_ask(text)
    return bool(shortly or _HAVE_DONE.search(plain))
