"""What people tell of themselves before they ask whether it is for them. Pure.

"Hi, I'm a CNA in Toledo and tired. Can I do this?" asks what is open to a CNA. What else is told
is left out, unless it is a matter of its own: "with a felony" or "in my country" is not answered
by what a CNA may do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, product
from typing import NamedTuple

from knowledge.matching.words import Fillers, expand, is_slot, tokenize
from knowledge.schema import OWN, Content, Kind, Topic
from knowledge.understanding.bystanders import CLIENTS, OTHER_PEOPLE
from knowledge.understanding.countries import abroad_in
from knowledge.understanding.origins import without_origin
from knowledge.understanding.phrases import Phrases, topics_of_words
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.slots import Variant
from knowledge.understanding.splitting import asks, begins_to_ask
from knowledge.verdicts import Slots

_FEW = 8
"""A word that the phrasings of so few topics have is what these are about: "felony", "visa"."""

_SHORTEST = 3
"""Letters of a word that can be a matter of its own."""

_TELLS = re.compile(
    r"\b(?:i am|im|i was|i have been|ive been|been|i work|i worked|i used to be|i have|ive"
    r"|i got|got|i hold|i finished|soy|fui|era|trabajo|trabaje|trabajaba|tengo|saque|estudie)"
    r"(?: (?:a|an|the|my|in|at|as|only|just|still|now|un|una|el|la|de|en|como|mi|solo|nomas))*"
    r" \{(?:background|degree)\}"
)
"""How people tell what they are and ask nothing: "got my GED", "trabajo de cajera"."""

_NEEDED = re.compile(
    r"\b(?:needs?|needed|requires?|required|necesit\w+|ocupo|pid\w+|exig\w+)"
    r"(?: (?:a|an|the|to|have|get|un|una|tener|sacar))*$"
)
"""What stands before something that is asked for: "do I need a"."""

_BEGINS = re.compile(
    r"(?:(?:so|hi|hello|hey|hola|as|with|if|for|laid off|retired|veteran|ex|former|my|mi|just|only"
    r"|con|como|para|de|desde|del|from|a|an|un|una|the|el|la)\s)*\{(?:background|degree)\}"
)
"""How what somebody is may be told without more: "cna here", "as a paramedic"."""

_TOLD = re.compile(r"\b(?:im|i am|i live|i have|vivo|estoy|soy|tengo)\b")
_TELLING = 10
"""Words of a message that only tells; a longer one is a story."""

_ASKING = frozenset(
    "what which how can could where when who why does did would should will q que es cual cuales "
    "cuanto cuanta cuantos donde cuando puedo puede podria hay quien".split()
)
"""Words that a message holds which asks something."""

_AND_I = frozenset(("and me", "and for me", "y yo", "y para mi", "y a mi"))
"""Turns a question to who asks, behind one about somebody else."""

_TOLD_OF = OTHER_PEOPLE | CLIENTS
"""People of whom somebody tells what they are, for their own sake."""

_BEFORE = frozenset("so and but then ok okay well or y pero entonces o pues yo".split())
_BEHIND = frozenset("then though now entonces pues ahora yo".split())
"""Words before a question and behind it that change nothing in it."""


class Brief(NamedTuple):
    """A message in few words."""

    variant: Variant
    left_out: tuple[str, ...] = ()
    """Words that are told and not asked about."""


class Introductions:
    """What a content knows of how people tell what they are."""

    def __init__(self, content: Content, phrases: Phrases, fillers: Fillers) -> None:
        self._fillers = fillers
        self._asks = frozenset(" ".join(self._plain(asked)) for asked in _asks(content))
        self._fields = _fields(content)
        own = {t.id for t in content.topics.values() if not OWN.isdisjoint(t.needs)}
        self._own_topics = own
        self._abroad = _earned_abroad(content)
        self._matters = frozenset(_matters(content, phrases, own))

    def briefly(self, variant: Variant) -> Iterator[Brief]:
        """Yield a message about who wrote it without its places, and as what they are alone."""
        if OWN.isdisjoint(variant.slots):
            return
        placeless = _without_origin(variant)
        if placeless:
            yield Brief(placeless)
        if brief := self._what_they_are(variant):
            yield brief

    def asks_for_oneself(self, text: str) -> bool:
        """Whether a text only asks whether something is for who asks: "and what could I do"."""
        return text in _AND_I or self._is_own(self._plain(text.split()))

    def is_answered_by(self, topic: Topic, brief: Brief) -> bool:
        """Whether a topic is for what somebody is, and nothing left out is a matter of its own."""
        if topic.id not in self._own_topics or not self._matters.isdisjoint(brief.left_out):
            return False
        return not abroad_in(brief.left_out)

    def _what_they_are(self, variant: Variant) -> Brief | None:
        words = variant.text.split()
        told = words if _only_tells(words) else self._told(words)
        kind = next((kind for kind in sorted(OWN) if kind in variant.slots), None)
        if told is None or kind is None or variant.excluded:
            return None
        if not self._abroad.isdisjoint(variant.slots[kind]):
            return None
        if not {word.strip("{}") for word in told if is_slot(word)} <= {*OWN, Kind.STATE.value}:
            return None
        said = replace(variant, text=f"{{{kind}}}", slots={kind: variant.slots[kind]})
        return Brief(said, tuple(word for word in told if not is_slot(word)))

    def _told(self, words: list[str]) -> list[str] | None:
        """Return what is told beside the question whether it is for somebody, if that is asked."""
        for told, asked in _in_two(words):
            if self._is_own(self._plain(asked)):
                return told if _is_telling(told) else None
        return None

    def _is_own(self, asked: list[str]) -> bool:
        """Whether a question is one for who asks, wherever it looks: "... in health IT"."""
        return any(" ".join(less) in self._asks for less in (asked, *self._without_field(asked)))

    def _without_field(self, asked: list[str]) -> Iterator[list[str]]:
        """Yield a question without where it looks."""
        for start in range(1, len(asked)):
            for field in self._fields.get(asked[start], ()):
                end = start + len(field)
                if asked[start:end] == field:
                    yield asked[:start] + asked[end:]

    def _plain(self, words: Sequence[str]) -> list[str]:
        """Return a question without polite words around it and little words at its ends."""
        plain = self._fillers.strip(expand(words))
        while len(plain) > 1 and plain[0] in _BEFORE:
            plain = plain[1:]
        while len(plain) > 1 and plain[-1] in _BEHIND:
            plain = plain[:-1]
        return plain


def _only_tells(words: list[str]) -> bool:
    """Whether a few words tell what somebody is or has, and ask nothing."""
    return _asks_nothing(words) and bool(_TELLS.search(" ".join(words)))


def _asks_nothing(words: Sequence[str]) -> bool:
    """Whether words are few and none of them asks."""
    return len(words) <= _TELLING and _ASKING.isdisjoint(words)


def _is_telling(words: list[str]) -> bool:
    """Whether words beside a question tell of somebody; "this certificate to a degree" no."""
    text = " ".join(words)
    return bool(_BEGINS.match(text) or speaks_of_self(text)) and not begins_to_ask(text)


def tells_of_oneself(text: str, words: str) -> bool:
    """Whether a message tells what who wrote it is, and does not merely ask about such people.

    Args:
        text: the message.
        words: the same with slots for its names: "i am a {degree}".
    """
    if _TELLS.search(words):
        return True
    return speaks_of_self(text) and (bool(_BEGINS.match(words)) or not asks(text))


def tells_of_another(words: str) -> bool:
    """Whether a message, with slots for its names, tells what somebody else is or has."""
    said = words.split()
    named = (at for at, word in enumerate(said) if word.strip("{}") in OWN)
    before = said[: next(named, 0)]
    return not _TOLD_OF.isdisjoint(before) and not _TELLS.search(words)


def held(words: str, slots: Slots) -> Slots:
    """Return what a message tells that somebody is or has: not what it asks the need of.

    "I only have an associate's, do I need a bachelor's" tells of the associate's alone.

    Args:
        words: the message with slots for its names.
        slots: what these stand for, by kinds.
    """
    said = words.split()
    kept: dict[str, tuple[str, ...]] = {}
    for kind in sorted(OWN.intersection(slots)):
        places = [at for at, word in enumerate(said) if word == f"{{{kind}}}"]
        asked = [bool(_NEEDED.search(" ".join(said[:at]))) for at in places]
        keys = slots[kind]
        if len(places) == len(keys):
            keys = tuple(key for key, needed in zip(keys, asked, strict=True) if not needed)
        elif places and all(asked):
            keys = ()
        if keys:
            kept[kind] = keys
    return kept


def tells(text: str) -> bool:
    """Whether a text, with slots for its names, tells in a few words what somebody is or has."""
    words = text.split()
    begins = is_slot(words[0]) if words else False
    return _asks_nothing(words) and (begins or bool(_TOLD.search(text)))


def _asks(content: Content) -> Iterator[list[str]]:
    """Yield the questions whether something is for who asks, in words."""
    said: list[Iterable[str]] = [
        phrasings
        for topic in content.topics.values()
        if topic.is_dialogue
        for phrasings in topic.phrasings.values()
    ]
    for phrasing in chain.from_iterable(said):
        if "{" not in phrasing:
            yield tokenize(phrasing)
    for pattern in chain.from_iterable(content.words.own_asks.values()):
        yield from map(str.split, ways(pattern))


def ways(pattern: str) -> Iterator[str]:
    """Yield the ways to say a pattern, whose brackets hold what may stand in the same place.

    >>> list(ways("[can|could] I"))
    ['can i', 'could i']
    """
    parts = re.split(r"\[([^\]]*)\]", pattern)
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
    for chosen in product(*choices):
        yield " ".join(tokenize("".join(chosen)))


def _fields(content: Content) -> dict[str, list[list[str]]]:
    """Return where questions look ("in health IT"), in words, by the first of them."""
    fields: dict[str, list[list[str]]] = {}
    for pattern in chain.from_iterable(content.words.own_fields.values()):
        for way in map(str.split, ways(pattern)):
            fields.setdefault(way[0], []).append(way)
    return fields


def _earned_abroad(content: Content) -> frozenset[str]:
    """Return the things that stand for what was earned abroad, a matter of its own."""
    links = (thing.links.get("abroad", ()) for thing in content.things.values())
    return frozenset(chain.from_iterable(links))


def _matters(content: Content, phrases: Phrases, own: set[str]) -> Iterator[str]:
    """Yield the words that say what only a few topics answer, and none for what somebody is.

    What people say when they chat or ask of themselves is told by the way, and so are numbers and
    little words: "n" is but "and".
    """
    by_the_way = own | {
        topic.id for topic in content.topics.values() if topic.kind == "chat" or topic.is_dialogue
    }
    for word, topics in topics_of_words(phrases.all).items():
        little = len(word) < _SHORTEST or word.isdigit()
        if len(topics) <= _FEW and topics.isdisjoint(by_the_way) and not little:
            yield word


def _in_two(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the ways to part words in two, a name in the first: told and asked, or turned round.

    The longest question comes first, so that nothing of it is taken for told.
    """
    named = [at for at, word in enumerate(words) if is_slot(word)]
    if named:
        for at in range(named[-1] + 1, len(words)):
            yield words[:at], words[at:]
        for at in range(named[0], 1, -1):  # "what" alone begins a question that goes on
            yield words[at:], words[:at]


def _without_origin(variant: Variant) -> Variant | None:
    """Return a text that says what somebody is without where; None where it says no such thing.

    "Cleaning jobs in Dallas" is nobody's work, but a wish for jobs there.
    """
    if not speaks_of_self(variant.text):
        return None
    text = without_origin(variant.text)
    slots = {kind: keys for kind, keys in variant.slots.items() if kind != Kind.STATE.value}
    return None if text == variant.text else replace(variant, text=text, slots=slots)
