"""Checks a knowledge base as a whole: references, wording, phrasings, dates.

``check`` is what `guide check`, a publish and the editor all call; it returns every fault at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.editing.code_checks import hold_to_code
from knowledge.editing.phrasing_checks import PhrasingFlaw, misled, repeated
from knowledge.editing.translations import states
from knowledge.editing.wording_checks import (
    LINK,
    LONGEST_TITLE,
    Flaw,
    answer_flaws,
    fact_flaws,
    markup_flaws,
    unit_flaw,
)
from knowledge.errors import ContentError, Fault, Level
from knowledge.facts import last_looked_at
from knowledge.matching.words import tokenize
from knowledge.reading import Files, Reader, did_you_mean, gather
from knowledge.schema import (
    PLACEHOLDER,
    SLOT,
    SOURCE_LANGUAGE,
    AskedNext,
    Content,
    Eligibility,
    Fact,
    Golden,
    Kind,
    Menu,
    Text,
    Thing,
    Topic,
)
from knowledge.snapshot import Snapshot, compile_after
from knowledge.understanding.ruled_out import RuledOut
from knowledge.understanding.understanding import Understanding
from knowledge.yamltree import Path

LARGEST_CONTENT = 40_000_000
"""Characters of all files together."""

_BUILT_IN = ("name",)
EVEN_KINDS: dict[Kind, Level] = {
    Kind.ROLE: "error",
    Kind.STATE: "warning",  # one state may be the first of which something is learned
    Kind.REGION: "warning",
}
"""Kinds whose things are asked the same questions, so that each needs the same facts or blanks."""
PAST_REVIEW = "was last looked at"
"""What every warning about a fact past its review says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    content: Content | None
    """None where it cannot be built."""
    faults: tuple[Fault, ...]
    """In the order of the files; those of level ``warning`` do not stop a publish."""
    understanding: Understanding | None = None
    """It compiled, where there were no errors; compiling takes most of the time."""


