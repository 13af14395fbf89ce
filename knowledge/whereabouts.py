"""Reads "near Cleveland" and "44114" as the state they lie in, and keeps the exact spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge import gazetteer
from knowledge.remembering import remembered
from knowledge.schema import Content, Kind
from knowledge.slots import names_of
from knowledge.verdicts import Answer, Clarify, Reading, Unknown, Verdict
from knowledge.words import tokenize

PLACE = "place"
"""The composer of topics that can use a spot."""

_FEW = 8
"""Words of a text whose place may be all it is about."""

_BARE = frozenset(
    "in near around from by at outside of the area i im am live living we are my zip code is its "
    "here en cerca de desde por estoy vivo vivimos soy somos mi código codigo postal es aquí aqui "
    "zona y and what about how qué que tal".split()
)
"""Words beside a place that ask nothing more than what is there."""

_OF_A_PERSON = frozenset((Kind.DEGREE.value, Kind.BACKGROUND.value))
"""Who says what they are ("a paramedic in Chicago") asks about themselves, not about the place."""

_REMEMBERED = 1_000
"""Texts whose place is remembered: each is looked through twice, for its language first."""

_MEANT = 0.7
"""The share of a text that phrasings about places must say for it to be about its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A text whose city or ZIP code is read as its state."""

    text: str
    rest: str
    """What is said beside the place."""
    state: str
    """The state's thing; empty where several states have such a city."""
    slots: Mapping[str, tuple[str, ...]]
    """What is known of the spot: ``zip`` or ``city``."""


class Whereabouts:
    """Finds places in texts, for one content."""

    def __init__(self, content: Content, words: frozenset[str]) -> None:
        """Take the content, and the words of its phrasings, which are never a city alone."""
        self._content = content
        self._words = words
        self._states = {
            thing.place.state: thing for thing in content.of_kind(Kind.STATE) if thing.place
        }
        topics = [topic for topic in content.topics.values() if topic.composer == PLACE]
        self._topics = frozenset(topic.id for topic in topics)
        self._ask = next((topic.id for topic in topics if not topic.needs), None)
        self._look_up = next((topic.id for topic in topics if topic.needs), None)
        names = (name for thing in content.things.values() for name in names_of(thing))
        self._names = frozenset(" ".join(tokenize(name)) for name in names)
        self._place = remembered(self._place_afresh, _REMEMBERED)

    def place(self, text: str) -> Placed | None:
        """Return the text with its city or ZIP code read as a state; None where it has none."""
        return self._place(text)

    def _place_afresh(self, text: str) -> Placed | None:
        if self._ask is None or not (located := gazetteer.locate(text, self._words, self._names)):
            return None
        rest = text.replace(located.words, " ", 1)
        spots = [spot for spot in located.spots if spot.state in self._states]
        named = [spot for spot in spots if self._names_state(rest, spot.state)]
        spots = named or spots
        if not spots:
            return None
        if len(spots) > 1:
            return Placed(text=text, rest=rest, state="", slots={"city": (spots[0].name,)})
        state = self._states[spots[0].state]
        name = "" if named else state.name.say("en")
        text = text.replace(located.words, f" {name} ", 1)
        return Placed(text=text, rest=rest, state=state.id, slots={"zip": (spots[0].zip,)})

    def _names_state(self, rest: str, postal: str) -> bool:
        """Whether the state of a spot is named as well, beside the spot."""
        return self._states[postal].name.say("en").lower() in rest.lower()

    def mark(self, verdict: Verdict, placed: Placed) -> Verdict:
        """Add the spot to what was understood, where its answer can use it."""
        match verdict:
            case Answer(reading=reading) if reading.topic in self._topics:
                return replace(verdict, reading=self._at(reading, placed))
            case Unknown() | Clarify(missing=None):
                return self._instead(verdict, placed)
            case _:
                return verdict

    def _instead(self, verdict: Unknown | Clarify, placed: Placed) -> Verdict:
        """Answer where things are, where a place is all that was understood."""
        options = verdict.nearest if isinstance(verdict, Unknown) else verdict.options
        short = len(placed.text.split()) <= _FEW
        meant = any(one.topic in self._topics and one.explained >= _MEANT for one in options)
        meant = meant and not any(_OF_A_PERSON.intersection(one.slots) for one in options)
        topic = self._look_up if placed.state else self._ask
        if topic is None or not ((short and meant) or _BARE.issuperset(tokenize(placed.rest))):
            return verdict
        return Answer(reading=self._at(Reading(topic=topic), placed))

    def _at(self, reading: Reading, placed: Placed) -> Reading:
        states = reading.slots.get(Kind.STATE.value, ())
        if states not in ((), (placed.state,)):
            return reading
        own = {Kind.STATE.value: (placed.state,)} if placed.state else {}
        return replace(reading, slots={**reading.slots, **own, **placed.slots})
