"""Words answers from typed facts; an answer is its topic's text filled in, never generated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.facts import date_of, due, last_looked_at, say_fact, say_value
from knowledge.schema import PLACEHOLDER, Content, Fact, Source, Thing, Topic
from knowledge.texts import translator
from knowledge.verdicts import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A source an answer rests on, and its own date."""

    id: str
    source: Source
    as_of: str
    """A year, month or day; "undated"; empty for a site to visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """An answer in one language, in the content's markup (``**bold**``, ``- `` and links)."""

    reading: Reading
    language: str
    short: str
    """The first paragraph, and what it announces: the answer itself."""
    detail: str = ""
    cited: tuple[Cited, ...] = ()
    stale_since: str | None = None
    """Set where a fact is past its review: when the one looked at longest ago was known to be true
    (a year, month or day), or "undated"."""
    next: tuple[Reading, ...] = ()
    translated: bool = True
    """False where some words fell back to the source language."""
    picture: str | None = None
    """Name of a picture that goes with it, such as ``map:tx`` or ``pay:trainer``."""
    choices: tuple[tuple[str, str], ...] = ()
    """Buttons of a dialogue under way: (words, what a tap means)."""
    offers: tuple[tuple[str, Reading], ...] = ()
    """Buttons that open one particular reading: (words, reading)."""
    link: str | None = None
    """Payload of a deep link that brings this back on any phone."""
    dates: tuple[tuple[date, str], ...] = ()
    """Days to remember, sent as a calendar file."""

    @property
    def text(self) -> str:
        """Short form and detail together."""
        return f"{self.short}\n\n{self.detail}" if self.detail else self.short

    @property
    def gist(self) -> str:
        """The answer in a sentence or two, for who may have meant something else."""
        first, *items = self.short.replace("**", "").split("\n- ")
        kept = _sentences(" ".join(first.split()))
        if items and kept[-1:] not in _ENDS:
            kept += ":"  # a heading alone says nothing
        if not kept.endswith(":") or not items:
            return kept
        listed = [_CLAUSE.split(item, maxsplit=1)[0].strip(" .;") for item in items]
        told = _as_many_as_fit(listed)
        whole = told == [item.strip(" .;") for item in items]
        return f"{kept} {'; '.join(told)}{'.' if whole else ' …'}"

    @property
    def says_yes_or_no(self) -> bool:
        """Whether its first word answers a question."""
        return bool(_YES_OR_NO.match(self.short))

    def ends_unsaid(self, told: str) -> bool:
        """Whether this tells of what has ended, and the part that is told does not say so."""
        return bool(_ENDED.search(self.text)) and not _ENDED.search(told)

    @property
    def in_dialogue(self) -> bool:
        """Whether it asks the next question of a dialogue."""
        return any(data[:2] in ("e:", "f:") for _, data in self.choices)

    @property
    def as_of(self) -> str | None:
        """The date shown: that of the newest source that is dated."""
        dated = [cited.as_of for cited in self.cited if cited.as_of not in ("", "undated")]
        return max(dated) if dated else ("undated" if self.cited else None)


_ENDED = re.compile(r"\b(?:ended|is over|are over|until 2013|terminó|terminaron|hasta 2013)\b")
"""Words that say that a thing is over, in any language: a detail may not be translated yet."""

_ANNOUNCES = re.compile(r":\**\s*$|^\*\*[^*\n]*[^*\n.!?]\*\*\s*$")
"""The end of a paragraph that is nothing without the next: a colon, or a heading alone."""

_SENTENCE = re.compile(r"(?<=[a-záéíóúñ0-9)%][.!?])(?<!\bSt\.)\s+(?=[\W_]*[A-ZÁÉÍÓÚÑ])")
"""Between two sentences; a capital before the full stop ("U.S.", "D.O.") ends none, nor "St."."""

_YES_OR_NO = re.compile(r"(?:Mostly yes|Yes|No|Sí)[.,:;]|Probably not\b|Probablemente no\b")
"""The beginning of an answer that says yes or no; "No source says" does neither."""

_ENDS = frozenset(".:!?)")
"""Signs at the end of what is more than a heading."""

_ENOUGH = 60
"""Letters with which a gist says something: "Yes." alone does not."""

_MOST_ITEMS = 3
"""Items of a list that a gist names."""

_ROOM = 240
"""Letters a gist has for them."""

_CLAUSE = re.compile(r"; |(?<=[a-záéíóúñ0-9)%][.!?])\s")
"""Where an item may be cut: not at its colon, for "a manager: if you led people" is no yes."""

_ROOM_ON_A_BUTTON = 60
"""Letters of a title and a name beyond which the name is said without its brackets."""

