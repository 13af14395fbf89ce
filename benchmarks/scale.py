"""How far one PostgreSQL carries: replicas side by side, and a log of millions of questions.

``python -m benchmarks.scale --rows 10000000`` writes ten million. Replicas are real processes
behind a balancer, fifty people at once, and the report names what was used up: when both cores
are busy, more replicas cannot add more.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, text as sql

from benchmarks.crash import Case, Fleet, answered, fleet, heard
from benchmarks.servers import database_on, postgres_server
from knowledge.curation.exports import as_file
from knowledge.guide import Asked, Guide
from knowledge.store.engine import Store
from knowledge.store.questions import count_waiting, waiting
from tests import small

PEOPLE_AT_ONCE = 50
ASKED = 200
"""Questions asked one after another, before and after the log has grown."""
QUESTION = "how long is training for a trainer"
Row = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What so many replicas did."""

    replicas: int
    per_second: float
    bot_cores: float
    database_cores: float


@contextmanager
def grown(engine: Engine, rows: int) -> Iterator[float]:
    """Write so many questions by the database's own means; yield the seconds it took."""
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(sql(GROW), {"rows": rows})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql("VACUUM ANALYZE question"))
    yield time.perf_counter() - began


GROW = """
INSERT INTO question (asked_at, bot, update_id, part, message_id, asker, text, language, outcome,
                      topic, slots, options, score, version, latency_ms, decision_id)
SELECT now() - n * interval '1 minute' / 20, 1, 1000000000 + n, 0, n, md5((n % 200000)::text),
       'how long is the training for a trainer number ' || n, 'en',
       CASE WHEN n % 20 = 0 THEN 'unknown' ELSE 'answer' END, 'role_length',
       '{"role": ["trainer"]}', '{"missing": null, "readings": []}', 0.9, 1, 0,
       CASE WHEN n % 20 = 0 AND n % 2000 <> 0 THEN 1 END
FROM generate_series(1, CAST(:rows AS bigint)) AS n
"""
"""One in twenty is unanswered, and nearly all of those were decided."""


async def answer_latency(guide: Guide, first: int) -> str:
    """Return how long answers take, each looked up and committed."""
    times = []
    for number in range(ASKED):
        began = time.perf_counter()
        await guide.ask(Asked(text=QUESTION, chat=number + 1, bot=2, update_id=first + number))
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return f"p50 {median(times):.1f} ms, p99 {times[int(ASKED * 0.99)]:.1f} ms"


async def took(work: Callable[[], Any]) -> str:
    """Return how long something takes in a thread of its own, in ms."""
    began = time.perf_counter()
    await asyncio.to_thread(work)
    return f"{(time.perf_counter() - began) * 1000:.0f} ms"


async def growth(url: str, rows: int) -> list[Row]:
    """Return how the bot and the curators' pages do on a long log."""
    store = Store(url)
    guide = Guide(store, burst_seconds=0)
    await guide.open(small.FILES)
    try:
        made = [("an answer, empty log", await answer_latency(guide, 1))]
        with grown(store.engine, rows) as seconds:
            size = await store.read(lambda s: s.connection().execute(sql(SIZE)).scalar_one())
            made.append((f"an answer, {rows:,} questions", await answer_latency(guide, 100_000)))
            made += [
                (
                    "first page of what waits",
                    await took(lambda: store.do(lambda s: waiting(s, 20))),
                ),
                ("how many wait", await took(lambda: store.do(count_waiting))),
                ("outcomes of all, for /status", await _status(guide)),
                ("export of 10,000 as CSV", await took(lambda: export(store))),
                ("disk for each question", f"{size / rows:.0f} bytes, indexes included"),
                ("writing them", f"{seconds:.0f} s"),
            ]
    finally:
        await store.aclose()
    return made


SIZE = "SELECT pg_total_relation_size('question')"


async def _status(guide: Guide) -> str:
    began = time.perf_counter()
    await guide.status()
    return f"{(time.perf_counter() - began) * 1000:.0f} ms"


def export(store: Store) -> None:
    """Write the ten thousand questions that waited longest."""
    rows = store.do(
        lambda session: [one.model_dump(mode="json") for one in waiting(session, 10_000)]
    )
    as_file(rows, "csv")


async def carried(replicas: int, server: Any, seconds: float) -> Carried:
    """Return how much so many replicas answer, and what that uses."""
    case = Case(name=f"{replicas} replicas", webhook=True, postgres=True, replicas=replicas)
    async with fleet(case, server) as bots:
        async with asyncio.timeout(180):
            for _ in range(PEOPLE_AT_ONCE):
                bots.telegram.ask()
            await answered(bots.telegram, PEOPLE_AT_ONCE)
        began, answers, used = time.perf_counter(), heard(bots.telegram), cores_used(bots, server)
        while time.perf_counter() < began + seconds:
            while len(bots.telegram.open_chats) < PEOPLE_AT_ONCE:
                bots.telegram.ask()
            async with bots.telegram.replied:
                await bots.telegram.replied.wait()
        lasted = time.perf_counter() - began
        done, now_used = heard(bots.telegram) - answers, cores_used(bots, server)
    return Carried(
        replicas=replicas,
        per_second=round(done / lasted, 1),
        bot_cores=round((now_used[0] - used[0]) / lasted, 2),
        database_cores=round((now_used[1] - used[1]) / lasted, 2),
    )


def cores_used(bots: Fleet, server: Any) -> tuple[float, float]:
    """Return the seconds of a core that the bots and the database have used."""
    main = server.get_pid()
    backends = Path(f"/proc/{main}/task/{main}/children").read_text("utf-8").split()
    return (
        sum(_used(process.pid) for process in bots.processes),
        sum(_used(int(pid)) for pid in (main, *backends)),
    )


def _used(pid: int) -> float:
    """Return the seconds that a process and its ended children have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def limit(figures: list[Carried]) -> str:
    """Say what holds the largest number of replicas back."""
    last, cores = figures[-1], os.cpu_count() or 1
    busy = last.bot_cores + last.database_cores
    rest = "the rest is the load generator and the machine's other work"
    told = f"With {last.replicas} replicas, bots use {last.bot_cores} and PostgreSQL "
    told += f"{last.database_cores} of {cores} cores ({rest})"
    if last.database_cores > last.bot_cores:
        return f"{told}: the database is the limit."
    return (
        f"{told}: processors are the limit, not the database." if busy > cores / 2 else f"{told}."
    )


def section(*, rows: int, seconds: float = 10) -> str:
    """Return how replicas and a long log do, as a part of the report."""
    with postgres_server() as server:
        figures = [asyncio.run(carried(number, server, seconds)) for number in (1, 2, 4)]
    lines = ["| replicas | answers/s | bot cores | database cores |", "|---|---|---|---|"]
    lines += [
        f"| {one.replicas} | {one.per_second} | {one.bot_cores} | {one.database_cores} |"
        for one in figures
    ]
    return "\n".join([*lines, "", limit(figures), "", long_log(rows)])


def long_log(rows: int) -> str:
    """Return how a long log does, as a table."""
    with postgres_server() as server, database_on(server.get_uri()) as address:
        made = asyncio.run(growth(address, rows))
    return "\n".join(["| a log on PostgreSQL | figure |", "|---|---|", *map(_line, made)])


def _line(row: Row) -> str:
    return f"| {row[0]} | {row[1]} |"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--log-only", action="store_true", help="leave the replicas out")
    chosen = parser.parse_args()
    if chosen.log_only:
        print(long_log(chosen.rows))
    else:
        print(section(rows=chosen.rows, seconds=chosen.seconds))


if __name__ == "__main__":
    main()
