"""Names are found by every way people write them, and the longest name wins."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from knowledge.editing.checks import load
from knowledge.matching.words import tokenize
from knowledge.understanding.slots import MOST_VARIANTS, Finder
from tests import small
from tests.shipped import snapshot as shipped

FINDER = Finder(small.content())


def found(text: str) -> list[dict[str, tuple[str, ...]]]:
    return [dict(variant.slots) for variant in FINDER.variants(tokenize(text), text)]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("how do I become a Trainer?", "trainer"),
        ("do trainers travel", "trainer"),
        ("implementation support specialist pay", "implementation-support-specialist"),
        ("IMPLEMENTATION MANAGER", "implementation-manager"),
        ("cuánto gana un capacitador", "trainer"),
    ],
)
def test_the_longest_name_wins(text: str, role: str) -> None:
    assert found(text)[0]["role"] == (role,)


def test_names_of_two_things_said_many_times_stay_few_readings() -> None:
    assert len(found("nurse " * 600)) == MOST_VARIANTS


def test_the_other_meaning_of_each_name_is_tried_before_those_of_two() -> None:
    text = "nurse or nurse or nurse"
    variants = FINDER.variants(tokenize(text), text)
    assert [one.text.count("{background}") for one in variants] == [0, 1, 1, 1]


def test_a_name_inside_another_is_not_found_alone() -> None:
    assert found("implementation support")[0] == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("what does a manager of implementation earn", ("implementation-manager",)),
        ("the support specialist for implementation", ("implementation-support-specialist",)),
        ("specialist implementation support", ("implementation-support-specialist",)),
        ("a manager of the implementation", ("implementation-manager",)),
        ("managers and implementation", None),
        ("a manager for implementation", None),
        ("manager implementation", None),  # two words alone may stand side by side by chance
        ("implementation specialist", None),
        ("the specialist who can support an implementation", None),
    ],
)
def test_the_words_of_a_name_may_stand_in_another_order(
    text: str, named: tuple[str, ...] | None
) -> None:
    assert found(text)[0].get("role") == named


def test_two_things_of_a_kind_are_both_kept_in_order() -> None:
    both = found("trainer vs implementation manager or trainer")[0]
    assert both == {"role": ("trainer", "implementation-manager")}


def test_a_name_that_may_be_two_things_gives_two_readings() -> None:
    readings = found("I am a nurse")
    assert {"degree": ("rn",)} in readings
    assert {"background": ("nursing",)} in readings


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("what is there in Texas", ("texas",)),
        ("lone star state", ("texas",)),
        ("anything in TX?", ("texas",)),
        ("classes in tx", ("texas",)),
        ("classes in ME", ("maine",)),
        ("tell me the main duties", None),
        ("can you help me", None),
        ("HELP ME", None),
        ("for me it is too long", None),
    ],
)
def test_postal_codes_are_read_only_where_they_cannot_be_words(
    text: str, states: tuple[str, ...] | None
) -> None:
    assert found(text)[0].get("state") == states


ISLANDS = """\
things:
  - {kind: state, id: virgin-islands, name: {en: U.S. Virgin Islands}, place: {state: VI}}
  - {kind: state, id: virginia, name: {en: Virginia}, place: {state: VA}}
  - {kind: state, id: iowa, name: {en: Iowa}, place: {state: IA}}
  - {kind: state, id: oklahoma, name: {en: Oklahoma}, place: {state: OK}}
  - {kind: state, id: tennessee, name: {en: Tennessee}, place: {state: TN}}
