"""The store commits together, keeps apart what fails, and says what is wrong with a database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, insert, select

from knowledge.errors import TryAgainLaterError
from knowledge.store.engine import Store
from knowledge.store.migrate import MIGRATIONS, downgrade, revisions, upgrade
from knowledge.store.tables import Question, Secret
from knowledge.store.turns import Arrived, look_up


def secret(name: str) -> Secret:
    return Secret(name=name, value="x")


def adding(name: str) -> Callable[[Session], None]:
    return lambda session: session.add(secret(name))


async def test_many_at_once_are_all_kept(store: Store) -> None:
    upgrade(store.engine)
    names = [f"s{number}" for number in range(300)]
    await asyncio.gather(*(store.write(adding(name)) for name in names))
    kept = await store.read(lambda session: list(session.exec(select(Secret.name))))
    assert sorted(kept) == sorted(names)


async def test_one_that_fails_spoils_no_other(store: Store) -> None:
    upgrade(store.engine)
    await store.write(lambda session: session.add(secret("taken")))
    results = await asyncio.gather(
        *(store.write(adding(name)) for name in ("a", "taken", "b")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), IntegrityError, type(None)]
    kept = await store.read(lambda session: set(session.exec(select(Secret.name))))
    assert kept == {"a", "b", "taken"}


async def test_an_error_shows_no_value(store: Store) -> None:
    upgrade(store.engine)
    row = {"name": "very-private", "value": "x"}
    await store.write(lambda session: session.add(Secret(**row)))
    for wrong in (row, {"name": "very-private\nand more", "value": None}):
        with pytest.raises(IntegrityError) as caught:
            await store.write(lambda session, row=wrong: session.execute(insert(Secret), [row]))  # type: ignore[misc]
        shown = "".join(format_exception(caught.value))
        assert "secret" in shown
        assert "very-private" not in shown
        assert "and more" not in shown


async def test_who_stops_waiting_ends_no_writer(store: Store) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(_session: Session) -> None:
        begun.set()
        go.wait(20)
        raise ValueError("too late")

    task = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    async with asyncio.timeout(20):
        assert await store.write(lambda _session: 7) == 7


async def test_closing_finishes_what_waits(store: Store) -> None:
    upgrade(store.engine)
    writes = [asyncio.ensure_future(store.write(adding(f"s{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await store.aclose()
    await asyncio.gather(*writes)
    with Session(store.engine) as session:
        assert len(session.exec(select(Secret)).all()) == 50


def test_tables_go_up_and_down_with_data_in(store_url: str) -> None:
    store = Store(store_url)
    upgrade(store.engine)
    store.do(lambda session: session.add(secret("kept")))
    tables = set(inspect(store.engine).get_table_names())
    upgrade(store.engine)
    assert store.do(lambda session: session.get(Secret, "kept")) is not None
    downgrade(store.engine, "base")
    assert inspect(store.engine).get_table_names() == ["alembic_version"]
    upgrade(store.engine)
    assert set(inspect(store.engine).get_table_names()) == tables
    store.engine.dispose()


def test_the_files_of_revisions_bear_their_numbers() -> None:
    steps = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert revisions() == [step.revision for step in steps][::-1]


def test_an_update_is_looked_up_by_its_index_on_sqlite(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    upgrade(store.engine)
    asked: list[tuple[str, Any]] = []

    def collect(_: object, __: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", collect)
    store.do(lambda session: look_up(session, [Arrived(7, 1, 10), Arrived(8, 2, 11)]))
    event.remove(store.engine, "before_cursor_execute", collect)
    ((query, values),) = [one for one in asked if "FROM question" in one[0]]
    with store.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    assert "SEARCH question USING INDEX" in str(plan)
    assert "(bot=? AND update_id=?)" in str(plan)
    store.engine.dispose()


def test_questions_stay_when_their_columns_go_up_and_down(store_url: str) -> None:
    store = Store(store_url)
    upgrade(store.engine)
    asked = Question(bot=1, update_id=2, asker="a", text="?", language="en", outcome="answer")
    asked.answer_id = 9
    store.do(lambda session: session.add(asked))
    indexes = [one["name"] for one in inspect(store.engine).get_indexes("question")]
    downgrade(store.engine, "0006")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT latency_ms FROM question").scalar() == 0
    upgrade(store.engine)
    (kept,) = store.do(lambda session: list(session.exec(select(Question))))
    assert (kept.text, kept.answer_id) == ("?", None)
    assert [one["name"] for one in inspect(store.engine).get_indexes("question")] == indexes
    store.engine.dispose()


async def test_an_unwritable_place_is_named_with_a_mend(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/nowhere/guide.db")
    with pytest.raises(TryAgainLaterError, match="folder exists"):
        upgrade(store.engine)
    await store.aclose()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "guide.db"
    path.write_text("this is a letter to my aunt, and long enough to look like a page" * 20)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(TryAgainLaterError, match="GUIDE_DATABASE_URL"):
        upgrade(store.engine)
    await store.aclose()


async def test_an_absent_server_is_named(unused_tcp_port: int) -> None:
    store = Store(f"postgresql://guide@127.0.0.1:{unused_tcp_port}/guide")
    with pytest.raises(TryAgainLaterError, match="cannot be used"):
        await store.read(lambda session: session.get(Secret, "x"))
    await store.aclose()
