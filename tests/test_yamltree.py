"""Reading YAML: every mistake gets its place and a mend, and nothing can harm."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, strategies as st

from knowledge.errors import ContentError, Fault
from knowledge.yamltree import LARGEST_FILE, parse
from tests import small
from tests.fuzz_reader import read


def faults_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse(text, "file.yaml")
    return [str(fault) for fault in caught.value.faults]


MISTAKES = {
    "a tab": ("topics:\n\t- id: x\n", "file.yaml:2:1", "a tab"),
    "a merge conflict": ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\n", "file.yaml:2:1", "merge conflict"),
    "curly quotes in a key": ("“topics”: 1\n", "file.yaml:1:1", "curly quotes"),
    "a control character": ("a: b\x07c\n", "file.yaml:1:5", "U+0007"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", "file.yaml:3:1", "stands twice"),
    "a Python tag": ("a: !!python/object/apply:os.system ['true']\n", "file.yaml:1:4", "tag"),
    "an alias": ("a: &x [1]\nb: *x\n", "file.yaml:1:4", "anchors"),
    "a second document": ("a: 1\n---\nb: 2\n", "file.yaml:2:1", "second document"),
    "a missing quote": ('a: "one\nb: 2\n', "file.yaml:", "not valid YAML"),
    "a missing colon": ("topics\n  - id: x\n", "file.yaml:", "not valid YAML"),
    "a list as key": ("[1, 2]: x\n", "file.yaml:1:1", "a key must be a word"),
    "a bomb": ("a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n", "file.yaml:1:4", "anchors"),
    "endless nesting": ("[" * 500 + "]" * 500, "file.yaml:1:21", "too deep"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place(name: str) -> None:
    text, place, words = MISTAKES[name]
    assert any(fault.startswith(place) and words in fault for fault in faults_of(text))


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert "characters" in faults_of("a: " + "x" * LARGEST_FILE)[0]


def test_words_that_other_readers_change_stay_words() -> None:
    value = parse("a: [no, NO, on, 2010-04, 1_000, 0x10, 012, 12, 1.5, true, ~]", "f").value
    assert value == {
        "a": ["no", "NO", "on", "2010-04", "1_000", "0x10", "012", 12, 1.5, True, None]
    }


def test_places_are_known_for_every_part() -> None:
    tree = parse("things:\n  - id: x\n    facts:\n      pay: {value: 1}\n", "f")
    assert tree.where(("things", 0, "facts", "pay")) == (4, 7)
    assert tree.where(("things", 0, "facts", "missing")) == (3, 5)


@given(st.text())
def test_no_text_crashes_or_hangs_the_reader(text: str) -> None:
    faults: tuple[Fault, ...] = ()
    try:
        parse(text, "f")
    except ContentError as error:
        faults = error.faults
    assert all(fault.line >= 1 and fault.what for fault in faults)


@given(st.binary())
def test_no_bytes_crash_or_hang_the_reader(raw: bytes) -> None:
    read(raw)


@given(
    st.sampled_from([text.encode() for text in small.FILES.values()]),
    st.integers(0),
    st.binary(max_size=8),
)
def test_no_damage_to_a_sound_file_crashes_the_reader(file: bytes, at: int, raw: bytes) -> None:
    at %= len(file)
    read(file[:at] + raw + file[at + len(raw) :])


plain = st.recursive(
    st.text("abcdefXYZ", min_size=1) | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcdef", min_size=1), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abcdef", min_size=1), plain, min_size=1))
def test_what_a_program_writes_is_read_back(data: dict[str, object]) -> None:
    assert parse(yaml.safe_dump(data), "f").value == data
