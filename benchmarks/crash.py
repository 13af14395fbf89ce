"""Kills the bot at random moments under load, and looks whether anything was lost.

Every question must be in the log exactly once, everybody must have heard every answer, in the
order of the chat; an answer may be heard twice, and how often is counted. The bot is a real
process on a small knowledge base, so that it is back quickly. ``--kills`` says how often it dies.

Telegram lets one process poll, so two replicas are tried by webhook.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text as sql

from benchmarks.faulty import BURST, Faults, Telegram
from benchmarks.servers import database_on, free_port, postgres_server
from benchmarks.standin import TOKEN
from knowledge.store.engine import make_engine
from tests import small

QUESTIONS = (
    "how long is training for a trainer",
    "how long is training for an implementation manager",
    "what did the training cost",
    "what does a trainer earn",
)
CROWD = 12
"""Chats that wait for answers at any time."""
PATIENCE = 120
ROUGH = Faults(flood=0.03, refuse=0.05, lose=0.06, twice=0.1, shuffle=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to run and what goes wrong meanwhile."""

    name: str
    webhook: bool
    postgres: bool
    replicas: int = 1
    faults: Faults = field(default_factory=Faults)
    trouble: str = "kill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the questions of one case."""

    case: Case
    troubles: int
    questions: int
    lost: int
    """Acknowledged and not in the log."""
    late: int
    """Still kept by Telegram when patience ended; nothing lost, but not served either."""
    doubled: int
    """More than once in the log."""
    silent: int
    """Answers that nobody heard."""
    disorder: int
    """Chats that heard or had logged their answers in another order than they asked."""
    repeats: int
    """Answers heard more than once, which a crash may cause."""
    faults: str

    @property
    def good(self) -> bool:
        """Whether nothing was lost, late, doubled, left silent or put in disorder."""
        return not (self.lost or self.late or self.doubled or self.silent or self.disorder)


