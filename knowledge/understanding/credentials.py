"""Reads "how much is the test" as about the credentials just named. Pure.

It is about the program's own exam only where no other was spoken of. Who was told which
credentials fit a role asks about those. Where several were named, nobody can tell which one is
meant: that is asked back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from knowledge.matching.words import tokenize, words_of
from knowledge.remembering import remembered
from knowledge.schema import Content, Kind, Topic
from knowledge.understanding.context import About, Meant
from knowledge.understanding.judging import MOST_OPTIONS
from knowledge.understanding.slots import Finder, Variant
from knowledge.verdicts import Answer, Clarify, Reading, Verdict

_KIND = Kind.CREDENTIAL.value

_OF_THEN = words_of(
    "hit competency competencia program programs programa 2010 2011 2012 2013 voucher "
    "vouchers vales onc nova ended termino"
)
"""Words that mean the program's exam, whatever credentials were named."""

_EXAM = words_of(
    "exam exams test tests testing fee fees cert certs certification certifications "
    "certificate certificates credential credentials examen examenes prueba pruebas "
    "certificacion certificaciones certificado certificados credencial credenciales cuota"
)
"""Words that ask about a credential wherever some were just named."""

_OF_ONE = words_of(
    "cheap cheaper cheapest expensive price cost costs hours experience prerequisite "
    "prerequisites requirements renew renewal expire expires barato barata baratos baratas "
    "caro cara precio costo horas experiencia requisitos renovar vence caduca"
)
"""Words that ask about one where the last answer was about credentials only."""

_LONGEST = 9
"""Words of a question that may leave out what it is about."""

_REMEMBERED = 500
"""Answers of which is remembered what they name: they are long, and most are told again."""


class Credentials:
    """The credentials of a content, as an answer names them."""

    def __init__(self, content: Content, finder: Finder) -> None:
        """Take the topics, and what finds names in an answer."""
        self._content = content
        self._finder = finder
        of_then = [topic for topic in content.topics.values() if topic.today in content.topics]
        of_now = [content.topics[topic.today] for topic in of_then if topic.today]
        self._now = {topic.id: topic.today for topic in of_then if topic.today}
        """What is asked of the program's exam, and who answers it for the exams of today."""
        self._old = _credentials_of(of_then)
        """The exam that the program itself made, which nobody can take any more."""
        self._known = _credentials_of(of_now)
        self._named = remembered(self._named_in, _REMEMBERED)

    def told(self, answer: str, topic: Topic, about: About) -> About:
        """Return a chat's subject with the credentials that an answer names.

        They are kept while other things are spoken of, until the old exam is.
        """
        if self._is_about_the_old(topic):
            return replace(about, credentials=())
        return replace(about, credentials=self._named(answer) or about.credentials)

    def _named_in(self, answer: str) -> tuple[str, ...]:
        named = self._finder.all_named(tokenize(answer), answer).get(_KIND, ())
        return tuple(key for key in named if key in self._known)

    def put_first(self, variant: Variant, about: About) -> Iterator[Meant]:
        """Yield a question about "the exam" with the credentials just named put first."""
        if about.credentials and self._asks_of_them(variant, about):
            slots = {**variant.slots, _KIND: about.credentials}
            yield replace(variant, text=f"{{{_KIND}}} {variant.text}", slots=slots), (_KIND,)

    def _asks_of_them(self, variant: Variant, about: About) -> bool:
        words = variant.text.split()
        if _KIND in {*variant.slots, *variant.excluded} or not _OF_THEN.isdisjoint(words):
            return False
        asked = _EXAM | _OF_ONE if self._is_about_them(about.topic) else _EXAM
        return len(words) <= _LONGEST and not asked.isdisjoint(words)

    def _is_about_them(self, topic: str | None) -> bool:
        """Whether a topic is about credentials alone."""
        last = self._content.topics.get(topic or "")
        if last is None or self._is_about_the_old(last):
            return False
        return Kind.CREDENTIAL in last.where or last.speaks_of is Kind.CREDENTIAL

    def _is_about_the_old(self, topic: Topic) -> bool:
        return not self._old.isdisjoint(topic.where.get(Kind.CREDENTIAL, ()))

    def meant_by(self, verdict: Verdict, variant: Variant, about: About) -> Verdict:
        """Return "how much is the test" as about the credentials just named, or ask which one."""
        if not self._asks_of_them(variant, about):
            return verdict
        if not about.credentials:
            return self._then_or_now(verdict, about)
        match verdict:
            case Answer(reading=reading):
                options = (reading,)
            case Clarify(options=options, missing=None):
                pass
            case _:
                return verdict
        first, *others = _one_each([self._of_today(one, about) for one in options])
        if first.topic in self._now.values() and len(each := _each(first)) > 1:
            return _which(each)
        by_the_way = _KIND in first.carried and about.slots.get(_KIND) != first.slots[_KIND]
        told = tuple(one if len(_each(one)) == 1 else _bare(one) for one in (first, *others))
        return Clarify(options=told) if by_the_way or told != options else verdict

    def _then_or_now(self, verdict: Verdict, about: About) -> Verdict:
        """Ask whose exam is meant where credentials were asked about, but none was named."""
        offered = about.offered[0].topic if about.offered else None
        if not isinstance(verdict, Answer) or not self._is_about_them(offered):
            return verdict
        topic = self._now.get(verdict.reading.topic)
        if topic is None:
            return verdict
        return Clarify(options=(_bare(replace(verdict.reading, topic=topic)), verdict.reading))

    def _of_today(self, reading: Reading, about: About) -> Reading:
        topic = self._now.get(reading.topic)
        if topic is None:
            return reading
        slots = {kind: keys for kind, keys in reading.slots.items() if kind != _KIND}
        slots[_KIND] = about.credentials
        return replace(reading, topic=topic, slots=slots, carried=(*reading.carried, _KIND))


def _credentials_of(topics: Iterable[Topic]) -> frozenset[str]:
    """Return the credentials that these topics are about."""
    return frozenset(chain.from_iterable(topic.where.get(Kind.CREDENTIAL, ()) for topic in topics))


def _each(reading: Reading) -> list[Reading]:
    """Return a reading about several credentials that were not named now as one for each."""
    if _KIND not in reading.carried:
        return [reading]
    keys = reading.slots[_KIND]
    return [replace(reading, slots={**reading.slots, _KIND: (key,)}) for key in keys]


def _which(each: Sequence[Reading]) -> Clarify:
    """Ask which of several is meant: by buttons where they are few."""
    if len(each) <= MOST_OPTIONS:
        return Clarify(options=tuple(each))
    return Clarify(options=(_bare(each[0]),), missing=_KIND)


def _bare(reading: Reading) -> Reading:
    """Return a reading that leaves open which credential is meant."""
    slots = {kind: keys for kind, keys in reading.slots.items() if kind != _KIND}
    return replace(reading, slots=slots)


def _one_each(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Keep the first reading of each topic, where the topic stands last.

    A topic stands twice where the same is asked of the old exam, further down; there the order is
    by the words themselves. With a credential put before them, "how much is the test" is as near
    to how long one takes.
    """
    return tuple({reading.topic: reading for reading in reversed(readings)}.values())[::-1]
