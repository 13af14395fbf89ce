"""Reads "near Cleveland" and "44114" as the state they lie in, and keeps the exact spot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from knowledge.answering.places import that_asks, that_looks_up
from knowledge.matching.words import tokenize, words_of
from knowledge.remembering import remembered
from knowledge.schema import OWN, ComposerName, Content, Kind, Thing
from knowledge.understanding.locating import Located, Locator
from knowledge.understanding.slots import names_of
from knowledge.verdicts import Answer, Clarify, Reading, Unknown, Verdict

_PLACE: tuple[ComposerName, ...] = ("place", "place_online")
"""The composers of topics that can use a spot."""

_FEW = 8
"""Words of a text whose place may be all it is about."""

_BARE = words_of(
    "in near around from by at outside of the area i im am live living we are my zip code is "
    "its here en cerca de desde por estoy vivo vivimos soy somos mi codigo postal es aqui zona "
    "y and what about how que tal"
)
"""Words beside a place that ask nothing more than what is there."""

_REMEMBERED = 1_000
"""Texts whose place is remembered: each is looked through twice, for its language first."""

_MEANT = 0.7
"""The share of a text that phrasings about places must say for it to be about its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A text whose city or ZIP code is read as its state."""

    text: str
    rest: str
    """What is said beside the place, the words that tie a city to its state included."""
    beside: str
    """The same without those words."""
    state: str
    """The state's thing; empty where several states have such a city, or several are named."""
    slots: Mapping[str, tuple[str, ...]]
    """What is known of the spot: ``zip`` or ``city``. A ``city`` that its state does not have is
    a town that we do not know."""


class Whereabouts:
    """Finds places in texts, for one content."""

    def __init__(self, content: Content, words: frozenset[str]) -> None:
        """Take the content, and the words of its phrasings, which are never a city alone."""
        self._states = {
            thing.place.state: thing for thing in content.of_kind(Kind.STATE) if thing.place
        }
        topics = content.topics.values()
        self._topics = frozenset(topic.id for topic in topics if topic.composer in _PLACE)
        self._ask = that_asks(content)
        self._look_up = that_looks_up(content)
        names = (name for thing in content.things.values() for name in names_of(thing))
        self._locator = Locator(
            states={
                key: at for at, state in self._states.items() for key in _keys(names_of(state))
            },
            proper=frozenset(
                key for state in self._states.values() for key in _keys(state.name.root.values())
            ),
            known=words,
            names=frozenset(_keys(names)),
        )
        self._place = remembered(self._place_afresh, _REMEMBERED)

    def place(self, text: str) -> Placed | None:
        """Return the text with its city or ZIP code read as a state; None where it has none."""
        return self._place(text)

    def _place_afresh(self, text: str) -> Placed | None:
        found = self._locator.locate(text) if self._ask else []
        found = [one for one in found if self._thing(one)]
        if not found:
            return None
        if len(found) > 1:
            return self._several(text, found)
        one = found[0]
        beside = f"{text[: one.start]} {text[one.end :]}"
        rest = f"{text[: one.start]} {one.between} {text[one.end :]}"
        spots = [spot for spot in one.spots if spot.state in self._states]
        also = self._locator.states_in(beside) if not one.state else set()
        named = [spot for spot in spots if spot.state in also]
        spots = named or spots
        if len(spots) > 1:
            slots = {"city": (spots[0].name,)}
            return Placed(text=text, rest=rest, beside=beside, state="", slots=slots)
        state = self._states[spots[0].state if spots else one.state]
        name = "" if named else _as_loud(state.name.say("en"), text)
        return Placed(
            text=f"{text[: one.start]} {name} {text[one.end :]}",
            rest=rest,
            beside=beside,
            state=state.id,
            slots={"zip": (spots[0].zip,)} if spots else {"city": (one.town,)},
        )

    def _several(self, text: str, found: list[Located]) -> Placed:
        """Return a text with each of its cities read as the state it lies in."""
        read = rest = text
        for one in reversed(found):
            state = self._thing(one)
            name = _as_loud(state.name.say("en"), text) if state else ""
            read = f"{read[: one.start]} {name} {read[one.end :]}"
            rest = f"{rest[: one.start]} {one.between} {rest[one.end :]}"
        return Placed(text=read, rest=rest, beside=rest, state="", slots={})

    def _thing(self, one: Located) -> Thing | None:
        """Return the state of a place, or one of those it may lie in."""
        postals = [one.state, *(spot.state for spot in one.spots)]
        return next((self._states[at] for at in postals if at in self._states), None)

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
        # Who says what they are ("a paramedic in Chicago") asks about themselves, not the place.
        meant = meant and not any(OWN.intersection(one.slots) for one in options)
        topic = self._look_up if placed.state else self._ask
        bare = _BARE.issuperset(tokenize(placed.beside))
        if not topic or not (placed.slots and ((short and meant) or bare)):
            return verdict
        several = (one.slots.get(Kind.STATE.value, ()) for one in options)
        states = next((keys for keys in several if len(keys) > 1), ())
        if states and topic == self._look_up:  # "from portland, moved to maine"
            return Answer(reading=Reading(topic=topic, slots={Kind.STATE.value: states}))
        return Answer(reading=self._at(Reading(topic=topic), placed))

    def _at(self, reading: Reading, placed: Placed) -> Reading:
        states = reading.slots.get(Kind.STATE.value, ())
        if states not in ((), (placed.state,)):
            return reading
        own = {Kind.STATE.value: (placed.state,)} if placed.state else {}
        return replace(reading, slots={**reading.slots, **own, **placed.slots})


def _as_loud(name: str, text: str) -> str:
    """Return a name in capitals where a text is: "IN" is Indiana only among small letters."""
    return name.upper() if text == text.upper() else name


def _keys(names: Iterable[str]) -> Iterator[str]:
    """Yield names as their plain words."""
    return (" ".join(tokenize(name)) for name in names)
