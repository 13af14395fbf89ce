"""A hundred thousand made-up updates of every type, whole and damaged, through the real bot.

Nothing may be raised that no handler expects, and a whole question that was acknowledged must be
in the log: one stands among every ten updates. The sender may do everything, so that the doors of
staff and curators are tried as well. ``--updates`` says how many.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from hypothesis import HealthCheck, Phase, given, seed, settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy import text as sql

from benchmarks.crash import QUESTIONS
from benchmarks.faulty import Telegram
from benchmarks.standin import TOKEN
from bot.app import build
from bot.intake import Processor, UnfinishedError, started
from bot.settings import Settings
from knowledge.guide import Guide
from knowledge.store.engine import Store
from tests import small
from tests.updates import PERSON, updates

UNREADABLE = "update cannot be read; skipping it"
BATCH = 1_000
AT_ONCE = 20
WHOLE_EACH = 10
FIRST_CHAT = 500_000


@dataclass
class Tally:
    """What became of the updates."""

    updates: int = 0
    finished: int = 0
    unreadable: int = 0
    """Not what the Bot API describes: noted and put aside."""
    again: int = 0
    """Not acknowledged: they would come again."""
    unhandled: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    """Whole questions that were acknowledged and are not in the log."""
    types: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether nothing was raised and nothing wrongly acknowledged."""
        return not self.unhandled and not self.missing


def made(count: int, number: int) -> list[dict[str, Any]]:
    """Return so many updates, always the same for a number."""
    found: list[dict[str, Any]] = []

    @seed(number)
    @hypothesis_settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=updates())
    def collect(data: dict[str, Any]) -> None:
        found.append(data)

    collect()
    return found


def whole(number: int) -> dict[str, Any]:
    """Return a question of a new person that nothing is wrong with."""
    person = {**PERSON, "id": FIRST_CHAT + number, "language_code": "en"}
    chat = {"id": FIRST_CHAT + number, "type": "private", "first_name": "Ana"}
    text = QUESTIONS[number % len(QUESTIONS)]
    message = {"message_id": 5, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"message": message}


@contextmanager
def unhandled(tally: Tally) -> Iterator[None]:
    """Meanwhile, count what the log calls an error, and print nothing."""

    def collect(_: object, level: str, entry: structlog.typing.EventDict) -> Any:
        if entry["event"] == UNREADABLE:
            tally.unreadable += 1
        elif level in ("error", "critical", "exception"):
            error = entry.get("exc_info")
            shown = sys.exc_info()[1] if error is True else error
            tally.unhandled[f"{entry['event']}: {shown!r}"[:300]] += 1
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[collect])
    try:
        yield
    finally:
        structlog.configure(processors=before)


async def run(count: int) -> Tally:
    """Send so many updates through the bot, and compare with its log."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    tally = Tally()
    telegram = Telegram(QUESTIONS)
    runner, root = await telegram.serve()
    with tempfile.TemporaryDirectory(prefix="guide-fuzz-") as name, unhandled(tally):
        url = f"sqlite:///{Path(name)}/guide.db"
        me = frozenset({int(str(PERSON["id"]))})
        settings = Settings(
            _env_file=None, token=SecretStr(TOKEN), api_url=root, staff=me, curators=me
        )
        guide = Guide(Store(url), burst_seconds=0)
        await guide.open(small.FILES)
        parts = build(settings, guide)
        async with started(parts.application):
            kept = await _send_all(Processor(parts.application, parts.metrics), count, tally)
        logged = await guide.store.read(
            lambda session: set(session.connection().execute(sql(LOGGED)).scalars())
        )
        tally.missing = len(kept - logged)
        await guide.store.aclose()
    await runner.cleanup()
    return tally


LOGGED = "SELECT update_id FROM question"


async def _send_all(processor: Processor, count: int, tally: Tally) -> set[int]:
    """Handle so many updates; return the whole questions that were acknowledged."""
    places = asyncio.Semaphore(AT_ONCE)
    kept: set[int] = set()

    async def handle(data: dict[str, Any], *, question: bool) -> None:
        async with places:
            try:
                await processor.handle(data)
            except UnfinishedError:
                tally.again += 1
                return
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                tally.unhandled[repr(error)[:300]] += 1
                return
            tally.finished += 1
            if question:
                kept.add(data["update_id"])

    while tally.updates < count:
        batch = await asyncio.to_thread(made, min(BATCH, count - tally.updates), tally.updates)
        async with asyncio.TaskGroup() as group:
            for data in batch:
                tally.updates += 1
                tally.types.update(list(data))
                number, question = tally.updates, tally.updates % WHOLE_EACH == 0
                sent = whole(number) if question else data
                group.create_task(handle({**sent, "update_id": number}, question=question))
    return kept


def section(*, count: int) -> str:
    """Return what became of the updates, as a part of the report."""
    tally = asyncio.run(run(count))
    heads = "| updates | types | put aside | to come again | unhandled | wrongly acknowledged |"
    figures = (tally.updates, len(tally.types), tally.unreadable, tally.again)
    line = (*figures, tally.unhandled.total(), tally.missing)
    return "\n".join([heads, "|---" * 6 + "|", "| " + " | ".join(map(str, line)) + " |"])


def main() -> None:
    """Print the figures; fail where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    tally = asyncio.run(run(parser.parse_args().updates))
    print(f"{tally.updates} updates of {len(tally.types)} types: {tally.unreadable} put aside,")
    print(f"{tally.again} to come again, {tally.missing} wrongly acknowledged, unhandled:")
    for error, times in tally.unhandled.most_common(30):
        print(f"  {times} × {error}")
    sys.exit(not tally.good)


if __name__ == "__main__":
    main()
