"""Says in words what changed between two states of the knowledge base. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from knowledge.facts import say_fact
from knowledge.schema import SOURCE_LANGUAGE, Content, Fact, Text, Thing, Topic

LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was."""

    section: str
    key: str
    part: str = ""
    """What of it: a fact, a field or a language; empty where all of it came or went."""
    how: Literal["added", "changed", "removed"]
    said: str
    """The difference in words, for people: "Trainer: length 6 months → 5 months"."""


def differences(old: Content, new: Content) -> tuple[Difference, ...]:
    """Return what differs, things first, in the order of the content."""
    return (
        *_section("things", old.things, new.things),
        *_section("topics", old.topics, new.topics),
        *_section("sources", old.sources, new.sources),
        *_section("menus", old.menus, new.menus),
        *_section("asked_next", old.asked_next, new.asked_next),
        *_section("policy", dict(old.policy), dict(new.policy)),
        *_section("words", _singles(old), _singles(new)),
        *_section(
            "golden", {row.q: row for row in old.golden}, {row.q: row for row in new.golden}
        ),
        *_translations(old, new),
    )


def _section(
    section: str, old: Mapping[str, BaseModel], new: Mapping[str, BaseModel]
) -> Iterator[Difference]:
    for key in (*new, *(key for key in old if key not in new)):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if before is None or after is None:
            there = after or before
            how: Literal["added", "removed"] = "removed" if after is None else "added"
            said = f"{_label(section, key, there)}: {how}"
            yield Difference(section=section, key=key, how=how, said=said)
        else:
            yield from _fields(section, key, before, after)


def _label(section: str, key: str, item: BaseModel | None) -> str:
    """Return what people call an item."""
    match item:
        case Thing(name=name):
            return name.say(SOURCE_LANGUAGE)
        case Topic():
            return f"topic {key}"
        case _:
            return f"{section} {quote(key)}"


def _fields(section: str, key: str, old: BaseModel, new: BaseModel) -> Iterator[Difference]:
    label = _label(section, key, new)
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name == "facts" and isinstance(after, dict):
            yield from _facts(section, key, label, before, after)
        elif isinstance(after, Text) and isinstance(before, Text):
            yield from _texts(section, key, label, name, before.root, after.root)
        elif name in ("phrasings", "aliases", "fillers"):
            yield from _lists(section, key, label, name, before, after)
        elif name == "answers":
            for topic in dict.fromkeys((*after, *before)):
                asked = (one.get(topic, {}) for one in (before, after))
                yield from _lists(section, key, label, topic, *asked)
        else:
            said = f"{label}: {name} {_short(before)} → {_short(after)}"
            yield Difference(section=section, key=key, part=name, how="changed", said=said)


def _facts(
    section: str, key: str, label: str, old: Mapping[str, Fact], new: Mapping[str, Fact]
) -> Iterator[Difference]:
    for name in (*new, *(name for name in old if name not in new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        called = name.replace("_", " ")
        how: Literal["added", "changed", "removed"] = "changed"
        if before is None and after is not None:
            how, said = "added", f"{called} added: {quote(_said(after))}"
        elif after is None and before is not None:
            how, said = "removed", f"{called} removed: it was {quote(_said(before))}"
        else:
            said = f"{called} {_fact_change(before, after)}"
        yield Difference(
            section=section, key=key, part=f"facts.{name}", how=how, said=f"{label}: {said}"
        )


def _said(fact: Fact) -> str:
    return say_fact(fact, SOURCE_LANGUAGE) or "nobody knows"


def _fact_change(old: Fact | None, new: Fact | None) -> str:
    if old is None or new is None:
        return ""
    if _said(old) != _said(new):
        before, after = _difference_of(_said(old), _said(new))
        return f"{before} → {after}"
    parts = [
        f"{name} {_short(getattr(old, name))} → {_short(getattr(new, name))}"
        for name in Fact.model_fields
        if getattr(old, name) != getattr(new, name)
    ]
    return "; ".join(parts)


def _texts(
    section: str,
    key: str,
    label: str,
    name: str,
    old: Mapping[str, str],
    new: Mapping[str, str],
) -> Iterator[Difference]:
    for language in dict.fromkeys((*new, *old)):
        before, after = old.get(language, ""), new.get(language, "")
        if before == after:
            continue
        what = f"{label}: {name} ({language})"
        was, now = _difference_of(before, after)
        how: Literal["added", "changed", "removed"] = "changed"
        if not before:
            how, said = "added", f"{what} added: {now}"
        elif not after:
            how, said = "removed", f"{what} removed: it was {was}"
        else:
            said = f"{what} {was} → {now}"
        yield Difference(section=section, key=key, part=f"{name}.{language}", how=how, said=said)


def _lists(
    section: str,
    key: str,
    label: str,
    name: str,
    old: Mapping[str, Sequence[str]],
    new: Mapping[str, Sequence[str]],
) -> Iterator[Difference]:
    for language in dict.fromkeys((*new, *old)):
        before, after = old.get(language, ()), new.get(language, ())
        signs = [f"+ {quote(said)}" for said in after if said not in before]
        signs += [f"− {quote(said)}" for said in before if said not in after]
        if before != after:
            said = f"{label}: {name} ({language}) {', '.join(signs) or 'in another order'}"
            yield Difference(
                section=section, key=key, part=f"{name}.{language}", how="changed", said=said
            )


def _translations(old: Content, new: Content) -> Iterator[Difference]:
    before, after = old.translations, new.translations
    renewed = [path for path in after if before.get(path) != after[path]]
    gone = [path for path in before if path not in after]
    if renewed or gone:
        said = f"translations: {len(renewed)} reviewed, {len(gone)} marks dropped"
        yield Difference(section="translations", key="", how="changed", said=said)


def _short(value: Any) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, tuple):
        value = ", ".join(str(one) for one in value)
    return quote(str(value)) if value not in (None, "", {}) else "nothing"


def quote(said: str) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(said.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"


def _difference_of(old: str, new: str) -> tuple[str, str]:
    """Return the stretches in which two long texts differ, with a little around them."""
    before, after = " ".join(old.split()), " ".join(new.split())
    if max(len(before), len(after)) <= LONGEST_QUOTE:
        return before, after
    same = next(
        (at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    start = max(before.rfind(" ", 0, max(same - 20, 0)), 0)
    lead = "…" if start else ""
    return lead + quote(before[start:]), lead + quote(after[start:])


def _singles(content: Content) -> dict[str, BaseModel]:
    found = {"words": content.words, "eligibility": content.eligibility, "finder": content.finder}
    return {name: one for name, one in found.items() if one is not None}
