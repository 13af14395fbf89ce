"""Opens the configured database and the guide on it, for the bot, the console and commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from knowledge.errors import GuideError
from knowledge.guide import Guide
from knowledge.matching.semantic import load_encoder
from knowledge.reading import read_folder
from knowledge.rights import Rights
from knowledge.store.engine import Store
from knowledge.store.groups import Weights


def prepare_folder(database_url: str) -> None:
    """Make the folder of an SQLite file, so that a fresh machine needs no set-up.

    Raises:
        GuideError: it cannot be made.
    """
    path = _file_of(database_url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GuideError(
            "The database's folder cannot be made at {path} ({why}). "
            "Point GUIDE_DATABASE_URL in .env at a folder you may write to.",
            path=error.filename,
            why=error.strerror,
        ) from None


def name_of(database_url: str) -> str:
    """Return how a database is named to people: where it is, without its password."""
    address = make_url(database_url)
    if (path := _file_of(database_url)) is not None:
        address = address.set(database=str(path.absolute()))
    return address.render_as_string(hide_password=True)


def refuse_absent(database_url: str) -> None:
    """Stop a command that is about what a bot has kept, where no bot has kept anything yet.

    Beside a bot that gets its settings in another way, it would work on a database of its own.

    Raises:
        GuideError: there is no such file.
    """
    if is_absent(database_url):
        raise GuideError(
            "There is no database {name}. Set GUIDE_DATABASE_URL to what the bot runs with.",
            name=name_of(database_url),
        )


def is_absent(database_url: str) -> bool:
    """Tell whether this is a file of SQLite that is not there."""
    path = _file_of(database_url)
    return path is not None and not path.exists()


def _file_of(database_url: str) -> Path | None:
    """Return the file of an SQLite database; None for others, such as file:guide.db?mode=ro."""
    address = make_url(database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return None if address.database.startswith(("file:", ":")) else Path(address.database)


def rights_of(settings: Settings, store: Store) -> Rights:
    """Return who may do what: those the settings name, and whom admins gave a right."""
    return Rights(store, publishers=settings.staff, curators=settings.curators)


def store_of(settings: Settings) -> Store:
    """Return the configured store.

    Raises:
        GuideError: the folder of its file cannot be made.
    """
    prepare_folder(settings.database_url)
    return Store(settings.database_url)


@asynccontextmanager
async def opened(settings: Settings, *, answering: bool = True) -> AsyncIterator[Guide]:
    """Open the guide on its database, unless it shall answer nothing with less work; then close.

    Raises:
        GuideError: the database cannot be opened, or the content has faults.
    """
    store = store_of(settings)
    guide = Guide(
        store,
        context_minutes=settings.context_minutes,
        burst_seconds=settings.burst_seconds,
        promise_days=settings.promise_days,
        weights=Weights(
            people=settings.review_people,
            half_life_days=settings.review_half_life_days,
            harm=settings.review_harm,
        ),
        encoder=load_encoder() if settings.meaning and answering else None,
    )
    try:
        files = read_folder(settings.content) if settings.content else None
        try:
            await (guide.open(files) if answering else guide.prepare(files))
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise GuideError(
                "The database cannot be opened: {why}. Check GUIDE_DATABASE_URL in .env; "
                "'guide doctor' says more.",
                why=reason,
            ) from error
        yield guide
    finally:
        await store.aclose()