def examine(
    files: Files,
    *,
    today: date | None = None,
    phrasings: bool = True,
    release: bool = False,
    since: Snapshot | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Checked:
    """Check all files together.

    Args:
        files: to check.
        today: the day by which facts are past their review.
        phrasings: also ask every phrasing, to find those that lead to another topic.
        release: also refuse texts whose translation is missing or older than its source.
        since: an earlier version: only phrasings that the changes since may mislead are asked,
            what did not change is not compiled again, and warnings it has too are left out.
        stopped: whether nobody waits for the result any more; asking phrasings ends then.
    """
    size = sum(map(len, files.values()))
    if size > LARGEST_CONTENT:
        what = f"the files have {size:,} characters together; at most {LARGEST_CONTENT:,} are read"
        return Checked(content=None, faults=(Fault(file="", what=what, mend="keep less"),))
    content, reader = gather(files)
    understanding = None
    if content is not None:
        day = today or date.today()  # noqa: DTZ011 - a local day
        checker = Checker(content, reader, day)
        if since:
            reader.known = _warnings(since.content, day)
            checker.renewed(since.content)
        checker.run()
        if release:
            checker.translations()
        if phrasings and content.topics and all(f.level != "error" for f in reader.faults):
            understanding = compile_after(content, 0, since).understanding
            before = since.understanding if since else None
            checker.flaws(misled(content, understanding, stopped, before))
    faults = sorted(reader.faults, key=lambda fault: (fault.file, fault.line, fault.column))
    return Checked(content=content, faults=tuple(faults), understanding=understanding)


class _Listener(Reader):
    """Hears what a check says of a content, wherever that stands."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[tuple[str, str, str]] = set()

    def fault_in(
        self,
        section: str,
        key: str,
        path: Path,  # noqa: ARG002 - nothing is placed here
        what: str,
        mend: str = "",  # noqa: ARG002 - nor mended
        level: Level = "error",
    ) -> None:
        if level == "warning":
            self.heard.add((section, key, what))


def _warnings(content: Content, today: date) -> frozenset[tuple[str, str, str]]:
    """Return the warnings of a content but for those on where phrasings lead."""
    listener = _Listener()
    checker = Checker(content, listener, today)
    checker.things()
    checker.flaws(repeated(content))
    return frozenset(listener.heard)


def check(files: Files, *, today: date | None = None) -> tuple[Content | None, tuple[Fault, ...]]:
    """Check all files together; return the content, where it can be built, and all faults."""
    checked = examine(files, today=today)
    return checked.content, checked.faults


def load(files: Files, *, today: date | None = None) -> Content:
    """Return the content of files that must be sound.

    Raises:
        ContentError: with every error found.
    """
    checked = examine(files, today=today, phrasings=False)
    errors = tuple(fault for fault in checked.faults if fault.level == "error")
    if errors or checked.content is None:
        raise ContentError(errors)
    return checked.content


class Checker:
    """Walks over a content and notes what does not hold."""

    def __init__(self, content: Content, reader: Reader, today: date) -> None:
        self.content = content
        self.reader = reader
        self.today = today
        self.states = {
            thing.place.state for thing in content.of_kind(Kind.STATE) if thing.place is not None
        }

    def run(self) -> None:
        """Check everything but where phrasings lead, which takes a compiled content."""
        self.things()
        for topic in self.content.topics.values():
            self._topic(topic)
        for menu in self.content.menus.values():
            self._menu(menu)
        for row in self.content.golden:
            self._golden(row)
        for asked in self.content.asked_next.values():
            self._asked_next(asked)
        if self.content.eligibility:
            self._eligibility(self.content.eligibility)
        hold_to_code(self.content, self.reader)
        self.flaws(repeated(self.content))

    def things(self) -> None:
        """Check all things and their facts."""
        for thing in self.content.things.values():
            self._thing(thing)
        for kind, level in EVEN_KINDS.items():
            self._even(self.content.of_kind(kind), level)

    def renewed(self, before: Content) -> None:
        """Point at values that are not what they were, while their source and date are."""
        for thing in self.content.things.values():
            old = before.things.get(thing.id)
            for name, fact in thing.facts.items() if old else ():
                self._renewed(thing, name, fact, old.facts.get(name) if old else None)

    def _renewed(self, thing: Thing, name: str, fact: Fact, old: Fact | None) -> None:
        was = {_holds(one): one for one in (old, *old.others)} if old else {}
        for variant in (fact, *fact.others):
            before = was.get(_holds(variant))
            if before and before.value != variant.value and _cited(before) == _cited(variant):
                values = f"from {before.value} to {variant.value}"
                what = f"{thing.id}.{name} went {values}, and its source and date stayed"
                mend = "write the source and the day that say so, unless a slip was mended"
                path: Path = ("facts", name)
                self.reader.fault_in("things", thing.id, path, what, mend, "warning")

    def translations(self) -> None:
        """Refuse what is not translated, or for an English that is gone."""
        for place in states(self.content):
            at = (place.section, place.key, place.path)
            if place.state == "missing":
                what = f"the text in {place.language!r} is missing"
                self.reader.fault_in(*at, what, "translate it")
            elif place.state == "outdated":
                what = f"the English changed since the text in {place.language!r} was reviewed"
                mend = f"look at both, then: guide translations --mark-reviewed {place.name}"
                self.reader.fault_in(*at, what, mend)

    def flaws(self, found: Iterable[PhrasingFlaw]) -> None:
        """Note what is wrong with phrasings."""
        for flaw in found:
            path = ("phrasings", flaw.language, flaw.at)
            level: Level = "error" if flaw.error else "warning"
            self.reader.fault_in("topics", flaw.topic, path, flaw.what, flaw.mend, level)

    def _menu(self, menu: Menu) -> None:
        topics, menus = self.content.topics, self.content.menus
        for index, key in enumerate(menu.topics):
            self._reference("menus", menu.id, ("topics", index), "topic", key, topics)
        if menu.overview:
            self._reference("menus", menu.id, ("overview",), "topic", menu.overview, topics)
        for index, key in enumerate(menu.menus):
            self._reference("menus", menu.id, ("menus", index), "menu", key, menus)

    def _golden(self, row: Golden) -> None:
        for field, topics in (("topic", row.topic), *(("parts", part) for part in row.parts)):
            for topic in topics:
                self._reference("golden", row.q, (field,), "topic", topic, self.content.topics)
        for kind, keys in row.slots.items():
            for key in keys:
                path = ("slots", kind)
                self._reference("golden", row.q, path, "thing", key, self.content.things)

    def _asked_next(self, asked: AskedNext) -> None:
        """Check what is asked after a topic: the topics, and that each message has one answer."""
        home, topics = ("asked_next", asked.after), self.content.topics
        self._reference(*home, ("after",), "topic", asked.after, topics)
        answered: dict[str, str] = {}
        for answer, phrasings in asked.answers.items():
            self._reference(*home, ("answers", answer), "topic", answer, topics)
            for language, said in phrasings.items():
                for index, text in enumerate(said):
                    other = answered.setdefault(text, answer)
                    if other != answer:
                        path: Path = ("answers", answer, language, index)
                        what = f"{text!r} is answered by {other!r} too"
                        mend = "leave it with the one that answers it best"
                        self.reader.fault_in(*home, path, what, mend)

    def _eligibility(self, entry: Eligibility) -> None:
        home = ("eligibility", "eligibility")
        for index, rule in enumerate(entry.rules):
            for role in rule.roles:
                path: Path = ("rules", index, "roles")
                self._reference(*home, path, "thing", role, self.content.things)
            for source in rule.source:
                path = ("rules", index, "source")
                self._reference(*home, path, "source", source, self.content.sources)
        for key in entry.people:
            self._reference(*home, ("people", key), "thing", key, self.content.things)
        if entry.law:
            self._reference(*home, ("law",), "fact", entry.law, self._facts())

    def _facts(self) -> list[str]:
        """Return every fact as ``thing.fact``."""
        things = self.content.things.values()
        return [f"{thing.id}.{name}" for thing in things for name in thing.facts]

    def _reference(
        self, section: str, item: str, path: Path, what: str, key: str, known: Iterable[str]
    ) -> None:
        names = known if isinstance(known, dict) else list(known)
        if key not in names:
            what = f"there is no {what} {key!r}"
            self.reader.fault_in(section, item, path, what, did_you_mean(key, list(names)))

    def _thing(self, thing: Thing) -> None:
        for name, fact in thing.facts.items():
            for variant in (fact, *fact.others):
                self._fact(thing, name, variant)
        self._clashes(thing)
        for name, targets in thing.links.items():
            for index, target in enumerate(targets):
                path: Path = ("links", name, index)
                self._reference("things", thing.id, path, "thing", target, self.content.things)
        if thing.place and self.states:
            path = ("place", "state")
            state = thing.place.state
            self._reference("things", thing.id, path, "state", state, self.states)

    def _even(self, things: Sequence[Thing], level: Level) -> None:
        """Name the things that are silent on what their fellows answer."""
        first = {name: thing for thing in reversed(things) for name in thing.facts}
        for thing in things:
            for name in first.keys() - thing.facts.keys():
                what = f"{thing.id} has no fact {name!r}, which {first[name].id} has"
                mend = "add it, or 'blank: true' with a text where nobody knows"
                self.reader.fault_in("things", thing.id, ("facts",), what, mend, level)

    def _fact(self, thing: Thing, name: str, fact: Fact) -> None:
        at: Path = ("facts", name)
        for source in fact.source:
            path = (*at, "source")
            self._reference("things", thing.id, path, "source", source, self.content.sources)
        for inner, text in _texts(fact):
            for language, said in text.root.items():
                self._fact_text(thing.id, (*at, *inner, language), said)
        for language, flaw in fact_flaws(fact):
            self._flaw("things", thing.id, (*at, "text", language), flaw)
        if wrong := unit_flaw(fact):
            self._flaw("things", thing.id, (*at, "value"), wrong)
        self._days(thing, name, fact)

    def _fact_text(self, thing: str, path: Path, said: str) -> None:
        for name in PLACEHOLDER.findall(said):
            if name != "value":
                what = f"a fact's text can hold only {{value}}, not {{{name}}}"
                self.reader.fault_in("things", thing, path, what)
        self._markup("things", thing, path, said)

    def _days(self, thing: Thing, name: str, fact: Fact) -> None:
        """Refuse days to come, and point at what was not looked at for too long."""
        looked_at = last_looked_at(fact)
        path = ("facts", name)
        if looked_at and looked_at > self.today:
            what = f"{thing.id}.{name} is as of {looked_at}, a day to come"
            mend = "write when its source said so, or when you looked"
            self.reader.fault_in("things", thing.id, path, what, mend)
        elif (
            fact.review_days
            and looked_at
            and looked_at + timedelta(days=fact.review_days) < self.today
        ):
            what = f"{thing.id}.{name} {PAST_REVIEW} on {looked_at}"
            mend = "look again at its source, then set 'confirmed'"
            self.reader.fault_in("things", thing.id, path, what, mend, "warning")

    def _clashes(self, thing: Thing) -> None:
        """Refuse two readings of one fact where nothing says when or where each holds."""
        for name, fact in thing.facts.items():
            variants = (fact, *fact.others)
            for index, later in enumerate(variants[1:], start=1):
                for earlier in variants[:index]:
                    if _meet(earlier, later) and earlier.scope == later.scope:
                        what = f"{thing.id}.{name} says two things for the same days"
                        mend = "tell them apart by 'scope', or by 'valid_from' and 'valid_to'"
                        path: Path = ("facts", name, index)
                        self.reader.fault_in("things", thing.id, path, what, mend)

    def _topic(self, topic: Topic) -> None:
        for index, target in enumerate(topic.next):
            path: Path = ("next", index)
            self._reference("topics", topic.id, path, "topic", target, self.content.topics)
        self._instead(topic)
        for kind, keys in topic.where.items():
            for key in keys:
                path = ("where", kind)
                self._reference("topics", topic.id, path, "thing", key, self.content.things)
        for language, said in topic.answer.root.items() if topic.answer else ():
            self._answer(topic, ("answer", language), said)
            self._same_facts(topic, language, said)
        for language, said in topic.in_case.root.items() if topic.in_case else ():
            self._answer(topic, ("in_case", language), said)
        self._rests_on(topic)
        self._told_of(topic)
        self._title(topic)
        ruled_out = RuledOut([topic])
        for language, phrasings in topic.phrasings.items():
            for index, phrasing in enumerate(phrasings):
                self._slots(topic, ("phrasings", language, index), phrasing)
                self._can_be_found(topic, ruled_out, ("phrasings", language, index), phrasing)

    def _instead(self, topic: Topic) -> None:
        """Check the topics that answer in its stead."""
        others = {
            "rest": topic.rest,
            "today": topic.today,
            "in_general": topic.in_general,
            "abroad": topic.abroad,
            "in_state": topic.in_state,
        }
        for field, other in others.items():
            if other:
                self._reference("topics", topic.id, (field,), "topic", other, self.content.topics)

    def _told_of(self, topic: Topic) -> None:
        """Check what is told of certain things only: a fact the answer tells, and the things."""
        said = topic.answer.say(SOURCE_LANGUAGE) if topic.answer else ""
        for fact, keys in topic.told_of.items():
            path: Path = ("told_of", fact)
            self._reference("topics", topic.id, path, "fact", fact, PLACEHOLDER.findall(said))
            for key in keys:
                self._reference("topics", topic.id, path, "thing", key, self.content.things)

    def _rests_on(self, topic: Topic) -> None:
        for fact in topic.facts:
            self._placeholder(topic, ("facts",), fact)
        known = self.content.sources
        for source in topic.source:
            self._reference("topics", topic.id, ("source",), "source", source, known)

    def _title(self, topic: Topic) -> None:
        for language, title in topic.title.root.items():
            if len(title) > LONGEST_TITLE:
                what = f"the title has {len(title)} characters; a button shows {LONGEST_TITLE}"
                self.reader.fault_in("topics", topic.id, ("title", language), what)
            for name in PLACEHOLDER.findall(title):
                what = f"a title stands on buttons before {{{name}}} is known"
                mend = "leave it out: what is named is put behind the title"
                self.reader.fault_in("topics", topic.id, ("title", language), what, mend)

    def _slots(self, topic: Topic, path: Path, phrasing: str) -> None:
        for slot in SLOT.findall(phrasing):
            if slot not in set(Kind):
                mend = did_you_mean(slot, [kind.value for kind in Kind])
                what = f"there is no slot {{{slot}}}"
                self.reader.fault_in("topics", topic.id, path, what, mend)

    def _can_be_found(self, topic: Topic, ruled_out: RuledOut, path: Path, phrasing: str) -> None:
        if ruled_out.barred(" ".join(tokenize(phrasing))):
            what = f"{phrasing!r} is ruled out by 'unless', 'only_if' or 'ages'"
            mend = "leave it out, or change those words"
            self.reader.fault_in("topics", topic.id, path, what, mend)

    def _answer(self, topic: Topic, path: Path, said: str) -> None:
        for name in PLACEHOLDER.findall(said):
            self._placeholder(topic, path, name)
        for flaw in answer_flaws(said, topic.literals):
            self._flaw("topics", topic.id, path, flaw)
        self._markup("topics", topic.id, path, said)

    def _same_facts(self, topic: Topic, language: str, said: str) -> None:
        """Hold a translation to the facts of its source."""
        source = topic.answer.say(SOURCE_LANGUAGE) if topic.answer else ""
        odd = set(PLACEHOLDER.findall(said)) ^ set(PLACEHOLDER.findall(source))
        if odd:
            what = f"{SOURCE_LANGUAGE} and {language} do not tell the same facts: {min(odd)}"
            mend = "use the same placeholders in both"
            self.reader.fault_in("topics", topic.id, ("answer", language), what, mend)

    def _placeholder(self, topic: Topic, path: Path, name: str) -> None:
        """Check that ``thing.fact`` exists; for a slot, that each thing of its kind has it."""
        owner, _, rest = name.partition(".")
        fact = rest.removesuffix(".value")
        if owner in set(Kind) and owner not in self.content.things:
            kind = Kind(owner)
            things: tuple[Thing, ...] = self.content.of_kind(kind)
            if kind in topic.where:
                things = tuple(thing for thing in things if thing.id in topic.where[kind])
            elif kind not in topic.needs:
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

    def _markup(self, section: str, item: str, path: Path, said: str) -> None:
        for flaw in markup_flaws(said):
            self._flaw(section, item, path, flaw)
        for _, source in LINK.findall(said):
            self._reference(section, item, path, "source", source, self.content.sources)

    def _flaw(self, section: str, item: str, path: Path, flaw: Flaw) -> None:
        self.reader.fault_in(section, item, path, flaw.what, flaw.mend)


def _texts(fact: Fact) -> Iterable[tuple[Path, Text]]:
    if fact.text:
        yield ("text",), fact.text
    for index, item in enumerate(fact.items):
        yield ("items", index), item


def _holds(fact: Fact) -> tuple[object, ...]:
    """Return what tells a reading of a fact from its others."""
    return fact.scope, fact.valid_from, fact.valid_to


def _cited(fact: Fact) -> tuple[object, ...]:
    return fact.source, fact.as_of


def _meet(one: Fact, other: Fact) -> bool:
    """Whether two facts are both valid on some day."""
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_to or date.max, other.valid_to or date.max)
