"""The daily digest: once, at its time, with counts and a picture."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial

import time_machine
from pydantic import SecretStr

from bot.app import build
from bot.sandbox.client import Talk, text_of
from bot.sandbox.room import Room
from bot.settings import Settings
from handlers.digest import send_digest
from knowledge.answering.drawing import to_png
from knowledge.curation.digests import chart, digest
from knowledge.guide import Asked, Guide
from knowledge.store.demand import by_day
from tests.bots import Running

CURATOR = 2001
OTHER = SecretStr("2:another-bot-with-curators-of-its-own")


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
            other = build(settings.model_copy(update={"token": OTHER}), running.guide).application
            async with other:
                assert await send_digest(other, CURATOR, time(14))
    said = text_of(curator.last)
    assert "wait" in said
    assert curator.last["photo"]
    assert curator.buttons == ["Deal the first card"]


async def test_all_counts_are_of_the_last_24_hours(guide: Guide) -> None:
    noon = datetime(2030, 1, 5, 14, tzinfo=UTC)
    for number, hours in enumerate((37, 25, 23, 1)):
        with time_machine.travel(noon - timedelta(hours=hours)):
            await guide.ask(Asked(text="parking garage", chat=7, bot=1, update_id=number))
    with time_machine.travel(noon):
        found = await guide.store.read(digest)
    assert found.asked == 2


async def test_what_is_done_once_is_tried_again_only_where_it_was_not_done(guide: Guide) -> None:
    done: list[int] = []

    async def work(many: int) -> int:
        done.append(many)
        return many

    start = datetime(2030, 1, 5, tzinfo=UTC)
    for minutes, many in ((0, 0), (1, 3), (11, 2), (12, 4), (60 * 24 * 30, 5)):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            await guide.once("proposal 1", partial(work, many))
    assert done == [0, 2]


async def test_the_chart_is_drawn(running: Running) -> None:
    days = await running.guide.store.read(by_day)
    assert to_png(chart(days, "Questions a day")).startswith(b"\x89PNG")
