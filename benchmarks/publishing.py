"""How long staff wait, and whether trainees notice: check, replay, growth, publish under load.

``python -m benchmarks.publishing`` prints the figures; ``--quick`` takes a tenth of everything.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import TypeVar

from benchmarks.domain import load_questions
from knowledge.editing.checks import check
from knowledge.editing.editing import add_phrasings
from knowledge.editing.publishing import Draft
from knowledge.editing.replay import Logged, replay, until_left
from knowledge.guide import Asked, Guide
from knowledge.reading import read_folder
from knowledge.store.engine import Store

T = TypeVar("T")
TODAY = date(2026, 11, 22)
ENDINGS = ("", "?", " please", " now", " thanks", " asap", "!")
QUESTION = "what does a trainer earn"
ASKERS = 5
PAUSE = 0.02
"""Seconds between an answer and the next question of the same person."""

Row = tuple[str, str]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how many seconds something took, and its result."""
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


def logged(count: int) -> list[Logged]:
    """Return questions as a log holds them: our test questions, in many small variations."""
    names = ("english.yaml", "spanish.yaml", "strangers.yaml")
    rows = [row["q"] for name in names for row in load_questions(name, None)]
    chance = random.Random(5)  # noqa: S311 - the same questions every time
    return [Logged(chance.choice(rows) + chance.choice(ENDINGS), "en") for _ in range(count)]


def grown(topics: int, phrasings: int) -> dict[str, str]:
    """Return the shipped content with many more topics, each of its own made-up words."""
    files = read_folder()
    chance = random.Random(7)  # noqa: S311 - the same words every time
    words = ["".join(chance.choices("abcdefgilmnoprstu", k=7)) for _ in range(6000)]
    for start in range(0, topics, 100):
        items = ["topics:"]
        for number in range(start, min(start + 100, topics)):
            own = chance.sample(words, 6)
            said = [" ".join(chance.sample(own, 4)) for _ in range(phrasings // topics)]
            said = [f"{line} {number}x{at}" for at, line in enumerate(said)]
            listed = "".join(f"\n        - {line}" for line in said)
            items.append(
                f"  - id: grown-{number}\n    title: {{en: Grown {own[0]}}}\n"
                f"    phrasings:\n      en:{listed}\n    answer: {{en: About {own[0]}.}}"
            )
        files[f"grown/{start}.yaml"] = "\n".join(items) + "\n"
    return files


def renewed(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files with other words in the one answer that the trainees ask for."""
    edited = dict(files)
    for name, text in files.items():
        if "id: role_pay\n" in text:
            edited[name] = text.replace("**{role.name}**", "**{role.name}** (renewed)")
    if edited == dict(files):
        raise ValueError("the answer to what a role earns does not begin as it did")
    return edited


@dataclass(slots=True)
class Load:
    """Trainees who ask the same in a closed loop: when, how long they waited, what they heard."""

    guide: Guide
    waits: list[tuple[float, float]] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, chat: int) -> None:
        """Ask until told to stop."""
        number = 0
        while not self.stop.is_set():
            number += 1
            update = chat * 1_000_000 + number
            started = time.perf_counter()
            turn = await self.guide.ask(Asked(text=QUESTION, chat=chat, bot=1, update_id=update))
            self.waits.append((started, time.perf_counter() - started))
            worded = turn.said[0].worded
            self.heard.add(worded.text if worded else "nothing")
            await asyncio.sleep(PAUSE)

    def between(self, start: float, end: float) -> list[float]:
        """Return the waits of questions asked in a stretch of time, shortest first, in ms."""
        return sorted(1000 * wait for at, wait in self.waits if start <= at < end)


def waits_row(name: str, waits: list[float]) -> Row:
    """Return how long trainees waited."""
    p99 = waits[int(len(waits) * 0.99)]
    return name, f"p50 {median(waits):.0f} ms, p99 {p99:.0f} ms, worst {waits[-1]:.0f} ms"


async def under_load(first: Mapping[str, str], then: Mapping[str, str], what: str) -> list[Row]:
    """Publish while trainees ask; say how long it took, what they noticed, what was lost."""
    with tempfile.TemporaryDirectory() as folder:
        guide = Guide(Store(f"sqlite:///{folder}/guide.db"), today=lambda: TODAY)
        await guide.open(first)
        load = Load(guide)
        askers = [asyncio.create_task(load.ask(chat)) for chat in range(1, ASKERS + 1)]
        quiet = time.perf_counter()
        await asyncio.sleep(3)
        begun, used = time.perf_counter(), time.process_time()
        draft = Draft(files=then, base=1)
        await guide.publisher.publish(draft, by="bench", reason=what, override="bench")
        live, burnt = time.perf_counter(), time.process_time() - used
        await asyncio.sleep(2)
        load.stop.set()
        await asyncio.gather(*askers)
        kept = sum((await guide.status()).outcomes.values())
        await guide.store.aclose()
    return [
        (f"publish {what}", f"{live - begun:.1f} s, of which {burnt:.1f} s computing"),
        waits_row("trainees before", load.between(quiet, begun)),
        waits_row("trainees meanwhile", load.between(begun, live)),
        waits_row("trainees after", load.between(live, time.perf_counter())),
        ("questions asked and not kept", str(len(load.waits) - kept)),
        ("different answers heard (2: before and after)", str(len(load.heard))),
    ]


def run(*, short: bool) -> list[Row]:
    """Return every figure with its name."""
    share = 10 if short else 1
    files = read_folder()
    took, _ = timed(lambda: check(files, today=TODAY))
    rows = [("guide check of the shipped content", f"{took:.1f} s")]
    edited = add_phrasings(files, "greeting", "en", ["a very good morning to you"])
    questions = logged(20_000 // share)
    with until_left() as left:
        took, blast = timed(lambda: replay(files, edited, questions, TODAY, left))
    told = f"{took:.1f} s, {len(blast.effects)} answered otherwise"
    rows.append((f"replay of {len(questions):,} questions", told))
    rows += asyncio.run(under_load(files, renewed(files), "an edit of the shipped content"))
    topics, phrasings = 10_000 // share, 100_000 // share
    large = grown(topics, phrasings)
    what = f"{topics:,} topics with {phrasings:,} phrasings"
    rows += asyncio.run(under_load(files, renewed(large), what))
    rows += asyncio.run(under_load(large, renewed(large), f"an edit among {topics:,} topics"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, ("most memory held", f"{peak:.0f} MB")]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    for name, figure in run(short=parser.parse_args().quick):
        print(f"{name:48} {figure}")


if __name__ == "__main__":
    main()
