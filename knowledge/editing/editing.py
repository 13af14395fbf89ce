"""Edits content files by program: what an edit is not about stays as it was, byte for byte.

An edit takes the lines of one item, reads them with comments and order (ruamel), changes them and
puts them back in their place. Files are values: every function returns new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from knowledge.errors import NotFoundError
from knowledge.matching.words import tokenize
from knowledge.reading import LISTS, Files, did_you_mean, item_key
from knowledge.schema import LANGUAGES
from knowledge.yamltree import Tree, parse

Change = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where an item stands: its file, and its lines there."""

    file: str
    section: str
    start: int
    end: int
    """The line after its last one; both count from 0."""
    indent: int
    """Columns before its dash or key."""


def find(files: Files, section: str, key: str) -> Home:
    """Return where an item stands.

    Raises:
        NotFoundError: it stands nowhere; the message names what is near.
    """
    known: list[str] = []
    for name, text in files.items():
        homes = _homes(name, text)
        if found := homes.get((section, key)):
            return found
        known.extend(other for kind, other in homes if kind == section)
    guess = did_you_mean(key, known)
    raise NotFoundError(
        "There is no {section} item {key!r}{guess}.",
        section=section,
        key=key,
        guess=guess and f": {guess}",
    )


@lru_cache(maxsize=256)
def _homes(name: str, text: str) -> dict[tuple[str, str], Home]:
    """Return where each item of a file stands; kept, since edits come in rows."""
    tree = parse(text, name)
    return {
        (section, key): _home(name, text, tree, section, at)
        for section in tree.value or ()
        for at, key in enumerate(keys_of(tree, section))
    }


def keys_of(tree: Tree, section: str) -> list[str]:
    """Return what names the items of a section, in their order."""
    items = tree.value.get(section) if isinstance(tree.value, dict) else None
    if isinstance(items, dict):
        return list(items)
    return [item_key(section, item) for item in items or ()]


def _home(name: str, text: str, tree: Tree, section: str, at: int) -> Home:
    lines = text.splitlines()
    keys: Sequence[str | int] = keys_of(tree, section)
    if section in LISTS:
        keys = range(len(keys))
    start = tree.where((section, keys[at]))[0] - 1
    after = [tree.where((section, key))[0] - 1 for key in keys[at + 1 : at + 2]]
    after += [tree.where((other,))[0] - 1 for other in tree.value]
    end = min((line for line in after if line > start), default=len(lines))
    indent = len(lines[start]) - len(lines[start].lstrip())
    while end > start + 1 and _belongs_to_what_follows(lines[end - 1], indent):
        end -= 1
    return Home(file=name, section=section, start=start, end=end, indent=indent)


def _belongs_to_what_follows(line: str, indent: int) -> bool:
    bare = line.lstrip()
    return not bare or (bare.startswith("#") and len(line) - len(bare) <= indent)


def block_of(files: Files, section: str, key: str) -> str:
    """Return the lines of an item as they are written."""
    home = find(files, section, key)
    return "".join(files[home.file].splitlines(keepends=True)[home.start : home.end])


def change_item(files: Files, section: str, key: str, change: Change) -> dict[str, str]:
    """Change one item in its place.

    Args:
        files: of the knowledge base.
        section: such as ``topics``.
        key: what names the item.
        change: is given the item, or what holds it where it has no fields of its own.

    Raises:
        NotFoundError: there is no such item.
    """
    home = find(files, section, key)
    lines = files[home.file].splitlines(keepends=True)
    first = lines[home.start].lstrip()
    inline = not first.startswith("- " if section in LISTS else key)
    start, end, head = (0, len(lines), "") if inline else (home.start, home.end, f"{section}:\n")
    block = "".join(lines[start:end])
    whole = _editor(home).load(head + block)
    items = whole[section]
    at = _index(items, section, key)
    change(items[at] if isinstance(items[at], dict) else items)
    written = _dump(whole, home).removeprefix(head)
    if not block.endswith("\n"):
        written = written.rstrip("\n")
    lines[start:end] = [written]
    return {**files, home.file: "".join(lines)}


def _index(items: Any, section: str, key: str) -> Any:
    if isinstance(items, dict):
        return key
    return next(at for at, item in enumerate(items) if item_key(section, item) == key)


def _editor(home: Home) -> YAML:
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 4096
    editor.indent(mapping=2, sequence=2 + home.indent, offset=home.indent)
    editor.representer.add_representer(
        type(None),
        lambda self, _none: self.represent_scalar("tag:yaml.org,2002:null", "null"),
    )
    return editor


