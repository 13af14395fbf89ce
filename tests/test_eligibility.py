"""Who may enter which role: never a yes where a rule says no, and every way in really opens."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from knowledge.answering.eligibility import (
    Outcome,
    Said,
    judge,
    known_after,
    known_from,
    next_question,
    rules_by_role,
    undecided,
    with_thing,
)
from knowledge.reading import PACKAGED
from knowledge.schema import Eligibility, Rule


@cache
def rules() -> Eligibility:
    text = (PACKAGED / "eligibility.yaml").read_text("utf-8")
    return Eligibility.model_validate(yaml.safe_load(text)["eligibility"])


def outcomes(**said: int) -> dict[str, Outcome]:
    return {one.role: one for one in judge(known_from(said, rules()), rules())}


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, int]:
    """What somebody may have said, in any order, contradictions included."""
    names = draw(st.permutations(sorted(rules().attributes)))
    few = names[: draw(st.integers(0, len(names)))]
    return {name: draw(st.sampled_from(rules().attributes[name].steps)) for name in few}


@st.composite
def whole_people(draw: st.DrawFn) -> dict[str, int]:
    """A person of whom everything is known, without contradictions."""
    person = {name: draw(st.sampled_from(a.steps)) for name, a in rules().attributes.items()}
    for _ in person:
        for name, attribute in rules().attributes.items():
            for other, least in attribute.implies.items():
                if person[name] and person[other] < least:
                    person[other] = least
    return person


def plainly_met(rule: Rule, person: dict[str, int]) -> str:
    """Hold a rule against a person in the plainest way, as a second opinion."""
    found = "no"
    for way in rule.any:
        met = all(
            person[name] == 0 if wanted is False else person[name] >= int(wanted)
            for name, wanted in way.needs.items()
        )
        if met and not way.unclear:
            return "yes"
        if met:
            found = "unsure"
    return found


@given(person=whole_people())
def test_of_a_whole_person_every_role_is_as_its_rules_plainly_say(person: dict[str, int]) -> None:
    for role, own in rules_by_role(rules()).items():
        met = {plainly_met(rule, person) for rule in own}
        expected = "no" if "no" in met else "unsure" if "unsure" in met else "yes"
        assert outcomes(**person)[role].answer == expected


@given(person=whole_people(), data=st.data())
def test_what_is_answered_early_holds_whatever_comes_out_later(
    person: dict[str, int], data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from(sorted(person))))
    early = outcomes(**{name: person[name] for name in some})
    for role, late in outcomes(**person).items():
        if early[role].answer != "unsure":
            assert early[role].answer == late.answer


@given(said=profiles())
def test_no_role_is_open_while_one_of_its_rules_may_fail(said: dict[str, int]) -> None:
    known = known_from(said, rules())
    worst = {name: low for name, (low, _) in known.items()}
    for one in judge(known, rules()):
        if one.answer != "yes":
            continue
        for rule in rules_by_role(rules())[one.role]:
            # every condition asks for more, but for the license, which one asks to lack
            assert plainly_met(rule, {**worst, "licensed": known["licensed"][1]}) == "yes" or (
                plainly_met(rule, worst) == "yes" and rule.id != "not-licensed"
            )


@given(said=profiles())
@settings(max_examples=150)
def test_the_change_named_for_a_closed_role_really_opens_it(said: dict[str, int]) -> None:
    known = known_from(said, rules())
    for one in judge(known, rules()):
        if one.answer == "yes":
            assert not one.changes
            continue
        assert one.changes, f"{one.role} has no way in"
        after = judge(known_after(one.changes, known, rules()), rules())
        assert next(o.answer for o in after if o.role == one.role) == "yes"


@given(said=profiles())
def test_every_change_is_worded_in_every_language(said: dict[str, int]) -> None:
    for one in judge(known_from(said, rules()), rules()):
        for name, value in one.changes.items():
            assert rules().attributes[name].change[value].speaks("es")


@given(picks=st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_the_check_ends_within_its_taps(picks: list[int]) -> None:
    said: dict[str, int] = {}
    asked: list[str] = []
    while question := next_question(said, asked, rules()):
        option = question.options[picks[len(asked)] % len(question.options)]
        said = {**said, **option.sets}
        asked.append(question.id)
    assert len(asked) <= 8
    known = known_from(said, rules())
    if len(asked) < 8:
        assert undecided(known, rules()) == 0 or len(asked) >= 3


def test_the_first_question_is_the_one_that_decides_most() -> None:
    def left_after(question_id: str) -> float:
        question = next(q for q in rules().questions if q.id == question_id)
        left = [undecided(known_from(o.sets, rules()), rules()) for o in question.options]
        return sum(left) / len(left)

    first = next_question({}, [], rules())
    assert first is not None
    assert left_after(first.id) == min(left_after(q.id) for q in rules().questions)


@pytest.mark.parametrize("degree", ["md", "do", "dds", "dmd", "od", "dpm", "dc"])
def test_the_five_kinds_of_physician_count_here(degree: str) -> None:
    said = rules().people[degree]
    assert outcomes(**said, time=12)["clinician-leader"].answer == "yes"
    assert outcomes(**said, time=24)["research-scientist"].answer == "yes"


def test_without_a_health_doctorate_the_scientist_takes_as_long_as_a_doctorate() -> None:
    found = outcomes(licensed=0, health=1, education=1, health_doctorate=0, time=24)
    assert found["research-scientist"].answer == "no"
    assert found["research-scientist"].changes == {"education": 2, "time": 48}
    assert outcomes(**rules().people["phd"], time=12)["research-scientist"].answer == "unsure"


def test_an_advanced_practice_nurse_is_no_physician_but_is_not_out() -> None:
    known = known_from(rules().people["np"], rules())
    assert known["physician"] == (0, 0)
    assert outcomes(**rules().people["np"], time=12)["clinician-leader"].answer == "yes"


def test_a_practical_nurse_gets_no_yes_that_the_text_does_not_give() -> None:
    found = outcomes(**rules().people["lpn"], time=24)
    assert found["clinician-leader"].answer == "unsure"
    assert found["clinician-leader"].unclear is None  # a public health degree could still be there
    assert found["workflow-redesign-specialist"].answer == "no"
    assert found["workflow-redesign-specialist"].rule.id == "not-licensed"
    assert found["trainer"].answer == "yes"


def test_a_later_word_corrects_an_earlier_one() -> None:
    known = known_from({"physician": 1, "education": 1}, rules())
    assert known["education"] == (1, 1)
    assert known["physician"] == (0, 0)
    back = known_from({"education": 1, "physician": 1}, rules())
    assert back["physician"] == (1, 1)
    assert back["education"] == (4, 4)


def judged(*keys: str) -> dict[str, Outcome]:
    """Judge one person who is all of this."""
    said: Said = {}
    for key in keys:
        said = with_thing(said, key, rules())
    return outcomes(**said)


@given(data=st.data())
def test_one_more_thing_told_closes_no_door_that_was_open(data: st.DataObject) -> None:
    """Save where a rule asks to lack a license, and the thing brings one."""
    people = sorted(rules().people)
    keys = data.draw(st.lists(st.sampled_from(people), min_size=2, max_size=4, unique=True))
    lacking = {
        role
        for role, own in rules_by_role(rules()).items()
        for rule in own
        if any(wanted is False for way in rule.any for wanted in way.needs.values())
    }
    together = judged(*keys)
    for key in keys:
        for role, alone in judged(key).items():
            if alone.answer == "yes" and role not in lacking:
                assert together[role].answer == "yes", (keys, key, role)


@pytest.mark.parametrize("keys", [("md", "emt"), ("emt", "md"), ("bachelors", "emt", "dds")])
def test_a_physician_who_was_an_emt_is_a_physician(keys: tuple[str, ...]) -> None:
    said: Said = {}
    for key in keys:
        said = with_thing(said, key, rules())
    known = known_from(said, rules())
    assert known["physician"] == (1, 1)
    assert known["education"] == (4, 4)


def test_what_somebody_says_themselves_holds_against_what_a_thing_says() -> None:
    told = with_thing({"physician": 1}, "emt", rules())
    assert known_from(told, rules())["physician"] == (1, 1)
    assert known_from({**told, "physician": 0}, rules())["physician"] == (0, 0)
    assert with_thing({"licensed": 0}, "rn", rules())["licensed"] == 1


def test_all_twelve_roles_have_rules_and_a_person_can_reach_each() -> None:
    by_role = rules_by_role(rules())
    assert len(by_role) == 12
    open_roles: set[str] = set()
    for options in product(*(q.options for q in rules().questions[:4])):
        said = {n: v for option in options for n, v in option.sets.items()}
        said |= {"travels": 1, "time": 24, "other_master": 1, "in_bachelor": 1}
        open_roles |= {
            one.role for one in judge(known_from(said, rules()), rules()) if one.answer == "yes"
        }
    assert open_roles == set(by_role)
