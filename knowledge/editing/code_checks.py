"""Checks what code asks of a content: pages by their ids, dialogues in reach, shared subjects."""

from __future__ import annotations

from collections import Counter

from knowledge.named import NAMED
from knowledge.reading import Reader, did_you_mean
from knowledge.schema import DIALOGUES, Content


def hold_to_code(content: Content, reader: Reader) -> None:
    """Note what a content lacks that code asks for, or gives it in vain."""
    _named(content, reader)
    _dialogues(content, reader)
    _subjects(content, reader)


def _named(content: Content, reader: Reader) -> None:
    for named in NAMED:
        if not named.is_in(content):
            kinds = " or ".join(section.removesuffix("s") for section in named.sections)
            what = f"there is no {kinds} with the id {named.id!r}: without it {named.use} is gone"
            mend = "the program asks for this very id: give it back to the page that had it"
            reader.fault_of(named.sections[0], what, mend)


def _dialogues(content: Content, reader: Reader) -> None:
    """Hold each dialogue to have its questions, in the section of its name, and to be in reach."""
    for name in DIALOGUES:
        topic, has_questions = content.topic_by(name), content.has_questions(name)
        if topic and not has_questions:
            what = f"the composer {name!r} asks the questions of a section {name!r}: there is none"
            mend = "take that section from an earlier version"
            reader.fault_in("topics", topic, ("composer",), what, mend)
        elif has_questions and not topic:
            what = f"no topic has 'composer: {name}': without it nobody is asked these questions"
            reader.fault_of(name, what, "give it back to the topic that had it")


def _subjects(content: Content, reader: Reader) -> None:
    """Point at a subject that a single topic names, which is likely misspelt."""
    times = Counter(topic.subject for topic in content.topics.values() if topic.subject)
    shared = [subject for subject, number in times.items() if number > 1]
    for topic in content.topics.values():
        if topic.subject and times[topic.subject] == 1:
            what = f"no other topic has the subject {topic.subject!r}, so it says nothing"
            mend = did_you_mean(topic.subject, shared) or "leave it out"
            reader.fault_in("topics", topic.id, ("subject",), what, mend, "warning")
