"""Messages that lean on what was just told: plain behind it, and nothing anywhere else."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from knowledge.editing.checks import check, load
from knowledge.editing.diffing import differences
from knowledge.snapshot import Snapshot
from knowledge.understanding.context import About
from knowledge.understanding.judging import OF_WORDS
from knowledge.understanding.kinship import kin_of
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Verdict
from tests import shipped, small

DAY = date(2026, 11, 30)
NEXT = """\
asked_next:
- after: role_pay
  answers:
    role_pay: {en: ["is that a lot"], es: ["eso es mucho"]}
    cost: {en: ["and to get there, what do i put down"]}
"""


@cache
def expecting() -> Snapshot:
    """Return the small content with what is asked after the pay of a role."""
    return Snapshot(load({**small.FILES, "next.yaml": NEXT}, today=DAY))


def read(text: str, after: str | None) -> Verdict:
    """Return what a message means in a chat about a trainer and a topic."""
    about = About(topic=after, slots={"role": ("trainer",)}) if after else About()
    return expecting().understanding.read(text, about=about)[0].verdict


def topic_of(verdict: Verdict) -> str | None:
    return verdict.reading.topic if isinstance(verdict, Answer) else None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("is that a lot", "role_pay"),
        ("and is that a lot", "role_pay"),
        ("eso es mucho", "role_pay"),
        ("to get there, what do i put down", "cost"),
    ],
)
def test_a_message_kept_for_a_topic_is_plain_behind_it(text: str, topic: str) -> None:
    assert topic_of(read(text, "role_pay")) == topic


@pytest.mark.parametrize("after", [None, "physician_is"])
def test_it_means_nothing_alone_or_behind_another_topic(after: str | None) -> None:
    assert topic_of(read("is that a lot", after)) is None


def test_what_is_asked_about_what_was_told_is_asked_so_of_its_kin() -> None:
    said = expecting().understanding
    about = About(topic="role_length", slots={"role": ("trainer",)})
    ranked, _ = said.ranked("is that a lot", about, deeper=False)
    nearest = max(ranked, key=lambda reading: reading.expected)
    assert (nearest.topic, nearest.expected > 0.5) == ("role_length", True)


def test_a_chat_goes_on_to_its_subject_and_to_what_either_names_as_next() -> None:
    topics = shipped.snapshot().content.topics
    kin = kin_of(topics)
    for key, topic in topics.items():
        assert {key, *topic.next} <= kin[key]
        assert all(key in kin[other] for other in kin[key])


def test_no_such_message_changes_what_stands_by_itself() -> None:
    """Who adds one need not fear for any other answer."""
    content = shipped.snapshot().content
    without = Snapshot(content.model_copy(update={"asked_next": {}}))
    for row in content.golden[::12]:
        reads = [one.understanding.read(row.q) for one in (shipped.snapshot(), without)]
        told, plain = ([_as_told(part) for part in parts] for parts in reads)
        assert told == plain, row.q


def _as_told(part: Understood) -> tuple[Verdict, tuple[object, ...]]:
    return part.verdict, part.ranked


def test_nearness_makes_surer_and_a_change_of_subject_less_sure() -> None:
    assert OF_WORDS.signs.apart < 0 < OF_WORDS.signs.expected


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("after: role_pay", "after: role_pai", "no topic 'role_pai' — did you mean 'role_pay'?"),
        ("    cost:", "    coast:", "no topic 'coast' — did you mean 'cost'?"),
        ("and to get there, what do i put down", "is that a lot", "answered by 'role_pay' too"),
        ("answers:", "answer:", "unknown field 'answer' — did you mean 'answers'?"),
    ],
)
def test_each_mistake_is_named_with_its_place(old: str, new: str, said: str) -> None:
    assert old in NEXT
    _content, faults = check({**small.FILES, "next.yaml": NEXT.replace(old, new)}, today=DAY)
    assert any(said in str(fault) for fault in faults if fault.file == "next.yaml")


def test_a_change_is_told_in_the_difference() -> None:
    before, after = load(small.FILES, today=DAY), expecting().content
    (only,) = differences(before, after)
    assert (only.section, only.key, only.how) == ("asked_next", "role_pay", "added")


def test_a_message_changed_is_told_by_itself() -> None:
    other = NEXT.replace("is that a lot", "is that plenty")
    changed = load({**small.FILES, "next.yaml": other}, today=DAY)
    (only,) = differences(expecting().content, changed)
    told = "asked_next role_pay: role_pay (en) + is that plenty, − is that a lot"
    assert only.said == told
