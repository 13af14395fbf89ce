"""Checks a knowledge base as a whole: references, wording, phrasings, dates.

``check`` is what `guide check`, a publish and the editor all call; it returns every fault at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from knowledge.composers import COMPOSERS
from knowledge.errors import ContentError, Fault
from knowledge.facts import last_looked_at
from knowledge.reading import Files, Reader, did_you_mean, gather
from knowledge.schema import (
    LANGUAGES,
    PLACEHOLDER,
    SLOT,
    Content,
    Fact,
    Golden,
    Kind,
    Menu,
    Text,
    Thing,
    Topic,
)
from knowledge.words import normalize

LONGEST_ANSWER = 2400
"""Characters before filling; longer ones are not read on a phone."""

LONGEST_TITLE = 60
_BUILT_IN = ("name",)
_NUMBER = re.compile(r"\d[\d.,]*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\n]*)\)")


def check(files: Files, *, today: date | None = None) -> tuple[Content | None, tuple[Fault, ...]]:
    """Check all files together.

    Returns:
        The content (None where it cannot be built) and all faults, in the order of the files.
        Faults of level ``warning`` do not stop a publish.
    """
    content, reader = gather(files)
    if content is not None:
        checker = Checker(content, reader, today or date.today())  # noqa: DTZ011 - a local day
        checker.run()
    faults = sorted(reader.faults, key=lambda fault: (fault.file, fault.line, fault.column))
    return content, tuple(faults)


def load(files: Files) -> Content:
    """Return the content of files that must be sound.

    Raises:
        ContentError: with every error found.
    """
    content, faults = check(files)
    errors = tuple(fault for fault in faults if fault.level == "error")
    if errors or content is None:
        raise ContentError(errors)
    return content


class Checker:
    """Walks over a content and notes what does not hold."""

    def __init__(self, content: Content, reader: Reader, today: date) -> None:
        self.content = content
        self.reader = reader
        self.today = today

    def run(self) -> None:
        """Check everything."""
        for thing in self.content.things.values():
            self._thing(thing)
        for topic in self.content.topics.values():
            self._topic(topic)
        for menu in self.content.menus.values():
            self._menu(menu)
        for row in self.content.golden:
            self._golden(row)
        self._phrasings()

    def _menu(self, menu: Menu) -> None:
        for key in (*menu.topics, *filter(None, [menu.overview])):
            self._reference("menus", menu.id, (), "topic", key, self.content.topics)
        for key in menu.menus:
            self._reference("menus", menu.id, ("menus",), "menu", key, self.content.menus)

    def _golden(self, row: Golden) -> None:
        field = "parts" if row.parts else "topic"
        for topics in row.parts or (row.topic,):
            for topic in topics:
                self._reference("golden", row.q, (field,), "topic", topic, self.content.topics)
        for kind, keys in row.slots.items():
            for key in keys:
                self._reference(
                    "golden", row.q, ("slots", kind), "thing", key, self.content.things
                )

    def _reference(
        self,
        section: str,
        item: str,
        path: tuple[str | int, ...],
        what: str,
        key: str,
        known: object,
    ) -> None:
        names = list(known) if isinstance(known, dict) else []
        if key not in names:
            what = f"there is no {what} {key!r}"
            self.reader.fault_in(section, item, path, what, did_you_mean(key, names))

    def _thing(self, thing: Thing) -> None:
        for name, fact in thing.facts.items():
            at = ("facts", name)
            for source in fact.source:
                self._reference(
                    "things", thing.id, (*at, "source"), "source", source, self.content.sources
                )
            for path, text in _texts(fact):
                for language in text.root:
                    said = text.say(language)
                    self._fact_text(thing, fact, (*at, *path, language), said)
            self._freshness(thing, name, fact)
        for name, targets in thing.links.items():
            for index, target in enumerate(targets):
                path = ("links", name, index)
                self._reference("things", thing.id, path, "thing", target, self.content.things)

    def _fact_text(self, thing: Thing, fact: Fact, path: tuple[str | int, ...], said: str) -> None:
        for name in PLACEHOLDER.findall(said):
            if name != "value":
                what = f"a fact's text can hold only {{value}}, not {{{name}}}"
                self.reader.fault_in("things", thing.id, path, what)
            elif fact.value is None:
                what, mend = "the text holds {value} but the fact has no value", "give it a value"
                self.reader.fault_in("things", thing.id, path, what, mend)
        self._markup("things", thing.id, path, said)

    def _freshness(self, thing: Thing, name: str, fact: Fact) -> None:
        if not fact.review_days:
            return
        looked_at = last_looked_at(fact)
        if looked_at and looked_at + timedelta(days=fact.review_days) < self.today:
            file, tree, home = self.reader.homes["things", thing.id]
            line, column = tree.where((*home, "facts", name))
            what = f"{thing.id}.{name} was last looked at on {looked_at}"
            mend = "look again at its source, then set 'confirmed'"
            self.reader.faults.append(
                Fault(file=file, line=line, column=column, what=what, mend=mend, level="warning")
            )

    def _topic(self, topic: Topic) -> None:
        for index, target in enumerate(topic.next):
            self._reference(
                "topics", topic.id, ("next", index), "topic", target, self.content.topics
            )
        for kind, keys in topic.where.items():
            for key in keys:
                self._reference(
                    "topics", topic.id, ("where", kind), "thing", key, self.content.things
                )
        for fact in topic.facts:
            self._placeholder(topic, ("facts",), fact)
        for language, said in topic.answer.root.items() if topic.answer else ():
            self._answer(topic, ("answer", language), said)
        self._title(topic)
        self._composer(topic)
        for language, phrasings in topic.phrasings.items():
            for index, phrasing in enumerate(phrasings):
                self._slots(topic, ("phrasings", language, index), phrasing)

    def _title(self, topic: Topic) -> None:
        for language, title in topic.title.root.items():
            if len(title) > LONGEST_TITLE:
                what = f"the title has {len(title)} characters; a button shows {LONGEST_TITLE}"
                self.reader.fault_in("topics", topic.id, ("title", language), what)

    def _slots(self, topic: Topic, path: tuple[str | int, ...], phrasing: str) -> None:
        for slot in SLOT.findall(phrasing):
            if slot not in set(Kind):
                mend = did_you_mean(slot, [kind.value for kind in Kind])
                self.reader.fault_in(
                    "topics", topic.id, path, f"there is no slot {{{slot}}}", mend
                )

    def _composer(self, topic: Topic) -> None:
        if topic.composer and topic.composer not in COMPOSERS:
            mend = did_you_mean(topic.composer, list(COMPOSERS))
            what = f"there is no composer {topic.composer!r}"
            self.reader.fault_in("topics", topic.id, ("composer",), what, mend)

    def _answer(self, topic: Topic, path: tuple[str, str], said: str) -> None:
        if len(said) > LONGEST_ANSWER:
            what = f"the answer has {len(said)} characters; at most {LONGEST_ANSWER}"
            self.reader.fault_in("topics", topic.id, path, what, "say less, or make two topics")
        for name in PLACEHOLDER.findall(said):
            self._placeholder(topic, path, name)
        bare = PLACEHOLDER.sub("", _LINK.sub(r"\1", said))
        for literal in sorted(topic.literals, key=len, reverse=True):
            bare = bare.replace(literal, "")
        if number := _NUMBER.search(bare):
            what = f"the number {number.group()!r} stands typed in a sentence"
            mend = "make it a fact and write {thing.fact}, or list it under 'literals'"
            self.reader.fault_in("topics", topic.id, path, what, mend)
        self._markup("topics", topic.id, path, said)

    def _placeholder(self, topic: Topic, path: tuple[str, ...], name: str) -> None:
        """Check that ``thing.fact`` exists; for a slot, that each thing of its kind has it."""
        owner, _, rest = name.partition(".")
        fact = rest.removesuffix(".value")
        if owner in set(Kind) and owner not in self.content.things:
            things: tuple[Thing, ...] = self.content.of_kind(Kind(owner))
            if Kind(owner) in topic.where:
                things = tuple(thing for thing in things if thing.id in topic.where[Kind(owner)])
            if Kind(owner) not in topic.needs and Kind(owner) not in topic.where:
                what = f"{{{name}}} is used, but the topic does not need a {owner}"
                self.reader.fault_in("topics", topic.id, path, what, f"add 'needs: [{owner}]'")
        elif owner in self.content.things:
            things = (self.content.things[owner],)
        else:
            mend = did_you_mean(owner, list(self.content.things))
            what = f"there is no thing {owner!r} for {{{name}}}"
            self.reader.fault_in("topics", topic.id, path, what, mend)
            return
        for thing in things:
            if fact not in thing.facts and fact not in _BUILT_IN:
                what = f"{thing.id} has no fact {fact!r} for {{{name}}}"
                mend = did_you_mean(fact, list(thing.facts)) or "add it, or an explicit blank"
                self.reader.fault_in("topics", topic.id, path, what, mend)

    def _markup(self, section: str, item: str, path: tuple[str | int, ...], said: str) -> None:
        for paragraph in said.split("\n"):
            if paragraph.count("**") % 2:
                what = "a ** has no partner on its line"
                self.reader.fault_in(section, item, path, what, "write **words**")
        for _, source in _LINK.findall(said):
            self._reference(section, item, path, "source", source, self.content.sources)

    def _phrasings(self) -> None:
        """Refuse the same phrasing in two topics."""
        seen: dict[tuple[str, str], str] = {}
        for topic in self.content.topics.values():
            for language, phrasings in topic.phrasings.items():
                for index, phrasing in enumerate(phrasings):
                    key = (str(sorted(topic.where.items())), normalize(phrasing))
                    first = seen.setdefault(key, topic.id)
                    if first != topic.id:
                        what = f"{phrasing!r} is also a phrasing of {first!r}"
                        mend = "keep it in the topic that answers it better"
                        path = ("phrasings", language, index)
                        self.reader.fault_in("topics", topic.id, path, what, mend)


def _texts(fact: Fact) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    if fact.text:
        yield ("text",), fact.text
    for index, item in enumerate(fact.items):
        yield ("items", index), item


def missing_translations(content: Content) -> Iterator[tuple[str, str, str]]:
    """Yield (section, id, language) for each text that a language lacks."""
    sections: tuple[tuple[str, Callable[[], Iterator[tuple[str, Text]]]], ...] = (
        ("things", lambda: _thing_texts(content)),
        ("topics", lambda: _topic_texts(content)),
    )
    for section, texts in sections:
        for key, text in texts():
            for language in LANGUAGES:
                if not text.speaks(language):
                    yield section, key, language


def _thing_texts(content: Content) -> Iterator[tuple[str, Text]]:
    for thing in content.things.values():
        yield thing.id, thing.name
        for fact in thing.facts.values():
            for _, text in _texts(fact):
                yield thing.id, text


def _topic_texts(content: Content) -> Iterator[tuple[str, Text]]:
    for topic in content.topics.values():
        yield topic.id, topic.title
        if topic.answer:
            yield topic.id, topic.answer
