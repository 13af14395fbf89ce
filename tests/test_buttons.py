"""What a button carries is what comes back from it."""

from __future__ import annotations

import pytest

from handlers.buttons import LONGEST_DATA, Book, encode
from knowledge.verdicts import Reading
from tests.shipped import content


def brought_back(reading: Reading) -> Reading | None:
    """Return what a tap on the button of a reading opens."""
    data = encode("a", reading)
    assert len(data.encode()) <= LONGEST_DATA
    return Book(content()).decode(data.partition(":")[2])


def test_every_thing_and_topic_comes_back_from_its_button() -> None:
    book = Book(content())
    for thing in content().things.values():
        reading = Reading(topic="place_lookup", slots={thing.kind.value: (thing.id,)})
        assert book.decode(encode("a", reading).partition(":")[2]) == reading
    for topic in content().topics:
        assert book.decode(encode("a", Reading(topic=topic)).partition(":")[2]) == Reading(
            topic=topic
        )


@pytest.mark.parametrize(
    "slots",
    [
        {"college": ("bellevue-college",), "state": ("washington",)},
        {"role": ("trainer", "implementation-manager"), "degree": ("rn",)},
        {"state": ("texas",), "zip": ("78701",)},
    ],
)
def test_several_things_come_back_in_their_order(slots: dict[str, tuple[str, ...]]) -> None:
    reading = Reading(topic="place_lookup", slots=slots)
    assert brought_back(reading) == reading


@pytest.mark.parametrize("packed", ["0b=ffffff", "0b=", "0b", "z=1234", "z=x", "=.", "0b=..;"])
def test_a_forged_thing_opens_nothing(packed: str) -> None:
    data = encode("a", Reading(topic="place_lookup")).partition(":")[2]
    assert Book(content()).decode(f"{data}{packed}") is None
