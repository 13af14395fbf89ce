"""The daily digest: once, at its time, with counts and a picture."""

from __future__ import annotations

from datetime import UTC, datetime, time

import time_machine

from bot.app import build
from bot.sandbox.client import Talk, text_of
from bot.sandbox.room import Room
from bot.settings import Settings
from handlers.digest import send_digest
from knowledge.digests import chart
from knowledge.drawing import to_png
from knowledge.store.demand import by_day
from tests.bots import Running

CURATOR = 2001


async def test_the_digest_is_sent_once_at_its_time(
    talk: Talk, curator: Talk, running: Running, room: Room, settings: Settings
) -> None:
    await curator("/start")
    await talk("parking garage <b>")
    app = build(settings, running.guide).application
    async with app:
        with time_machine.travel(datetime(2030, 1, 5, 13, tzinfo=UTC), tick=True):
            assert not await send_digest(app, CURATOR, time(14))
        with time_machine.travel(datetime(2030, 1, 5, 15, tzinfo=UTC), tick=True):
            assert await send_digest(app, CURATOR, time(14))
            assert not await send_digest(app, CURATOR, time(14))
    said = text_of(curator.last)
    assert "wait" in said
    assert curator.last["photo"]
    assert curator.buttons == ["Deal the first card"]


async def test_the_chart_is_drawn(running: Running) -> None:
    days = await running.guide.store.read(by_day)
    assert to_png(chart(days, "Questions a day")).startswith(b"\x89PNG")
