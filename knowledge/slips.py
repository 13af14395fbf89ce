"""Says in words what people write wrongly in a field, and how to mend it. Pure."""

from __future__ import annotations

from typing import Any

CURLY = frozenset("“”„‘’")
"""Quotes of word processors; YAML takes them for letters."""
STRAIGHT = 'write straight quotes ("), or none'

_AS_OF = 'write a year, a month or a day as "2010", "2010-04" or "2010-04-02", or undated'
_DAY = "write the day as 2010-04-02"
_ID = "write small letters and digits, with - or _ between: implementation-manager"


def in_words(kind: str, field: object, given: Any) -> tuple[str, str]:
    """Return what is wrong and how to mend it; empty where the model says it well enough.

    Args:
        kind: of the fault, as pydantic calls it.
        field: the last part of its place.
        given: what stands there.
    """
    if field == "as_of" and kind != "value_error":
        return f"{_shown(given)} is not a date that can be read", _AS_OF
    if field == "as_of":
        return "", _AS_OF
    if kind.startswith("date"):
        return f"{_shown(given)} is not a day", _DAY
    if kind == "string_type":
        return _no_text(given)
    if kind == "string_pattern_mismatch" and isinstance(given, str):
        return f"{given!r} cannot be an id", _ID
    words = "".join(map(str, given)) if isinstance(given, dict) else str(given)[:1]
    return "", STRAIGHT if CURLY & set(words) else ""


def _no_text(given: Any) -> tuple[str, str]:
    """Say that YAML reads something else where words belong."""
    if isinstance(given, dict):
        said = next(iter(given), "")
        return (
            f"what begins {said!r} is read as 'name: value', not as words",
            "put it all in quotes",
        )
    if isinstance(given, list):
        return "a list stands where words belong", "write one text"
    if given is None:
        return "there is nothing", "write words, or take the line out"
    return f"{_shown(given)} is read as a number or a yes or no, not as words", "put it in quotes"


def _shown(given: Any) -> str:
    return repr(given) if isinstance(given, str) else str(given).lower()
