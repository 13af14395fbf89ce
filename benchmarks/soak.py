"""Steady load for long: do memory and latency stay flat?

The bot is a real process on SQLite; people ask at an even pace, well below what it can do.
``--minutes`` says for how long.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.end_to_end import program, questions, resident
from benchmarks.standin import TOKEN, Load, StandIn

RATE = 20.0
"""Questions a second."""
WINDOWS = 6
PATIENCE = 60
MOST_GROWTH_MB = 20.0
"""Between the second window and the last: caches fill in the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a sixth of the time was like."""

    minutes: float
    answers: int
    p50_ms: float
    p99_ms: float
    resident_mb: float


class Paced(Load):
    """People who ask by the clock and not when they were answered."""

    def answered(self, chat: int) -> None:
        """Note an answer; the clock asks again."""
        if (asked := self.asked_at.pop(chat, None)) is None:
            self.repeats += 1
        else:
            self.latencies.append(time.perf_counter() - asked)


async def run(seconds: float) -> tuple[list[Window], int]:
    """Return how each window went, and how many questions stayed without an answer."""
    load = Paced(people=0, questions=questions("validation"), want=sys.maxsize)
    windows = []
    with tempfile.TemporaryDirectory(prefix="guide-soak-") as name:
        folder = Path(name)
        async with StandIn(load) as telegram:
            environment = {
                "GUIDE_TOKEN": TOKEN,
                "GUIDE_API_URL": f"http://127.0.0.1:{telegram.port}",
                "GUIDE_DATABASE_URL": f"sqlite:///{folder}/guide.db",
                "GUIDE_PORT": "0",
                "GUIDE_LOG_LEVEL": "WARNING",
                "GUIDE_BURST_SECONDS": "0",
            }
            command = [sys.executable, "-m", "bot", "run"]
            async with program(command, environment, folder / "bot.log") as process:
                async with asyncio.timeout(PATIENCE):
                    await telegram.ready.wait()
                chat = 0
                for number in range(WINDOWS):
                    load.latencies.clear()
                    chat = await _ask_evenly(load, chat, seconds / WINDOWS)
                    windows.append(
                        _window(load, (number + 1) * seconds / 60 / WINDOWS, process.pid)
                    )
                await _quiet(load)
    return windows, len(load.asked_at)


async def _ask_evenly(load: Load, chat: int, seconds: float) -> int:
    """Let new chats ask by the clock; return the last one."""
    began = time.perf_counter()
    for number in range(int(seconds * RATE)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        chat += 1
        load.ask(chat)
    return chat


async def _quiet(load: Load) -> None:
    """Wait a little for the last answers."""
    until = time.perf_counter() + PATIENCE
    while load.asked_at and time.perf_counter() < until:  # noqa: ASYNC110 - a fixed pace
        await asyncio.sleep(0.1)


def _window(load: Load, minutes: float, pid: int) -> Window:
    times = sorted(load.latencies) or [float("inf")]
    return Window(
        minutes=round(minutes, 1),
        answers=len(load.latencies),
        p50_ms=round(times[len(times) // 2] * 1000, 1),
        p99_ms=round(times[int(len(times) * 0.99)] * 1000, 1),
        resident_mb=resident(pid),
    )


def growth(windows: Sequence[Window]) -> float:
    """Return how much memory grew once everything was warm, in MB."""
    return round(windows[-1].resident_mb - windows[1].resident_mb, 1)


def table(windows: Sequence[Window]) -> str:
    """Return the windows as a Markdown table."""
    lines = [
        "| after minutes | answers | p50 ms | p99 ms | resident MB |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {one.minutes} | {one.answers} | {one.p50_ms} | {one.p99_ms} | {one.resident_mb} |"
        for one in windows
    ]
    return "\n".join([*lines, *rows])


def section(*, minutes: float) -> str:
    """Return how long load went, as a part of the report."""
    windows, missing = asyncio.run(run(minutes * 60))
    told = (
        f"{RATE:g} questions a second for {minutes:g} minutes, each from a new chat. Memory grew "
        f"by {growth(windows)} MB from the second window to the last; {missing} questions stayed "
        "without an answer."
    )
    return f"{told}\n\n{table(windows)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    print(section(minutes=parser.parse_args().minutes))


if __name__ == "__main__":
    main()
