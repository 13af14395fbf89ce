"""Like questions stand together, near-misses stay apart, and the labelled set says how well."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import yaml
from hypothesis import given, settings, strategies as st

from knowledge.grouping import Shelves, terms_of, wording
from knowledge.reading import gather, read_folder
from knowledge.understanding import Understanding
from tests import small

LABELLED = Path(__file__).parent / "questions" / "grouping.yaml"
UNDERSTANDING = small.snapshot().understanding


def grouped(*texts: str) -> list[int]:
    shelves = Shelves()
    return [shelves.place(terms_of(text, UNDERSTANDING)) for text in texts]


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
    assert len(wording(terms)) == 24


def test_pairs_of_the_labelled_set_are_mostly_right() -> None:
    content, _ = gather(read_folder())
    assert content is not None
    understanding = Understanding(content)
    rows = yaml.safe_load(LABELLED.read_text("utf-8"))
    shelves = Shelves()
    put = [shelves.place(terms_of(row["q"], understanding)) for row in rows]
    pairs = [
        (one["group"] == other["group"], here == there)
        for (one, here), (other, there) in combinations(zip(rows, put, strict=True), 2)
    ]
    together = [same for same, joined in pairs if joined]
    alike = [joined for same, joined in pairs if same]
    assert sum(together) / len(together) > 0.75
    assert sum(alike) / len(alike) > 0.6
