"""How long staff wait: the check, a replay of 20,000 questions, a publish of 100,000 phrasings.

``python -m benchmarks.publishing`` prints seconds and memory; ``--quick`` takes a tenth of it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from benchmarks.domain import load_questions
from knowledge.checks import check
from knowledge.editing import add_phrasings
from knowledge.guide import Asked, Guide
from knowledge.publishing import Draft
from knowledge.reading import read_folder
from knowledge.replay import HOWS, Logged, replay
from knowledge.store.engine import Store

TODAY = date(2026, 11, 22)
ENDINGS = ("", "?", " please", " now", " thanks", " asap", "!")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    started = time.perf_counter()
    yield
    print(f"{what:48} {time.perf_counter() - started:8.2f} s")


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
    for start in range(0, topics, 1000):
        items = ["topics:"]
        for number in range(start, min(start + 1000, topics)):
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


async def publish(files: Mapping[str, str]) -> None:
    """Publish a large draft while trainees ask; print the longest wait of any of them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/guide.db")
        guide = Guide(store, today=lambda: TODAY)
        await guide.open()
        stop = asyncio.Event()
        waits: list[tuple[float, float]] = []

        async def trainee(chat: int) -> None:
            number = 0
            while not stop.is_set():
                number += 1
                started = time.perf_counter()
                asked = Asked(
                    text="what does a trainer earn",
                    chat=chat,
                    bot=1,
                    update_id=chat * 1_000_000 + number,
                )
                await guide.ask(asked)
                waits.append((started, time.perf_counter() - started))
                await asyncio.sleep(0.02)

        askers = [asyncio.create_task(trainee(chat)) for chat in range(1, 6)]
        await asyncio.sleep(2)
        quiet = max(wait for _start, wait in waits)
        mark = time.perf_counter()
        draft = Draft(files=files, base=1)
        with timed("publish: check, golden questions, live"):
            await guide.publisher.publish(draft, by="bench", reason="growth", override="bench")
        swapped = time.perf_counter()
        await asyncio.sleep(1)
        stop.set()
        await asyncio.gather(*askers)
        during = [wait for start, wait in waits if mark <= start < swapped]
        print(f"{'longest wait, quiet':48} {quiet * 1000:8.1f} ms")
        print(f"{'longest wait while it is published':48} {max(during) * 1000:8.1f} ms")
        await store.aclose()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    share = 10 if parser.parse_args().quick else 1
    files = read_folder()
    with timed("guide check of the shipped content"):
        check(files, today=TODAY)
    edited = add_phrasings(files, "greeting", "en", ["a very good morning to you"])
    questions = logged(20_000 // share)
    with timed(f"replay of {len(questions):,} questions"):
        blast = replay(files, edited, questions, TODAY)
    print(", ".join(f"{how} {blast.count(how)}" for how in HOWS))
    large = grown(10_000 // share, 100_000 // share)
    print(f"grown to {sum(map(len, large.values())):,} characters in {len(large)} files")
    asyncio.run(publish(large))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory':48} {peak:8.0f} MB")


if __name__ == "__main__":
    main()
