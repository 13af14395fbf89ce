"""Answers that code words from data (places, comparison, dialogues), by the topic's composer."""

from __future__ import annotations

from knowledge.answering import comparing, entry, fitting, maps, places
from knowledge.answering.answers import Composer
from knowledge.schema import ComposerName

COMPOSERS: dict[ComposerName, Composer] = {
    "place": places.compose,
    "place_online": places.compose_online,
    "map": maps.compose,
    "compare": comparing.compose,
    "eligibility": entry.compose,
    "role_entry": entry.compose_for_role,
    "finder": fitting.compose,
}
