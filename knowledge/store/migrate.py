"""Brings a database to the tables of this release, and back, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from knowledge.errors import GuideError
from knowledge.store.engine import known

MIGRATIONS = Path(__file__).parent / "migrations"
_TURN = 2010_04_02
"""The key of PostgreSQL's advisory lock that is held while tables change; any number will do."""


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def revisions() -> set[str]:
    """Return the revisions that this release knows."""
    return {step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def revision_of(connection: Connection) -> str | None:
    """Return which revision the tables have; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_newer(connection: Connection) -> None:
    """Leave a database alone whose tables this release does not know.

    Raises:
        GuideError: a newer release made it, before this one was put back.
    """
    revision = revision_of(connection)
    if revision and revision not in revisions():
        raise GuideError(
            "The database was made by a newer release (tables {revision}). "
            "Update the guide first.",
            revision=revision,
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision; nothing happens where it is there already.

    Raises:
        TryAgainLaterError: the database cannot be opened or written.
        GuideError: a newer release made it.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # replicas that start at once take turns
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
            refuse_newer(connection)
            command.upgrade(config(connection), revision)
    except DatabaseError as error:
        raise known(error) from error


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision (``base`` for none)."""
    with engine.begin() as connection:
        command.downgrade(config(connection), revision)