"""


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("vi en internet lo de los cursos", None),
        ("Vi un anuncio", None),
        ("va a abrir otra vez", None),
        ("va hospitals near me", None),
        ("y lo vi ayer", None),
        ("VI classes", "virgin-islands"),
        ("classes in vi", "virgin-islands"),
        ("hay algo en va", "virginia"),
        ("va", "virginia"),
        ("la IA va a quitar esos trabajos?", None),
        ("IA me quita el trabajo", None),
        ("un curso de IA", None),
        ("soy de IA", "iowa"),
        ("vivo en IA", "iowa"),
        ("OK, which roles are for nurses", None),
        ("schools in OK", "oklahoma"),
        ("sirve la visa TN para trabajar", None),
        ("is a TN visa enough", None),
        ("schools in TN", "tennessee"),
    ],
)
def test_a_word_that_opens_a_text_is_no_postal_code(text: str, state: str | None) -> None:
    finder = Finder(load({**small.FILES, "islands.yaml": ISLANDS}))
    named = finder.variants(tokenize(text), text)[0].slots.get("state")
    assert named == ((state,) if state else None)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not a nurse",
        "roles other than trainer",
        "without being a registered nurse",
        "no soy enfermera",
        "instead of the trainer",
        "anything but nursing",
        "I don't want to be a nurse",
        "i do not want to go for nursing",
        "no quiero estudiar para enfermera",
    ],
)
def test_what_is_ruled_out_is_not_what_is_meant(text: str) -> None:
    variant = FINDER.variants(tokenize(text), text)[0]
    assert variant.excluded
    assert not variant.slots


@pytest.mark.parametrize(
    "text", ["cuánto gana más o menos el capacitador", "al menos un capacitador"]
)
def test_less_in_a_way_to_say_about_rules_nothing_out(text: str) -> None:
    assert found(text)[0] == {"role": ("trainer",)}


@pytest.mark.parametrize("text", ["implementation mgr", "gerente d implementación"])
def test_names_are_known_with_their_words_cut_short(text: str) -> None:
    variant = shipped().understanding.finder.variants(tokenize(text), text)[0]
    assert variant.slots == {"role": ("implementation-manager",)}


@pytest.mark.parametrize(
    ("text", "lacked"),
    [
        ("I haven't got a college degree", "bachelors"),
        ("I don't have a bachelor's", "bachelors"),
        ("i never finished my associate degree", "associate"),
        ("nunca terminé la licenciatura", "bachelors"),
        ("no tengo licenciatura", "bachelors"),
        ("they want a master's but I don't have one", "masters"),
        ("i do not want to go for another bachelors", "bachelors"),
    ],
)
def test_what_somebody_lacks_or_refuses_is_not_theirs(text: str, lacked: str) -> None:
    variant = shipped().understanding.finder.variants(tokenize(text), text)[0]
    assert variant.excluded == {"degree": (lacked,)}
    assert not variant.slots


@pytest.mark.parametrize(
    "text",
    [
        "I have a bachelor's but no one hires me",
        "a bachelor's but I don't know what to do with it",
        "tengo licenciatura pero no la uso",
        "I am not sure my bachelor's helps",
    ],
)
def test_what_is_said_of_a_degree_one_has_takes_it_from_nobody(text: str) -> None:
    variant = shipped().understanding.finder.variants(tokenize(text), text)[0]
    assert variant.slots == {"degree": ("bachelors",)}


@pytest.mark.parametrize(
    "text", ["I don't want to be a nurse anymore", "ya no quiero ser enfermera"]
)
def test_who_wants_to_be_it_no_longer_is_it_still(text: str) -> None:
    variant = FINDER.variants(tokenize(text), text)[0]
    assert variant.slots
    assert not variant.excluded


def test_a_negation_rules_out_only_the_name_it_stands_before() -> None:
    text = "not a nurse but a trainer"
    variant = FINDER.variants(tokenize(text), text)[0]
    assert variant.slots == {"role": ("trainer",)}


@given(st.text(st.sampled_from("anurse tiecmgp?NTXME,-"), max_size=80))
def test_any_text_gives_few_readings_and_keeps_its_other_words(text: str) -> None:
    variants = FINDER.variants(tokenize(text), text)
    assert 1 <= len(variants) <= MOST_VARIANTS
    for variant in variants:
        kept = [word for word in variant.text.split() if "{" not in word]
        assert [word for word in tokenize(text) if word in kept][: len(kept)] or not kept


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("what do I need", None),
        ("I am a DO", "do"),
        ("im a do, am i in", "do"),
        ("is a D.O. a physician", "do"),
        ("WHAT DO YOU DO", None),
        ("I'm a PA", "pa"),
        ("classes in PA", None),
        ("my pa told me", None),
        ("are DOs in", "do"),
        ("D.O.s as well", "do"),
    ],
)
def test_titles_that_are_words_too_are_read_as_titles_only_where_they_can_be(
    text: str, degree: str | None
) -> None:
    assert found(text)[0].get("degree") == (degree and (degree,))


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("is an osteopath a physician", ("do",)),
        ("is an osteopath's assistant a physician", None),
        ("secretaria de un osteópata", None),
        ("an osteopath from Mexico", ("mbbs",)),
        ("osteópata titulado en España", ("mbbs",)),
        ("an osteopath trained overseas", ("mbbs",)),
        ("osteópata titulado en Guadalajara", ("mbbs",)),
        ("soy osteópata mexicana", ("mbbs",)),
        ("I was an osteopath back home", ("mbbs",)),
        ("an osteopath from Texas", ("do",)),
        ("a nurse from Mexico", ("rn",)),
    ],
)
def test_a_degree_is_that_of_the_person_and_of_the_country_named(
    text: str, degree: tuple[str, ...] | None
) -> None:
    assert found(text)[0].get("degree") == degree


def test_where_a_word_says_only_a_place_no_name_is_known_by_it() -> None:
    assert FINDER.by_part(["near"], ["state"]) == {}


IT_WORK = """\
things:
  - kind: background
    id: it-support
    name: {en: IT support}
    aliases: {en: [IT experience, IT job]}
"""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("does my IT experience count", True),
        ("does coding count as health IT experience", False),
        ("a healthcare IT job", False),
        ("a health care IT job", False),
    ],
)
def test_our_own_field_is_no_work_in_it(text: str, named: bool) -> None:
    finder = Finder(load({**small.FILES, "it.yaml": IT_WORK}))
    slots = finder.variants(tokenize(text), text)[0].slots
    assert (slots.get("background") == ("it-support",)) is named


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("im in VA", ("virginia",)),
        ("VA", ("virginia",)),
        ("when is my VA claim decided", ()),
        ("does the VA hire for it", ()),
        ("VA denied me", ()),
    ],
)
def test_the_office_for_veterans_is_no_state(text: str, state: tuple[str, ...]) -> None:
    finder = shipped().understanding.finder
    assert finder.all_named(tokenize(text), text).get("state", ()) == state


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hey im a MA can i do health it", "background"),
        ("MA here, 6 yrs", "background"),
        ("I'm an MA in a pediatric office", "background"),
        ("I have an MA in history", "degree"),
        ("is there anything in MA", "state"),
    ],
)
def test_two_letters_are_who_somebody_is_what_they_studied_or_where(text: str, kind: str) -> None:
    finder = shipped().understanding.finder
    assert list(finder.variants(tokenize(text), text)[0].slots) == [kind]
