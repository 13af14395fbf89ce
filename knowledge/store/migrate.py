"""Brings a database to the tables of this release, and back, by Alembic.

It is loaded only where tables change, once in a release: it takes 8 MB.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from knowledge.errors import GuideError
from knowledge.store.engine import known

MIGRATIONS = Path(__file__).parent / "migrations"
_TURN = 2010_04_02
"""The key of PostgreSQL's advisory lock that is held while tables change; any number will do."""


def revisions() -> list[str]:
    """Return the revisions that this release knows, the newest last; their files bear them."""
    return sorted(path.stem[1:5] for path in MIGRATIONS.glob("versions/v*.py"))


def revision_of(connection: Connection) -> str | None:
    """Return which revision the tables have; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return cast("str | None", connection.scalar(text("SELECT version_num FROM alembic_version")))


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
            newest = revisions()[-1] if revision == "head" else revision
            if revision_of(connection) != newest:
                _bring(connection, "upgrade", newest)
    except DatabaseError as error:
        raise known(error) from error


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision (``base`` for none)."""
    with engine.begin() as connection:
        _bring(connection, "downgrade", revision)


def _bring(
    connection: Connection, direction: Literal["upgrade", "downgrade"], revision: str
) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)
