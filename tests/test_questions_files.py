"""The test questions are well formed, many, various, and split evenly into halves that differ."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator
from rapidfuzz import fuzz, process

from knowledge.reading import PACKAGED
from knowledge.schema import Kind, Slug

HERE = Path(__file__).parent / "questions"
GOLDEN = PACKAGED / "golden.yaml"
"""Golden questions travel with the content, since they gate its publication."""

Words = Annotated[str, Field(min_length=1, max_length=400)]
Topics = Annotated[list[Slug], Field(min_length=1)]
Things = Annotated[
    list[Slug],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
]
Split = Literal["validation", "test"]


class Row(BaseModel):
    """One line of a file; a key that nobody reads is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    q: Words


class Asked(Row):
    """A question with the topics a sensible person would accept, best first."""

    topic: Topics = []
    parts: list[Topics] = []
    slots: dict[Annotated[Kind, Field(strict=False)], Things] = {}

    @model_validator(mode="after")
    def _names_each_topic_once(self) -> Asked:
        if bool(self.topic) == bool(self.parts):
            raise ValueError("needs either topic or parts")
        if len(self.parts) == 1:
            raise ValueError("one part is no parts: write topic")
        if any(len(group) != len(set(group)) for group in [self.topic, *self.parts]):
            raise ValueError("names a topic twice")
        return self


class Question(Asked):
    """A first question, and what kind of person asks it how."""

    split: Split
    who: Slug
    style: Literal["typo", "casual", "formal", "fragment", "rambling", "plain", "voice"]


class FollowUp(Asked):
    """A later message of a chat; ``absent`` kinds must not leak from what came before."""

    context: Annotated[list[Words], Field(min_length=1)]
    absent: list[Annotated[Kind, Field(strict=False)]] = []
    split: Split


class Stranger(Row):
    """A question that is not ours; ``near`` when it shares our words or shape."""

    near: bool
    split: Split


class Golden(Asked):
    """An everyday question that no edit may lose."""

    lang: Literal["en", "es"]


class Grouped(Row):
    """An unanswered question and the group a curator would put it in."""

    group: Slug


SHAPES: dict[str, tuple[type[Row], int]] = {
    "english": (Question, 650),
    "spanish": (Question, 260),
    "followups": (FollowUp, 210),
    "spanish_followups": (FollowUp, 30),
    "strangers": (Stranger, 260),
    "spanish_strangers": (Stranger, 90),
    "late": (Question, 290),
    "late_followups": (FollowUp, 85),
    "late_strangers": (Stranger, 210),
    "late_spanish": (Question, 250),
    "late_spanish_followups": (FollowUp, 55),
    "late_spanish_strangers": (Stranger, 120),
    "unseen": (Question, 510),
    "unseen_spanish": (Question, 250),
    "unseen_strangers": (Stranger, 480),
    "unseen_spanish_strangers": (Stranger, 330),
    "recent": (Question, 260),
    "recent_spanish": (Question, 160),
    "recent_strangers": (Stranger, 55),
    "recent_spanish_strangers": (Stranger, 40),
    "blind": (Question, 310),
    "blind_spanish": (Question, 160),
    "blind_followups": (FollowUp, 65),
    "blind_spanish_followups": (FollowUp, 35),
    "blind_strangers": (Stranger, 85),
    "blind_spanish_strangers": (Stranger, 50),
    "needs": (Question, 500),
    "needs_spanish": (Question, 160),
    "needs_followups": (FollowUp, 100),
    "needs_spanish_followups": (FollowUp, 30),
    "needs_strangers": (Stranger, 100),
    "needs_spanish_strangers": (Stranger, 30),
    "steps": (Question, 220),
    "steps_spanish": (Question, 120),
    "steps_strangers": (Stranger, 95),
    "steps_spanish_strangers": (Stranger, 45),
    "fresh": (Question, 590),
    "fresh_spanish": (Question, 290),
    "fresh_strangers": (Stranger, 180),
    "fresh_spanish_strangers": (Stranger, 90),
    "fragments": (Stranger, 110),
    "golden": (Golden, 120),
    "hard": (Asked, 60),
    "grouping": (Grouped, 150),
    "grouping_near": (Grouped, 130),
}
"""What a row of each file is, and how many there must be at least."""

ALONE = [name for name in SHAPES if "followups" not in name]
HALVED = [name for name, (shape, _) in SHAPES.items() if "split" in shape.model_fields]


def text_of(name: str) -> str:
    """Return a file as it is written."""
    path = GOLDEN if name == "golden" else HERE / f"{name}.yaml"
    return path.read_text(encoding="utf-8")


