"""Who floods is hinted, slowed and paused, each told once; nobody else is touched."""

from __future__ import annotations

import pytest

from bot.opening import rights_of
from bot.sandbox.client import Talk, text_of
from bot.sandbox.room import Room
from bot.settings import Settings
from handlers.pace import Level, Pace, Pacer
from knowledge.people import TERMINAL, Right
from tests.bots import Running

PACE = Pace(soft=2, slow=4, quiet=6, quiet_minutes=10)
FINE, SOFT, SLOW, QUIET = Level


def levels(pacer: Pacer, moments: list[float], person: int = 1) -> list[Level]:
    """Return the level of each message, told at once."""
    found: list[Level] = []
    for moment in moments:
        level, news = pacer.note(person, len(found) + int(moment * 1000), moment)
        if news:
            pacer.told(person, level)
        found.append(level)
    return found


def test_a_flood_goes_through_the_levels_and_ends_by_itself() -> None:
    pacer = Pacer(PACE)
    assert levels(pacer, [1.0] * 8) == [FINE, FINE, SOFT, SOFT, SLOW, SLOW, QUIET, QUIET]
    assert levels(pacer, [600.0]) == [QUIET]
    assert levels(pacer, [601.0, 602.0]) == [FINE, FINE]


def test_who_writes_calmly_is_never_slowed() -> None:
    assert set(levels(Pacer(PACE), [31.0 * n for n in range(1, 500)])) == {FINE}


def test_one_person_does_not_count_for_another() -> None:
    pacer = Pacer(PACE)
    levels(pacer, [1.0] * 8)
    assert levels(pacer, [1.0], person=2) == [FINE]


def test_an_update_that_comes_again_counts_once() -> None:
    pacer = Pacer(PACE)
    assert {pacer.note(1, 7, 1.0) for _ in range(50)} == {(FINE, False)}


def test_each_level_is_news_until_it_was_told() -> None:
    pacer = Pacer(PACE)
    for number in range(2):
        pacer.note(1, number, 1.0)
    assert pacer.note(1, 3, 1.0) == (SOFT, True)
    assert pacer.note(1, 3, 1.0) == (SOFT, True)  # telling failed, so it came again
    pacer.told(1, SOFT)
    assert pacer.note(1, 4, 1.0) == (SOFT, False)


class TestRunning:
    """The whole bot, with tight limits."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        limits = {"soft_limit": 2, "slow_limit": 4, "quiet_limit": 6, "slow_seconds": 0.0}
        return settings.model_copy(update={**limits, "person_limits": "on"})

    async def test_each_step_is_told_once_and_others_are_answered(
        self, talk: Talk, curator: Talk, room: Room
    ) -> None:
        heard = [await talk("/help", answers=2 if number in (2, 4) else 1) for number in range(7)]
        assert [number for number, said in enumerate(heard) if "take your time" in said] == [2]
        assert [number for number, said in enumerate(heard) if "a little slower" in said] == [4]
        assert [number for number, said in enumerate(heard) if "10 minutes" in said] == [6]
        before = len(talk.messages)
        for _ in range(3):
            await room.say(talk.person, "/help")
        other = Talk(room, 102)
        assert "take your time" not in await other("/help")
        assert len(talk.messages) == before + 3  # theirs alone: nothing more was said to them
        for _ in range(9):
            assert "10 minutes" not in await curator("/help")

    async def test_who_was_given_a_right_is_not_slowed(
        self, talk: Talk, running: Running, settings: Settings
    ) -> None:
        rights = rights_of(settings, running.guide.store)
        await rights.give(talk.person, Right.CURATOR, TERMINAL, "Dana")
        for _ in range(9):
            await talk("/help")
        assert not any("take your time" in text_of(message) for message in talk.messages)


def test_people_are_limited_where_telegram_itself_is_used() -> None:
    assert Settings(_env_file=None).person_limits == "auto"
