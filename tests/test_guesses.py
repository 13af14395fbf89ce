"""While it asks back, the bot tells the likeliest answer, as the guess it is."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.replies import reply_to
from knowledge.schema import Content, Share
from knowledge.snapshot import Said, Snapshot
from knowledge.understanding.understanding import Understood
from knowledge.verdicts import Clarify, Reading, Unknown
from tests import small
from tests.shipped import content as shipped

TODAY = date(2026, 11, 29)


def guessing() -> Content:
    """Return the small content, told to guess where more likely than not."""
    content = small.content()
    policy = content.policy.model_copy(update={"guess_at": Share(value=0.5, reason="test")})
    return content.model_copy(update={"policy": policy})


def asked_back(
    *options: Reading, missing: str | None = None, language: str = "en", text: str = "how"
) -> Said:
    """Return what is said where these were the options."""
    verdict = Clarify(options=options, missing=missing)
    understood = Understood(text=text, verdict=verdict, language=language)
    return Snapshot(guessing()).said(understood, TODAY)


COST = Reading(topic="cost", score=0.7)
PAY = Reading(topic="role_pay", slots={"role": ("trainer",)}, score=0.3)


def test_the_likeliest_is_told_with_its_source_and_no_more_than_its_first_paragraph() -> None:
    said = asked_back(COST, PAY)
    reply = reply_to(said, guessing(), "full", 7)
    assert said.worded is None
    assert "If you mean <b>What it cost</b>:" in reply.html
    assert "No single price" in reply.html
    assert "The law</a>, as of 2010" in reply.html
    assert [row[0].words for row in reply.buttons][-1] == "None of these"


def test_a_single_choice_is_asked_as_one() -> None:
    reply = reply_to(asked_back(COST), guessing(), "full", 7)
    assert "Tap it to see more." in reply.html
    assert [row[0].words for row in reply.buttons] == ["What it cost", "No, something else"]


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
    assert "get this right" in reply_to(said, guessing(), "full", 7).html


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
    ],
)
def test_who_tells_of_themselves_what_we_cannot_place_is_offered_the_checks(
    text: str, *, placed: bool
) -> None:
    unknown = Understood(text=text, verdict=Unknown(), language="en")
    content = shipped()
    reply = reply_to(Said(understood=unknown), content, "full", 7)
    assert ("Thank you for telling me" in reply.html) != placed
    words = [row[0].words for row in reply.buttons]
    assert ("Which role fits me" in words) == ("Check my case" in words) == (not placed)
    assert words[-1] == "What I can answer"
