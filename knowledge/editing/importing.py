"""A file of another program on its way to a draft: what it adds, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.editing.editing import add_item, add_phrasings, as_yaml, change_item
from knowledge.editing.sheets import Cell, Row
from knowledge.editing.wording_checks import LONGEST_TITLE, typed_numbers
from knowledge.errors import Fault
from knowledge.matching.words import tokenize
from knowledge.reading import did_you_mean
from knowledge.schema import LANGUAGES, Content, Fact, Topic

LONGEST_ID = 48


@dataclass
class Import:
    """What a file brings, gathered before anything is written."""

    content: Content
    files: dict[str, str]
    language: str
    """Of texts whose row does not say."""
    home: str
    """The file that new topics go to."""
    faults: list[Fault] = field(default_factory=list)
    phrasings: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    owners: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    """Which topics each phrasing belongs to, in plain words."""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Topics with a new answer, as plain data."""
    facts: dict[tuple[str, str], tuple[Cell, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for topic in self.content.topics.values():
            for said in topic.phrasings.values():
                for phrasing in said:
                    self.owners.setdefault(tuple(tokenize(phrasing)), set()).add(topic.id)

    def needed(self, row: Row, *columns: str) -> tuple[Cell, ...] | None:
        """Return these cells; note the first that is empty and return nothing."""
        for column in columns:
            if column not in row:
                there = next(iter(row.values()))
                what = f"row {there.row} says nothing under {column!r}"
                self.faults.append(there.fault(what, "fill it in, or delete the row"))
                return None
        return tuple(row[column] for column in columns)

    def language_of(self, row: Row) -> str:
        """Return the language a row names, or that of the file."""
        cell = row.get("language")
        if cell is None:
            return self.language
        language = cell.text.lower()[:2]
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            self.faults.append(cell.fault(f"unknown language {cell.text!r}", f"known: {known}"))
        return language

    def thing(self, cell: Cell) -> bool:
        """Whether a cell names a thing; note it where not."""
        if cell.text in self.content.things:
            return True
        guess = did_you_mean(cell.text, list(self.content.things))
        self.faults.append(cell.fault(f"there is no thing {cell.text!r}", guess))
        return False

    def topic(self, cell: Cell) -> bool:
        """Whether a cell names a topic; note it where not."""
        if cell.text in self.content.topics:
            return True
        guess = did_you_mean(cell.text, list(self.content.topics))
        self.faults.append(cell.fault(f"there is no topic {cell.text!r}", guess))
        return False

    def add(self, topic: str, language: str, phrasing: Cell) -> None:
        """Note a way to ask a topic; one that another topic has already is a clash."""
        if not tokenize(phrasing.text):
            self.faults.append(phrasing.fault(f"{phrasing.text!r} has no word in it"))
            return
        owners = self.owners.setdefault(tuple(tokenize(phrasing.text)), set())
        if owners and topic not in owners:
            what = f"{phrasing.text!r} belongs to {min(owners)!r} already, not to {topic!r}"
            self.faults.append(phrasing.fault(what, "keep it in one of the two"))
            return
        owners.add(topic)
        self.phrasings.setdefault((topic, language), []).append(phrasing.text)

    def answer(self, topic: Cell, said: Mapping[str, str], titles: Mapping[str, str]) -> None:
        """Note an answer: of a new topic, or in place of the one a topic has."""
        known = self.content.topics.get(topic.text)
        item: dict[str, Any] = {
            "id": topic.text,
            "title": {language: short_title(title) for language, title in titles.items()},
            "answer": dict(said),
        }
        literals = known.literals if known else ()
        if typed := {one for text in said.values() for one in typed_numbers(text, literals)}:
            item["literals"] = [*literals, *sorted(typed)]
        earlier = self.answers.setdefault(topic.text, item)
        if earlier["answer"] != item["answer"]:
            what = f"{topic.text!r} has another answer further up"
            self.faults.append(topic.fault(what, "keep one of the two"))

    def fact(self, thing: Cell, name: Cell, made: dict[str, Any]) -> None:
        """Note what a fact is to say; two rows that differ are a clash."""
        first, earlier = self.facts.setdefault((thing.text, name.text), (name, made))
        if earlier != made:
            what = f"{thing.text}.{name.text} says something else in {first.place}"
            self.faults.append(name.fault(what, "keep one of the two"))

    def write(self) -> dict[str, str]:
        """Return the files with all of it taken in."""
        files = self.files
        for key, item in self.answers.items():
            files = self._write_topic(files, key, item)
        for (topic, language), phrasings in self.phrasings.items():
            known = self.content.topics.get(topic)
            if known and not set(phrasings) <= set(known.phrasings.get(language, ())):  # type: ignore[call-overload]
                files = add_phrasings(files, topic, language, phrasings)
        for (thing, name), (_cell, made) in self.facts.items():
            if news := _news(self.content.things[thing].facts.get(name), made):
                files = change_item(files, "things", thing, _setting(name, news))
        return files

    def _write_topic(
        self, files: dict[str, str], key: str, item: dict[str, Any]
    ) -> dict[str, str]:
        known = self.content.topics.get(key)
        if known:
            news = {name: item[name] for name in _CHANGED if _differs(item, known, name)}
            if not news:
                return files

            def change(found: Any) -> None:
                found.update({name: as_yaml(value) for name, value in news.items()})

            return change_item(files, "topics", key, change)
        phrasings = {
            language: list(dict.fromkeys(said))
            for (topic, language), said in self.phrasings.items()
            if topic == key
        }
        ordered = {"id": key, "title": item["title"], "phrasings": phrasings, **item}
        return add_item(files, "topics", ordered, self.home)


_CHANGED = ("title", "answer", "literals", "next")
"""What an import can change of a topic that is there."""


def _differs(item: Mapping[str, Any], known: Topic, name: str) -> bool:
    if name not in item:
        return False
    here, there = item[name], getattr(known, name)
    if isinstance(here, dict):
        said = there.root if there else {}
        return {key: text.strip() for key, text in said.items()} != here
    return tuple(here) != tuple(there)


def _news(known: Fact | None, made: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says that the fact does not say yet."""
    if known is None:
        return made
    plain = known.model_dump(mode="json")
    plain["text"] = {key: text.strip() for key, text in (plain["text"] or {}).items()}
    news = {name: value for name, value in made.items() if value != plain.get(name)}
    if "source" in news and [*known.source] == _listed(news["source"]):
        del news["source"]
    return news


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _setting(name: str, made: dict[str, Any]) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        facts = found.setdefault("facts", as_yaml({}))
        fact = facts.setdefault(name, as_yaml({}))
        for field_name, value in made.items():
            if field_name == "text" and "text" in fact:
                fact["text"].update(value)
            else:
                fact[field_name] = as_yaml(value)
        if "value" in made or "text" in made:
            fact.pop("blank", None)

    return change


def short_title(title: str) -> str:
    """Return a title that fits on a button."""
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def slug(text: str) -> str:
    """Return a text as an id."""
    return "_".join(re.findall(r"[a-z0-9]+", " ".join(tokenize(text))))[:LONGEST_ID].strip("_")


def is_id(text: str) -> bool:
    """Whether a text can be an id as it is."""
    return bool(re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", text)) and len(text) <= LONGEST_ID