@cache
def rows(name: str) -> list[Row]:
    """Read a file and check every row."""
    loaded = yaml.load(text_of(name), Loader=yaml.CSafeLoader)
    if name == "golden":
        loaded = loaded["golden"]
    return TypeAdapter(list[SHAPES[name][0]]).validate_python(loaded)  # type: ignore[misc]


def questions(name: str) -> list[Question]:
    """Return the rows of a file of first questions."""
    return [row for row in rows(name) if isinstance(row, Question)]


def plain(said: str) -> str:
    """Return the words alone, so that case and punctuation make no difference."""
    return " ".join(re.findall(r"\w+", said.lower())) or said


def half(name: str, split: Split) -> list[str]:
    """Return the wordings of one half of a file, with their context where there is one."""
    return [
        plain(" ".join([*getattr(row, "context", ()), row.q]))
        for row in rows(name)
        if getattr(row, "split", None) == split
    ]


def test_every_file_of_questions_is_known() -> None:
    assert {path.stem for path in (*HERE.glob("*.yaml"), GOLDEN)} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_rows_are_well_formed_and_many(name: str) -> None:
    assert len(rows(name)) >= SHAPES[name][1]


@pytest.mark.parametrize("name", SHAPES)
def test_every_row_stands_on_one_line(name: str) -> None:
    lines = [line.strip() for line in text_of(name).splitlines() if line != "golden:"]
    assert all(line.startswith(("- {", "#")) for line in lines)
    assert sum(line.startswith("- {") for line in lines) == len(rows(name))


def test_no_question_stands_twice() -> None:
    seen = Counter(plain(row.q) for name in ALONE for row in rows(name))
    assert [said for said, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("name", ["followups", "spanish_followups"])
def test_no_follow_up_stands_twice(name: str) -> None:
    seen = Counter(half(name, "validation") + half(name, "test"))
    assert [said for said, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("name", HALVED)
def test_the_halves_are_even_and_worded_differently(name: str) -> None:
    first, second = half(name, "validation"), half(name, "test")
    assert abs(len(first) - len(second)) <= 1
    closest = process.cdist(first, second, scorer=fuzz.ratio, score_cutoff=93)
    pairs = [(first[a], second[b]) for a, b in zip(*closest.nonzero(), strict=True)]
    assert pairs == []


@pytest.mark.parametrize("split", ["validation", "test"])
def test_the_halves_share_out_every_topic(split: Split) -> None:
    best = {row.topic[0] for row in questions("english") if row.topic}
    asked = {row.topic[0] for row in questions("english") if row.topic and row.split == split}
    assert best - asked == set()


def accepted(name: str) -> list[Topics]:
    """Return the topics that each question of a file accepts, best first."""
    return [group for row in questions(name) for group in (row.parts or [row.topic])]


def test_each_topic_is_asked_in_at_least_six_ways() -> None:
    groups = accepted("english")
    best = {group[0] for group in groups}
    asked = Counter(topic for group in groups for topic in group if topic in best)
    assert {topic: times for topic, times in asked.items() if times < 6} == {}


def test_spanish_is_as_broad_as_english() -> None:
    english, spanish = accepted("english"), accepted("spanish")
    best = {group[0] for group in english}
    assert len(best.intersection(chain.from_iterable(spanish))) >= 0.95 * len(best)
    assert {group[0] for group in spanish} <= {topic for group in english for topic in group}


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_people_and_their_ways_of_writing_differ(name: str) -> None:
    asked = questions(name)
    styles = Counter(row.style for row in asked)
    assert styles["typo"] >= 0.15 * len(asked)
    assert min(styles[style] for style in ("casual", "formal", "fragment", "plain")) >= 10
    assert len({row.who for row in asked}) >= 25
    assert sum(bool(row.parts) for row in asked) >= 0.05 * len(asked)


def test_most_strangers_are_near_neighbours() -> None:
    near = [row for row in rows("strangers") if isinstance(row, Stranger) and row.near]
    assert len(near) >= 160


def test_follow_ups_try_carrying_over_and_letting_go() -> None:
    asked = [row for row in rows("followups") if isinstance(row, FollowUp)]
    assert sum(bool(row.slots) for row in asked) >= 100
    assert sum(bool(row.absent) for row in asked) >= 15
    assert not any(set(row.absent) & set(row.slots) for row in asked)


def test_golden_questions_speak_both_languages() -> None:
    spoken = Counter(row.lang for row in rows("golden") if isinstance(row, Golden))
    assert spoken["en"] >= 80
    assert spoken["es"] >= 40


def test_groups_hold_three_to_six_questions() -> None:
    sizes = Counter(row.group for row in rows("grouping") if isinstance(row, Grouped))
    assert len(sizes) >= 45
    assert {group: size for group, size in sizes.items() if not 3 <= size <= 6} == {}
