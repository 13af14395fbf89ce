"""Runs database work: one writer that commits together what arrives together, readers beside it.

Queries are plain functions of a session, so that the command line, the bot and the tests call the
same ones. Work handed to :meth:`Store.write` is queued; a thread takes all that waits, does it in
one transaction and commits once (group commit), so that fifty people at once cost one disk sync.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlmodel import Session as Session, create_engine

from knowledge.errors import TryAgainLaterError

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.engine import ExceptionContext

A = TypeVar("A")
T = TypeVar("T")
Work = Callable[[Session], T]
Many = Callable[[Session, Sequence[A]], list[T]]
"""The same piece of work for many who wait, results in their order."""


class Job(NamedTuple):
    """One piece of work that waits."""

    many: Many[Any, Any]
    given: Any
    future: asyncio.Future[Any]


class Done(NamedTuple):
    """How a piece of work ended."""

    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


LARGEST_BATCH = 200

MOVE_ASIDE = (
    "it is damaged: stop the bot, move the file and those beside it that end in -wal and -shm to "
    "another folder, then 'guide restore FILE --verify' with your last backup"
)
"""A damaged file takes no backup either, so a restore needs a new one."""

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
        engine = create_engine(address, pool_pre_ping=True, pool_size=5, hide_parameters=True)
        event.listen(engine, "connect", _tune_postgres)
        event.listen(engine, "handle_error", _hide_values)
        return engine
    busy = {"timeout": _BUSY_SECONDS}
    engine = create_engine(address, connect_args=busy, hide_parameters=True)
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: object, _record: object) -> None:
    execute = getattr(connection, "execute")  # noqa: B009 - a DB-API connection has no type
    execute("PRAGMA journal_mode=WAL")
    execute("PRAGMA synchronous=FULL")
    execute("PRAGMA foreign_keys=ON")
    create_function = getattr(connection, "create_function")  # noqa: B009 - as above
    create_function("lower", 1, _lower, deterministic=True)


def _lower(value: object) -> object:
    """Return a text in small letters: those of SQLite itself know no Á and no Ñ."""
    return value.lower() if isinstance(value, str) else value


def _tune_postgres(connection: psycopg.Connection, _record: object) -> None:
    """Let days begin for the server when they do for us, whatever its own zone."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _hide_values(context: ExceptionContext) -> None:
    """Leave out what PostgreSQL says after its first line: the values of the row it refuses."""
    said = str(context.original_exception)
    first = said.strip().partition("\n")[0]
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error and error.args:
            error.args = (str(error.args[0]).replace(said, first), *error.args[1:])


def explain(error: DBAPIError) -> TryAgainLaterError:
    """Say in a sentence what is wrong with the database."""
    reason = str(error.orig).strip().split("\n", 1)[0]
    mends = {
        "readonly": "make the file and its folder writable",
        "read-only transaction": "use the primary server, or end its read-only mode",
        "disk is full": "free some disk space",
        "No space left": "free some disk space on the database server",
        "disk I/O error": "check the disk and its file system",
        "locked": "another program holds it; wait or close that program",
        "unable to open": "check that its folder exists and can be written",
        "malformed": MOVE_ASIDE,
        "invalid page": "it is damaged: set GUIDE_DATABASE_URL to a new, empty database, then "
        "'guide restore FILE --verify' with your last backup",
        "connection failed": "start the database, or check GUIDE_DATABASE_URL",
        "not a database": "the file is something else: check GUIDE_DATABASE_URL",
    }
    mend = next((mend for sign, mend in mends.items() if sign in reason), "")
    return TryAgainLaterError(
        f"The database cannot be used: {reason}." + (mend and f" To mend: {mend}.")
    )


def known(error: Exception) -> Exception:
    """Return the sentence for a database that cannot be used, or the error as it is.

    An error of the query itself (a value that is there already) is the caller's to handle.
    PostgreSQL calls a read-only or damaged database an internal error.
    """
    passing = isinstance(error, OperationalError | InternalError) or type(error) is DatabaseError
    return explain(error) if passing and isinstance(error, DBAPIError) else error


