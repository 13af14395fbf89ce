"""Ids may be renamed: code finds topics by what they say, and the check holds the rest."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from handlers.trainee import COMMANDS, on_menu_command
from knowledge import talking
from knowledge.answering import dialogues, places
from knowledge.answering.composers import COMPOSERS
from knowledge.editing.checks import check, examine
from knowledge.named import NAMED, PAGES, Named
from knowledge.reading import read_folder
from knowledge.schema import DIALOGUES, Content
from knowledge.understanding.context import About
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.slots import Finder
from knowledge.verdicts import Answer, Clarify, Reading
from tests import shipped, small

DAY = date(2026, 11, 29)

RENAMED = {
    "can_i_enter": "check_my_case",
    "which_role_fits": "role_finder",
    "near_me": "around_here",
    "place_lookup": "what_is_there",
    "place_online": "from_home",
    "where_map": "regions_drawn",
    "exam_cost": "old_price",
    "credential_cost": "new_price",
    "hit-pro": "old-exam",
}


@cache
def renamed() -> Content:
    """Return the shipped content with other ids wherever they are meant."""
    ids = re.compile(rf'(?<!"composer":)"({"|".join(RENAMED)})"')
    plain = shipped.content().model_dump_json()
    return Content.model_validate_json(ids.sub(lambda found: f'"{RENAMED[found[1]]}"', plain))


def faults_of(files: dict[str, str], level: str = "error") -> list[str]:
    """Return what a check finds, as lines."""
    return [str(fault) for fault in check(files, today=DAY)[1] if fault.level == level]


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.id)
def test_a_page_that_code_asks_for_keeps_its_id(named: Named) -> None:
    menus = small.FILES["menus.yaml"]
    assert f"id: {named.id}" in menus
    moved = re.sub(rf"(id: |menus: \[){named.id}\b", r"\1moved", menus)
    (fault,) = faults_of({**small.FILES, "menus.yaml": moved})
    assert fault.startswith("menus.yaml:1:1: error: there is no menu")
    assert f"with the id '{named.id}': without it {named.use} is gone" in fault
    assert "give it back to the page that had it" in fault


def test_every_command_that_opens_a_page_is_held_to_it() -> None:
    opening = {command.name for command in COMMANDS if command.run is on_menu_command}
    assert opening - {"role"} == set(PAGES)


def test_a_dialogue_under_way_goes_on_under_another_id() -> None:
    for button, topic in (("e:end", "check_my_case"), ("f:undo", "role_finder")):
        moved = dialogues.tap(renamed(), None, button, "en", DAY)
        assert moved is not None
        assert moved.worded.reading.topic == topic
    stop = talking.stopped(renamed(), None, "en")
    assert stop is not None
    assert stop.worded.reading.topic == "check_my_case"


def test_a_button_of_a_dialogue_that_is_gone_is_of_none() -> None:
    topics = {key: one for key, one in shipped.content().topics.items() if not one.is_dialogue}
    for gone in ({"topics": topics}, {"eligibility": None, "finder": None}):
        without = shipped.content().model_copy(update=gone)
        for button in ("e:end", "f:undo"):
            assert dialogues.tap(without, None, button, "en", DAY) is None
        assert talking.stopped(without, None, "en") is None


def test_places_are_answered_under_other_ids() -> None:
    assert places.that_asks(renamed()) == "around_here"
    assert places.that_looks_up(renamed()) == "what_is_there"
    online = renamed().topics["from_home"]
    assert online.composer is not None
    reading = Reading(topic=online.id, slots={"state": ("texas", "georgia")})
    said = COMPOSERS[online.composer](renamed(), reading, "en", DAY)
    assert "online today, as far as we could read" in said.short
    assert {offer.topic for _words, offer in said.offers} == {"what_is_there"}


def test_the_old_exam_is_told_from_those_of_today_under_other_ids() -> None:
    finder = Finder(renamed())
    credentials = Credentials(renamed(), finder)
    about = About(credentials=("rhit", "rhia"))
    old = renamed().topics["old_price"]
    assert credentials.told("It cost a lot.", old, about).credentials == ()
    text = "how much is the exam"
    asked = credentials.meant_by(
        Answer(reading=Reading(topic=old.id)), finder.variants(text.split(), text)[0], about
    )
    assert isinstance(asked, Clarify)
    assert {option.topic for option in asked.options} == {"new_price"}


def test_a_law_that_no_fact_tells_is_a_fault() -> None:
    files = dict(read_folder())
    files["eligibility.yaml"] = files["eligibility.yaml"].replace("physician.statute", "law.text")
    faults = examine(files, today=DAY, phrasings=False).faults
    (fault,) = [fault for fault in faults if fault.level == "error"]
    assert fault.what == "there is no fact 'law.text'"


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue_has_its_questions(name: str) -> None:
    was = '    answer: {en: "I know nothing about weather."}\n'
    topics = small.FILES["topics.yaml"].replace(was, f"    composer: {name}\n")
    (fault,) = faults_of({**small.FILES, "topics.yaml": topics})
    assert f"a section {name!r}: there is none — take that section" in fault


def test_a_dialogue_that_nobody_can_get_to_is_a_fault() -> None:
    files = {**small.FILES, "finder.yaml": "finder: {questions: []}\n"}
    (fault,) = faults_of(files)
    assert fault.startswith("finder.yaml:1:1: error: no topic has 'composer: finder'")


def test_a_subject_of_one_topic_alone_is_pointed_at() -> None:
    topics = small.FILES["topics.yaml"]
    for topic, subject in (("role_length", "role"), ("role_pay", "role"), ("cost", "roll")):
        topics = topics.replace(f"id: {topic}\n", f"id: {topic}\n    subject: {subject}\n", 1)
    found = faults_of({**small.FILES, "topics.yaml": topics}, "warning")
    (line,) = [line for line in found if "subject" in line]
    assert "no other topic has the subject 'roll', so it says nothing" in line
    assert "did you mean 'role'?" in line


@pytest.mark.parametrize(
    ("last", "text", "topic", "kin"),
    [
        ("exam_cost", "how many questions does it have", "exam_format", True),
        ("no_judging", "i never finished high school", "no_diploma", False),
        ("other_costs", "can i do it in portuguese", "other_languages", False),
        ("is_it_a_scam", "is the money worth it", "is_it_worth_it", False),
    ],
)
def test_only_topics_of_one_subject_make_each_other_likelier(
    last: str, text: str, topic: str, *, kin: bool
) -> None:
    read, _words = shipped.snapshot().understanding.ranked(text, About(topic=last), deeper=False)
    apart = next(reading.apart for reading in read if reading.topic == topic)
    assert apart != kin
