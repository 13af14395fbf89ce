"""Spelling: slips are repaired, words that people mean are not."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from knowledge.matching.spelling import Speller, one_slip_away, slip
from tests.shipped import snapshot as shipped

SAID = "how long does training take for the implementation manager and what does it cost".split()
SPELLER = Speller(dict.fromkeys([*SAID, "{role}", "truck"], 3))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("trainnig", "training"),
        ("tuck", "truck"),
        ("hwo", "how"),
        ("implemenattoin", "implementation"),
        ("managr", "manager"),
        ("cosst", "cost"),
    ],
)
def test_slips_are_repaired(typed: str, read: str) -> None:
    assert SPELLER.repair([typed]) == ([read], ((typed, read),))


@pytest.mark.parametrize(
    "word", ["{role}", "{rolle}", "nurse", "hospital", "2010", "how", "xqzkvw", "x", "q" * 60]
)
def test_words_that_are_meant_stay(word: str) -> None:
    assert SPELLER.repair([word]) == ([word], ())


def test_a_short_name_is_not_read_as_another() -> None:
    speller = Speller({"gwu": 9, "how": 9})
    assert speller.repair(["wgu", "hwo"])[0] == ["wgu", "how"]


def test_pieces_of_a_word_are_joined_and_words_run_together_are_parted() -> None:
    assert SPELLER.repair(["imple", "mentation"])[0] == ["implementation"]
    assert SPELLER.repair(["doestake"])[0] == ["does", "take"]
    assert SPELLER.repair(["how", "long"]) == (["how", "long"], ())


def test_spanish_words_are_known_where_the_phrasings_are_spanish() -> None:
    both = Speller(dict.fromkeys(["cuanto", "dura", "training"], 1), ("en", "es"))
    assert both.repair(["hermano", "cuanto"]) == (["hermano", "cuanto"], ())
    assert both.repair(["cuabto"])[0] == ["cuanto"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("presio", "precio"),
        ("aser", "hacer"),
        ("kedan", "quedan"),
        ("capasitador", "capacitador"),
        ("beteranos", "veteranos"),
        ("skool", "school"),
    ],
)
def test_words_written_by_ear_are_read(typed: str, read: str) -> None:
    said = "precio hacer ser quedan capacitador capacitados veteranos presion school".split()
    both = Speller(dict.fromkeys(said, 1), ("en", "es"))
    assert both.repair([typed])[0] == [read]
    assert both.repair([read])[0] == [read]


@pytest.mark.parametrize(
    "word",
    "sacaste rechace rechacen opticos manches boten corran recibimos saquen trabajaria".split(),
)
def test_a_form_of_a_spanish_word_is_no_slip(word: str) -> None:
    said = (
        "vacante rec hace hacen options matches bote cortan recibi mos trabajar ia saque".split()
    )
    both = Speller({**dict.fromkeys(said, 1), "que": 100_000}, ("en", "es"))
    assert both.repair([word]) == ([word], ())


@pytest.mark.parametrize(
    ("typed", "read"),
    [("quero", "quiero"), ("universida", "universidad"), ("cuents", "cuenta")],
)
def test_a_likely_slip_is_read_though_it_looks_like_a_form(typed: str, read: str) -> None:
    both = Speller(dict.fromkeys(["quiero", "universidad", "cuenta"], 9), ("en", "es"))
    assert both.repair([typed])[0] == [read]


def test_a_word_of_two_letters_is_not_read_into_a_longer_one() -> None:
    both = Speller({"la": 9_999, "hola": 9, "no": 9}, ("en", "es"))
    assert both.repair(["ola", "noo"])[0] in (["ola", "no"], ["hola", "no"])


def test_likely_slips_are_likelier() -> None:
    assert slip("there", "htere") > slip("here", "htere")
    assert slip("form", "fprm") > slip("farm", "fprm")
    assert slip("success", "sucess") > slip("track", "rack")
    assert slip("cost", "coost") > slip("cost", "comst")


@given(st.text(alphabet="abcdeos", min_size=3, max_size=9), st.integers(0, 8))
def test_one_slip_can_be_undone(word: str, at: int) -> None:
    at %= len(word)
    for typed in (word[:at] + word[at + 1 :], word[:at] + "x" + word[at:]):
        assert word in one_slip_away(typed)
        assert slip(word, typed) < 0


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("chiropracter", "chiropractor"),
        ("dentest", "dentist"),
        ("optometrest", "optometrist"),
        ("physicien", "physician"),
        ("trainar", "trainer"),
    ],
)
def test_who_never_saw_a_name_written_is_understood(typed: str, read: str) -> None:
    assert shipped().understanding.words_in(typed)[0] == [read]
