"""Figures are counted once for all who look, and again beside the work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
from sqlmodel import Session

from knowledge import demand
from knowledge.demand import Figures
from knowledge.errors import GuideError
from knowledge.store.engine import Store


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
