"""What buttons carry: at most 64 bytes that mean the same in every later version.

Topics and things go by a short hash of their id, so that a button still finds its answer after
the content changed, and says so kindly where the thing is gone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.schema import Content, Kind
from knowledge.verdicts import Reading, Slots

LONGEST_DATA = 64
ID = "[0-9]{1,18}"
"""A number that a row or a person can have; a forged button may hold one no database takes."""

_HASH = 6
_KINDS = frozenset(Kind)
_ZIP = "z"


def is_id(text: str) -> bool:
    """Whether a text is a number that a row or a person can have."""
    return bool(re.fullmatch(ID, text))


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: words, and what a tap does or opens."""

    words: str
    data: str | None = None
    url: str | None = None
    inline: str | None = None
    """Text that a tap puts behind the bot's name in another chat."""


@lru_cache(maxsize=20_000)
def short(key: str) -> str:
    """Return the short hash of an id."""
    return hashlib.blake2s(key.encode(), digest_size=8).hexdigest()[:_HASH]


def encode(action: str, reading: Reading) -> str:
    """Return button data for an action on a reading, as ``action:topic:kind=thing.thing;…``.

    Two letters of a kind do not tell all kinds apart: a thing knows its own. Of what is not a
    thing only a ZIP code travels along, as it is.
    """
    slots = ";".join(
        f"{short(kind)[:2]}={'.'.join(map(short, keys))}"
        for kind, keys in reading.slots.items()
        if kind in _KINDS
    )
    if zips := reading.slots.get("zip"):
        slots += f";{_ZIP}={zips[0]}"
    data = f"{action}:{short(reading.topic)}:{slots}"
    return data if len(data) <= LONGEST_DATA else f"{action}:{short(reading.topic)}:"


class Book:
    """Finds topics and things again by their short hash, in one content."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._topics = {short(key): key for key in content.topics}
        self._things = {short(key): key for key in content.things}
        self._menus = {short(key): key for key in content.menus}

    def decode(self, body: str) -> Reading | None:
        """Return the reading behind ``topic:slots``; None where it is unknown or forged."""
        topic, _, packed = body.partition(":")
        if topic not in self._topics:
            return None
        slots = self._slots(packed)
        return None if slots is None else Reading(topic=self._topics[topic], slots=slots)

    def _slots(self, packed: str) -> Slots | None:
        slots: dict[str, tuple[str, ...]] = {}
        for pair in filter(None, packed.split(";")):
            kind, _, keys = pair.partition("=")
            if kind == _ZIP and re.fullmatch(r"\d{5}", keys):
                slots["zip"] = (keys,)
                continue
            for key in keys.split("."):
                if key not in self._things:
                    return None
                thing = self.content.things[self._things[key]]
                named = slots.get(thing.kind.value, ())
                slots[thing.kind.value] = (*named, thing.id)
        return slots

    def menu(self, code: str) -> str | None:
        """Return the id of the menu behind its short hash."""
        return self._menus.get(code)
