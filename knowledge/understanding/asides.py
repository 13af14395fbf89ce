"""What phrasings name by the way: "out of work, can I join" is not for a nurse. Pure.

Names are taken out of phrasings, so that one phrasing speaks for all things of a kind. That is
right where its topic is about that kind; elsewhere a phrasing is for just the things it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge.schema import Topic
from knowledge.verdicts import Slots


class Asides:
    """The things that phrasings name though their topic is not about that kind of thing."""

    def __init__(
        self, topics: Mapping[str, Topic], said: Iterable[tuple[str, str, Slots]]
    ) -> None:
        """Gather them.

        Args:
            topics: by their ids.
            said: of each phrasing the topic, the words without names, and the things it names.
        """
        self._named: dict[tuple[str, str, str], set[str]] = {}
        for topic, words, slots in said:
            about = (*topics[topic].needs, *topics[topic].where)
            for kind, keys in slots.items():
                if kind not in about:
                    self._named.setdefault((topic, words, kind), set()).update(keys)

    def are_others(self, topic: str, words: str, kind: str, keys: Iterable[str]) -> bool:
        """Whether a phrasing names things of this kind by the way, but none of these."""
        named = self._named.get((topic, words, kind))
        return named is not None and named.isdisjoint(keys)
