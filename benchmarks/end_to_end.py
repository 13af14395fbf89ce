"""Replies a second, end to end: two echo bots and ours, one after another in the same run.

Fifty people in a closed loop over real HTTP on this machine. Ours understands every question and
commits it before it answers; the echo bots do neither.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from benchmarks.servers import database_on, free_port, postgres_server
from benchmarks.standin import TOKEN, Load, StandIn

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions" / "english.yaml"
PEOPLE = 50
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """What one bot did."""

    bot: str
    replies_per_second: float
    p50_ms: float
    p99_ms: float
    resident_mb: float
    repeats: int


def questions(*splits: str) -> list[str]:
    """Return what people ask: our English questions of these splits."""
    rows = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    return [row["q"] for row in rows if row["split"] in splits and "topic" in row]


@asynccontextmanager
async def program(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a bot meanwhile, its output in a file."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **environment}, stdout=out, stderr=out
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def measure(
    name: str, command: Sequence[str], environment: Mapping[str, str], want: int, log: Path
) -> Figure:
    """Warm a bot up, then let it answer so many questions.

    To warm up, every question of one half is asked once: each picture is drawn then, which happens
    once in a bot's life. What is measured are those and as many that were never asked before.
    """
    warm = questions("validation")
    load = Load(people=PEOPLE, questions=warm, want=len(warm))
    async with StandIn(load) as telegram:
        root = f"http://127.0.0.1:{telegram.port}"
        filled = [part.replace("{root}", root) for part in command]
        settings = {key: value.replace("{root}", root) for key, value in environment.items()}
        async with program(filled, settings, log) as process:
            try:
                async with asyncio.timeout(PATIENCE):
                    await telegram.ready.wait()
                    load.begin()
                    await load.done.wait()
                    load.latencies.clear()
                    load.done.clear()
                    load.questions = questions("validation", "test")
                    load.want, load.ended = want, 0.0
                    load.begin()
                    await load.done.wait()
            except TimeoutError:
                raise SystemExit(f"{name} did not answer in time; see {log}") from None
            held = resident(process.pid)
    return _figure(name, load, held)


def _figure(name: str, load: Load, resident: float) -> Figure:
    times = sorted(load.latencies)
    seconds = load.ended - load.started
    return Figure(
        bot=name,
        replies_per_second=round(len(times) / seconds, 1),
        p50_ms=round(times[len(times) // 2] * 1000, 1),
        p99_ms=round(times[int(len(times) * 0.99)] * 1000, 1),
        resident_mb=resident,
        repeats=load.repeats,
    )


def resident(pid: int) -> float:
    """Return the memory a process holds, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def bots(folder: Path, postgres: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return how to start each bot."""
    python = sys.executable
    sqlite = f"sqlite:///{folder}"
    ours = {
        "GUIDE_TOKEN": TOKEN,
        "GUIDE_API_URL": "{root}",
        "GUIDE_PORT": "0",
        "GUIDE_LOG_LEVEL": "WARNING",
        "GUIDE_BURST_SECONDS": "0",  # a short, unclear message would wait for the next one
    }
    words = {**ours, "GUIDE_MEANING": "false"}
    ways = {
        "words, SQLite, polling": {**words, "GUIDE_DATABASE_URL": f"{sqlite}/polling.db"},
        "words, SQLite, webhook": {
            **words,
            "GUIDE_DATABASE_URL": f"{sqlite}/webhook.db",
            **webhook(free_port()),
        },
        "words, PostgreSQL, polling": {**words, "GUIDE_DATABASE_URL": postgres},
        "words and meaning, SQLite, polling": {
            **ours,
            "GUIDE_DATABASE_URL": f"{sqlite}/meaning.db",
        },
    }
    return {
        "python-telegram-bot echo": ([python, "-m", "benchmarks.echo_ptb", "{root}", TOKEN], {}),
        "aiogram echo": ([python, "-m", "benchmarks.echo_aiogram", "{root}", TOKEN], {}),
        **{f"ours, {way}": ([python, "-m", "bot", "run"], given) for way, given in ways.items()},
    }


def webhook(port: int) -> dict[str, str]:
    """Return the settings of a bot that takes a webhook on this port."""
    return {
        "GUIDE_PORT": str(port),
        "GUIDE_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "GUIDE_WEBHOOK_SECRET": "bench",
    }


async def run(want: int, rounds: int, only: str) -> list[Figure]:
    """Measure every bot, in turn, as often as asked."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as name, postgres_server() as server:
        for number in range(rounds):
            folder = Path(name) / str(number)
            folder.mkdir()
            with database_on(server.get_uri()) as postgres:
                for bot, (command, environment) in bots(folder, postgres).items():
                    if only in bot:
                        figure = await measure(bot, command, environment, want, folder / "log")
                        print(json.dumps(asdict(figure)), flush=True)
                        figures.append(figure)
    return figures


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    asyncio.run(run(chosen.answers, chosen.rounds, chosen.only))


if __name__ == "__main__":
    main()
