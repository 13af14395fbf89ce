"""What curators wait for at 100,000 logged questions: grouping one more, and every console page.

``python -m benchmarks.curators`` prints the figures on SQLite and PostgreSQL; ``--quick`` takes a
tenth of the questions. Everything is measured as it runs: rows in the database, pages through the
whole application, the embedding where it is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
from sqlalchemy import insert, text
from sqlmodel import Session
from starlette.applications import Starlette

from benchmarks.domain import load_questions
from benchmarks.servers import postgres_server
from bot.console.app import console
from knowledge.guide import Asked, Guide
from knowledge.matching.semantic import load_encoder
from knowledge.people import TERMINAL
from knowledge.rights import Rights
from knowledge.signin import SignIn
from knowledge.store.engine import Store
from knowledge.store.placing import as_json
from knowledge.store.review_tables import GroupWording, QuestionGroup
from knowledge.store.tables import Question, Secret, now
from knowledge.understanding.grouping import Sketch, sketch_of
from knowledge.understanding.understanding import Understanding

QUESTIONS = 100_000
A_GROUP = 4
"""Of the questions that wait, how many stand in a group."""
NEW = 60
PAGES = (
    "/",
    "/?text=parking&state=all",
    "/groups/1",
    "/history",
    "/topics",
    "/charts",
    "/tables/questions",
    "/tables/groups",
    "/try?q=what+does+a+trainer+earn",
)
ROUNDS = 5

Row = tuple[str, str, str]


@contextmanager
def addresses() -> Iterator[dict[str, str]]:
    """Give an empty database of each engine."""
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        yield {
            "SQLite": f"sqlite:///{Path(folder) / 'guide.db'}",
            "PostgreSQL": server.get_uri(),
        }


def fill(session: Session, count: int, understanding: Understanding) -> None:
    """Log questions as months of use would: a third wait, in groups of a few."""
    chance = random.Random(11)  # noqa: S311 - the same rows every time
    texts = [row["q"] for row in load_questions("strangers.yaml", None)][:200]
    models = [sketch_of(said, understanding) for said in texts]
    topics = sorted(understanding.content.topics)
    waiting = count // 3
    groups = waiting // A_GROUP
    moment = now()
    session.execute(insert(Question), _questions(count, waiting, texts, topics, chance))
    session.execute(
        insert(QuestionGroup),
        [
            {
                "head": f"{texts[at % len(texts)]} ({at})",
                "language": "en",
                "languages": '["en"]',
                "reasons": '["unknown"]',
                "questions": A_GROUP,
                "people": A_GROUP,
                "wordings": 1,
                "first_seen": moment - timedelta(days=90),
                "last_seen": moment - timedelta(minutes=at),
                "rank": -float(at),
            }
            for at in range(groups)
        ],
    )
    made = [_varied(chance.choice(models), at, chance) for at in range(groups)]
    session.execute(
        insert(GroupWording),
        [
            {"key": one.key, "group_id": at + 1, "sketch": as_json(one), "number": at + 2}
            for at, one in enumerate(made)
        ],
    )
    session.add(Secret(name="wordings", value=f"0 {groups + 2}"))
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


def _questions(
    count: int, waiting: int, texts: Sequence[str], topics: Sequence[str], chance: random.Random
) -> list[dict[str, object]]:
    moment = now()
    rows = []
    for at in range(count):
        group = at // A_GROUP + 1 if at < waiting // A_GROUP * A_GROUP else None
        rows.append(
            {
                "asked_at": moment - timedelta(seconds=chance.randrange(90 * 86_400)),
                "bot": 1,
                "update_id": at,
                "part": 0,
                "asker": f"asker{chance.randrange(count // 5)}",
                "text": f"{texts[at % len(texts)]} ({at})",
                "language": "en",
                "outcome": "unknown" if group else "answer",
                "topic": None if group else chance.choice(topics),
                "slots": json.dumps({"role": ["trainer"], "state": ["texas"]}),
                "options": "{}",
                "version": 1,
                "group_id": group,
            }
        )
    return rows


def _varied(model: Sketch, at: int, chance: random.Random) -> Sketch:
    """Return a sketch like another with a word of its own, as a new group has."""
    terms = {**dict(list(model.terms.items())[:3]), f"word{at}": 0.8, f"w{at % 997}": 0.3}
    meaning = model.meaning
    if meaning is not None:
        meaning = meaning[[*chance.sample(range(len(meaning)), len(meaning))]]
    return replace(model, key=f"{at:024x}", terms=terms, meaning=meaning)


async def measure(engine: str, address: str, count: int) -> list[Row]:
    """Return what takes how long on an engine, in milliseconds."""
    store = Store(address)
    guide = Guide(store, encoder=load_encoder())
    await guide.open()
    understanding = guide.snapshot.understanding
    await asyncio.to_thread(understanding.prepare)
    await store.write(lambda session: fill(session, count, understanding))
    try:
        return [
            *[(engine, *row) for row in await _grouping(guide)],
            *[(engine, *row) for row in await _pages(guide)],
        ]
    finally:
        await store.aclose()


async def _grouping(guide: Guide) -> list[tuple[str, str]]:
    """Time how long grouping takes: the first time, which reads all groups, and later ones."""
    chance = random.Random(12)  # noqa: S311 - the same questions every time
    rows = load_questions("strangers.yaml", None) + load_questions("grouping_near.yaml", None)
    took = []
    for at, row in enumerate(chance.sample(rows, NEW)):
        await guide.ask(Asked(text=row["q"], chat=at, bot=2, update_id=at))
        started = time.perf_counter()
        placed = await guide.curation.group_waiting()
        if placed:
            took.append((time.perf_counter() - started) / placed * 1000)
    return [
        ("first question, all groups read", f"{took[0]:.0f}"),
        ("one more question, median", f"{median(took[1:]):.1f}"),
        ("one more question, worst", f"{max(took[1:]):.1f}"),
    ]


async def _pages(guide: Guide) -> list[tuple[str, str]]:
    """Time each page of the console, signed in."""
    rights = Rights(guide.store)
    wire = httpx.ASGITransport(Starlette(routes=[console(guide, rights, secure=False)]))
    found = []
    async with httpx.AsyncClient(transport=wire, base_url="http://desk") as browser:
        secret = await SignIn(guide.store, rights).link(TERMINAL)
        await browser.post("/console/enter", data={"token": secret})
        for page in PAGES:
            took = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                (await browser.get(f"/console{page}")).raise_for_status()
                took.append((time.perf_counter() - started) * 1000)
            found.append((f"console {page}", f"{median(took):.0f} (first {took[0]:.0f})"))
    return found


def report(count: int = QUESTIONS) -> list[Row]:
    """Return what takes how long on both engines."""
    with addresses() as found:
        return [
            row
            for engine, address in found.items()
            for row in asyncio.run(measure(engine, address, count))
        ]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the questions")
    for engine, what, took in report(QUESTIONS // 10 if parser.parse_args().quick else QUESTIONS):
        print(f"{engine:12} {what:40} {took:>24} ms")


if __name__ == "__main__":
    main()
