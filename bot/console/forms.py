"""Turns the fields of decision forms into choices. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.curation.choices import (
    AnotherWay,
    Choice,
    Later,
    NewAnswer,
    NotOurs,
    NotReusable,
    WrongAnswer,
)
from knowledge.errors import GuideError
from knowledge.schema import LANGUAGES


def choice_of(given: Mapping[str, Any]) -> Choice:
    """Return the choice that a form makes.

    Raises:
        GuideError: the form makes none.
    """
    kind = given.get("kind", "")
    reason = str(given.get("reason", "")).strip()
    topic = str(given.get("topic", "")).strip()
    match kind:
        case "phrasing":
            override = str(given.get("override", "")).strip() or None
            return AnotherWay(
                topic=topic, phrasings=_phrasings(given), reason=reason, override=override
            )
        case "new_answer":
            return NewAnswer(
                topic=topic,
                title=_texts(given, "title"),
                answer=_texts(given, "answer"),
                phrasings=_phrasings(given),
                needs=tuple(str(given.get("needs", "")).replace(",", " ").split()),
                source=str(given.get("source", "")).strip(),
                source_url=str(given.get("source_url", "")).strip(),
                source_date=str(given.get("source_date", "")).strip(),
                reason=reason,
            )
        case "not_ours":
            return NotOurs(topic=topic or None, phrasings=_phrasings(given), reason=reason)
        case "later":
            return Later(days=_days(given), reason=reason)
        case "not_reusable":
            return NotReusable(days=_days(given), reason=reason)
        case "wrong_answer":
            return WrongAnswer(topic=topic or None, reason=reason)
        case _:
            raise GuideError("Choose what to do with this group.")


def _texts(given: Mapping[str, Any], name: str) -> dict[str, str]:
    said = {language: str(given.get(f"{name}_{language}", "")).strip() for language in LANGUAGES}
    return {language: text.replace("\r\n", "\n") for language, text in said.items() if text}


def _phrasings(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the phrasings, typed one on each line."""
    typed = _texts(given, "phrasings")
    return {
        language: tuple(line.strip() for line in text.split("\n") if line.strip())
        for language, text in typed.items()
    }


def _days(given: Mapping[str, Any]) -> int:
    try:
        return int(given.get("days") or 7)
    except ValueError:
        raise GuideError("Days are a whole number.") from None
