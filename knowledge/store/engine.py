"""Runs database work: one writer that commits together what arrives together, readers beside it.

Queries are plain functions of a session, so that the command line, the bot and the tests call the
same ones. Work handed to :meth:`Store.write` is queued; a thread takes all that waits, does it in
one transaction and commits once (group commit), so that fifty people at once cost one disk sync.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlmodel import Session, create_engine

from knowledge.errors import TryAgainLaterError

T = TypeVar("T")
Work = Callable[[Session], T]

LARGEST_BATCH = 200
_BUSY_SECONDS = 5


def make_engine(url: str) -> Engine:
    """Return an engine for SQLite (WAL) or PostgreSQL (psycopg).

    Raises:
        TryAgainLaterError: the address cannot be understood.
    """
    address = make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=5)
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: object, _record: object) -> None:
    execute = getattr(connection, "execute")  # noqa: B009 - a DB-API connection has no type
    execute("PRAGMA journal_mode=WAL")
    execute("PRAGMA synchronous=FULL")
    execute("PRAGMA foreign_keys=ON")


def explain(error: DBAPIError) -> TryAgainLaterError:
    """Say in a sentence what is wrong with the database."""
    reason = str(error.orig).strip().split("\n", 1)[0]
    mends = {
        "readonly": "make the file and its folder writable",
        "disk is full": "free some disk space",
        "locked": "another program holds it; wait or close that program",
        "unable to open": "check that its folder exists and can be written",
        "malformed": "it is damaged: restore a backup with 'guide restore'",
        "not a database": "the file is something else: check GUIDE_DATABASE_URL",
    }
    mend = next((mend for sign, mend in mends.items() if sign in reason), "")
    return TryAgainLaterError(
        f"The database cannot be used: {reason}." + (mend and f" To mend: {mend}.")
    )


def known(error: Exception) -> Exception:
    """Return the sentence for a database that cannot be used, or the error as it is.

    An error of the query itself (a value that is there already) is the caller's to handle.
    """
    passing = isinstance(error, OperationalError) or type(error) is DatabaseError
    return explain(error) if passing and isinstance(error, DBAPIError) else error


class Store:
    """The database, for async callers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._waiting: queue.SimpleQueue[tuple[Work[object], Future[object]] | None]
        self._waiting = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    @property
    def postgres(self) -> bool:
        """Whether this is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    async def write(self, work: Work[T]) -> T:
        """Do this in a transaction, and return once it is committed.

        Raises:
            TryAgainLaterError: the database is away, busy, full or read-only; nothing was kept.
        """
        self._start()
        future: Future[T] = Future()
        self._waiting.put((work, future))  # type: ignore[arg-type]
        return await asyncio.wrap_future(future)

    async def read(self, work: Work[T]) -> T:
        """Do this with a session that changes nothing.

        Raises:
            TryAgainLaterError: the database is away or busy.
        """
        return await asyncio.to_thread(self.do, work)

    def do(self, work: Work[T]) -> T:
        """Do this now, in this thread, and commit.

        Raises:
            TryAgainLaterError: as for :meth:`write`.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                done = work(session)
                session.commit()
                return done
        except DatabaseError as error:
            raise known(error) from error

    async def aclose(self) -> None:
        """Finish what waits, then close."""
        if self._writer:
            self._waiting.put(None)
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        self.engine.dispose()

    def _start(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._run, name="store-writer", daemon=True)
            self._writer.start()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, last = [first], False
            while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    last = True
                    break
                batch.append(following)
            self._commit_together(batch)
            if last:
                return

    def _commit_together(self, batch: list[tuple[Work[object], Future[object]]]) -> None:
        """Commit a batch once; where one fails, each goes alone so that none spoils another."""
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                done = [work(session) for work, _ in batch]
                session.commit()
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(batch) > 1:
                for single in batch:
                    self._commit_together([single])
                return
            batch[0][1].set_exception(known(error))
            return
        for (_, future), result in zip(batch, done, strict=True):
            if not future.cancelled():
                future.set_result(result)
