"""Which topics are asked about one after the other. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.schema import Topic


def kin_of(topics: Mapping[str, Topic]) -> dict[str, frozenset[str]]:
    """Return, for each topic, those that a chat about it goes on to, itself among them.

    They share its subject, or one of the two names the other as what comes ``next``.
    """
    of_subject: dict[str | None, set[str]] = {}
    for topic in topics.values():
        of_subject.setdefault(topic.subject, set()).add(topic.id)
    kin = {
        topic.id: {topic.id, *topic.next, *(of_subject[topic.subject] if topic.subject else ())}
        for topic in topics.values()
    }
    for topic in topics.values():
        for key in topic.next:
            kin.setdefault(key, set()).add(topic.id)
    return {key: frozenset(others) for key, others in kin.items()}