def _dump(whole: Any, home: Home) -> str:
    made = StringIO()
    _editor(home).dump(whole, made)
    return made.getvalue()


def remove_item(files: Files, section: str, key: str) -> dict[str, str]:
    """Take an item out, with the blank lines before it."""
    home = find(files, section, key)
    lines = files[home.file].splitlines(keepends=True)
    start = home.start
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    del lines[start : home.end]
    text = "".join(lines)
    if not keys_of(parse(text, home.file), section):
        text = "".join(line for line in lines if line.split("#")[0].rstrip() != f"{section}:")
    return {**files, home.file: text}


def add_item(files: Files, section: str, item: str | dict[str, Any], file: str) -> dict[str, str]:
    """Add an item at the end of its section in a file, which is made where it is missing.

    Args:
        files: of the knowledge base.
        section: such as ``topics``.
        item: its lines as they stand elsewhere, or plain data.
        file: where it is to stand.
    """
    text = files.get(file, "")
    if text and not text.endswith("\n"):
        text += "\n"
    block = item if isinstance(item, str) else _plain_block(section, item)
    tree = parse(text, file) if text.strip() else None
    keys = keys_of(tree, section) if tree and tree.value else []
    if tree is None or not keys:
        return {**files, file: f"{text}{section}:\n{block}"}
    home = _home(file, text, tree, section, len(keys) - 1)
    lines = text.splitlines(keepends=True)
    indented = _indented(block, home.indent)
    gap = "\n" if home.end - home.start > 1 else ""
    lines.insert(home.end, gap + indented)
    return {**files, file: "".join(lines)}


def _indented(block: str, indent: int) -> str:
    """Move lines to another column, keeping what is inside in step."""
    lines = block.splitlines(keepends=True)
    shift = indent - (len(lines[0]) - len(lines[0].lstrip()))
    if shift >= 0:
        return "".join(" " * shift + line if line.strip() else line for line in lines)
    return "".join(line[-shift:] if line.strip() else line for line in lines)


def _plain_block(section: str, item: dict[str, Any]) -> str:
    home = Home(file="", section=section, start=0, end=0, indent=2)
    made = _dump({section: [as_yaml(item)] if section in LISTS else as_yaml(item)}, home)
    return made.removeprefix(f"{section}:\n")


def as_yaml(value: Any) -> Any:
    """Return plain data as ruamel writes it best: long texts as blocks, short maps on a line."""
    if isinstance(value, dict):
        made = CommentedMap((key, as_yaml(inner)) for key, inner in value.items())
        if set(value) <= set(LANGUAGES) and all(
            isinstance(inner, str) and "\n" not in inner for inner in value.values()
        ):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple):
        return CommentedSeq(as_yaml(inner) for inner in value)
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value


def add_phrasings(
    files: Files, topic: str, language: str, phrasings: Iterable[str]
) -> dict[str, str]:
    """Add ways to ask a topic; those it has already are left out.

    Raises:
        NotFoundError: there is no such topic.
    """

    def change(item: Any) -> None:
        said = item["phrasings"].setdefault(language, CommentedSeq())
        known = {tuple(tokenize(str(phrasing))) for phrasing in said}
        for phrasing in phrasings:
            if tuple(tokenize(phrasing)) not in known:
                known.add(tuple(tokenize(phrasing)))
                said.append(phrasing)

    return change_item(files, "topics", topic, change)


def remove_phrasings(
    files: Files, topic: str, language: str, phrasings: Iterable[str]
) -> dict[str, str]:
    """Take ways to ask a topic out again; a phrasing it does not have is passed over.

    Raises:
        NotFoundError: there is no such topic.
    """
    gone = {tuple(tokenize(phrasing)) for phrasing in phrasings}

    def change(item: Any) -> None:
        said = item["phrasings"].get(language, [])
        for at in reversed(range(len(said))):
            if tuple(tokenize(str(said[at]))) in gone:
                del said[at]

    return change_item(files, "topics", topic, change)


def confirm(files: Files, fact: str, day: date) -> dict[str, str]:
    """Note that a fact, named ``thing.fact``, was looked at again and still holds.

    Raises:
        NotFoundError: there is no such fact.
    """
    thing, _, name = fact.partition(".")

    def change(item: Any) -> None:
        facts = item.get("facts") or {}
        if name not in facts:
            guess = did_you_mean(name, list(facts))
            raise NotFoundError(
                "{thing} has no fact {name!r}{guess}.",
                thing=thing,
                name=name,
                guess=guess and f": {guess}",
            )
        facts[name]["confirmed"] = day

    return change_item(files, "things", thing, change)
