"""Which texts a translation lacks, or has for an English that changed since. Pure.

The content's ``translations`` say, for each text, against which English its translations were
reviewed: a digest of that English. A text without such a mark was not reviewed yet.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from knowledge.schema import LANGUAGES, SOURCE_LANGUAGE, Content, Text

FILE = "translations.yaml"
"""Where the marks are written; a program's file, not edited by hand."""

State = Literal["missing", "outdated", "unreviewed", "reviewed"]
_HEAD = """\
# Which English each translation was reviewed against; written by guide translations.
translations:
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A text of the content, and how its translation stands."""

    section: str
    key: str
    path: tuple[str | int, ...]
    language: str
    state: State
    source: str
    """The English."""

    @property
    def name(self) -> str:
        """Return the path by which the text is marked."""
        return "/".join(map(str, (self.section, self.key, *self.path)))


def states(content: Content) -> Iterator[Place]:
    """Yield how every text stands in every language but the source."""
    for section, key, path, text in texts(content):
        name = "/".join(map(str, (section, key, *path)))
        for language in LANGUAGES[1:]:
            source = text.say(SOURCE_LANGUAGE)
            mark = content.translations.get(name)
            state: State = "reviewed" if mark == digest(source) else "outdated"
            if mark is None:
                state = "unreviewed"
            if not text.speaks(language):
                state = "missing"
            yield Place(
                section=section,
                key=key,
                path=path,
                language=language,
                state=state,
                source=source,
            )


def count_states(content: Content) -> dict[str, Counter[State]]:
    """Return, for each language but the source, how many texts stand how."""
    counts: dict[str, Counter[State]] = {language: Counter() for language in LANGUAGES[1:]}
    for place in states(content):
        counts[place.language][place.state] += 1
    return counts


def digest(source: str) -> str:
    """Return the mark of an English text; only its words count, not how lines are broken."""
    return hashlib.sha256(" ".join(source.split()).encode()).hexdigest()[:12]


def texts(content: Content) -> Iterator[tuple[str, str, tuple[str | int, ...], Text]]:
    """Yield every text that people read, with its section, item and path in it."""
    sections: tuple[tuple[str, dict[str, Any]], ...] = (
        ("things", content.things),
        ("topics", content.topics),
        ("menus", content.menus),
        ("eligibility", {"eligibility": content.eligibility}),
        ("finder", {"finder": content.finder}),
    )
    for section, items in sections:
        for key, item in items.items():
            for path, text in _inside(item):
                yield section, key, path, text


def _inside(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _inside(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _inside(inner, (*path, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _inside(inner, (*path, index))


def mark_reviewed(content: Content, names: Iterable[str] | None = None) -> str:
    """Return the file of marks with these texts, or all that are there, marked as reviewed.

    Marks of texts that are gone are dropped.
    """
    chosen = None if names is None else set(names)
    marks = {}
    for place in states(content):
        if place.state != "missing" and (chosen is None or place.name in chosen):
            marks[place.name] = digest(place.source)
        elif place.name in content.translations:
            marks[place.name] = content.translations[place.name]
    return _HEAD + "".join(f'  {name}: "{marks[name]}"\n' for name in sorted(marks))
