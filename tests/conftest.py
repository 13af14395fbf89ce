"""Shared fixtures: both databases, the guide on a small knowledge base."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from playwright.async_api import Browser
from pydantic import SecretStr
from threadpoolctl import threadpool_limits

from benchmarks.servers import database_on, postgres_server
from bot.app import SANDBOX_TOKEN
from bot.sandbox.client import Talk
from bot.sandbox.room import Room
from bot.sandbox.server import serve
from bot.settings import Settings
from knowledge.guide import Guide
from knowledge.store.engine import Store
from tests import small
from tests.bots import Running, running_bot
from tests.browsers import browser

hypothesis_settings.register_profile("untimed", deadline=None)  # speed belongs in the benchmarks
hypothesis_settings.load_profile("untimed")
threadpool_limits(1, user_api="blas")  # as bot.cli does
os.environ["PTB_TIMEDELTA"] = "true"  # as bot.app does; the old form of durations warns


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a real PostgreSQL: TEST_DATABASE_URL, or one from the wheel."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address
        return
    with postgres_server() as server:
        yield server.get_uri()


@pytest.fixture
def make_postgres(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes empty PostgreSQL databases that are gone after the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(database_on(request.getfixturevalue("postgres")))


@pytest.fixture
def postgres_url(make_postgres: Callable[[], str]) -> str:
    """Address of an empty PostgreSQL database that is gone after the test."""
    return make_postgres()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'guide.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database; every test that takes it runs on both engines."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A store on an empty database."""
    made = Store(store_url)
    yield made
    await made.aclose()


@pytest.fixture
async def guide(store: Store) -> Guide:
    """The guide with the small knowledge base, opened."""
    made = Guide(store)
    await made.open(small.FILES)
    return made


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """The sandbox, served over HTTP."""
    made = Room()
    running = await serve(made)
    yield made
    await running.aclose()


@pytest.fixture
def settings(room: Room, sqlite_url: str) -> Settings:
    """Settings of a bot whose Telegram is the sandbox."""
    return Settings(
        _env_file=None,
        token=SecretStr(SANDBOX_TOKEN),
        api_url=room.url,
        database_url=sqlite_url,
        port=0,
        burst_seconds=0.2,
        staff=frozenset({1001}),
        curators=frozenset({2001, 2002}),
    )


@pytest.fixture
def files() -> dict[str, str]:
    """The knowledge base of the running bot; tests override it to use the real one."""
    return small.FILES


@pytest.fixture
async def running(settings: Settings, files: dict[str, str]) -> AsyncIterator[Running]:
    """The whole bot, running against the sandbox; a handler's error fails the test."""
    async with running_bot(settings, files) as bot:
        yield bot
    assert not bot.errors, bot.errors


@pytest.fixture
def talk(running: Running, room: Room) -> Talk:
    """A trainee's chat with the running bot."""
    return Talk(room)


@pytest.fixture
def staff(running: Running, room: Room) -> Talk:
    """A staff member's chat."""
    return Talk(room, 1001)


@pytest.fixture
def curator(running: Running, room: Room) -> Talk:
    """A curator's chat."""
    return Talk(room, 2001)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A real browser."""
    async with browser() as started:
        yield started
