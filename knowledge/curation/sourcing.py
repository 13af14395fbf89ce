"""What a curator's new answer rests on: a source we know, one they name, or their own word. Pure.

Nothing is said without a source and a day. Where none is named, the answer says that it is the
word of the people who keep the answers, and when they wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.editing.editing import add_item, keys_of, remove_item
from knowledge.errors import GuideError, marked
from knowledge.reading import Files
from knowledge.yamltree import parse

OURS = marked("The people who keep these answers")
"""The title of the source where no other is named; said in the reader's language."""

NEW_SOURCES = "sources/from_curators.yaml"
"""Where sources stand that came with curators' answers."""

_URL = re.compile(r"https?://\S+")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_TYPED = re.compile(r"\n\s*(?:source|fuente)\s*:\s*(?P<said>[^\n]*)\s*\Z", re.IGNORECASE)
_FEWEST_LETTERS = 4
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an answer rests on, as somebody names it."""

    title: str = ""
    """Of a new source; or some words, or the id, of one we know."""
    url: str = ""
    date: str = ""
    """A year, month or day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an answer rests on, as the content holds it."""

    key: str
    as_of: str
    new: Mapping[str, str | None] | None = None
    """The source itself, where the content has it not yet."""


def split_off(text: str) -> tuple[str, Basis]:
    """Return an answer without its last line "Source: title, address, date", and that line."""
    found = _TYPED.search(text)
    if found is None:
        return text, Basis()
    said = found["said"]
    url = match[0].rstrip(",.;") if (match := _URL.search(said)) else ""
    rest = said.replace(url, " ") if url else said
    day = re.search(rf"(?<![\d-])({_DAY.pattern})(?![\d-])[\s.,;]*\Z", rest)
    rest = rest[: day.start()] if day else rest
    title = " ".join(rest.split()).strip(" ,.;")
    return text[: found.start()], Basis(title=title, url=url, date=day[1] if day else "")


def check_basis(basis: Basis, files: Files) -> None:
    """Refuse what names no source that can be found again.

    Raises:
        GuideError: says what is missing.
    """
    if basis.date and not _DAY.fullmatch(basis.date):
        raise GuideError("Write the date of the source as 2010, 2010-04 or 2010-04-02.")
    if basis.url and not _URL.fullmatch(basis.url):
        raise GuideError("The address of a source begins with https://.")
    if (basis.url or basis.date) and not basis.title:
        raise GuideError("Name the title of the source, too.")
    if basis.title and not basis.date and _known(basis.title, files) is None:
        raise GuideError(
            "I know no source “{title}”. Write its title, its address and its date, such as "
            "“Source: Student handbook, https://college.example/handbook, 2026-08”.",
            title=basis.title,
        )


def found(basis: Basis, topic: str, files: Files, day: str) -> Found:
    """Return what an answer rests on, as the content holds it or is to hold it.

    Args:
        basis: as somebody names it; empty where they name nothing.
        topic: the id of the answer.
        files: of the knowledge base.
        day: when the answer was written.
    """
    if not basis.title:
        known = sources_of(files)
        key = f"keepers-{day}"
        new = None if key in known else {"title": OURS, "url": None, "date": day}
        return Found(key=key, as_of=day, new=new)
    if key := _known(basis.title, files) or "":
        return Found(key=key, as_of=basis.date or day)
    key = f"{topic[:_LONGEST_ID].strip('_')}-source"
    new = {"title": basis.title, "url": basis.url or None, "date": basis.date}
    return Found(key=key, as_of=basis.date, new=new)


def with_source(one: Found, files: Files) -> Files:
    """Return the content with a source in it."""
    if one.new is None or one.key in sources_of(files):
        return files
    return add_item(files, "sources", {one.key: dict(one.new)}, NEW_SOURCES)


def without_source(key: str, files: Files) -> dict[str, str]:
    """Return the content without a source that came with an answer, if nothing uses it now."""
    uses = sum(len(re.findall(rf"(?<![\w-]){re.escape(key)}(?![\w-])", t)) for t in files.values())
    return remove_item(files, "sources", key) if uses == 1 else dict(files)


def sources_of(files: Files) -> dict[str, str]:
    """Return the sources of the content: id → title."""
    known: dict[str, str] = {}
    for name, text in files.items():
        if re.search(r"^sources:", text, re.MULTILINE):
            tree = parse(text, name)
            items = tree.value["sources"]
            known |= {key: str(items[key]["title"]) for key in keys_of(tree, "sources")}
    return known


def _known(said: str, files: Files) -> str | None:
    """Return the one source that an id, a title or some words of a title name."""
    known = sources_of(files)
    if said in known:
        return said
    wanted = said.casefold()
    same = [key for key, title in known.items() if title.casefold() == wanted]
    near = [key for key, title in known.items() if wanted in title.casefold()]
    if same:
        return same[0]
    return near[0] if len(near) == 1 and len(wanted) >= _FEWEST_LETTERS else None
