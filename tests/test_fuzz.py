"""A short run of the fuzz benchmark, and the shapes it taught us to look for."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from telegram import Bot, Update

from benchmarks.fuzz import run
from bot.shapes import faults
from tests.updates import WHOLE

BOT = Bot("1:x")


async def test_made_up_updates_raise_nothing_and_no_question_is_lost() -> None:
    tally = await run(300)
    assert tally.good, tally
    assert len(tally.types) > 15
    assert tally.again == 0


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_every_whole_update_passes(kind: str) -> None:
    assert faults(Update.de_json({"update_id": 1, kind: WHOLE[kind]}, BOT)) == []


@pytest.mark.parametrize(
    ("kind", "part", "nonsense", "told"),
    [
        ("message", "chat", None, "message.chat is NoneType"),
        ("message", "text", ["x"], "message.text is list"),
        ("message", "message_id", True, "message.message_id is bool"),
        ("callback_query", "data", {"x": 1}, "callback_query.data is dict"),
        ("inline_query", "query", 7, "inline_query.query is int"),
        ("message_reaction", "chat", None, "message_reaction.chat is NoneType"),
    ],
)
def test_what_handlers_rely_on_is_looked_at(
    kind: str, part: str, nonsense: Any, told: str
) -> None:
    payload = {**copy.deepcopy(WHOLE[kind]), part: nonsense}
    assert told in faults(Update.de_json({"update_id": 1, kind: payload}, BOT))
