"""Puts a backup into a database, on either engine: all of it or nothing."""

from __future__ import annotations

import base64
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError

from knowledge.errors import BackupError
from knowledge.store.backup import (
    Summary,
    Tally,
    back_up,
    read_head,
    read_rows,
    tables_of,
    tally_of,
)
from knowledge.store.engine import known, make_engine
from knowledge.store.migrate import revisions, upgrade
from knowledge.store.versions import CHANNEL


def restore(path: Path, engine: Engine, *, replace: bool = False, verify: bool = False) -> Summary:
    """Put a backup into a database, which then has this release's tables.

    Args:
        path: The backup.
        engine: Of the database; SQLite or PostgreSQL, whichever the backup came from.
        replace: Whether what is in the database may go.
        verify: Whether to read everything back and compare it, before it is kept.

    Raises:
        BackupError: the backup cannot be used, or the database is not empty; nothing was changed.
        TryAgainLaterError: the database cannot be used; nothing was changed.
    """
    head = read_head(path)
    newest = _check_revision(path, head.revision)
    try:
        if not replace:
            _refuse_if_occupied(engine)
        upgrade(engine)
        with nullcontext(path) if head.revision == newest else _renewed(path, head) as file:
            tables = _fill(file, engine, replace=replace, verify=verify)
    except DatabaseError as error:
        raise known(error) from error
    return Summary(revision=newest, made_at=head.made_at, tables=tables)


def refuse_in_use(engine: Engine) -> None:
    """Leave a database alone on which a bot runs: it would go on with what is gone.

    Raises:
        BackupError: one has it open.
        TryAgainLaterError: the database cannot be used.
    """
    try:
        used = _is_listened_to(engine) if _is_postgres(engine) else _is_open(engine)
    except DatabaseError as error:
        raise known(error) from error
    if used:
        raise BackupError(
            "A bot runs on this database; nothing was changed. Stop it, and what else has the "
            "database open, then try again."
        )


def _is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _is_listened_to(engine: Engine) -> bool:
    """Tell whether a replica waits for news of versions, which each does as long as it runs."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND query = :listens"
    )
    with engine.connect() as connection:
        return bool(connection.execute(query, {"listens": f"LISTEN {CHANNEL}"}).scalar())


def _is_open(engine: Engine) -> bool:
    """Tell whether somebody else has the file open: only alone can one have it for oneself."""
    path = Path(engine.url.database or "")
    if not path.is_file():
        return False
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        except sqlite3.DatabaseError:
            return False  # it is damaged, and whoever restores into it is told so
    return False


def rehearse(path: Path) -> Summary:
    """Restore a backup into a database made for that and thrown away, and compare everything.

    Raises:
        BackupError: the backup cannot be restored.
    """
    with _scratch() as (engine, _):
        return restore(path, engine, verify=True)


@contextmanager
def _scratch() -> Iterator[tuple[Engine, Path]]:
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        engine = make_engine(f"sqlite:///{folder}/scratch.db")
        try:
            yield engine, Path(folder)
        finally:
            engine.dispose()


def _check_revision(path: Path, revision: str) -> str:
    """Return the revision of this release, which must know that of the backup."""
    known_here = revisions()
    if revision not in known_here:
        raise BackupError(
            f"{path} was made by a newer release (tables {revision}). Update the guide first."
        )
    return known_here[-1]


@contextmanager
def _renewed(path: Path, head: Summary) -> Iterator[Path]:
    """Yield an older release's backup as this release would have made it."""
    with _scratch() as (engine, folder):
        upgrade(engine, head.revision)
        _fill(path, engine, replace=False, verify=False)
        upgrade(engine)
        newer = folder / "newer"
        back_up(engine, newer)
        yield newer


def _refuse_if_occupied(engine: Engine) -> None:
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            _refuse_if_filled(connection)


def _refuse_if_filled(connection: Connection) -> None:
    for table in tables_of(connection):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupError(
                f"The database is not empty: {table.name} has rows. Nothing was changed. To mend: "
                "set GUIDE_DATABASE_URL to an empty one, or add --replace to lose what is there."
            )


def _fill(path: Path, engine: Engine, *, replace: bool, verify: bool) -> dict[str, Tally]:
    """Put all rows in by one transaction, and compare them where asked.

    The file is read to its end first: before that nobody knows that it is sound, and what a
    damaged one says may be anything.
    """
    for _ in read_rows(path):
        pass
    with engine.begin() as connection:
        _lock(connection)
        tables = {table.name: table for table in tables_of(connection)}
        for table in tables.values():
            if replace:
                connection.execute(delete(table))
        if not replace:
            _refuse_if_filled(connection)
        tallies = _insert_all(path, connection, tables)
        if verify:
            _verify(connection, tables, tallies)
        _count_on(connection, tables)
        return tallies


def _lock(connection: Connection) -> None:
    """Let nobody write meanwhile; on PostgreSQL others may still read what was there before."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    names = ", ".join(f'"{table.name}"' for table in tables_of(connection))
    connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _insert_all(path: Path, connection: Connection, tables: dict[str, Table]) -> dict[str, Tally]:
    tallies = {name: Tally() for name in tables}
    for rows in read_rows(path):
        if rows.table not in tables:
            raise BackupError(f"{path} is damaged: there is no table {rows.table}.")
        table = tables[rows.table]
        readers = [_reader(table.columns[name]) for name in rows.columns]
        values = []
        for line in rows.lines:
            tallies[rows.table].add(line)
            row = zip(rows.columns, readers, json.loads(line), strict=True)
            values.append({name: read(value) for name, read, value in row})
        connection.execute(insert(table), values)
    return tallies


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """Return what turns a value of the file into one of the column's."""
    match column.type:
        case DateTime(timezone=True):
            return lambda value: value and datetime.fromisoformat(value)
        case DateTime():
            return lambda value: value and datetime.fromisoformat(value).replace(tzinfo=None)
        case LargeBinary():
            return lambda value: value if value is None else base64.b64decode(value)
        case _:
            return lambda value: value


def _verify(connection: Connection, tables: dict[str, Table], tallies: dict[str, Tally]) -> None:
    """Read everything back and compare it with the file."""
    wrong = [name for name in tables if tally_of(connection, tables[name]) != tallies[name]]
    if wrong:
        raise BackupError(
            f"What was restored differs from the backup in {', '.join(wrong)}; nothing was kept. "
            "To mend: restore into a database of this release on a sound disk."
        )


def _count_on(connection: Connection, tables: dict[str, Table]) -> None:
    """Let PostgreSQL's growing keys go on after the highest that was restored."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.values():
        for column in table.primary_key.columns:
            named = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            if sequence := connection.execute(select(named)).scalar():
                highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(sequence, highest, False)))