@dataclass
class Fleet:
    """The bot's processes, and the database they share."""

    telegram: Telegram
    root: str
    database: str
    folder: Path
    webhook: bool
    server: Any
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    @property
    def logs(self) -> list[Path]:
        """What the replicas printed."""
        return sorted(self.folder.glob("*.log"))

    async def start(self, place: int) -> None:
        """Start one replica, the first time or again."""
        port = self.ports[place]
        environment = {
            "GUIDE_TOKEN": TOKEN,
            "GUIDE_API_URL": self.root,
            "GUIDE_DATABASE_URL": self.database,
            "GUIDE_CONTENT": str(self.folder / "content"),
            "GUIDE_PORT": str(port),
            "GUIDE_MEANING": "false",
            "GUIDE_BURST_SECONDS": "0",
            "GUIDE_LOG_LEVEL": "WARNING",
        }
        if self.webhook:
            environment |= {
                "GUIDE_WEBHOOK_URL": f"http://127.0.0.1:{port}",
                "GUIDE_WEBHOOK_SECRET": "crash",
            }
        with (self.folder / f"bot{place}.log").open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                env={**os.environ, **environment},
                stdout=out,
                stderr=out,
            )
        self.processes[place:] = [process, *self.processes[place + 1 :]]

    async def kill(self, chance: int) -> None:
        """End one replica as a power cut would, and start it again."""
        place = chance % len(self.processes)
        if self.processes[place].returncode is not None:
            raise RuntimeError(f"ended by itself: {self.logs[place].read_text('utf-8')[-3000:]}")
        self.processes[place].kill()
        await self.processes[place].wait()
        await self.start(place)

    async def break_database(self, _chance: int) -> None:
        """End PostgreSQL without any goodbye, and start it again."""
        os.kill(self.server.get_pid(), signal.SIGQUIT)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(self.server.ensure_postgres_running)

    async def fill_disk(self, chance: int) -> None:
        """Let no file of the bot grow for a second or two, then make room."""
        pid = self.processes[0].pid
        log = Path(make_url(self.database).database or "").with_suffix(".db-wal")
        full = log.stat().st_size + 4096
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        await asyncio.sleep(1 + chance % 2)
        whole = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, whole)

    async def stop(self) -> None:
        """End every replica politely."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.terminate()
        await asyncio.gather(*(process.wait() for process in self.processes))


async def answered(telegram: Telegram, more: int) -> None:
    """Wait until so many more answers were heard: the bot is at work."""
    goal = heard(telegram) + more
    async with telegram.replied:
        await telegram.replied.wait_for(lambda: heard(telegram) >= goal)


def heard(telegram: Telegram) -> int:
    """Return how many answers were heard."""
    return sum(map(len, telegram.heard.values()))


async def crowd(telegram: Telegram, stop: asyncio.Event) -> None:
    """Keep so many chats waiting for answers, until told to stop."""
    while not stop.is_set():
        while len(telegram.open_chats) < CROWD:
            telegram.ask()
        async with telegram.replied:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await telegram.replied.wait()


@asynccontextmanager
async def fleet(case: Case, server: Any) -> AsyncIterator[Fleet]:
    """Run the replicas of a case against a Telegram of its own, meanwhile."""
    telegram = Telegram(QUESTIONS)
    runner, root = await telegram.serve()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guide-crash-")))
        for path, content in small.FILES.items():
            target = folder / "content" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")
        made = f"sqlite:///{folder}/guide.db"
        if case.postgres:
            made = stack.enter_context(database_on(server.get_uri()))
        one = Fleet(telegram, root, made, folder, case.webhook, server)
        one.ports = [free_port() for _ in range(case.replicas)]
        if case.webhook:
            telegram.hooks = [f"http://127.0.0.1:{port}/telegram" for port in one.ports]
            telegram.secret = "crash"  # noqa: S105 - opens nothing
        try:
            for place in range(case.replicas):
                await one.start(place)
            yield one
        finally:
            await one.stop()
            telegram.close()
            await runner.cleanup()


async def run_case(case: Case, troubles: int, server: Any) -> Outcome:
    """Cause trouble so many times under load, then let everything settle and count."""
    chance = random.Random(case.name)  # noqa: S311 - the same moments every time
    stop = asyncio.Event()
    baseline: dict[str, str] = {}
    async with fleet(case, server) as bots:
        telegram = bots.telegram
        trouble = {"kill": bots.kill, "database": bots.break_database, "disk": bots.fill_disk}
        asking = asyncio.create_task(crowd(telegram, stop))
        try:
            async with asyncio.timeout(PATIENCE):
                baseline = await learn(telegram)
            telegram.faults = case.faults
            for number in range(troubles):
                async with asyncio.timeout(PATIENCE):
                    await answered(telegram, chance.randint(3, 40))
                    await asyncio.sleep(chance.uniform(0, 0.3))
                    await trouble[case.trouble](chance.randrange(1000) + number)
            async with asyncio.timeout(PATIENCE):
                await answered(telegram, 3 * BURST)
                stop.set()
                telegram.faults = Faults()
                await asking
                await telegram.settled()
                await telegram.acknowledged()
        except TimeoutError:
            stop.set()  # counted below: somebody is left silent
        await asking
        await bots.stop()
        outcome = count(case, troubles, bots, baseline)
        if not outcome.good:
            print(*(log.read_text("utf-8")[-3000:] for log in bots.logs))
        return outcome


async def learn(telegram: Telegram) -> dict[str, str]:
    """Return what each question is answered with, in calm."""
    while True:
        await answered(telegram, BURST)
        known: dict[str, str] = {}
        for chat, (texts, said) in by_chat(telegram).items():
            if chat not in telegram.open_chats and len(said) == BURST:
                known |= dict(zip(texts, said, strict=True))
        if len(known) == len(QUESTIONS):
            return known


def by_chat(telegram: Telegram) -> dict[int, tuple[list[str], list[str]]]:
    """Return what each chat asked, and what it heard, repeats left out."""
    asked: defaultdict[int, list[str]] = defaultdict(list)
    for chat, text in telegram.asked.values():
        asked[chat].append(text)
    return {
        chat: (texts, list(dict.fromkeys(telegram.heard[chat]))) for chat, texts in asked.items()
    }


def count(case: Case, troubles: int, bots: Fleet, answers: dict[str, str]) -> Outcome:
    """Compare what was asked, what was logged and what was heard."""
    engine = make_engine(bots.database)
    with engine.connect() as connection:
        rows = connection.execute(sql("SELECT update_id FROM question WHERE part = 0 ORDER BY id"))
        logged = [row[0] for row in rows]
    engine.dispose()
    telegram = bots.telegram
    if postponed := sum(log.read_text("utf-8").count("must wait") for log in bots.logs):
        telegram.failed["postponed by the bot"] = postponed
    silent = disorder = 0
    for texts, said in by_chat(telegram).values():
        wanted = [answers.get(text, text) for text in texts]
        silent += len(set(wanted) - set(said))
        disorder += said != wanted and set(said) == set(wanted)
    disorder += out_of_order(telegram, logged)
    return Outcome(
        case=case,
        troubles=troubles,
        questions=len(telegram.asked),
        lost=len(set(telegram.asked) - set(logged) - set(telegram.waiting)),
        late=len(telegram.waiting),
        doubled=len(logged) - len(set(logged)),
        silent=silent,
        disorder=disorder,
        repeats=heard(telegram) - sum(len(set(said)) for said in telegram.heard.values()),
        faults=", ".join(f"{name} {times}" for name, times in telegram.failed.items()),
    )


def out_of_order(telegram: Telegram, logged: Sequence[int]) -> int:
    """Return how many chats stand in the log in another order than they asked."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for number in logged:
        places[telegram.asked[number][0]].append(number)
    return sum(numbers != sorted(numbers) for numbers in places.values())


