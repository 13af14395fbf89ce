"""Compares two to four roles or programs: only what differs, in rows for a phone. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from knowledge.answering.answers import Worded, cite, each_once, follow_ups, left_out
from knowledge.facts import say_fact
from knowledge.schema import Content, Fact, Kind, Thing
from knowledge.texts import translator
from knowledge.verdicts import Reading

FEWEST, MOST = 2, 4
"""Things compared at once; more do not fit a phone."""

_MOST_ITEMS = {2: 4, 3: 2, 4: 2}
"""Sayings of a list that are shown, by how many things are compared."""

_ROOMY = frozenset({"background", "level", "summary", "purpose"})
"""Facts whose second sentence matters; of the rest the first is enough here."""

_LEAD = {Kind.ROLE: "summary", Kind.PROGRAM: "purpose"}
"""The fact that says in a sentence what a thing is."""

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a comparison: what each thing has to say about a fact."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the things differ here."""
        return len(set(self.cells)) > 1


def labels(kind: Kind, language: str) -> dict[str, str]:
    """Return the facts that are compared for a kind, in order, with their headings."""
    _ = translator(language)
    if kind is Kind.PROGRAM:
        return {
            "money": _("Money"),
            "awardees": _("Who got it"),
            "dates": _("Dates"),
            "target": _("Goal"),
            "trained": _("Trained"),
        }
    return {
        "length": _("Training then"),
        "level": _("Level"),
        "setting": _("Where one trained"),
        "background": _("Background expected"),
        "duties": _("What people do"),
        "employers": _("Employers"),
        "pay": _("Pay"),
        "outlook": _("Outlook"),
    }


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word the comparison of the things a reading names."""
    kind, named = _things(content, reading)
    if len(named) < FEWEST:
        return _ask(content, reading, language, named)
    things = named[:MOST]
    used: list[Fact] = []
    asked = [fact.partition(".")[2] for fact in content.topics[reading.topic].facts]
    if asked:
        short, *paragraphs = [_in_full(things, name, language, used) for name in asked]
    else:
        short, paragraphs = _differences(things, kind, language, used)
    worded = Worded(
        reading=reading,
        language=language,
        short="\n\n".join(filter(None, (short, left_out(named, MOST, language)))),
        detail="\n\n".join(paragraphs),
        next=follow_ups(content, content.topics[reading.topic], reading),
    )
    return cite(content, worded, used, today)


def _differences(
    things: tuple[Thing, ...], kind: Kind, language: str, used: list[Fact]
) -> tuple[str, list[str]]:
    """Return what things are in a sentence each, and paragraphs on how they differ."""
    rows = compare(things, kind, language, used)
    _ = translator(language)
    names = [thing.name.say(language) for thing in things]
    lead = [
        f"**{name}**: {_cell(thing, _LEAD[kind], language, used)}"
        for name, thing in zip(names, things, strict=True)
        if _LEAD[kind] in thing.facts
    ]
    short = "\n".join(lead or [_("Here is how they differ: {names}.", names=", ".join(names))])
    return short, _paragraphs(rows, names, language)


def _in_full(things: tuple[Thing, ...], name: str, language: str, used: list[Fact]) -> str:
    """Return a paragraph on one fact alone, such as pay, each thing's in full."""
    names = [thing.name.say(language) for thing in things]
    said = each_once(names, [_whole(thing, name, language, used) for thing in things])
    cells = (f"- **{called}**: {cell}" for called, cell in said)
    return "\n".join([f"**{labels(things[0].kind, language)[name]}:**", *cells])


def compare(things: tuple[Thing, ...], kind: Kind, language: str, used: list[Fact]) -> list[Row]:
    """Return the rows of a comparison, those that do not differ included.

    Args:
        things: two to four of one kind.
        kind: of the things.
        language: to word them in.
        used: takes the facts that were worded.
    """
    rows = []
    for name, label in labels(kind, language).items():
        if not any(name in thing.facts for thing in things):
            continue
        facts = [thing.facts[name] for thing in things if name in thing.facts]
        if all(fact.items for fact in facts):
            cells = _own_items(things, name, language)
            cells = [
                cell or _same_items(thing, name, language)
                for thing, cell in zip(things, cells, strict=True)
            ]
            used.extend(facts)
        else:
            cells = [_cell(thing, name, language, used) for thing in things]
        rows.append(Row(label=label, cells=tuple(cells)))
    return rows


