"""Like questions stand together, near-misses stay apart, and the labelled set says how well."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from knowledge.matching.semantic import load_encoder
from knowledge.store.placing import as_json, from_json
from knowledge.understanding.grouping import sketch_of, terms_of, wording
from knowledge.understanding.shelves import Shelves
from knowledge.understanding.understanding import Understanding
from tests import shipped, small

LABELLED = Path(__file__).parent / "questions"
UNDERSTANDING = small.snapshot().understanding


@cache
def real() -> Understanding:
    """Return the packaged knowledge, with the embedding where it is installed."""
    return Understanding(shipped.content(), load_encoder())


def grouped(*texts: str) -> list[int]:
    shelves = Shelves()
    return [shelves.place(sketch_of(text, UNDERSTANDING)) for text in texts]


def test_typos_word_order_and_paraphrase_stand_together() -> None:
    first, *others = grouped(
        "Is there childcare on campus?",
        "on campus is there childcare",
        "do you have childcre",
        "any daycare for students",
        "¿hay guardería?",
    )
    assert set(others) == {first}


def test_the_same_shape_about_another_thing_stays_apart() -> None:
    groups = grouped("is there parking on campus", "is there childcare on campus", "is there food")
    assert len(set(groups)) == 3


def test_named_things_count() -> None:
    trainer, manager, again = grouped(
        "jokes about a trainer", "jokes about an implementation manager", "trainer jokes"
    )
    assert trainer == again != manager


def test_empty_and_strange_texts_have_a_group_of_their_own() -> None:
    assert len(set(grouped("", "😀", "the a of", "qwzx vvkk"))) == 4


@given(st.lists(st.text(max_size=80), max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_same_questions_give_the_same_groups(texts: list[str]) -> None:
    assert grouped(*texts) == grouped(*texts)


@given(st.text(max_size=2000))
@settings(max_examples=50, deadline=None)
def test_terms_are_few_short_and_of_unit_length(text: str) -> None:
    terms = terms_of(text, UNDERSTANDING)
    assert 1 <= len(terms) <= 24
    assert all(len(term) <= 64 for term in terms)
    assert abs(sum(weight**2 for weight in terms.values()) - 1) < 0.01
    assert len(wording(text)) == 24


@pytest.mark.parametrize("kind", ["role", "state"])
def test_the_same_words_about_another_thing_never_stand_together(kind: str) -> None:
    things = {"role": ("trainer", "implementation manager"), "state": ("Texas", "Ohio")}[kind]
    one, again, other = grouped(
        f"would a {things[0]} see a unicorn",
        f"a unicorn, would a {things[0]} see it",
        f"would a {things[1]} see a unicorn",
    )
    assert one == again != other


def test_a_sketch_is_kept_whole() -> None:
    sketch = sketch_of("does a trainer need a car in Texas", real())
    kept = from_json(sketch.key, as_json(sketch))
    assert as_json(kept) == as_json(sketch)
    assert (kept.meaning is None) == (sketch.meaning is None)
    assert kept.things == sketch.things


def test_what_an_older_embedding_meant_is_left_out_and_words_still_group_it() -> None:
    words = sketch_of("does a unicorn need shoes", real())
    meaning = np.ones(384, dtype=np.float16) / np.float16(384**0.5)
    old = json.loads(as_json(replace(words, meaning=meaning))) | {"space": "another"}
    kept = from_json(words.key, json.dumps(old))
    assert kept.meaning is None
    shelves = Shelves()
    shelves.place(kept)
    assert shelves.place(replace(words, key="asked again", meaning=meaning)) == 0


@pytest.mark.parametrize(
    ("name", "precise", "complete"), [("grouping", 0.6, 0.55), ("grouping_near", 0.8, 0.55)]
)
def test_pairs_of_the_labelled_sets_are_mostly_right(
    name: str, precise: float, complete: float
) -> None:
    rows = yaml.safe_load((LABELLED / f"{name}.yaml").read_text("utf-8"))
    shelves = Shelves()
    put = [shelves.place(sketch_of(row["q"], real())) for row in rows]
    pairs = [
        (one["group"] == other["group"], here == there)
        for (one, here), (other, there) in combinations(zip(rows, put, strict=True), 2)
    ]
    together = [same for same, joined in pairs if joined]
    alike = [joined for same, joined in pairs if same]
    assert sum(together) / len(together) > precise
    assert sum(alike) / len(alike) > complete