def cases() -> list[Case]:
    """Return every way to run that is killed."""
    made = [
        Case(name=f"{way}, {engine}, {count}", webhook=webhook, postgres=postgres, replicas=number)
        for way, webhook, replicas in (("polling", False, (1,)), ("webhook", True, (1, 2)))
        for engine, postgres in (("SQLite", False), ("PostgreSQL", True))
        for number in replicas
        for count in ("one replica" if number == 1 else "two replicas",)
    ]
    rough = "Telegram failing"
    return [
        *made,
        Case(name=f"polling, {rough}", webhook=False, postgres=False, faults=ROUGH),
        Case(name=f"webhook, {rough}", webhook=True, postgres=True, replicas=2, faults=ROUGH),
        Case(name="database killed, polling", webhook=False, postgres=True, trouble="database"),
        Case(
            name="database killed, webhook, two replicas",
            webhook=True,
            postgres=True,
            replicas=2,
            trouble="database",
        ),
        Case(name="disk full, polling", webhook=False, postgres=False, trouble="disk"),
        Case(name="disk full, webhook", webhook=True, postgres=False, trouble="disk"),
    ]


def run(kills: int, only: str = "") -> list[Outcome]:
    """Spread so many troubles over the cases; print and return what became of each."""
    chosen = [case for case in cases() if only in case.name]
    outcomes = []
    with postgres_server() as server:
        for place, case in enumerate(chosen):
            share = max(1, (kills + place) // len(chosen))
            outcome = asyncio.run(run_case(case, share, server))
            print(*row(outcome), sep=" | ", flush=True)
            outcomes.append(outcome)
    return outcomes


HEADS = (
    *("case", "troubles", "questions", "lost", "late", "doubled", "silent", "disorder"),
    *("repeats", "faults"),
)


def row(one: Outcome) -> tuple[object, ...]:
    """Return a line of the table."""
    figures = (
        one.troubles,
        one.questions,
        one.lost,
        one.late,
        one.doubled,
        one.silent,
        one.disorder,
    )
    return (one.case.name, *figures, one.repeats, one.faults)


def section(*, short: bool) -> str:
    """Return what became of everything, as a part of the report."""
    outcomes = run(11 if short else 100)
    lines = [HEADS, ("---",) * len(HEADS), *map(row, outcomes)]
    told = (
        "The bot is a real process that dies by `kill -9` while a dozen chats wait, or whose "
        "database is killed, whose disk is full, whose Telegram fails. Lost, doubled, silent and "
        "disorder must be 0; repeats are answers heard twice, which a crash between sending and "
        "acknowledging may cause. Telegram lets one process poll: two replicas use the webhook."
    )
    return told + "\n\n" + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def main() -> None:
    """Print the table; fail where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    chosen = parser.parse_args()
    print(*HEADS, sep=" | ")
    sys.exit(not all(one.good for one in run(chosen.kills, chosen.only)))


if __name__ == "__main__":
    main()
