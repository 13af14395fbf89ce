"""Brings two edits of the same version together, fact by fact. Pure.

Files that only one side touched are taken whole. In a file that both touched, every fact, text and
phrasing goes its own way; only where both changed the same one differently must a person decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from knowledge.editing.diffing import quote
from knowledge.editing.editing import (
    add_item,
    as_yaml,
    block_of,
    change_item,
    keys_of,
    remove_item,
)
from knowledge.reading import Files
from knowledge.yamltree import parse

Unit = tuple[str, ...]
"""What a person changes at once: a fact, a text in one language, a field."""

Item = tuple[str, str]
"""An item by its section and key."""

_SPLIT = frozenset(
    "facts name title answer intro phrasings aliases links abbreviations synonyms fillers".split()
)
_SETS = frozenset({"phrasings", "aliases", "fillers"})
"""Fields whose lists are sets of sayings: both sides' additions are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Our edit with theirs taken in."""

    files: dict[str, str]
    conflicts: tuple[str, ...] = ()
    """What both sides changed, each differently; ours stands in the files."""


def merge(base: Files, ours: Files, theirs: Files) -> Merged:
    """Take into our edit what they changed since the version both began with.

    Raises:
        ContentError: a file cannot be read.
    """
    work = _Work(files=dict(ours))
    contested = []
    for name in dict.fromkeys((*base, *theirs)):
        before, mine, now = base.get(name), ours.get(name), theirs.get(name)
        if mine == before:
            work.take_file(name, now)
        elif now not in (before, mine):
            contested.append(name)
    for name in contested:
        work.take_items(name, base, theirs, _index(ours))
    return Merged(files=work.files, conflicts=tuple(work.conflicts))


def _index(files: Files) -> dict[Item, Any]:
    """Return the plain items of files by section and key."""
    found: dict[Item, Any] = {}
    for name, text in files.items():
        tree = parse(text, name)
        for section, items in (tree.value or {}).items():
            keys = keys_of(tree, section)
            values = items.values() if isinstance(items, dict) else items or ()
            found.update({(section, key): one for key, one in zip(keys, values, strict=True)})
    return found


@dataclass
class _Work:
    """A merge under way."""

    files: dict[str, str]
    conflicts: list[str] = field(default_factory=list)

    def take_file(self, name: str, text: str | None) -> None:
        self.files.pop(name, None)
        if text is not None:
            self.files[name] = text

    def take_items(self, name: str, base: Files, theirs: Files, mine: dict[Item, Any]) -> None:
        before = _index({name: base[name]}) if name in base else {}
        now = _index({name: theirs[name]}) if name in theirs else {}
        for item in dict.fromkeys((*before, *now)):
            if before.get(item) != now.get(item):
                self._item(item, before.get(item), mine.get(item), now.get(item), (name, theirs))

    def _item(self, item: Item, before: Any, mine: Any, now: Any, home: tuple[str, Files]) -> None:
        section, key = item
        name, theirs = home
        if mine == now:
            return
        if mine is None and before is None:
            lines = block_of(theirs, section, key)
            self.files = add_item(self.files, section, lines, name)
        elif now is None and mine == before:
            self.files = remove_item(self.files, section, key)
        elif mine is None or now is None:
            side = ("you removed it", "it was changed") if mine is None else ("", "it was removed")
            what = side[0] or "you changed it"
            self.conflicts.append(f"{section} {key}: {what}, but {side[1]} meanwhile")
        else:
            self._units(item, _units(before), _units(mine), _units(now))

    def _units(
        self, item: Item, before: dict[Unit, Any], mine: dict[Unit, Any], now: dict[Unit, Any]
    ) -> None:
        for unit in dict.fromkeys((*before, *now)):
            old, ours, new = before.get(unit), mine.get(unit), now.get(unit)
            if new in (old, ours):
                continue
            if ours == old:
                self._set(item, unit, new)
            elif unit and unit[0] in _SETS and isinstance(ours, list):
                kept = [said for said in ours if said in (new or ()) or said not in (old or ())]
                added = [said for said in new or () if said not in (*ours, *(old or ()))]
                self._set(item, unit, [*kept, *added])
            else:
                what = " ".join((*item, ".".join(unit))).strip()
                self.conflicts.append(f"{what}: yours is {_say(ours)}, live is {_say(new)}")

    def _set(self, item: Item, unit: Unit, value: Any) -> None:
        section, key = item

        def change(found: Any) -> None:
            place = found
            *way, last = unit or (key,)
            for step in way:
                place = place.setdefault(step, as_yaml({}))
            if value is None:
                place.pop(last, None)
            elif isinstance(value, list) and isinstance(place.get(last), list):
                _refill(place[last], value)
            else:
                place[last] = as_yaml(value)

        self.files = change_item(self.files, section, key, change)


def _refill(held: list[Any], wanted: list[Any]) -> None:
    """Bring a list to what is wanted, so that what stays keeps its comments."""
    for at in reversed(range(len(held))):
        if held[at] not in wanted:
            del held[at]
    for said in wanted:
        if said not in held:
            held.append(as_yaml(said))


def _units(item: Any) -> dict[Unit, Any]:
    if not isinstance(item, dict):
        return {(): item}
    found: dict[Unit, Any] = {}
    for name, value in item.items():
        if name in _SPLIT and isinstance(value, dict):
            found.update({(name, inner): kept for inner, kept in value.items()})
        else:
            found[(name,)] = value
    return found


def _say(value: Any) -> str:
    return "removed" if value is None else quote(str(value))
