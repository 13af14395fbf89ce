"""A database that is full, read-only, locked or damaged: a clear sentence, and nothing lost.

Every fault here is a real one of the engine's own making. What could not be kept is neither
answered nor acknowledged; Telegram gives it again, and once that is mended the person is answered.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import event, make_url, text
from sqlmodel import select
from telegram import Update

from bot.app import SANDBOX_TOKEN, build
from bot.doctor import examine
from bot.intake import UnfinishedError
from bot.metrics import Metrics
from bot.opening import opened
from bot.seeing import look
from bot.settings import Settings
from knowledge import guide as guides
from knowledge.errors import TryAgainLaterError
from knowledge.guide import Asked, Guide
from knowledge.store import engine
from knowledge.store.engine import Store, make_engine
from knowledge.store.tables import Question
from tests import small

LONG = "what does a trainer do " + "please " * 560
"""More than fits into what is left of the pages there are."""
UNBOUNDED = 2**30


class Faults:
    """Breaks and mends the database behind a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = Path(store.engine.url.database or "")
        self._pragmas: tuple[str, ...] = ()
        self._holder: sqlite3.Connection | None = None
        self._whole = b""
        event.listen(store.engine, "checkout", self._set)

    def _set(self, connection: Any, *_: object) -> None:
        for pragma in self._pragmas:
            connection.execute(pragma).close()

    def full(self) -> None:
        self.store.engine.dispose()  # whose connections would keep the size of the pages
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA page_size=512")  # no question fits on a page begun
            connection.execute("VACUUM")  # migrations leave free pages behind
            connection.execute("PRAGMA journal_mode=WAL")
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
        self._pragmas = (f"PRAGMA max_page_count={pages}",)

    def read_only(self) -> None:
        self._pragmas = ("PRAGMA query_only=ON",)

    def locked(self) -> None:
        self._pragmas = ("PRAGMA busy_timeout=10",)
        self._holder = sqlite3.connect(self.path, isolation_level=None)
        self._holder.execute("BEGIN EXCLUSIVE")

    def damaged(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._whole = self.path.read_bytes()
        page = 4096
        self._overwrite(self._whole[:page] + os.urandom(len(self._whole) - page))

    def _overwrite(self, data: bytes) -> None:
        self.store.engine.dispose()  # what a connection has read already would hide it
        with self.path.open("r+b") as file:
            file.write(data)

    def mend(self) -> None:
        self._pragmas = (f"PRAGMA max_page_count={UNBOUNDED}", "PRAGMA query_only=OFF")
        if self._holder:
            self._holder.rollback()
            self._holder.close()
        if self._whole:
            self._overwrite(self._whole)


SENTENCES = {
    "full": "disk is full. To mend: free some disk space",
    "read_only": "readonly database. To mend: make the file and its folder writable",
    "locked": "database is locked. To mend: another program holds it",
    "damaged": "malformed. To mend: it is damaged: stop the bot, move the file",
}


ASKED = Asked(text=LONG, chat=101, bot=7, update_id=1)


def count(guide: Guide) -> int:
    """Count what is kept, by a connection of one's own."""
    own = Store(guide.store.url)
    kept = own.do(lambda session: len(session.exec(select(Question.id)).all()))
    own.engine.dispose()
    return kept


@pytest.mark.parametrize("fault", SENTENCES)
async def test_while_running_nothing_is_answered_until_it_is_mended(
    fault: str, sqlite_url: str
) -> None:
    guide = Guide(Store(sqlite_url))
    await guide.open(small.FILES)
    faults = Faults(guide.store)
    getattr(faults, fault)()
    for _ in range(2):  # Telegram gives it again, since it was not acknowledged
        with pytest.raises(TryAgainLaterError, match=re.escape(SENTENCES[fault])):
            await guide.ask(ASKED)
    faults.mend()
    assert count(guide) == 0
    turn = await guide.ask(ASKED)
    assert turn.said
    assert count(guide) == len(turn.question_ids)
    await guide.store.aclose()


async def test_what_cannot_be_kept_waits_instead_of_being_acknowledged(sqlite_url: str) -> None:
    """The way the intake sees it: unfinished, so that Telegram keeps the update."""
    guide = Guide(Store(sqlite_url))
    await guide.open(small.FILES)
    given = Settings(_env_file=None, token=SecretStr(SANDBOX_TOKEN), api_url="http://127.0.0.1:9")
    parts = build(given, guide)
    faults = Faults(guide.store)
    faults.read_only()
    error = await tried(guide)
    with pytest.raises(UnfinishedError, match="readonly"):
        await parts.application.process_error(Update(update_id=1), error)
    await guide.store.aclose()


async def tried(guide: Guide) -> Exception:
    with pytest.raises(TryAgainLaterError) as raised:
        await guide.ask(ASKED)
    return raised.value


async def test_a_postgresql_that_turned_read_only_is_named(postgres_url: str) -> None:
    """A replica that was cut off from its primary, or a guard against a full disk, does this."""
    guide = Guide(Store(postgres_url))
    await guide.open(small.FILES)
    name = make_url(postgres_url).database
    admin = make_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")

    def turn(state: str) -> None:
        with admin.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            words = f"ALTER DATABASE {name} SET default_transaction_read_only = {state}"
            connection.execute(text(words))
        guide.store.engine.dispose()  # connections take it up when they are made

    turn("on")
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    for watched in (guide.ask(ASKED), guide.check_database(), look(guide, metrics)):
        with pytest.raises(TryAgainLaterError, match=r"read-only transaction\. To mend"):
            await watched
    assert registry.get_sample_value("guide_database_up") == 0  # though it answers
    turn("off")
    assert (await guide.ask(ASKED)).said
    await guide.store.aclose()
    admin.dispose()


def folder_of(place: Path) -> Path:
    """Write the small knowledge base into a folder."""
    folder = place / "content"
    folder.mkdir()
    for name, words in small.FILES.items():
        (folder / name).write_text(words, "utf-8")
    return folder


async def fresh(path: Path) -> None:
    """Leave a database as a bot leaves it that was stopped."""
    guide = Guide(Store(f"sqlite:///{path}"))
    await guide.open(small.FILES)
    await guide.store.aclose()


def scribble(path: Path, start: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:start] + b"scribble" * ((len(data) - start) // 8))


@contextmanager
def broken(fault: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Break a database that no bot has open; yield its address."""
    address = f"sqlite:///{path}"
    if fault == "locked":
        monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.01)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        yield address
        holder.close()
        return
    if fault.startswith("scribbled"):
        scribble(path, 0 if fault == "scribbled over" else 4096)
    yield f"sqlite:///file:{path}?mode=ro&uri=true" if fault == "read_only" else address


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("read_only", "readonly database. To mend"),
        ("locked", "database is locked. To mend"),
        ("scribbled over", "not a database. To mend"),
        ("scribbled into", "malformed. To mend"),
    ],
)
async def test_at_the_start_each_fault_is_a_sentence(
    fault: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "guide.db"
    await fresh(path)
    with broken(fault, path, monkeypatch) as address:
        settings = Settings(
            _env_file=None, database_url=address, meaning=False, content=folder_of(tmp_path)
        )
        findings = [one async for one in examine(settings)]
        assert [sentence in one.what for one in findings if "database" in one.what] == [True]
        with pytest.raises(TryAgainLaterError, match=re.escape(sentence)):
            async with opened(settings):
                pass


@contextmanager
def no_room(path: Path) -> Iterator[None]:
    """Let no file of this process grow beyond what the database has written already."""
    log = path.with_name(f"{path.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the database writes."""
    monkeypatch.setattr(guides, "TOUCH_EVERY", 0.0)


@pytest.mark.usefixtures("always")
async def test_a_guide_that_can_keep_nothing_is_not_ready(sqlite_url: str) -> None:
    guide = Guide(Store(sqlite_url))
    await guide.open(small.FILES)
    faults = Faults(guide.store)
    assert "version 1" in await guide.check_database()
    await asyncio.to_thread(faults.read_only)
    with pytest.raises(TryAgainLaterError, match="readonly"):
        await guide.check_database()
    await guide.store.aclose()


@pytest.mark.usefixtures("always")
async def test_without_room_on_the_disk_it_is_neither_ready_nor_up(sqlite_url: str) -> None:
    guide = Guide(Store(sqlite_url))
    await guide.open(small.FILES)
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    with no_room(Path(guide.store.engine.url.database or "")):
        for watched in (guide.check_database(), look(guide, metrics), guide.ask(ASKED)):
            with pytest.raises(TryAgainLaterError, match="disk"):
                await watched
        assert registry.get_sample_value("guide_database_up") == 0
    await look(guide, metrics)
    assert registry.get_sample_value("guide_database_up") == 1
    assert (await guide.ask(ASKED)).said
    await guide.store.aclose()


async def test_looking_often_writes_seldom(guide: Guide) -> None:
    written: list[str] = []
    event.listen(
        guide.store.engine,
        "before_cursor_execute",
        lambda _c, _k, sql, *_: written.append(sql) if "INSERT" in sql else None,
    )
    for _ in range(5):
        await guide.check_database()
    assert len(written) == 1
