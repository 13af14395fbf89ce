"""Edits by program keep every byte they are not about; merges go fact by fact."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from knowledge.editing.checks import load
from knowledge.editing.diffing import differences
from knowledge.editing.editing import (
    add_item,
    add_phrasings,
    change_item,
    confirm,
    keys_of,
    remove_item,
    remove_phrasings,
)
from knowledge.editing.merging import merge
from knowledge.errors import NotFoundError
from knowledge.reading import read_folder
from knowledge.yamltree import parse
from tests import small

COMMENTED = """\
# What it cost.
topics:
  # Asked often.
  - id: cost
    title: {en: What it cost}   # short
    phrasings:
      en:
        - what did it cost   # from the log
        # the next one is rare
        - tuition fees
    answer:
      en: |
        Each college chose.

        # not a comment but a line
  # About time.
  - id: time
    title: {en: How long}
    phrasings: {en: [how long]}
    answer: {en: Long.}
"""


def test_every_item_of_the_shipped_content_survives_an_edit_byte_for_byte() -> None:
    """The item is read and written with its comments; where nothing changes, no byte does."""
    files = read_folder()
    for name, text in files.items():
        tree = parse(text, name)
        for section in tree.value:
            for key in keys_of(tree, section)[:3]:
                assert change_item({name: text}, section, key, lambda _item: None) == {name: text}


def test_a_new_phrasing_changes_one_line() -> None:
    files = add_phrasings(
        {"a.yaml": COMMENTED}, "cost", "en", ["what was the price", "Tuition fees!"]
    )
    old, new = COMMENTED.splitlines(), files["a.yaml"].splitlines()
    at = new.index("        - what was the price")
    assert new[:at] + new[at + 1 :] == old


def test_a_language_that_was_not_there_is_added() -> None:
    files = add_phrasings({"a.yaml": COMMENTED}, "time", "es", ["cuánto dura"])
    assert parse(files["a.yaml"], "a").value["topics"][1]["phrasings"] == {
        "en": ["how long"],
        "es": ["cuánto dura"],
    }
    assert files["a.yaml"].startswith(COMMENTED[: COMMENTED.index("  # About time.")])


def test_an_added_phrasing_can_be_taken_out_again() -> None:
    files = add_phrasings({"a.yaml": COMMENTED}, "cost", "en", ["what was the price"])
    assert remove_phrasings(files, "cost", "en", ["What was the price?"]) == {"a.yaml": COMMENTED}


def test_an_unknown_topic_or_fact_is_named_with_what_is_near() -> None:
    with pytest.raises(NotFoundError, match="did you mean 'cost'"):
        add_phrasings(small.FILES, "coast", "en", ["x"])
    with pytest.raises(NotFoundError, match="did you mean 'length'"):
        confirm(small.FILES, "trainer.lenght", date(2026, 1, 1))


def test_an_item_comes_and_goes() -> None:
    item = {
        "id": "new",
        "title": {"en": "N"},
        "phrasings": {"en": ["n"]},
        "answer": {"en": "a\n\nb\n"},
    }
    files = add_item({"a.yaml": COMMENTED}, "topics", item, "a.yaml")
    assert files["a.yaml"].startswith(COMMENTED)
    assert parse(files["a.yaml"], "a").value["topics"][2] == item
    assert remove_item(files, "topics", "new") == {"a.yaml": COMMENTED}
    other = add_item({"a.yaml": COMMENTED}, "topics", item, "b.yaml")
    assert parse(other["b.yaml"], "b").value == {"topics": [item]}
    assert remove_item(other, "topics", "new")["b.yaml"] == ""


@given(st.lists(st.text(min_size=1).filter(lambda said: said.strip()), min_size=1, max_size=5))
def test_any_phrasing_is_written_so_that_it_is_read_back(said: list[str]) -> None:
    plain = [text for text in said if text.isprintable() and "\x85" not in text]
    files = add_phrasings({"a.yaml": COMMENTED}, "cost", "en", plain)
    read = parse(files["a.yaml"], "a").value["topics"][0]["phrasings"]["en"]
    assert all(phrasing in ["what did it cost", "tuition fees", *plain] for phrasing in read)


def things(old: str, new: str) -> dict[str, str]:
    assert old in small.FILES["things.yaml"]
    return {**small.FILES, "things.yaml": small.FILES["things.yaml"].replace(old, new, 1)}


def test_a_difference_is_said_in_words() -> None:
    new = things("{value: 6, unit: months, text", "{value: 5, unit: months, text")
    new["things.yaml"] = new["things.yaml"].replace(
        "confidence: high, review_days: 30", "confidence: low"
    )
    new["topics.yaml"] = (
        new["topics.yaml"]
        .replace('"tuition fees"', '"school fees"')
        .replace("next: [role_length]", "next: []")
    )
    new["menus.yaml"] = new["menus.yaml"].replace("Pick a subject.", "Choose.")
    new = remove_item(new, "topics", "greeting")
    said = [one.said for one in differences(small.content(), load(new))]
    assert said == [
        "Trainer: length 6 months or less → 5 months or less",
        "Trainer: pay confidence high → low; review_days 30 → nothing",
        "topic role_pay: next role_length → nothing",
        "topic cost: phrasings (en) + school fees, − tuition fees",
        "topic greeting: removed",
        "menus main: intro (en) Pick a subject. → Choose.",
    ]


def test_edits_that_do_not_touch_are_both_kept() -> None:
    ours = things("{value: 6, unit: months, text", "{value: 5, unit: months, text")
    theirs = confirm(small.FILES, "trainer.pay", date(2026, 11, 1))
    theirs = add_phrasings(theirs, "cost", "es", ["cuánto valía"])
    merged = merge(small.FILES, ours, theirs)
    assert merged.conflicts == ()
    content = load(merged.files)
    assert content.things["trainer"].facts["length"].value == 5
    assert content.things["trainer"].facts["pay"].confirmed == date(2026, 11, 1)
    assert "cuánto valía" in content.topics["cost"].phrasings["es"]


def test_items_that_came_and_went_are_taken_over() -> None:
    ours = things("{value: 6, unit: months, text", "{value: 5, unit: months, text")
    theirs = remove_item(small.FILES, "things", "texas")
    theirs = add_item(
        theirs,
        "things",
        {"kind": "state", "id": "ohio", "name": {"en": "Ohio"}, "place": {"state": "OH"}},
        "things.yaml",
    )
    merged = merge(small.FILES, ours, theirs)
    assert merged.conflicts == ()
    known = load(merged.files).things
    assert "ohio" in known
    assert "texas" not in known
    assert known["trainer"].facts["length"].value == 5


def test_what_both_changed_is_listed_and_ours_stays() -> None:
    ours = things("{value: 6, unit: months, text", "{value: 5, unit: months, text")
    theirs = things("{value: 6, unit: months, text", "{value: 9, unit: months, text")
    (conflict,) = merge(small.FILES, ours, theirs).conflicts
    assert conflict.startswith("things trainer facts.length: yours is")
    gone = remove_item(small.FILES, "things", "trainer")
    (conflict,) = merge(small.FILES, gone, theirs).conflicts
    assert conflict == "things trainer: you removed it, but it was changed meanwhile"


def test_phrasings_of_both_sides_are_kept_and_removals_too() -> None:
    ours = add_phrasings(small.FILES, "cost", "en", ["ours"])
    theirs = remove_phrasings(
        add_phrasings(small.FILES, "cost", "en", ["theirs"]), "cost", "en", ["was it free"]
    )
    merged = merge(small.FILES, ours, theirs)
    said = load(merged.files).topics["cost"].phrasings["en"]
    assert {"ours", "theirs"} <= set(said)
    assert "was it free" not in said
