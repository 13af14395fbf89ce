"""Reads YAML as plain data with the place of every value, and nothing that could harm.

No tags, anchors or aliases are accepted, so a file can neither run code nor blow up in memory.
Plain scalars become null, true/false, whole or decimal numbers, or text; dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.errors import ContentError, Fault

Path = tuple[str | int, ...]
Mark = tuple[int, int]

LARGEST_FILE = 2_000_000
"""Characters; a hand-edited file is a hundred times smaller."""

DEEPEST = 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_SMART_KEY = re.compile(r"^\s*(- )?[“”‘’\"']?[^:#\n]*[“”‘’][^:#\n]*:(\s|$)")
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


class _Builder:
    """Turns composed nodes into plain data, collecting marks and faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[Path, Mark] = {}
        self.faults: list[Fault] = []

    def build(self, node: yaml.Node, path: Path = ()) -> Any:
        self.marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        plain = isinstance(node, yaml.ScalarNode) and not (node.style or "").strip()
        return _scalar(node.value) if plain else node.value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "a key must be a word", "write 'key: value'")
                continue
            if key in made:
                self._fault(key_node, f"the key {key!r} stands twice", "keep one of the two")
            value = self.build(value_node, (*path, key))
            made[key] = value
            mark = key_node.start_mark
            self.marks[(*path, key)] = (mark.line + 1, mark.column + 1)
        return made

    def _fault(self, node: yaml.Node, what: str, mend: str) -> None:
        self.faults.append(_fault_at(node.start_mark, self.name, what, mend))


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


def _event_faults(text: str, name: str) -> list[Fault]:
    """Refuse tags, anchors, aliases, several documents and absurd depth."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        what = mend = ""
        if tag := getattr(event, "tag", None):
            what, mend = f"the tag {tag!r} is not allowed", "write plain values only"
        elif getattr(event, "anchor", None):
            what, mend = "anchors and aliases (& and *) are not allowed", "write the value out"
        elif depth > DEEPEST:
            what, mend = "the nesting is too deep", "check the indentation"
        elif documents > 1:
            what, mend = "a second document begins with '---'", "one document a file"
        if what:
            return [_fault_at(event.start_mark, name, what, mend)]
    return []


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
        try:
            faults = _event_faults(text, name)
            node = None if faults else yaml.compose(text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise ContentError((_syntax_fault(error, name),)) from None
        except RecursionError:
            raise ContentError((Fault(file=name, what="the nesting is too deep"),)) from None
        if not faults:
            builder = _Builder(name)
            value = builder.build(node) if node is not None else None
            faults = builder.faults
            if not faults:
                return Tree(value, builder.marks)
    raise ContentError(tuple(faults))


def _syntax_fault(error: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    mend = "look at this line and the one above: a missing quote, colon or space?"
    return _fault_at(mark, name, f"this is not valid YAML: {problem}", mend)
