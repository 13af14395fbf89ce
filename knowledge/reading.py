"""Reads content files into :class:`Content`, reporting every fault with its place.

A *version* of the knowledge base is its files: a mapping of path to text. Everything else
is made from them, so a version can always be written back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

import knowledge
from knowledge.errors import ContentError, Fault, Level
from knowledge.schema import (
    AskedNext,
    Content,
    Eligibility,
    Golden,
    Menu,
    Policy,
    RoleFinder,
    Source,
    Thing,
    Topic,
    Translation,
    Words,
)
from knowledge.slips import in_words
from knowledge.yamltree import Path as TreePath, Tree, parse

PACKAGED = Path(knowledge.__file__).parent / "content"
"""The knowledge base that travels with the package."""

Files = Mapping[str, str]

LISTS: dict[str, type[BaseModel]] = {
    "things": Thing,
    "topics": Topic,
    "menus": Menu,
    "golden": Golden,
    "asked_next": AskedNext,
}
KEYS = {"golden": "q", "asked_next": "after"}
"""What names an item of a list, where it is not its ``id``."""

MAPPINGS: dict[str, type[BaseModel]] = {
    "sources": Source,
    "translations": Translation,
}
SINGLES: dict[str, type[BaseModel]] = {
    "policy": Policy,
    "words": Words,
    "eligibility": Eligibility,
    "finder": RoleFinder,
}
SECTIONS = (*LISTS, *MAPPINGS, *SINGLES)


def read_folder(folder: Path = PACKAGED) -> dict[str, str]:
    """Return the text of every YAML file below a folder, by its path from there.

    Raises:
        ContentError: a file is not UTF-8, or there is none at all; with the faults of the others.
    """
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"))):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = decode(path.read_bytes(), name)
        except ContentError as error:
            faults.extend(error.faults)
    if not files and not faults:
        mend = "name a folder that holds the content files"
        faults.append(Fault(file=str(folder), what="no YAML files here", mend=mend))
    if faults:
        _content, reader = gather(files)
        raise ContentError((*faults, *reader.faults))
    return files


def decode(raw: bytes, name: str) -> str:
    """Turn bytes into text, or say what the encoding must be.

    Raises:
        ContentError: it is not plain UTF-8.
    """
    mend = "save it as UTF-8 without BOM"
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise ContentError((Fault(file=name, what="starts with a byte order mark", mend=mend),))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        what = f"the byte 0x{raw[error.start]:02x} is not UTF-8"
        fault = Fault(file=name, line=line, column=column, what=what, mend=mend)
        raise ContentError((fault,)) from None


class Reader:
    """Gathers the sections of all files, remembering where each item stands."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.found: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
        self.homes: dict[tuple[str, str], tuple[str, Tree, TreePath]] = {}
        self.known: frozenset[tuple[str, str, str]] = frozenset()
        """Warnings not to be told again: the section, the item and what is said."""

    def take(self, name: str, text: str) -> None:
        """Read one file."""
        try:
            tree = parse(text, name)
        except ContentError as error:
            self.faults.extend(error.faults)
            return
        if not isinstance(tree.value, dict):
            what = "a content file holds sections" if tree.value else "the file is empty"
            self.fault(name, tree, (), what, f"begin with one of: {', '.join(SECTIONS)}")
            return
        for section, items in tree.value.items():
            self._section(name, tree, section, items)

    def _section(self, name: str, tree: Tree, section: str, items: Any) -> None:
        path: TreePath = (section,)
        if section in LISTS and isinstance(items, list):
            for index, raw in enumerate(items):
                key = item_key(section, raw)
                self._item(section, LISTS[section], key, raw, (name, tree, (section, index)))
        elif section in MAPPINGS and isinstance(items, dict):
            for key, raw in items.items():
                self._item(section, MAPPINGS[section], key, raw, (name, tree, (section, key)))
        elif section in SINGLES and isinstance(items, dict):
            self._item(section, SINGLES[section], section, items, (name, tree, path))
        elif section in SECTIONS:
            wanted = "a list ('- id: …')" if section in LISTS else "a mapping ('name: …')"
            self.fault(name, tree, path, f"{section!r} must be {wanted}")
        else:
            guess = did_you_mean(section, SECTIONS)
            self.fault(name, tree, path, f"unknown section {section!r}", guess)

    def _item(
        self,
        section: str,
        model: type[BaseModel],
        key: str,
        raw: Any,
        home: tuple[str, Tree, TreePath],
    ) -> None:
        name, tree, path = home
        try:
            made = model.model_validate(raw)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._schema_fault(name, tree, path, detail, model)
            return
        if (section, key) in self.homes:
            first, first_tree, first_path = self.homes[section, key]
            line = first_tree.where(first_path)[0]
            named = KEYS.get(section, "id")
            what = f"the {named} {key!r} is already used in {first}:{line}"
            mend = f"choose another {named}"
            if name != first:
                mend = f"keep one of the two files if one is a copy of the other, else {mend}"
            self.fault(name, tree, (*path, named), what, mend)
            return
        self.homes[section, key] = home
        self.found[section][key] = made

    def _schema_fault(
        self, name: str, tree: Tree, path: TreePath, detail: Any, model: type[BaseModel]
    ) -> None:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        what = detail["msg"].removeprefix("Value error, ")
        where, mend = ".".join(map(str, loc)), ""
        if detail["type"] == "extra_forbidden":
            what = f"unknown field {loc[-1]!r}"
            known = _fields(model, loc[:-1])
            mend = did_you_mean(str(loc[-1]), known) or f"known fields: {', '.join(known)}"
        elif detail["type"] == "missing":
            what = f"the field {loc[-1]!r} is missing"
        elif where:
            told, mend = in_words(detail["type"], loc[-1], detail["input"])
            what = f"{where}: {told or what}"
            if detail["type"] == "literal_error":
                known = tuple(re.findall("'([^']+)'", detail["ctx"]["expected"]))
                mend = mend or did_you_mean(str(detail["input"]), known)
        self.fault(name, tree, (*path, *loc), what, mend)

    def fault(
        self,
        name: str,
        tree: Tree,
        path: TreePath,
        what: str,
        mend: str = "",
        level: Level = "error",
    ) -> None:
        """Note a fault at a place."""
        line, column = tree.where(path)
        fault = Fault(file=name, line=line, column=column, what=what, mend=mend, level=level)
        self.faults.append(fault)

    def fault_in(
        self,
        section: str,
        key: str,
        path: TreePath,
        what: str,
        mend: str = "",
        level: Level = "error",
    ) -> None:
        """Note a fault inside an item that was read well, unless it is a warning known before."""
        if level == "warning" and (section, key, what) in self.known:
            return
        name, tree, home = self.homes[section, key]
        self.fault(name, tree, (*home, *path), what, mend, level)

    def fault_of(self, section: str, what: str, mend: str) -> None:
        """Note what a section lacks, where it first stands."""
        homes = (home for (of, _), home in self.homes.items() if of == section)
        if home := next(homes, None):
            self.fault(*home[:2], (section,), what, mend)
        else:
            self.faults.append(Fault(file=f"{section}.yaml", what=what, mend=mend))