Composer = Callable[[Content, Reading, str, date], Worded]
"""Words an answer that depends on places, comparison or a dialogue."""


@dataclass
class _Filling:
    """One answer being filled in: what it used so far."""

    content: Content
    language: str
    today: date
    used: list[tuple[Thing, Fact]] = field(default_factory=list)
    translated: bool = True

    def fact(self, thing: Thing, name: str) -> Fact | None:
        fact = thing.facts.get(name)
        if fact:
            self.used.append((thing, fact))
            if fact.text and not fact.text.speaks(self.language):
                self.translated = False
        return fact

    def fill(self, text: str, owners: Mapping[str, Thing]) -> str:
        """Put names and facts where the placeholders stand."""

        def put(name: str) -> str:
            owner, _, rest = name.partition(".")
            thing = owners.get(owner) or self.content.things.get(owner)
            if thing is None or not rest:
                return f"{{{name}}}"
            if rest == "name":
                return thing.name.say(self.language)
            fact = self.fact(thing, rest.removesuffix(".value"))
            if fact is None:
                return ""
            say = say_value if rest.endswith(".value") else say_fact
            return say(fact, self.language)

        return PLACEHOLDER.sub(lambda found: put(found.group(1)), text)


def word(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word the answer to a reading whose slots are filled.

    A slot that holds several things gets the answer for each, one below the other.
    """
    topic = content.topics[reading.topic]
    if topic.answer is None:
        raise ValueError(f"topic {topic.id} is worded by its composer {topic.composer!r}")
    filling = _Filling(content, language, today)
    filling.translated = topic.answer.speaks(language)
    owners_of, things = _owners(content, topic, reading)
    pages = [
        filling.fill(_fit_for(topic, topic.answer.say(language).strip(), owners), owners)
        for owners in owners_of
    ]
    for name in topic.facts:
        owner, _, fact_name = name.partition(".")
        for owners in owners_of:
            thing = owners.get(owner) or content.things.get(owner)
            if thing:
                filling.fact(thing, fact_name)
    short, detail = _cut(pages[0])
    if len(pages) > 1:
        names = [thing.name.say(language) for thing in things]
        short, *shorts = _of_each([_cut(page)[0] for page in pages], names)
        detail = "\n\n".join([*shorts, *_said_of_all(topic.answer.say(language))])
    worded = Worded(
        reading=reading,
        language=language,
        short=short,
        detail=detail.strip(),
        translated=filling.translated,
        next=follow_ups(content, topic, reading),
        picture=_picture(topic, reading),
    )
    facts = [fact for _, fact in filling.used]
    return cite(content, worded, [*facts, *_own_words(topic)], today)


def _fit_for(topic: Topic, answer: str, owners: Mapping[str, Thing]) -> str:
    """Return an answer without the paragraphs that are for other things only (``told_of``)."""
    silent = [
        f"{{{fact}}}"
        for fact, told_of in topic.told_of.items()
        if (thing := owners.get(fact.partition(".")[0])) and thing.id not in told_of
    ]
    paragraphs = answer.split("\n\n")
    return "\n\n".join(one for one in paragraphs if not any(fact in one for fact in silent))


def _cut(answer: str) -> tuple[str, str]:
    """Cut an answer into its short form and its detail, never right after words that announce."""
    paragraphs = answer.split("\n\n")
    announced = (at for at, said in enumerate(paragraphs, 1) if not _ANNOUNCES.search(said))
    end = next(announced, len(paragraphs))
    return "\n\n".join(paragraphs[:end]), "\n\n".join(paragraphs[end:])


def _sentences(text: str) -> str:
    """Return the first sentences of a text, as few as say something."""
    first, *others = _SENTENCE.split(text.strip())
    while others and len(first) < _ENOUGH:
        first = f"{first} {others.pop(0)}"
    return first


def _as_many_as_fit(items: Sequence[str]) -> list[str]:
    """Return the first of these items, one at least."""
    told = list(items[:_MOST_ITEMS])
    while len(told) > 1 and len("; ".join(told)) > _ROOM:
        told.pop()
    return told


def _of_each(shorts: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the short answers of several things, the same said once: "**A, B** (ended): a year".

    Only what begins with the name of its thing in bold can be said of several.
    """
    headed = [(short, f"**{name}**") for short, name in zip(shorts, names, strict=True)]
    if not all(short.startswith(heading) for short, heading in headed):
        return [*shorts]
    cells = [short.removeprefix(heading) for short, heading in headed]
    return [f"**{called}**{cell}" for called, cell in each_once(names, cells)]


def each_once(names: Sequence[str], cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is said of things, each saying once, behind the names of all it is said of."""
    of: dict[str, list[str]] = {}
    for name, cell in zip(names, cells, strict=True):
        of.setdefault(cell, []).append(name)
    return [(", ".join(called), cell) for cell, called in of.items()]


def _said_of_all(answer: str) -> Iterator[str]:
    """Yield the paragraphs of an answer that hold for any thing, such as that it is over."""
    for paragraph in answer.strip().split("\n\n")[1:]:
        if not PLACEHOLDER.search(paragraph):
            yield paragraph


def _picture(topic: Topic, reading: Reading) -> str | None:
    """Return the name of an answer's picture: what it shows, and of which single thing."""
    things = reading.slots.get(topic.needs[0].value, ()) if topic.needs else ()
    return f"{topic.picture}:{things[0]}" if topic.picture and len(things) == 1 else None


def _own_words(topic: Topic) -> Iterator[Fact]:
    """Yield what an answer's own words rest on, as if they were a fact."""
    if topic.source and topic.as_of:
        yield Fact(value=True, source=topic.source, as_of=topic.as_of, confidence="medium")


def cite(content: Content, worded: Worded, facts: list[Fact], today: date) -> Worded:
    """Add the sources of these facts, and how fresh they are."""
    newest: dict[str, str] = {}
    for fact in facts:
        for source in fact.source:
            day = date_of(content.sources[source], fact)
            newest[source] = max(newest.get(source, ""), day)
    overdue = [fact for fact in facts if due(fact, today)]
    oldest = min(overdue, key=lambda fact: last_looked_at(fact) or date.min, default=None)
    return replace(
        worded,
        cited=tuple(
            Cited(id=source, source=content.sources[source], as_of=as_of)
            for source, as_of in newest.items()
        ),
        stale_since=_known_since(oldest) if oldest else None,
    )


def _known_since(fact: Fact) -> str:
    return fact.confirmed.isoformat() if fact.confirmed else fact.as_of


def _owners(
    content: Content, topic: Topic, reading: Reading
) -> tuple[list[dict[str, Thing]], list[Thing]]:
    """Return, for each answer to give, the thing that each slot stands for.

    Where a slot holds several things, an answer is given of each: these come with it.
    """
    slots = {
        kind: [content.things[key] for key in keys if key in content.things]
        for kind, keys in reading.slots.items()
    }
    first = {kind: things[0] for kind, things in slots.items() if things}
    several = next((kind for kind in topic.needs if len(slots.get(kind, ())) > 1), None)
    if several is None:
        return [first], []
    return [{**first, several: thing} for thing in slots[several]], slots[several]


def left_out(things: Sequence[Thing], most: int, language: str) -> str:
    """Say which of the things that were asked about an answer has no room for, if any."""
    _ = translator(language)
    names = ", ".join(thing.name.say(language) for thing in things[most:])
    words = _(
        "I can show {n} at once. Left out: {names}. Ask me about the rest next.",
        n=most,
        names=names,
    )
    return words if names else ""


def follow_ups(content: Content, topic: Topic, reading: Reading) -> tuple[Reading, ...]:
    """Return the readings behind the buttons below an answer; only ones that need no more."""
    offered = []
    for key in topic.next:
        following = content.topics[key]
        kinds = {*following.needs, *following.where}
        slots = {kind: keys for kind, keys in reading.slots.items() if kind in kinds}
        if following.is_filled(slots) and following.is_about(slots):
            offered.append(Reading(topic=key, slots=slots))
    return tuple(offered)


def title_of(content: Content, reading: Reading, language: str) -> str:
    """Return what a button for this reading says, with the thing it is about."""
    title = content.topics[reading.topic].title.say(language)
    about = things_of(content, reading, language)
    if not about:
        return title
    if len(title) + len(about) > _ROOM_ON_A_BUTTON:
        about = _without_brackets(about)
    return f"{title} {about}" if title.endswith("?") else f"{title}: {about}"


def things_of(content: Content, reading: Reading, language: str) -> str:
    """Return the things that a reading's topic needs, as a button has room for them."""
    topic = content.topics[reading.topic]
    keys = (key for kind in topic.needs for key in reading.slots.get(kind, ()))
    things = map(content.things.get, keys)
    return _few([thing.name.say(language) for thing in things if thing])


def _without_brackets(name: str) -> str:
    """Return a name without what stands behind it in brackets: its English, or its short form."""
    return name.partition(" (")[0]


def _few(names: Sequence[str]) -> str:
    """Return names as a button has room for: of two without their English, of more none."""
    match names:
        case [one]:
            return one
        case [_, _]:
            return ", ".join(map(_without_brackets, names))
        case _:
            return ""
