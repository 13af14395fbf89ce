"""Jobs run once among replicas, are taken over, and survive their own failures."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session

from bot.jobs import Job, Jobs
from knowledge.guide import Guide
from knowledge.store.engine import Store
from knowledge.store.leases import is_due
from knowledge.store.tables import Lease, now

DAY = timedelta(days=1)


@pytest.fixture
def ready(guide: Guide) -> Store:
    return guide.store


def counting(ran: list[str], name: str = "digest", every: timedelta = DAY) -> Job:
    async def run() -> None:
        ran.append(name)

    return Job(name=name, every=every, run=run)


async def test_of_many_replicas_one_runs_a_job(ready: Store) -> None:
    ran: list[str] = []
    replicas = [Jobs(ready, []) for _ in range(8)]
    results = await asyncio.gather(*(replica.run_if_due(counting(ran)) for replica in replicas))
    assert ran == ["digest"]
    assert sum(results) == 1


async def test_a_job_is_not_given_out_again_before_it_is_due(ready: Store) -> None:
    ran: list[str] = []
    jobs = Jobs(ready, [])
    assert await jobs.run_if_due(counting(ran))
    assert not await jobs.run_if_due(counting(ran))
    assert await jobs.run_if_due(counting(ran, every=timedelta(0)))


async def test_only_what_is_due_and_free_is_tried(ready: Store) -> None:
    def held(session: Session) -> None:
        session.add(Lease(name="busy", holder="other", until=now() + timedelta(minutes=1)))
        session.add(Lease(name="dead", holder="other", until=now() - timedelta(minutes=1)))

    await ready.write(held)
    await Jobs(ready, []).run_if_due(counting([]))
    for name, wanted in {"digest": False, "busy": False, "dead": True, "new": True}.items():
        assert await ready.read(partial(is_due, name=name, holder="me", due_after=DAY)) == wanted


async def test_a_dead_replica_loses_its_lease(ready: Store) -> None:
    def dead(session: Session) -> None:
        session.add(Lease(name="digest", holder="dead", until=now() - timedelta(seconds=1)))

    await ready.write(dead)
    ran: list[str] = []
    assert await Jobs(ready, []).run_if_due(counting(ran))


async def test_a_living_replica_keeps_its_lease(ready: Store) -> None:
    def busy(session: Session) -> None:
        session.add(Lease(name="digest", holder="busy", until=now() + timedelta(minutes=1)))

    await ready.write(busy)
    ran: list[str] = []
    assert not await Jobs(ready, []).run_if_due(counting(ran))
    assert ran == []


async def test_a_job_that_fails_stops_no_other(ready: Store) -> None:
    async def fail() -> None:
        raise RuntimeError("no")

    ran: list[str] = []
    stop = asyncio.Event()

    async def last() -> None:
        ran.append("last")
        stop.set()

    jobs = [
        Job(name="broken", every=DAY, run=fail),
        counting(ran),
        Job(name="last", every=DAY, run=last),
        counting(ran, "after the stop"),
    ]
    await Jobs(ready, jobs).run(stop)
    assert ran == ["digest", "last"]


async def test_a_job_that_does_not_end_is_cut_off_after_the_grace(ready: Store) -> None:
    stop = asyncio.Event()

    async def hang() -> None:
        stop.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await Jobs(ready, [Job(name="long", every=DAY, run=hang)], grace=0.0).run(stop)