def item_key(section: str, raw: Any) -> str:
    """Return what names an item of a list."""
    return str(raw.get(KEYS.get(section, "id"))) if isinstance(raw, dict) else ""


def _fields(model: type[BaseModel], loc: tuple[Any, ...]) -> tuple[str, ...]:
    """Return the fields of the model that stands at this place inside ``model``."""
    for part in loc:
        if part in model.model_fields:
            inner = model.model_fields[part].annotation
            model = next(iter(_models(inner)), model)
    return tuple(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in getattr(annotation, "__args__", ()) for found in _models(inner)]


def did_you_mean(typed: str, known: tuple[str, ...] | list[str]) -> str:
    """Suggest the nearest known word, or nothing where none is near."""
    best = process.extractOne(typed, known, scorer=fuzz.ratio, score_cutoff=65)
    return f"did you mean {best[0]!r}?" if best else ""


def gather(files: Files) -> tuple[Content | None, Reader]:
    """Read all files; the content is None where faults forbid even to build it."""
    reader = Reader()
    for name, text in files.items():
        reader.take(name, text)
    if not reader.found["policy"] and not reader.faults:
        what = "there is no section 'policy', which says how sure the bot must be"
        mend = "take it from the packaged content, or from an earlier version"
        reader.faults.append(Fault(file="policy.yaml", what=what, mend=mend))
    if reader.faults:
        return None, reader
    found = reader.found
    singles = {name: found[name].get(name) for name in SINGLES}
    singles["words"] = singles["words"] or Words()
    sections: dict[str, Any] = {name: found[name] for name in (*LISTS, *MAPPINGS)}
    sections["golden"] = tuple(found["golden"].values())
    sections["translations"] = {path: made.root for path, made in found["translations"].items()}
    return Content(**singles, **sections), reader
