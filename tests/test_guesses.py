"""While it asks back, the bot tells the likeliest answer, as the guess it is."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.terminal import as_text
from handlers.replies import Reply, reply_to
from knowledge.answering.answers import Worded
from knowledge.recall import about_to_json, from_plain
from knowledge.schema import Content, Share
from knowledge.snapshot import Said, Snapshot
from knowledge.understanding.context import About
from knowledge.understanding.judging import judge
from knowledge.understanding.questions import Understood
from knowledge.verdicts import Answer, Clarify, Reading, Unknown
from tests import small
from tests.shipped import content as shipped, snapshot as shipped_snapshot

TODAY = date(2026, 11, 29)


def guessing() -> Content:
    """Return the small content, told to guess where more likely than not."""
    content = small.content()
    shares = {
        "guess_at": 0.5,
        "gist_at": 0.3,
        "tell_at": 0.7,
        "offer_share": 0.1,
        "unnamed_share": 0.5,
    }
    update = {name: Share(value=value, reason="test") for name, value in shares.items()}
    return content.model_copy(update={"policy": content.policy.model_copy(update=update)})


def asked_back(
    *options: Reading, missing: str | None = None, language: str = "en", text: str = "how"
) -> Said:
    """Return what is said where these were the options."""
    verdict = Clarify(options=options, missing=missing)
    understood = Understood(text=text, verdict=verdict, language=language)
    return Snapshot(guessing()).said(understood, TODAY)


TRAINER = {"role": ("trainer",)}
COST = Reading(topic="cost", score=0.65)
PAY = Reading(topic="role_pay", slots=TRAINER, score=0.3)
LENGTH = Reading(topic="role_length", slots=TRAINER, score=0.8)
LAST = "Not what you meant? Tap what you mean, or ask in other words:"


def told(said: Said, detail: str = "full") -> Reply:
    """Return the message that says it."""
    return reply_to(said, guessing(), detail, 7)


def words(reply: Reply) -> list[str]:
    return [row[0].words for row in reply.buttons]


def choices(*ranked: Reading) -> tuple[Reading, ...]:
    """Return what is offered where these were ranked, none of them likely enough to answer."""
    policy = {name: share.value for name, share in guessing().policy}
    verdict = judge(
        [*ranked], guessing(), {**policy, "answer_at": 0.95, "offer_at": 0.02, "ask_back_at": 0.02}
    )
    assert isinstance(verdict, Clarify)
    return verdict.options


def test_the_likeliest_is_told_with_its_source_and_no_more_than_its_first_paragraph() -> None:
    said = asked_back(COST, PAY)
    reply = reply_to(said, guessing(), "full", 7)
    assert said.worded is None
    assert "If you mean <b>What it cost</b>:" in reply.html
    assert "No single price" in reply.html
    assert "The law</a>, as of 2010" in reply.html
    assert [row[0].words for row in reply.buttons][-1] == "None of these"


def test_two_likely_answers_are_told_in_a_sentence_each() -> None:
    said = asked_back(LENGTH.scored(0.6), PAY.scored(0.4), COST.scored(0.39))
    reply = told(said)
    assert said.guess is None
    assert [one.reading.topic for one in said.gists] == ["role_length", "role_pay"]
    assert reply.html.startswith("Maybe this helps, in short:\n\n")
    assert "<b>How long it takes</b>: Trainer: 6 months or less." in reply.html
    assert "<b>What it pays</b>: Trainer: " in reply.html
    assert "The law" not in reply.html
    assert reply.html.count("The federal training program of 2010 ended in 2013.") == 1
    assert words(reply)[:3] == [
        "How long it takes: Trainer",
        "What it pays: Trainer",
        "What it cost",
    ]


@pytest.mark.parametrize(
    ("options", "told_of"),
    [
        ((COST.scored(0.29), PAY.scored(0.2)), []),
        ((COST.scored(0.6), PAY.scored(0.32)), ["cost", "role_pay"]),
        ((COST.scored(0.4), Reading(topic="role_pay", score=0.35)), ["cost"]),
        ((Reading(topic="greeting", score=0.5), COST.scored(0.4)), ["cost"]),
        ((Reading(topic="weather", score=0.4), COST.scored(0.39)), ["cost"]),
    ],
    ids=["too unlikely", "half as likely is enough", "one lacks its role", "chat", "elsewhere"],
)
def test_only_what_may_well_be_meant_is_told_in_short(
    options: tuple[Reading, ...], told_of: list[str]
) -> None:
    assert [one.reading.topic for one in asked_back(*options).gists] == told_of


@pytest.mark.parametrize(
    ("short", "gist"),
    [
        ("Yes. It was free until it ended, though each college asked its own fees. So ask.",
         "Yes. It was free until it ended, though each college asked its own fees."),
        ("**Trainer**, in short: teaches **staff**.", "Trainer, in short: teaches staff."),
        ("These roles:\n- Trainer: teaches\n- Manager (college): plans\n- Support\n- Leader",
         "These roles: Trainer: teaches; Manager (college): plans; Support …"),
        ("These roles:\n- Trainer (college): if you taught; the school decided\n- Support",
         "These roles: Trainer (college): if you taught; Support …"),
        ("These two:\n- Trainer\n- Support.", "These two: Trainer; Support."),
        ("Ask the College of St. Scholastica in the U.S. It is online and open to people.",
         "Ask the College of St. Scholastica in the U.S. It is online and open to people."),
        ("Its rules:\n\nEvery two years, on paper.", "Its rules: Every two years, on paper."),
    ],
)  # fmt: skip
def test_a_gist_is_the_first_sentence_that_says_something(short: str, gist: str) -> None:
    assert Worded(reading=COST, language="en", short=short).gist == gist


def test_every_answer_has_a_gist_that_fits_beside_another() -> None:
    snapshot = shipped_snapshot()
    for topic in shipped().topics.values():
        if topic.needs or topic.where or topic.kind != "answer":
            continue
        for language in ("en", "es"):
            gist = snapshot.word(Reading(topic=topic.id), language, TODAY).gist
            assert 10 < len(gist) < 350, topic.id
            assert "**" not in gist


def test_an_answer_told_a_moment_ago_is_told_in_short_and_said_to_be_the_same() -> None:
    snapshot, about = Snapshot(guessing()), About()
    replies = []
    for text in ("trainer length", "trainer length", "trainer pay", "trainer length"):
        [said] = snapshot.say(text, about=about, today=TODAY)
        about = snapshot.after(about, said)
        replies.append(told(said))
    first, again, _, later = replies
    assert "That was so until the program ended." in first.html
    assert again.html.startswith("My answer is the same as just now. In short:\n\n")
    assert "That was so until" not in again.html
    assert "More about this" in words(again)
    assert later.html == first.html


def test_who_likely_goes_on_with_what_was_told_last_is_not_told_it_whole_again() -> None:
    snapshot = Snapshot(guessing())
    about = snapshot.after(About(), snapshot.say("trainer length", today=TODAY)[0])
    understood = Understood(text="how", verdict=Clarify(options=(LENGTH,)), language="en")
    reply = told(snapshot.said(understood, TODAY, about))
    assert reply.html.startswith("I think this is about what I told you just now. In short:\n\n")
    assert "That was so until" not in reply.html
    assert words(reply) == ["How long it takes: Trainer", "My question is still open"]


def test_what_was_told_last_is_no_guess() -> None:
    snapshot = Snapshot(guessing())
    about = snapshot.after(About(), snapshot.say("trainer length", today=TODAY)[0])
    understood = Understood(
        text="how", verdict=Clarify(options=(LENGTH.scored(0.6), COST.scored(0.4))), language="en"
    )
    said = snapshot.said(understood, TODAY, about)
    assert said.guess is None
    assert [one.reading.topic for one in said.gists] == ["cost"]
    assert words(told(said))[:2] == ["How long it takes: Trainer", "What it cost"]


@pytest.mark.parametrize(
    ("short", "says"),
    [
        ("No. Nobody was.", True),
        ("Sí, hasta 2013.", True),
        ("Probably not on your own.", True),
        ("No source says so.", False),
        ("No lo sabemos.", False),
        ("Nobody knows.", False),
    ],
)
def test_a_yes_or_no_is_told_from_other_beginnings(short: str, *, says: bool) -> None:
    assert Worded(reading=COST, language="en", short=short).says_yes_or_no is says


def test_no_unlikely_answer_says_no_to_what_somebody_did_not_ask() -> None:
    def told_of(score: float) -> list[str]:
        options = (Reading(topic="job_guarantee", score=score), COST.scored(score - 0.01))
        understood = Understood(text="x", verdict=Clarify(options=options), language="en")
        return [one.reading.topic for one in shipped_snapshot().said(understood, TODAY).gists]

    assert told_of(0.45) == ["cost"]
    assert told_of(0.55) == ["job_guarantee", "cost"]


def test_a_terminal_shows_no_tags() -> None:
    shown = as_text(asked_back(LENGTH.scored(0.6), PAY.scored(0.4)), Snapshot(guessing()))
    assert "How long it takes: Trainer: 6 months or less." in shown
    assert "<b>" not in shown


def test_the_only_choice_is_told_whole() -> None:
    reply = told(asked_back(COST))
    assert reply.html.startswith("I think you mean this: <b>What it cost</b>\n\nNo single price.")
    assert reply.html.endswith("Not what you meant? Just ask in other words.")
    assert words(reply) == ["No, something else"]


def test_a_very_likely_guess_is_told_whole_and_only_the_others_have_buttons() -> None:
    said = asked_back(LENGTH, PAY)
    reply = told(said)
    assert isinstance(said.understood.verdict, Clarify)
    assert reply.html.startswith("I think you mean this: <b>How long it takes: Trainer</b>")
    assert "That was so until the program ended." in reply.html
    assert "The law</a>" in reply.html
    assert reply.html.endswith(LAST)
    assert words(reply) == ["What it pays: Trainer", "None of these"]


def test_who_chose_short_answers_is_told_a_very_likely_guess_in_short() -> None:
    reply = told(asked_back(LENGTH, PAY), "short")
    assert "That was so" not in reply.html
    assert words(reply) == ["More about this", "What it pays: Trainer", "None of these"]


def test_a_guess_told_whole_speaks_spanish() -> None:
    reply = told(asked_back(LENGTH, PAY, language="es"))
    assert reply.html.startswith("Creo que se refiere a esto: <b>Cuánto dura: Capacitador")
    assert "Así fue hasta que terminó el programa." in reply.html
    assert words(reply)[-1] == "Ninguna de estas"


def test_a_first_paragraph_alone_does_not_hide_that_the_program_ended() -> None:
    ended = "The federal training program of 2010 ended in 2013."
    assert ended in told(asked_back(LENGTH.scored(0.65), PAY)).html
    assert ended in told(asked_back(LENGTH, PAY), "short").html
    assert ended not in told(asked_back(LENGTH, PAY)).html
    assert ended not in told(asked_back(COST, PAY)).html


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", ["roles_by_duty", "resume_help", "targets", "group_training"])
def test_no_short_form_stops_after_words_that_announce_what_follows(
    topic: str, language: str
) -> None:
    short = shipped_snapshot().word(Reading(topic=topic), language, TODAY).short
    assert not short.rstrip("*").endswith(":")
    assert "\n- " in short


def test_choices_far_behind_the_first_have_no_button() -> None:
    options = choices(COST, PAY.scored(0.06), LENGTH.scored(0.2))
    assert [one.topic for one in options] == ["cost", "role_length"]


def test_a_choice_without_the_thing_it_needs_must_be_likely() -> None:
    """What it pays says little where no role was named."""
    unnamed = Reading(topic="role_pay", score=0.2)
    assert choices(COST, unnamed) == (COST,)
    named = Reading(topic="role_pay", slots=TRAINER, score=0.19)
    assert choices(COST, unnamed, named) == (COST, named)
    likely = unnamed.scored(0.5)
    assert words(told(asked_back(*choices(COST, likely))))[1] == "What it pays …"
    assert choices(unnamed) == (unnamed,)


@pytest.mark.parametrize(
    ("text", "topic"),
    [("yes", "role_length"), ("sí, eso", "role_length"), ("how long it takes", "role_length"),
     ("1", "role_pay"), ("the first one", "role_pay"), ("yes, the last one", "role_pay")],
)  # fmt: skip
def test_yes_takes_what_was_told_and_numbers_count_the_buttons(text: str, topic: str) -> None:
    snapshot = Snapshot(guessing())
    about = snapshot.after(About(), asked_back(LENGTH, PAY))
    [said] = snapshot.say(text, about=about, today=TODAY)
    assert isinstance(said.understood.verdict, Answer)
    assert said.understood.verdict.reading.topic == topic
    assert said.understood.decided_by == "choice"


def test_a_yes_to_what_was_told_whole_does_not_repeat_it() -> None:
    snapshot = Snapshot(guessing())
    about = snapshot.after(About(), asked_back(LENGTH, PAY))
    [said] = snapshot.say("yes", about=about, today=TODAY)
    reply = told(said)
    assert reply.html.startswith("Good, then that is your answer.")
    assert words(reply) == ["What it pays: Trainer", "👍 Helpful"]


def test_what_was_told_whole_is_kept_with_the_chat() -> None:
    about = Snapshot(guessing()).after(About(), asked_back(LENGTH, PAY))
    kept = json.loads(about_to_json(about, "en"))
    assert from_plain(kept["told"]) == LENGTH
    assert [one["topic"] for one in kept["offered"]] == ["role_pay"]


@pytest.mark.parametrize(
    "options",
    [
        (Reading(topic="cost", score=0.4),),
        (COST, Reading(topic="role_pay", slots={"role": ("trainer",)}, score=0.6)),
        (Reading(topic="role_pay", score=0.7),),
        (Reading(topic="greeting", score=0.7),),
    ],
    ids=["unlikely", "another nearly as likely", "without the role it needs", "a greeting"],
)
def test_nothing_is_guessed_where_little_speaks_for_it(options: tuple[Reading, ...]) -> None:
    said = asked_back(*options)
    assert said.guess is None
    assert "I think you mean this" not in told(said).html
    assert "If you mean" not in told(said).html


def test_a_missing_thing_is_asked_for_not_guessed() -> None:
    assert asked_back(Reading(topic="role_pay", score=0.7), missing="role").guess is None


def test_nobody_who_tells_of_themselves_is_sent_elsewhere_on_a_guess() -> None:
    elsewhere = Reading(topic="weather", score=0.7)
    assert asked_back(elsewhere, text="the weather tomorrow").guess is not None
    assert asked_back(elsewhere, text="I measure the weather").guess is None


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("I groom dogs", False),
        ("dog groomer here", False),
        ("dog groomer 12 yrs", False),
        ("I groom dogs, can I?", False),
        ("peluquera de perros con 12 años", False),
        ("can I bring my dog?", True),
        ("dog parking", True),
        ("oh ok. how would i find a groomer", True),
    ],
)
def test_who_tells_of_themselves_what_we_cannot_place_is_offered_the_checks(
    text: str, *, placed: bool
) -> None:
    unknown = Understood(text=text, verdict=Unknown(), language="en")
    content = shipped()
    reply = reply_to(Said(understood=unknown), content, "full", 7)
    assert ("Thank you for telling me" in reply.html) != placed
    said = words(reply)
    assert ("Which role fits me" in said) == ("Check my case" in said) == (not placed)
    assert said[-1] == "What I can answer"


def test_nobody_is_asked_whether_what_is_no_clinicians_degree_makes_a_physician() -> None:
    fits = Reading(topic="degree_fit", slots={"degree": ("lpn",)})
    below = shipped_snapshot().word(fits, "en", TODAY).next
    assert "physician_is" not in {one.topic for one in below}
    [said] = shipped_snapshot().say("is a GED good enough", today=TODAY)
    assert "physician_is" not in {one.topic for one in said.understood.ranked}
    [said] = shipped_snapshot().say("is a chiropractor good enough", today=TODAY)
    assert "physician_is" in {one.topic for one in said.understood.ranked}
