"""Every kind of mistake in the content is named with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from knowledge.editing.checks import LARGEST_CONTENT, check, examine, load
from knowledge.editing.phrasing_checks import repeated
from knowledge.editing.translations import FILE, mark_reviewed, states
from knowledge.errors import ContentError
from knowledge.reading import decode
from knowledge.snapshot import Snapshot
from tests import shipped, small

TODAY = date(2026, 11, 22)


def faults_of(files: dict[str, str], *, level: str = "error") -> list[str]:
    """Return what a check finds, as lines."""
    return [str(fault) for fault in check(files, today=TODAY)[1] if fault.level == level]


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """Return the small content with one change, which must apply."""
    assert old in small.FILES[file]
    return {**small.FILES, file: small.FILES[file].replace(old, new, 1)}


GOLDEN = "golden:\n  - {q: was it free, topic: [%s], slots: {role: %s}, lang: en}\nmenus:\n"
MISTAKES: dict[str, tuple[tuple[str, str, str], str, str]] = {
    "an unknown source": (
        ("things.yaml", "source: law", "source: lore"),
        "things.yaml:11:16",
        "there is no source 'lore'",
    ),
    "a missing threshold": (
        ("policy.yaml", "  carries_on: {value: 1.6, reason: test}\n", ""),
        "policy.yaml:1:1",
        "the field 'carries_on' is missing",
    ),
    "a misspelt threshold": (
        ("policy.yaml", "chat_at:", "chatat:"),
        "policy.yaml:7:3",
        "unknown field 'chatat' — did you mean 'chat_at'?",
    ),
    "a threshold nothing can reach": (
        ("policy.yaml", "answer_at: {value: 0.5", "answer_at: {value: 90"),
        "policy.yaml:2:15",
        "less than or equal to 1",
    ),
    "an unknown field": (
        ("topics.yaml", "next: [role_pay]", "nxt: [role_pay]"),
        "topics.yaml:18:5",
        "unknown field 'nxt' — did you mean 'next'?",
    ),
    "a missing field": (
        ("sources.yaml", "title: The law, ", ""),
        "sources.yaml:2:3",
        "the field 'title' is missing",
    ),
    "a wrong type": (
        ("things.yaml", "review_days: 30", "review_days: soon"),
        "things.yaml:13:63",
        "review_days: Input should be a valid integer",
    ),
    "an impossible date": (
        (
            "things.yaml",
            'as_of: "2024-05", confidence: high, review_days',
            'as_of: "2024-13", confidence: high, review_days',
        ),
        "things.yaml:13:27",
        'month must be in 1..12 — write a year, a month or a day as "2010", "2010-04"',
    ),
    "a date in words": (
        ("things.yaml", 'as_of: "2010-04", confidence', "as_of: April 2010, confidence"),
        "things.yaml:11:29",
        "facts.length.as_of: 'April 2010' is not a date that can be read — write a year, a month",
    ),
    "a date in curly quotes": (
        ("things.yaml", 'as_of: "2010-04", confidence', "as_of: “2010-04”, confidence"),
        "things.yaml:11:29",
        "'“2010-04”' is not a date that can be read — write a year, a month or a day as \"2010\"",
    ),
    "a date that is a number": (
        ("things.yaml", 'as_of: "2010-04", confidence', "as_of: 4.2010, confidence"),
        "things.yaml:11:29",
        "facts.length.as_of: 4.201 is not a date that can be read",
    ),
    "a day that is none": (
        ("things.yaml", "review_days: 30", "review_days: 30, confirmed: 4/2/2010"),
        "things.yaml:13:80",
        "facts.pay.confirmed: '4/2/2010' is not a day — write the day as 2010-04-02",
    ),
    "a word in curly quotes": (
        ("things.yaml", "confidence: high}", "confidence: “high”}"),
        "things.yaml:11:47",
        "— write straight quotes",
    ),
    "a text in curly quotes": (
        ("things.yaml", 'text: {en: "{value} or less"', "text: {en: “six, or less”: now"),
        "things.yaml:10:40",
        "unknown language 'or less”'; known: ('en', 'es') — write straight quotes",
    ),
    "a list in curly quotes": (
        ("topics.yaml", 'en: ["what did the training cost"', "en: [“what}” did it cost"),
        "topics.yaml:31:17",
        "curly quotes hold no text together: write straight quotes",
    ),
    "a phrasing with a colon": (
        ("topics.yaml", '"who paid for the courses"', "courses: who paid"),
        "topics.yaml:31:57",
        "phrasings.en.2: what begins 'courses' is read as 'name: value', not as words — put it",
    ),
    "a phrasing that is a number": (
        ("topics.yaml", '"who paid for the courses"', "2010"),
        "topics.yaml:31:57",
        "phrasings.en.2: 2010 is read as a number or a yes or no, not as words — put it in quotes",
    ),
    "an id with a space": (
        ("things.yaml", "id: trainer\n", "id: Trainer one\n"),
        "things.yaml:6:5",
        "id: 'Trainer one' cannot be an id — write small letters",
    ),
    "a number in words": (
        ("things.yaml", "value: 6, unit: months, text", "value: 6 months, unit: months, text"),
        "things.yaml:10:16",
        "the unit is 'months', and the value '6 months' is no number — write the number alone",
    ),
    "a unit without a number": (
        ("things.yaml", "length: {value: 6, unit: months, text", "length: {unit: months, text"),
        "things.yaml:10:7",
        "the unit is 'months', and the value None is no number",
    ),
    "a day to come": (
        (
            "things.yaml",
            'as_of: "2024-05", confidence: high, review_days',
            'as_of: "2031-05", confidence: high, review_days',
        ),
        "things.yaml:12:7",
        "trainer.pay is as of 2031-05-01, a day to come",
    ),
    "a fact that only one role has": (
        (
            "things.yaml",
            "    links: {category: [mobile]}\n  - kind: role\n    id: implementation-manager",
            '      level: {value: low, source: law, as_of: "2010-04", confidence: high}\n'
            "    links: {category: [mobile]}\n  - kind: role\n    id: implementation-manager",
        ),
        "things.yaml:19:5",
        "implementation-manager has no fact 'level', which trainer has",
    ),
    "no source": (
        ("things.yaml", "source: law, as_of", "as_of"),
        "things.yaml:10:7",
        "the field 'source' is missing",
    ),
    "no date": (
        ("things.yaml", 'source: law, as_of: "2010-04", confidence', "source: law, confidence"),
        "things.yaml:10:7",
        "the field 'as_of' is missing",
    ),
    "an unknown state": (
        (
            "things.yaml",
            "place: {state: ME}",
            "place: {state: ME}\n  - {kind: college, id: c, name: {en: C}, place: {state: XX}}",
        ),
        "things.yaml:62:51",
        "there is no state 'XX'",
    ),
    "a dead link between things": (
        ("things.yaml", "links: {category: [mobile]}", "links: {category: [mobil]}"),
        "things.yaml:14:24",
        "there is no thing 'mobil' — did you mean 'mobile'?",
    ),
    "a dead next": (
        ("topics.yaml", "next: [role_length]", "next: [role_lenght]"),
        "topics.yaml:27:12",
        "there is no topic 'role_lenght' — did you mean 'role_length'?",
    ),
    "a dead menu": (
        ("menus.yaml", "topics: [cost]", "topics: [costs]"),
        "menus.yaml:6:14",
        "there is no topic 'costs'",
    ),
    "a fact that is not there": (
        ("topics.yaml", "{role.length}", "{role.lenght}"),
        "topics.yaml:10:7",
        "has no fact 'lenght' for {role.lenght} — did you mean 'length'?",
    ),
    "a fact of a thing not asked for": (
        ("topics.yaml", "No single price", "{program.money}"),
        "topics.yaml:33:14",
        "the topic does not need a program",
    ),
    "a slot that is none": (
        ("topics.yaml", "months to become a {role}", "months to become a {rolle}"),
        "topics.yaml:7:12",
        "there is no slot {rolle} — did you mean 'role'?",
    ),
    "a phrasing in two topics": (
        ("topics.yaml", '"tuition fees"', '"tuition fees", "{role} salary"'),
        "topics.yaml:31:101",
        "'{role} salary' is also a phrasing of 'role_pay'",
    ),
    "a phrasing without words": (
        ("topics.yaml", '"tuition fees"', '"tuition fees", "?!"'),
        "topics.yaml:31:101",
        "a phrasing without a word",
    ),
    "an empty answer": (
        ("topics.yaml", 'es: "No había un precio único."', 'es: " "'),
        "topics.yaml:33:5",
        "the text in 'es' is empty",
    ),
    "an endless answer": (
        ("topics.yaml", "No single price.", "No single price. " * 200),
        "topics.yaml:33:14",
        "characters; at most 2400",
    ),
    "bold without an end": (
        ("topics.yaml", "**Each college** chose", "**Each college chose"),
        "topics.yaml:33:14",
        "a ** has no partner on its line",
    ),
    "brackets that do not pair": (
        ("topics.yaml", "No single price", "[No single price"),
        "topics.yaml:33:14",
        "[ and ] do not pair up",
    ),
    "HTML": (
        ("topics.yaml", "No single price", "<b>No</b> single price"),
        "topics.yaml:33:14",
        "<b> is HTML",
    ),
    "a link to nowhere": (
        ("topics.yaml", "No single price", "[No single price](lore)"),
        "topics.yaml:33:14",
        "there is no source 'lore'",
    ),
    "a typed number": (
        ("topics.yaml", "No single price", "About 500 dollars"),
        "topics.yaml:33:14",
        "the number '500' stands typed in a sentence",
    ),
    "a number that is not the fact's": (
        (
            "things.yaml",
            '"{value} or less", es: "{value} o menos"',
            '"7 months or less", es: "7 meses o menos"',
        ),
        "things.yaml:10:47",
        "the text says 7, and not the value 6",
    ),
    "languages with other numbers": (
        (
            "things.yaml",
            '"{value} a year", es: "{value} al año"',
            '"{value} in 2024", es: "{value} en 2023"',
        ),
        "things.yaml:12:68",
        "en and es differ in their numbers: 2023, 2024",
    ),
    "languages with other facts": (
        (
            "topics.yaml",
            'es: "**{role.name}**: {role.pay}."',
            'es: "**{role.name}**: {role.length}."',
        ),
        "topics.yaml:26:50",
        "en and es do not tell the same facts",
    ),
    "clashing facts": (
        (
            "things.yaml",
            'length: {value: 12, unit: months, source: law, as_of: "2010-04", confidence: high}',
            "length:\n"
            '        - {value: 12, unit: months, source: law, as_of: "2010", confidence: high}\n'
            '        - {value: 6, unit: months, source: law, as_of: "2010", confidence: high}',
        ),
        "things.yaml:21:11",
        "implementation-manager.length says two things for the same days",
    ),
    "an end before the beginning": (
        (
            "things.yaml",
            "review_days: 30",
            "review_days: 30, valid_from: 2026-02-01, valid_to: 2026-01-01",
        ),
        "things.yaml:12:7",
        "valid_from is after valid_to",
    ),
    "an unknown composer": (
        ("topics.yaml", 'answer: {en: "I know nothing about weather."}', "composer: plce"),
        "topics.yaml:52:5",
        "composer: Input should be 'place', 'place_online', 'map', 'compare', 'eligibility', "
        "'role_entry' or 'finder' — did you mean 'place'?",
    ),
    "an id twice": (
        ("topics.yaml", "id: role_pay", "id: role_length"),
        "topics.yaml:19:5",
        "the id 'role_length' is already used in topics.yaml:2",
    ),
    "a golden question of a dead topic": (
        ("menus.yaml", "menus:\n", GOLDEN % ("coast", "trainer")),
        "menus.yaml:2:22",
        "there is no topic 'coast' — did you mean 'cost'?",
    ),
    "an unknown role": (
        ("menus.yaml", "menus:\n", GOLDEN % ("cost", "trainr")),
        "menus.yaml:2:45",
        "there is no thing 'trainr' — did you mean 'trainer'?",
    ),
    "a dead menu in a menu": (
        ("menus.yaml", "menus: [roles]", "menus: [rolls]"),
        "menus.yaml:5:13",
        "there is no menu 'rolls' — did you mean 'roles'?",
    ),
    "a dead overview": (
        ("menus.yaml", "overview: role_length", "overview: role_lengths"),
        "menus.yaml:11:5",
        "there is no topic 'role_lengths' — did you mean 'role_length'?",
    ),
    "a title that waits for a name": (
        ("topics.yaml", "{en: What it pays,", '{en: "What {role.name} pays",'),
        "topics.yaml:20:13",
        "a title stands on buttons before {role.name} is known",
    ),
    "a title that no button shows": (
        (
            "topics.yaml",
            "{en: What it cost,",
            "{en: What it cost and who paid for all of it in the end and why it was so,",
        ),
        "topics.yaml:29:13",
        "characters; a button shows",
    ),
    "a fact of nobody": (
        ("topics.yaml", "No single price", "{trainor.pay}"),
        "topics.yaml:33:14",
        "there is no thing 'trainor' for {trainor.pay} — did you mean 'trainer'?",
    ),
    "a fact inside a fact": (
        ("things.yaml", '"{value} or less"', '"{pay} or less"'),
        "things.yaml:10:47",
        "a fact's text can hold only {value}, not {pay}",
    ),
    "a list where a mapping belongs": (
        ("sources.yaml", "sources:\n", "sources: []\nmenus:\n"),
        "sources.yaml:1:1",
        "'sources' must be a mapping ('name: …')",
    ),
    "an empty file": (
        ("sources.yaml", small.FILES["sources.yaml"], "# nothing yet\n"),
        "sources.yaml:1:1",
        "the file is empty — begin with one of: things",
    ),
    "an unknown section": (
        ("menus.yaml", "menus:", "menu:"),
        "menus.yaml:1:1",
        "unknown section 'menu' — did you mean 'menus'?",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_mend(name: str) -> None:
    change, place, words = MISTAKES[name]
    found = faults_of(changed(*change))
    assert any(line.startswith(f"{place}: error: ") and words in line for line in found), found


def test_all_faults_come_at_once() -> None:
    files = changed("topics.yaml", "next: [role_length]", "next: [nowhere]")
    files["things.yaml"] = files["things.yaml"].replace("[mobile]", "[immobile]")
    assert len(faults_of(files)) >= 4


def test_without_any_policy_the_check_says_where_to_find_one() -> None:
    files = {name: text for name, text in small.FILES.items() if name != "policy.yaml"}
    (fault,) = faults_of(files)
    assert "there is no section 'policy'" in fault
    assert "packaged content" in fault


def test_the_small_content_is_sound() -> None:
    assert faults_of(small.FILES) == []


def test_a_fact_past_its_review_is_a_warning() -> None:
    (line,) = [line for line in faults_of(small.FILES, level="warning") if "pay" in line]
    assert "trainer.pay was last looked at on 2024-05-01" in line
    assert "set 'confirmed'" in line


def test_phrasings_that_say_the_same_are_told_apart_by_words() -> None:
    files = changed("topics.yaml", '"tuition fees"', '"tuition fees", "the salary of a {role}"')
    (line,) = [line for line in faults_of(files, level="warning") if "says the same" in line]
    assert "'the salary of a {role}' says the same as '{role} salary' of 'role_pay'" in line
    assert "or say what is meant: " in line


def test_why_may_be_asked_of_several_topics() -> None:
    content = shipped.content()
    both = [topic.id for topic in content.topics.values() if "why" in topic.phrasings["en"]]
    assert len(both) > 1
    assert not [flaw for flaw in repeated(content) if flaw.error]


def test_a_phrasing_that_another_topic_answers_is_pointed_at() -> None:
    files = changed(
        "topics.yaml",
        '"will it rain tomorrow"',
        '"trainer salary", "will it rain tomorrow"',
    )
    found = [line for line in faults_of(files, level="warning") if "leads to" in line]
    assert any("leads to 'role_pay'" in line for line in found)


def since(files: dict[str, str]) -> list[str]:
    """Return what a draft is told that began with the small content."""
    live = Snapshot(load(small.FILES))
    return [fault.what for fault in examine(files, today=TODAY, since=live).faults]


def test_a_draft_is_told_what_it_brings_and_not_what_was_there() -> None:
    assert faults_of(small.FILES, level="warning")
    assert since(small.FILES) == []
    more = changed("topics.yaml", '"tuition fees"', '"tuition fees", "the salary of a {role}"')
    (said,) = since(more)
    assert said.startswith("'the salary of a {role}' says the same")
    before = changed("topics.yaml", '"will it rain tomorrow"', '"trainer salary", "will it rain"')
    live = Snapshot(load(before))
    told = examine(
        before | {"topics.yaml": before["topics.yaml"].replace('"will', '"how will')},
        today=TODAY,
        since=live,
    ).faults
    assert not [fault for fault in told if "leads to" in fault.what]


def test_a_value_that_changed_beside_its_source_and_date_is_pointed_at() -> None:
    longer = changed("things.yaml", "value: 6, unit: months, text", "value: 9, unit: months, text")
    assert since(longer) == ["trainer.length went from 6 to 9, and its source and date stayed"]
    for told in ('source: page, as_of: "2010-04"', 'source: law, as_of: "2011-05"'):
        dated = longer["things.yaml"].replace('source: law, as_of: "2010-04"', told, 1)
        assert since({**longer, "things.yaml": dated}) == []


def test_wrong_encodings_are_named() -> None:
    for raw in (b"\xef\xbb\xbftopics:", "topics:".encode("utf-16")):
        with pytest.raises(ContentError, match=r"byte order mark.*UTF-8 without BOM"):
            decode(raw, "f.yaml")
    with pytest.raises(ContentError, match=r"f\.yaml:2:4: .*0xe9 is not UTF-8"):
        decode(b"a: b\nc: \xe9", "f.yaml")


def test_far_too_much_is_refused_before_it_is_read() -> None:
    files = {
        f"{number}.yaml": "x" * 2_000_000 for number in range(LARGEST_CONTENT // 2_000_000 + 1)
    }
    (line,) = faults_of(files)
    assert "characters together" in line


def test_a_release_needs_every_translation_and_none_outdated() -> None:
    content = load(small.FILES)
    marked = {**small.FILES, FILE: mark_reviewed(content)}
    found = [
        fault.what
        for fault in examine(marked, release=True, phrasings=False).faults
        if fault.level == "error"
    ]
    assert found
    assert all("is missing" in what for what in found)
    edited = {**marked, "menus.yaml": marked["menus.yaml"].replace("Pick a subject.", "Choose.")}
    again = examine(edited, release=True, phrasings=False).faults
    (outdated,) = [fault for fault in again if "English changed" in fault.what]
    assert (outdated.file, outdated.line) == ("menus.yaml", 4)
    assert "guide translations --mark-reviewed menus/main/intro" in outdated.mend
    renewed = load({**edited, FILE: mark_reviewed(load(edited), ["menus/main/intro"])})
    assert not [place for place in states(renewed) if place.state == "outdated"]


def mangled() -> st.SearchStrategy[Callable[[str], str]]:
    """Cut, doubled, replaced or inserted pieces of a file."""
    place = st.floats(0, 1)
    text = st.text(max_size=12)

    def edit(start: float, length: float, instead: str) -> Callable[[str], str]:
        def apply(file: str) -> str:
            begin = int(start * len(file))
            return file[:begin] + instead + file[begin + int(length * 40) :]

        return apply

    return st.builds(edit, place, place, text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(small.FILES)), st.lists(mangled(), min_size=1, max_size=4))
def test_no_edit_crashes_or_hangs_the_check(name: str, edits: list[Callable[[str], str]]) -> None:
    text = small.FILES[name]
    for edit in edits:
        text = edit(text)
    _, faults = check({**small.FILES, name: text}, today=TODAY)
    assert all(fault.what and fault.line >= 1 for fault in faults)
