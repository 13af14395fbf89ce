"""Writes all tables into one file while the bot runs, the same file for SQLite and PostgreSQL.

The file is gzipped JSON lines: a head with the tables' revision, for each table its columns and
then its rows, and at the end how many rows each table has and their checksum. It is read from what
the database itself says it holds, so that an older release's database can be kept as well.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, select
from sqlalchemy.exc import DatabaseError

from knowledge.errors import BackupError
from knowledge.store.engine import known
from knowledge.store.migrate import revision_of

FORMAT = "health-it-guide backup 1"
HELD_AT_ONCE = 1_000
"""Rows in memory at a time."""
_BITS = 256


@dataclass(slots=True)
class Tally:
    """How many rows a table has, and the sum of their digests, which no order changes."""

    rows: int = 0
    digest: int = 0

    def add(self, row: str) -> None:
        """Count one more row."""
        self.rows += 1
        more = int.from_bytes(hashlib.sha256(row.encode()).digest(), "big")
        self.digest = (self.digest + more) % (1 << _BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a backup holds."""

    revision: str
    made_at: str
    tables: dict[str, Tally]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(tally.rows for tally in self.tables.values())


@dataclass(frozen=True, slots=True)
class Rows:
    """The next rows of a table, as the file has them."""

    table: str
    columns: list[str]
    lines: list[str]


def back_up(engine: Engine, path: Path) -> Summary:
    """Write everything into a new file, as it was in one moment; nobody has to wait meanwhile.

    Raises:
        BackupError: the file cannot be written, or there is nothing to keep.
        TryAgainLaterError: the database cannot be read.
    """
    if path.exists():
        raise BackupError(f"{path} is there already. Choose a new name; nothing was written.")
    part = path.with_name(f"{path.name}.part")
    try:
        with _private(part) as file, snapshot(engine) as connection:
            summary = _dump(connection, file)
        part.replace(path)
    except DatabaseError as error:
        raise known(error) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(
            f"The backup cannot be written to {path}: {reason}. To mend: choose a folder that "
            "exists, can be written and has room."
        ) from error
    finally:
        with suppress(OSError):  # where it could not even be made, that is what must be said
            part.unlink(missing_ok=True)
    return summary


@contextmanager
def _private(path: Path) -> Iterator[IO[str]]:
    """Write a compressed file that only its owner may read, safely on the disk at the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.open(raw, "wt", encoding="utf-8", compresslevel=6) as file:
            yield file
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read as of one moment, whatever others write."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            connection.exec_driver_sql("BEGIN")  # the driver itself begins only with a write
        yield connection
        connection.rollback()


def _dump(connection: Connection, file: IO[str]) -> Summary:
    revision = revision_of(connection)
    if revision is None:
        raise BackupError("The database is empty: there is nothing to keep yet.")
    summary = Summary(revision=revision, made_at=datetime.now(UTC).isoformat(), tables={})
    _write(file, {"format": FORMAT, "revision": revision, "made_at": summary.made_at})
    for table in tables_of(connection):
        _write(file, {"table": table.name, "columns": [one.name for one in _columns(table)]})
        tally = summary.tables[table.name] = Tally()
        for line in lines_of(connection, table):
            tally.add(line)
            file.write(line + "\n")
    _write(file, {"sums": {name: asdict(tally) for name, tally in summary.tables.items()}})
    return summary


def _write(file: IO[str], value: dict[str, Any]) -> None:
    file.write(json.dumps(value) + "\n")


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables that are there, but for Alembic's own."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def lines_of(connection: Connection, table: Table) -> Iterator[str]:
    """Return each row of a table as one line, the same on every engine."""
    query = select(*_columns(table)).execution_options(yield_per=HELD_AT_ONCE)
    for row in connection.execute(query):
        yield json.dumps([_plain(value) for value in row], separators=(",", ":"))


def _columns(table: Table) -> list[Column[Any]]:
    """Return the columns in an order that does not depend on the table's history."""
    return sorted(table.columns, key=lambda column: column.name)


def tally_of(connection: Connection, table: Table) -> Tally:
    """Count what a table holds."""
    tally = Tally()
    for line in lines_of(connection, table):
        tally.add(line)
    return tally


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def read_head(path: Path) -> Summary:
    """Return what a file says of itself at its beginning.

    Raises:
        BackupError: it is no backup, or cannot be read.
    """
    with _reading(path) as file:
        return _head(path, file.readline())


def read_rows(path: Path) -> Iterator[Rows]:
    """Return what a file holds, some rows at a time, each counted against its end.

    Raises:
        BackupError: it is no backup, damaged, or not complete.
    """
    counted: dict[str, Tally] = {}
    with _reading(path) as file:
        _head(path, file.readline())
        rows = Rows("", [], [])
        for line in file:
            if line.startswith("["):
                rows.lines.append(line.rstrip("\n"))
                counted[rows.table].add(rows.lines[-1])
                if len(rows.lines) < HELD_AT_ONCE:
                    continue
            if rows.lines:
                yield rows
                rows = Rows(rows.table, rows.columns, [])
            if line.startswith("{"):
                said = json.loads(line)
                if "sums" in said:
                    _compare(path, {k: Tally(**v) for k, v in said["sums"].items()}, counted)
                    file.read()  # the checksum of the whole is compared where the file ends
                    return
                rows = Rows(said["table"], said["columns"], [])
                counted[rows.table] = Tally()
    raise BackupError(f"{path} is not complete: its end is missing. Use another backup.")


@contextmanager
def _reading(path: Path) -> Iterator[IO[str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} is no backup, or a damaged one. Use another backup.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error


def _head(path: Path, line: str) -> Summary:
    said = json.loads(line)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BackupError(f"{path} is no backup of this guide. Name a file of 'guide backup'.")
    return Summary(revision=said["revision"], made_at=said["made_at"], tables={})


def _compare(path: Path, promised: dict[str, Tally], counted: dict[str, Tally]) -> None:
    wrong = [
        name for name in sorted(promised | counted) if promised.get(name) != counted.get(name)
    ]
    if wrong:
        raise BackupError(
            f"{path} is damaged: {', '.join(wrong)} does not hold what its end promises. "
            "Use another backup."
        )