def try_out(connection: Connection) -> None:
    """Read the file through where it is SQLite, and write something that is not kept.

    Raises:
        TryAgainLaterError: the file is damaged.
        DatabaseError: it cannot be read or written.
    """
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise TryAgainLaterError(f"{found}. To mend: {MOVE_ASIDE}.")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.exec_driver_sql("CREATE TABLE written_by_guide_doctor (x INTEGER)")
    connection.rollback()


def insert_for(dialect: str) -> Any:
    """Return the engine's own ``insert``, which knows what to do on a conflict."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def count_of(done: Any) -> int:
    """Return how many rows a statement changed or deleted."""
    return int(done.rowcount)


def insert_of(session: Session) -> Any:
    """Return the ``insert`` of the engine behind a session."""
    return insert_for(session.get_bind().dialect.name)


def each(session: Session, works: Sequence[Work[Any]]) -> list[Any]:
    """Do unlike pieces of work one after another."""
    return [work(session) for work in works]


class Worker:
    """One thread that does what waits, all of it in one transaction.

    Jobs reach it by turns of the event loop, all of a turn together, and their results come back
    so: each passing between threads costs a tenth of a millisecond of both.

    Args:
        engine: The database.
        name: Of the thread.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._coming: list[Job] = []
        self._waiting: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, many: Many[A, T], given: A) -> asyncio.Future[T]:
        """Queue a job; the future is done when its transaction is committed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._coming:
            loop.call_soon(self.hand_over)
        self._coming.append(Job(many, given, future))
        return future

    def hand_over(self) -> None:
        """Give the thread what came in this turn of the loop."""
        if self._coming:
            self._waiting.put(self._coming)
            self._coming = []

    def close(self) -> None:
        """Finish what was handed over, then end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            jobs = [job for turn in batch if turn is not None for job in turn]
            going = None not in batch
            for at in range(0, len(jobs), LARGEST_BATCH):
                self._do(jobs[at : at + LARGEST_BATCH])

    def _do(self, jobs: list[Job]) -> None:
        """Commit jobs once; where one fails, each goes alone so that none spoils another."""
        try:
            results: list[Any] = []
            with Session(self._engine, expire_on_commit=False) as session:
                for many, alike in groupby(jobs, key=attrgetter("many")):
                    results += many(session, [job.given for job in alike])
                session.commit()
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(jobs) == 1:
                _tell([Done(jobs[0].future, error=known(error))])
                return
            for job in jobs:
                self._do([job])
            return
        _tell([Done(job.future, result) for job, result in zip(jobs, results, strict=True)])


def _tell(done: list[Done]) -> None:
    """Tell those who wait for work, in their loop, how it ended."""
    with suppress(RuntimeError):  # their loop is gone, and they with it: no end of this thread
        done[0].future.get_loop().call_soon_threadsafe(_settle, done)


def _settle(done: list[Done]) -> None:
    for future, result, error in done:
        if future.done():  # cancelled: nobody waits any more
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


class Store:
    """The database, for the async callers of one event loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._workers: dict[str, Worker] = {}

    @property
    def postgres(self) -> bool:
        """Whether this is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    async def write(self, work: Work[T]) -> T:
        """Do this in a transaction, and return once it is committed.

        Raises:
            TryAgainLaterError: the database is away, busy, full or read-only; nothing was kept.
        """
        return await self._worker("writer").submit(each, work)

    async def write_together(self, many: Many[A, T], given: A) -> T:
        """Do this for all who wait with the same, in one call and one transaction.

        Raises:
            TryAgainLaterError: as for :meth:`write`.
        """
        return await self._worker("writer").submit(many, given)

    async def read_together(self, many: Many[A, T], given: A) -> T:
        """Do a quick read for all who wait with the same, in one call.

        Raises:
            TryAgainLaterError: the database is away or busy.
        """
        return await self._worker("reader").submit(many, given)

    async def read(self, work: Work[T]) -> T:
        """Do a read that may take long, on a connection of its own.

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
        workers, self._workers = self._workers, {}
        for worker in workers.values():
            worker.hand_over()
            await asyncio.to_thread(worker.close)
        self.engine.dispose()

    def _worker(self, name: str) -> Worker:
        """Return a worker, started when it is first needed."""
        if name not in self._workers:
            self._workers[name] = Worker(self.engine, f"store-{name}")
        return self._workers[name]
