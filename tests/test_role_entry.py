"""Whether a degree or a kind of work opened a role: a straight yes, no or what it would take."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answering.dialogues import ENTRY, FINDER, Flow, tap
from knowledge.answering.entry import compose, compose_for_role
from knowledge.verdicts import Reading
from tests.shipped import content

DAY = date(2026, 11, 29)


def said(role: str, language: str = "en", **person: str) -> str:
    topic = "degree_for_role" if "degree" in person else "background_for_role"
    slots = {"role": (role,), **{kind: (key,) for kind, key in person.items()}}
    return compose_for_role(content(), Reading(topic=topic, slots=slots), language, DAY).text


@pytest.mark.parametrize(
    ("role", "person", "verdict"),
    [
        ("workflow-redesign-specialist", {"degree": "rn"}, ":** no,"),
        ("workflow-redesign-specialist", {"background": "it-support"}, "does not settle it"),
        ("implementation-support-specialist", {"background": "it-support"}, ":** yes,"),
        ("clinician-consultant", {"degree": "lpn"}, ":** yes,"),
        ("clinician-leader", {"degree": "dc"}, ":** yes,"),
        ("research-scientist", {"degree": "pharmd"}, ":** yes,"),
        ("software-engineer", {"degree": "bachelors"}, ":** yes,"),
        ("trainer", {"background": "teaching"}, "does not settle it"),
        ("implementation-manager", {"degree": "rn"}, "does not settle it"),
    ],
)
def test_the_answer_comes_first(role: str, person: dict[str, str], verdict: str) -> None:
    assert verdict in said(role, **person).splitlines()[0]


def test_who_is_shut_out_for_a_license_is_not_told_to_give_it_up() -> None:
    text = said("workflow-redesign-specialist", degree="rn")
    assert "the clinician consultant does the same work" in text
    assert "It would take" not in text


def test_what_it_would_take_is_named_and_study_is_granted() -> None:
    text = said("implementation-manager", degree="rn")
    assert "managed people" in text
    assert "study" not in text


def test_it_names_what_it_went_by_and_that_the_classes_ended() -> None:
    text = said("clinician-consultant", "es", degree="lpn")
    assert "sí, según las reglas" in text
    assert "LPN" in text
    assert "terminaron en 2013" in text


def said_of(role: str, language: str = "en", **people: tuple[str, ...]) -> str:
    topic = "degree_for_role" if "degree" in people else "background_for_role"
    reading = Reading(topic=topic, slots={"role": (role,), **people})
    return compose_for_role(content(), reading, language, DAY).text


@pytest.mark.parametrize(
    ("degrees", "role", "lines"),
    [
        (("naturopath", "od"), "clinician-leader", ("does not settle it. Perhaps", "yes, by")),
        (("pa", "dvm"), "clinician-leader", ("yes, by", "does not settle it. If the degree")),
        (("rn", "lpn"), "clinician-consultant", ("yes, by", "yes, by")),
        (("rn", "cna"), "workflow-redesign-specialist", ("no, by", "yes, by")),
    ],
)
def test_each_of_several_degrees_is_judged_by_itself(
    degrees: tuple[str, ...], role: str, lines: tuple[str, ...]
) -> None:
    text = said_of(role, degree=degrees)
    found = [line for line in text.splitlines() if line.startswith("- ")]
    for line, key, verdict in zip(found, degrees, lines, strict=True):
        assert content().things[key].name.say("en") in line
        assert verdict in line


def test_one_person_may_be_two_things_that_only_together_open_a_role() -> None:
    text = said_of("implementation-manager", background=("medical-office", "management"))
    last = [line for line in text.splitlines() if line.startswith("- ")][-1]
    assert "yes, by the program's rules" in last
    assert text.count("yes, by the program's rules") == 1


@pytest.mark.parametrize("degree", ["naturopath", "pharmd", "rn", "dvm", "md"])
@pytest.mark.parametrize("role", ["clinician-leader", "clinician-consultant"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_settled_is_said_as_the_degrees_card_says_it(
    degree: str, role: str, language: str
) -> None:
    doors = content().things[degree].facts["doors"].items
    name = content().things[role].name.say(language).partition(" (")[0].casefold()
    cards = [item.say(language) for item in doors]
    card = next(item for item in cards if item.casefold().startswith(name))
    text = said(role, language, degree=degree)
    settled = "yes, by" in text or "sí, según" in text
    assert settled or card.partition(": ")[2].rstrip(".") in text


def test_a_licensed_clinician_is_told_why_the_text_does_not_settle_it() -> None:
    text = said("clinician-leader", degree="lpn")
    assert "only as examples" in text
    assert "enrolled" not in text


def test_it_cites_the_rule() -> None:
    reading = Reading(topic="degree_for_role", slots={"role": ("trainer",), "degree": ("rn",)})
    assert [one.id for one in compose_for_role(content(), reading, "en", DAY).cited] == [
        "announcement"
    ]


@pytest.mark.parametrize("degrees", [("np", "cna"), ("cna", "np")])
def test_the_check_begins_with_all_that_somebody_is(degrees: tuple[str, ...]) -> None:
    reading = Reading(topic="can_i_enter", slots={"degree": degrees})
    assert "that opens Trainer." in compose(content(), reading, "en", DAY).short


@pytest.mark.parametrize(
    ("degrees", "role"),
    [
        (("md", "emt"), "Clinician/public health leader"),
        (("emt", "md"), "Clinician/public health leader"),
        (("np", "cna"), "Trainer"),
        (("cna", "np"), "Trainer"),
    ],
)
def test_one_more_thing_told_in_the_check_closes_no_door(
    degrees: tuple[str, ...], role: str
) -> None:
    steps = (*(("=", key) for key in degrees), ("~", "time=12"))
    ended = tap(content(), Flow(name=ENTRY, steps=steps), "e:end", "en", DAY)
    assert ended is not None
    assert role in ended.worded.detail.partition("**Cannot tell yet**")[0]


def test_a_degree_that_was_told_can_be_taken_back() -> None:
    flow = Flow(name=ENTRY, steps=(("=", "np"), ("=", "cna")), at="work")
    shown = tap(content(), flow, "e:undo", "en", DAY)
    assert shown is not None
    name = content().things["np"].name.say("en")
    taken = tap(content(), shown.flow, dict(shown.worded.choices)[name], "en", DAY)
    assert taken is not None
    assert taken.flow is not None
    assert taken.flow.steps == (("=", "cna"),)
    assert taken.worded.in_dialogue


@pytest.mark.parametrize("data", ["f:plan.ohio", "f:plan.nobody", "e:plan.trainer", "e:=np"])
def test_a_forged_button_is_of_no_dialogue(data: str) -> None:
    assert tap(content(), Flow(name=ENTRY), data, "en", DAY) is None
    assert tap(content(), Flow(name=FINDER), data, "en", DAY) is None
