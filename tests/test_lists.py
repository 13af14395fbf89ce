"""What "the second one" and "which pays more" mean after a list, on the small knowledge base."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from knowledge.editing.checks import load
from knowledge.snapshot import Snapshot
from knowledge.understanding.context import About
from knowledge.understanding.lists import (
    asks_for_the_rest,
    by_place,
    compared,
    names_of,
    ruled_out,
    things_listed,
)
from knowledge.verdicts import Answer, Clarify
from tests import small

SNAPSHOT = small.snapshot()
THINGS = SNAPSHOT.content.things
NAMES = names_of(SNAPSHOT.content)
TRAINER, MANAGER = THINGS["trainer"], THINGS["implementation-manager"]
LISTED = [TRAINER, None, MANAGER]
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Two:\n- Trainer\n- Implementation manager.", ("trainer", "implementation-manager")),
        ("- Trainer, at colleges\n- Somebody else\n- Implementation manager (IT): leads",
         ("trainer", "", "implementation-manager")),
        ("1. Implementation manager\n2. Trainer", ("implementation-manager", "trainer")),
        ("**Trainer**: teaches\n**Implementation manager**: leads",
         ("trainer", "implementation-manager")),
        ("Trainer: teaches.\n\n- Pay: good\n- Trainer", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_what_lines_begin_with_is_listed(text: str, ids: tuple[str, ...]) -> None:
    assert things_listed(text, NAMES) == ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the first one", "Trainer"),
        ("tell me about number 3", "tell me about Implementation manager"),
        ("3", "Implementation manager"),
        ("the last one, who hires them", "Implementation manager , who hires them"),
        ("y el último", "y Implementation manager"),
        ("la tercera cuánto paga", "Implementation manager cuanto paga"),
        ("first, how long is it", "Trainer , how long is it"),
        ("role 3 pay", "Implementation manager pay"),
        ("option one", "Trainer"),
        ("the first and what does it pay", "Trainer and what does it pay"),
    ],
)
def test_a_place_in_a_list_is_the_thing_there(text: str, said: str) -> None:
    assert " ".join(by_place(text, LISTED, ()).split()) == said


@pytest.mark.parametrize(
    "text",
    [
        *("the second one", "number 9", "the first step", "what should I do first", "at last"),
        *(
            "my first job was in a lab",
            "la primera vez",
            "no 3 year olds",
            "the other one",
            "44114",
            "is the trainer role one I could do from home?",
            "can I finish that role 3 months after I start",
            "is this role 1 for me",
            "a role 3 days a week",
            "Was the last and only class in 2013?",
            "first is it free",
        ),
    ],
)
def test_what_is_no_place_of_the_list_stays(text: str) -> None:
    assert by_place(text, LISTED, ("trainer",)) == text


def test_of_two_the_other_one_is_not_the_one_spoken_of() -> None:
    assert by_place("and the other one?", [TRAINER, MANAGER], ["trainer"]).split()[1] == (
        "Implementation"
    )
    assert by_place("y la otra", [TRAINER, MANAGER], ()) == "y la otra"


def test_few_things_listed_are_set_side_by_side() -> None:
    both = [TRAINER, MANAGER]
    assert compared("which one pays more?", both) == (
        "which one pays more Trainer or Implementation manager"
    )
    assert compared("which roles pay more", both) == "which roles pay more"
    assert compared("which one pays more", [TRAINER] * 5) == "which one pays more"
    assert compared("how long is it", both) == "how long is it"


def test_people_are_not_set_side_by_side_as_what_was_listed() -> None:
    both, three = [TRAINER, MANAGER], [TRAINER, MANAGER, TRAINER]
    for text in ("between us two who will get a job faster", "ella o yo, quien tarda menos"):
        assert compared(text, both) == text
    asked = "de las dos quien la tiene mas facil, la que menos"
    assert compared(asked, three) == asked
    assert compared(asked, both) != asked


@given(st.text(max_size=60))
def test_any_message_can_follow_a_list(text: str) -> None:
    assert isinstance(by_place(text, LISTED, ()), str)
    assert isinstance(compared(text, LISTED), str)


def test_a_list_is_remembered_until_the_next_one() -> None:
    about = About(listed=("implementation-manager", "trainer"))
    (said,) = SNAPSHOT.say("how long is the second one", about=about, today=DAY)
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.slots == {"role": ("trainer",)}
    assert said.understood.text == "how long is the second one"
    about = SNAPSHOT.after(about, said)
    assert about.listed == ("implementation-manager", "trainer")
    (other,) = SNAPSHOT.say("and the other one?", about=about, today=DAY)
    assert isinstance(other.understood.verdict, Answer)
    assert other.understood.verdict.reading.topic == "role_length"
    assert other.understood.verdict.reading.slots == {"role": ("implementation-manager",)}


def test_what_hangs_on_a_message_nobody_understood_is_asked_back() -> None:
    (told,) = SNAPSHOT.say("is it free", today=DAY)
    assert isinstance(told.understood.verdict, Answer)
    (asked,) = SNAPSHOT.say("is it free", about=About(lost=True), today=DAY)
    assert isinstance(asked.understood.verdict, Clarify)
    assert asked.understood.verdict.options[0].topic == "cost"
    lost = SNAPSHOT.after(About(), SNAPSHOT.say("xqzt bvnm", today=DAY)[0])
    assert lost.lost
    assert not SNAPSHOT.after(lost, told).lost


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("the other six then", True),
        ("so the other six?", True),
        ("and the rest", True),
        ("y las otras seis?", True),
        ("the other one", False),
        ("the other city", False),
    ],
)
def test_what_a_list_left_out_may_be_asked_for(text: str, asks: bool) -> None:
    assert asks_for_the_rest(text) is asks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not the university ones", "the university ones"),
        ("ok but not those for nurses", "those for nurses"),
        ("no los de universidad", "los de universidad"),
        ("no, the university ones", None),
        ("no, los de universidad", None),
        ("not now", None),
    ],
)
def test_what_a_message_rules_out(text: str, said: str | None) -> None:
    assert ruled_out(text) == said


def test_what_is_left_out_has_a_topic_of_its_own() -> None:
    topics = small.FILES["topics.yaml"].replace(
        "    needs: [role]\n", "    needs: [role]\n    rest: cost\n"
    )
    snapshot = Snapshot(load({**small.FILES, "topics.yaml": topics}), 1)
    (rest,) = snapshot.say("the other six then", about=About(topic="role_pay"), today=DAY)
    assert isinstance(rest.understood.verdict, Answer)
    assert rest.understood.verdict.reading.topic == "cost"
