"""Figures are counted once for all who look, and again beside the work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
import time_machine
from sqlalchemy import text
from sqlmodel import Session

from knowledge.curation import demand
from knowledge.curation.demand import Figures
from knowledge.errors import GuideError
from knowledge.store.demand import by_day
from knowledge.store.engine import Store, make_engine
from knowledge.store.migrate import upgrade
from knowledge.store.tables import Question


class Counter:
    """A count that tells how often it was made."""

    def __init__(self) -> None:
        self.made: Iterator[int] = count(1)
        self.broken = False

    def __call__(self, _: Session) -> int:
        if self.broken:
            raise GuideError("away")
        return next(self.made)


async def test_all_who_ask_meanwhile_share_one_count(store: Store) -> None:
    figures, counter = Figures(store), Counter()
    assert await asyncio.gather(*(figures.of(counter) for _ in range(5))) == [1] * 5


async def test_a_new_count_runs_beside_and_is_shown_when_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures, counter = Figures(store), Counter()
    await figures.of(counter)
    monkeypatch.setattr(demand, "FRESH_SECONDS", 0.0)
    assert await figures.of(counter) == 1
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    assert await figures.of(counter) == 2


async def test_what_is_too_old_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures, counter = Figures(store), Counter()
    await figures.of(counter)
    monkeypatch.setattr(demand, "LASTS_SECONDS", 0.0)
    assert await figures.of(counter) == 2


async def test_a_count_that_failed_is_made_again(store: Store) -> None:
    figures, counter = Figures(store), Counter()
    counter.broken = True
    with pytest.raises(GuideError):
        await figures.of(counter)
    counter.broken = False
    assert await figures.of(counter) == 1


def set_zone(url: str) -> None:
    """Let the server's days begin fourteen hours before ours."""
    engine = make_engine(url)
    with engine.begin() as connection:
        name = engine.url.database
        connection.execute(text(f"ALTER DATABASE \"{name}\" SET timezone = 'Pacific/Kiritimati'"))
    engine.dispose()


async def test_a_day_begins_alike_on_both_databases(store: Store, store_url: str) -> None:
    if store.postgres:
        set_zone(store_url)
    upgrade(store.engine)
    with time_machine.travel("2026-05-04T23:30:00Z", tick=False):
        asked = Question(bot=1, update_id=1, asker="a", text="t", language="en", outcome="answer")
        await store.write(lambda session: session.add(asked))
        days = await store.read(lambda session: by_day(session, 2))
    assert [(day.day.isoformat(), day.asked) for day in days] == [
        ("2026-05-03", 0),
        ("2026-05-04", 1),
    ]
