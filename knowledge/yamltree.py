"""Reads YAML as plain data with the place of every value, and nothing that could harm.

No tags, anchors or aliases are accepted, so a file can neither run code nor blow up in memory.
Plain scalars become null, true/false, whole or decimal numbers, or text; dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from knowledge.errors import ContentError, Fault
from knowledge.slips import CURLY, STRAIGHT

Path = tuple[str | int, ...]
Mark = tuple[int, int]

LARGEST_FILE = 2_000_000
"""Characters; a hand-edited file is a hundred times smaller."""

DEEPEST = 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_CURLY = "“”‘’"
_SMART_KEY = re.compile(rf"^\s*(- )?[{_CURLY}\"']?[^:#\n]*[{_CURLY}][^:#\n]*:(\s|$)")
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data and where each part of it stands, by path from the root; lines count from 1."""

    value: Any
    marks: dict[Path, Mark]

    def where(self, path: Path) -> Mark:
        """Return the place of this path, or of its nearest parent that has one."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))


class _RefusedError(Exception):
    """Something that no content file may hold."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.what)


class _Builder:
    """Turns the parser's events into plain data, collecting marks and faults.

    Event by event, since a parser that reads a large file in one go would hold up every question
    that the bot is asked meanwhile.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self.marks: dict[Path, Mark] = {}
        self.faults: list[Fault] = []

    def document(self) -> Any:
        """Return the value of the one document."""
        value, documents = None, 0
        for event in self.events:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                self._refuse(event, "a second document begins with '---'", "one document a file")
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, (), 1)
        return value

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        self._admit(event, depth)
        self.marks[path] = _mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return event.value if (event.style or "").strip() else _scalar(event.value)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        made: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            made.append(self._value(event, (*path, len(made)), depth + 1))
        return made

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path, depth)
            if key in made:
                self._fault(event, f"the key {key!r} stands twice", "keep one of the two")
            made[key] = self._value(next(self.events), (*path, key), depth + 1)
            self.marks[(*path, key)] = _mark(event)
        return made

    def _key(self, event: Any, path: Path, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self._admit(event, depth)
            return str(event.value)
        said = self._value(event, (*path, ""), depth + 1)
        self._fault(event, "a key must be a word", "write 'key: value'")
        return str(said)

    def _admit(self, event: Any, depth: int) -> None:
        """Refuse tags, anchors, aliases and absurd depth."""
        if tag := getattr(event, "tag", None):
            self._refuse(event, f"the tag {tag!r} is not allowed", "write plain values only")
        if event.anchor:
            what = "anchors and aliases (& and *) are not allowed"
            self._refuse(event, what, "write the value out")
        if depth > DEEPEST and isinstance(event, yaml.CollectionStartEvent):
            self._refuse(event, "the nesting is too deep", "check the indentation")

    def _fault(self, event: Any, what: str, mend: str) -> None:
        self.faults.append(_fault_at(event.start_mark, self.name, what, mend))

    def _refuse(self, event: Any, what: str, mend: str) -> NoReturn:
        raise _RefusedError(_fault_at(event.start_mark, self.name, what, mend))


def _mark(event: Any) -> Mark:
    start = event.start_mark
    return start.line + 1, start.column + 1


def _scalar(word: str) -> Any:
    if word in ("", "~", "null", "Null", "NULL"):
        return None
    if word in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return word.lower() == "true"
    if _INTEGER.match(word):
        return int(word)
    return float(word) if _DECIMAL.match(word) else word


def _line_faults(text: str, name: str) -> list[Fault]:
    """Find what people get wrong in an editor, before the parser says it in its own words."""
    if len(text) > LARGEST_FILE:
        what = f"the file has {len(text):,} characters; at most {LARGEST_FILE:,} are read"
        return [Fault(file=name, what=what, mend="split it into several files")]
    odd = any(sign in text for sign in ("\t", *_CURLY))
    if not (odd or _CONFLICT.search(text) or _CONTROL.search(text)):
        return []  # as nearly always: line by line takes its time
    faults = []
    for number, line in enumerate(text.split("\n"), start=1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            fault = (
                "a tab in the indentation",
                "use two spaces for each step",
                indent.index("\t"),
            )
        elif _CONFLICT.match(line):
            fault = ("a merge conflict was left in the file", "keep one side, drop the marks", 0)
        elif _SMART_KEY.match(line) and not line.lstrip().startswith(("#", "- {")):
            fault = ("curly quotes in a key", "write keys with no quotes or straight ones", 0)
        elif found := _CONTROL.search(line):
            what = f"the character U+{ord(found.group()):04X} cannot stand in a content file"
            fault = (what, "delete it", found.start())
        else:
            continue
        what, mend, column = fault
        faults.append(Fault(file=name, line=number, column=column + 1, what=what, mend=mend))
    return faults


def _fault_at(mark: Any, name: str, what: str, mend: str) -> Fault:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(file=name, line=line, column=column, what=what, mend=mend)


def parse(text: str, name: str) -> Tree:
    """Read one YAML document.

    Raises:
        ContentError: with every fault found, each with its line and column.
    """
    faults = _line_faults(text, name)
    if not faults:
        builder = _Builder(text, name)
        try:
            value = builder.document()
        except _RefusedError as refused:
            raise ContentError((refused.fault,)) from None
        except yaml.YAMLError as error:
            raise ContentError((_syntax_fault(error, name, text),)) from None
        faults = builder.faults
        if not faults:
            return Tree(value, builder.marks)
    raise ContentError(tuple(faults))


def _syntax_fault(error: yaml.YAMLError, name: str, text: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    mend = "look at this line and the one above: a missing quote, colon or space?"
    at = mark.line if mark else 0
    if CURLY & set("".join(text.split("\n")[max(at - 1, 0) : at + 1])):
        mend = f"curly quotes hold no text together: {STRAIGHT}"
    return _fault_at(mark, name, f"this is not valid YAML: {problem}", mend)
