"""What people are without where they live and where they come from. Pure.

"Soy enfermera en Houston" says what a person is, and where by the way: it is answered as "soy
enfermera". So is a "Dominican PA in the Bronx", who may well have studied there.
"""

from __future__ import annotations

import re

from knowledge.understanding.countries import is_people

_AT = re.compile(r"(?:(?:here )?(?:in|from|near|at|en|de|por)(?: el| la| the)? )?\{state\}")
_OURS = frozenset(
    "boricua boricuas puertorriqueno puertorriquena puertorican nuyorican latino latina hispano "
    "hispana hispanic".split()
)
"""Peoples of the United States."""


def without_origin(text: str) -> str:
    """Return a text, with ``{state}`` for its places, without these and without peoples.

    Who names a people but no place here may have studied abroad: that stays.
    """
    placed = _AT.sub(" ", text).split()
    lives_here = "{state}" in text
    said = [word for word in placed if word not in _OURS and not (lives_here and is_people(word))]
    return " ".join(said)
