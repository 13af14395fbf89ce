"""Finds what is wrong with a text by itself: its markup, its numbers, its length. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.schema import PLACEHOLDER, Fact, Text

LONGEST_ANSWER = 2400
"""Characters before filling; longer ones are not read on a phone."""

LONGEST_TITLE = 60
LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\n]*)\)")
_NUMBER = re.compile(r"\d[\d.,]*")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")


class Flaw(NamedTuple):
    """Something wrong with a text, and how to mend it."""

    what: str
    mend: str = ""


def markup_flaws(said: str) -> Iterator[Flaw]:
    """Yield what Telegram would show wrongly."""
    for line in said.split("\n"):
        if line.count("**") % 2:
            yield Flaw("a ** has no partner on its line", "write **words**")
    bare = PLACEHOLDER.sub("", LINK.sub(r"\1", said))
    for opening, closing in ("[]", "()"):
        if bare.count(opening) != bare.count(closing):
            what = f"{opening} and {closing} do not pair up"
            yield Flaw(what, "a link is written [words](source-id)")
    if found := re.search(r"[{}]", bare):
        yield Flaw(f"{found.group()} belongs to no placeholder", "write {thing.fact}")
    if found := _TAG.search(said):
        yield Flaw(f"{found.group()} is HTML", "write **bold**, '- ' or [words](source-id)")


def answer_flaws(said: str, literals: Sequence[str]) -> Iterator[Flaw]:
    """Yield what is wrong with the wording of an answer."""
    if len(said) > LONGEST_ANSWER:
        what = f"the answer has {len(said)} characters; at most {LONGEST_ANSWER}"
        yield Flaw(what, "say less, or make two topics")
    if numbers := typed_numbers(said, literals):
        what = f"the number {numbers[0]!r} stands typed in a sentence"
        yield Flaw(what, "make it a fact and write {thing.fact}, or list it under 'literals'")


def typed_numbers(said: str, literals: Sequence[str]) -> list[str]:
    """Return numbers in an answer that are neither facts nor literals."""
    bare = LINK.sub(r"\1", said)
    for literal in sorted(literals, key=len, reverse=True):
        bare = bare.replace(literal, "")
    return numbers_in(bare)


def fact_flaws(fact: Fact) -> Iterator[tuple[str, Flaw]]:
    """Yield what is wrong with the words of a fact, by language."""
    for item in fact.items:
        yield from _unlike_numbers(item)
    if fact.text is None:
        return
    for language, said in fact.text.root.items():
        if fact.value is None and "{value}" in said:
            yield language, Flaw("the text holds {value} but the fact has no value", "give it one")
        elif _is_number(fact.value) and "{value}" not in said and numbers_in(said):
            what = f"the text says {', '.join(numbers_in(said))}, and not the value {fact.value}"
            yield language, Flaw(what, "write {value} where the number stands")
    yield from _unlike_numbers(fact.text)


def unit_flaw(fact: Fact) -> Flaw | None:
    """Return what is wrong where a fact has a unit and no number."""
    if fact.unit is None or fact.blank or _is_number(fact.value):
        return None
    what = f"the unit is {fact.unit!r}, and the value {fact.value!r} is no number"
    return Flaw(what, "write the number alone, as in 'value: 6'; words go into 'text'")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unlike_numbers(text: Text) -> Iterator[tuple[str, Flaw]]:
    """Find a number that one language says and another does not."""
    source, *others = text.root.items()
    for language, said in others:
        here, there = set(_digits(said)), set(_digits(source[1]))
        if here != there:
            odd = ", ".join(sorted(here ^ there))
            what = f"{source[0]} and {language} differ in their numbers: {odd}"
            yield language, Flaw(what, "say the same number in both, or make it {value}")


def numbers_in(said: str) -> list[str]:
    """Return the numbers typed in a text."""
    return [_plain(found) for found in _NUMBER.findall(PLACEHOLDER.sub("", said))]


def _digits(said: str) -> list[str]:
    """Return numbers without the marks that languages write differently."""
    return [re.sub(r"\D", "", number) for number in numbers_in(said)]


def _plain(number: str) -> str:
    return number.rstrip(".,")