def _own_items(things: tuple[Thing, ...], name: str, language: str) -> list[str]:
    """Return, of a list of sayings, those that the other things do not share."""
    lists = [
        [item.say(language) for item in thing.facts[name].items] if name in thing.facts else []
        for thing in things
    ]
    cells = []
    for at, items in enumerate(lists):
        others = [item for place, more in enumerate(lists) if place != at for item in more]
        own = [item.rstrip(".") for item in items if item not in others]
        cells.append("; ".join(own[: _MOST_ITEMS[len(things)]]))
    return cells


def _same_items(thing: Thing, name: str, language: str) -> str:
    """Say of a list that the other things have all of it: an empty line would read as nothing."""
    _ = translator(language)
    return _("only what the other also has") if name in thing.facts else ""


def _cell(thing: Thing, name: str, language: str, used: list[Fact]) -> str:
    """Return one fact in a sentence or two."""
    said = _whole(thing, name, language, used)
    return said if name in _ROOMY else said[: said.find(". ") + 1] or said


def _whole(thing: Thing, name: str, language: str, used: list[Fact]) -> str:
    _ = translator(language)
    fact = thing.facts.get(name)
    if fact is None:
        return _("not known")
    used.append(fact)
    return say_fact(fact, language).replace("\n- ", "; ").removeprefix("- ")


def _paragraphs(rows: list[Row], names: list[str], language: str) -> list[str]:
    _ = translator(language)
    paragraphs = [
        "\n".join(
            [
                f"**{row.label}**",
                *(f"- {called}: {cell}" for called, cell in each_once(names, row.cells) if cell),
            ]
        )
        for row in rows
        if row.differs
    ]
    if same := [row for row in rows if not row.differs and row.cells[0]]:
        shared = "; ".join(f"{row.label.lower()}: {row.cells[0].rstrip('.')}" for row in same)
        paragraphs.append(_("The same for all: {shared}.", shared=shared))
    return paragraphs


def _things(content: Content, reading: Reading) -> tuple[Kind, tuple[Thing, ...]]:
    """Return what is to be compared: the roles, or else the programs that were named."""
    for kind in (Kind.ROLE, Kind.PROGRAM):
        keys = dict.fromkeys(reading.slots.get(kind.value, ()))
        things = tuple(content.things[key] for key in keys if key in content.things)
        if things:
            return kind, things
    return Kind.ROLE, ()


def _ask(content: Content, reading: Reading, language: str, things: tuple[Thing, ...]) -> Worded:
    """Ask what to compare; where one was named, offer the others beside it."""
    _ = translator(language)
    first = things[0] if things else None
    others = content.of_kind(first.kind if first else Kind.ROLE)
    if first:
        short = _(
            "I can compare {name} with another one. Tap it, or type its name.",
            name=first.name.say(language),
        )
        alike = [t for t in others if t.id != first.id and _group(t) == _group(first)]
        alike = alike or [t for t in others if t.id != first.id]
        pairs = [(t.name.say(language), (first.id, t.id)) for t in alike]
    else:
        short = _(
            "I can compare two to four roles or programs. Name them, such as "
            '"implementation manager or implementation support specialist".'
        )
        pairs = []
    offers = tuple(
        (words, Reading(topic=reading.topic, slots={first.kind.value: keys}))
        for words, keys in pairs
        if first
    )
    return Worded(
        reading=reading,
        language=language,
        short=short,
        offers=offers,
        next=follow_ups(content, content.topics[reading.topic], reading),
    )


def _group(thing: Thing) -> tuple[str, ...]:
    return thing.links.get("category", ())
