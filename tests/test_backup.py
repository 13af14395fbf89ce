"""A backup holds everything, is taken beside the work, and comes back alike on either engine."""

from __future__ import annotations

import asyncio
import gzip
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, inspect, text
from sqlmodel import func, select
from typer.testing import CliRunner, Result

from bot.cli import app
from knowledge.errors import BackupError, GuideError, TryAgainLaterError
from knowledge.guide import Asked, Guide
from knowledge.store.backup import back_up, read_rows, snapshot, tables_of, tally_of
from knowledge.store.drafts import save_draft
from knowledge.store.engine import Store, make_engine
from knowledge.store.migrate import upgrade
from knowledge.store.promise_tables import Promise
from knowledge.store.restoring import rehearse, restore
from knowledge.store.tables import Question, Secret, now
from tests import small

MERIDIAN = 2**53 + 1
"""A chat id that a careless number format would round."""


async def fill(guide: Guide) -> None:
    """Let people ask, choose a language and wait for something."""
    for number, words in enumerate(
        ("what does a trainer do", "¿cuánto cuesta?", "qwzx \U0001f600")
    ):
        await guide.ask(Asked(text=words, chat=MERIDIAN + number, bot=7, update_id=number))
    await guide.choose_language(MERIDIAN, "es")
    promise = Promise(bot=7, chat=MERIDIAN, subject="question:1", language="es", expires_at=now())
    await guide.store.write(lambda session: session.add(promise))
    await guide.store.write(
        lambda session: save_draft(session, small.FILES, base=1, by="ann", title="shorter")
    )


@pytest.fixture
async def full(guide: Guide) -> Store:
    """A database of either engine with something in most tables."""
    await fill(guide)
    return guide.store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path, make_postgres: Callable[[], str]
) -> Iterator[Engine]:
    """Another, empty database of either engine."""
    sqlite = f"sqlite:///{tmp_path / 'other.db'}"
    engine = make_engine(sqlite if request.param == "sqlite" else make_postgres())
    yield engine
    engine.dispose()


def contents(engine: Engine) -> dict[str, object]:
    with snapshot(engine) as connection:
        return {table.name: tally_of(connection, table) for table in tables_of(connection)}


def late(number: int) -> Question:
    return Question(
        bot=7, update_id=100 + number, asker="x", text="late", language="en", outcome="unknown"
    )


def count(store: Store) -> int:
    return store.do(lambda session: session.exec(select(func.count()).select_from(Question)).one())


async def test_everything_comes_back_alike_on_either_engine(
    full: Store, target: Engine, tmp_path: Path
) -> None:
    made = back_up(full.engine, tmp_path / "kept")
    assert made.tables["question"].rows == 3
    done = restore(tmp_path / "kept", target, verify=True)
    assert done.tables == made.tables == contents(full.engine) == contents(target)


async def test_a_guide_on_the_restored_database_goes_on(
    full: Store, target: Engine, tmp_path: Path
) -> None:
    back_up(full.engine, tmp_path / "kept")
    restore(tmp_path / "kept", target)
    guide = Guide(Store(target.url.render_as_string(hide_password=False)))
    await guide.open(small.FILES)
    try:
        assert (await guide.settings_of(MERIDIAN)).language == "es"
        again = await guide.ask(Asked(text="what does a trainer do", chat=9, bot=7, update_id=0))
        assert again.question_ids == (1,)  # known already: the same update is answered, not kept
        new = await guide.ask(Asked(text="what does a trainer do", chat=9, bot=7, update_id=99))
        assert new.question_ids[0] > 3
    finally:
        await guide.store.aclose()


async def test_a_backup_is_of_one_moment_while_people_go_on_asking(
    guide: Guide, tmp_path: Path
) -> None:
    """Rows that are written between the reading of two tables are in neither."""
    await fill(guide)
    engine = make_engine(guide.store.url)
    asked: list[int] = []

    def ask_meanwhile(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("SELECT") and len(asked) < 5:
            asked.append(len(asked))
            guide.store.do(lambda session: session.add(late(len(asked))))

    event.listen(engine, "after_cursor_execute", ask_meanwhile)
    made = back_up(engine, tmp_path / "kept")
    engine.dispose()
    assert made.tables["question"].rows + len(asked) == count(guide.store)
    assert len(asked) == 5
    assert rehearse(tmp_path / "kept").tables == made.tables


async def test_a_filled_database_is_refused_unless_told(
    full: Store, target: Engine, tmp_path: Path
) -> None:
    back_up(full.engine, tmp_path / "kept")
    restore(tmp_path / "kept", target)
    other = Store(target.url.render_as_string(hide_password=False))
    other.do(lambda session: session.add(Secret(name="mine", value="x")))
    before = contents(target)
    with pytest.raises(BackupError, match=r"not empty.*--replace"):
        restore(tmp_path / "kept", target)
    assert contents(target) == before
    restore(tmp_path / "kept", target, replace=True, verify=True)
    assert other.do(lambda session: session.get(Secret, "mine")) is None
    other.engine.dispose()


async def test_a_damaged_backup_changes_nothing(full: Store, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    back_up(full.engine, kept)
    before = contents(full.engine)
    for damaged, why in _damages(kept, tmp_path):
        with pytest.raises(BackupError, match=why):
            restore(damaged, full.engine, replace=True)
        assert contents(full.engine) == before


def _damages(kept: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    whole, lines = kept.read_bytes(), gzip.decompress(kept.read_bytes()).splitlines(keepends=True)
    changed = [line.replace(b"trainer", b"retrain") for line in lines]
    variants = {
        "short": (whole[: len(whole) // 2], "damaged"),
        **{
            f"flipped {at}": (whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :], "damaged")
            for at in range(200, len(whole) - 200, 100)
        },
        "cut": (gzip.compress(b"".join(lines[:-1])), "end is missing"),
        "changed": (gzip.compress(b"".join(changed)), "promises"),
        "lost": (gzip.compress(b"".join(lines[:2] + lines[3:])), "damaged"),
        "letter": (b"dear aunt", "damaged"),
        "other": (gzip.compress(b'{"format": "x"}\n'), "no backup of this guide"),
    }
    for name, (data, why) in variants.items():
        (folder / name).write_bytes(data)
        yield folder / name, why
    yield folder / "absent", "cannot be read"


async def test_no_flipped_bit_goes_unnoticed(full: Store, tmp_path: Path) -> None:
    back_up(full.engine, tmp_path / "kept")
    whole = (tmp_path / "kept").read_bytes()
    name_ends = whole.index(b"\0", 10)  # before it stand only the time and the name
    for place in range(name_ends, len(whole), 7):
        flipped = whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :]
        (tmp_path / "flipped").write_bytes(flipped)
        with pytest.raises(BackupError, match=r"damaged|no backup|not complete"):
            list(read_rows(tmp_path / "flipped"))


async def test_a_newer_releases_backup_is_refused(full: Store, tmp_path: Path) -> None:
    back_up(full.engine, tmp_path / "kept")
    lines = gzip.decompress((tmp_path / "kept").read_bytes()).splitlines(keepends=True)
    head = {**json.loads(lines[0]), "revision": "9999"}
    data = gzip.compress(b"".join([json.dumps(head).encode(), b"\n", *lines[1:]]))
    (tmp_path / "newer").write_bytes(data)
    with pytest.raises(BackupError, match="newer release"):
        rehearse(tmp_path / "newer")


def test_an_older_releases_backup_is_brought_up_to_date(
    target: Engine, tmp_path: Path, sqlite_url: str
) -> None:
    old = make_engine(sqlite_url)
    upgrade(old, "0003")
    with old.begin() as connection:
        connection.execute(text("INSERT INTO secret (name, value) VALUES ('asker', 'k')"))
    assert back_up(old, tmp_path / "kept").revision == "0003"
    old.dispose()
    done = restore(tmp_path / "kept", target, verify=True)
    assert done.tables["secret"].rows == 1
    assert "question_group" in inspect(target).get_table_names()


def files_of(folder: Path) -> list[tuple[str, int]]:
    return [(one.name, one.stat().st_mode) for one in folder.iterdir() if "guide" not in one.name]


async def test_only_the_owner_can_read_a_backup_and_none_is_overwritten(
    full: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    back_up(full.engine, kept)
    assert {name: stat.S_IMODE(mode) for name, mode in files_of(tmp_path)} == {"kept": 0o600}
    with pytest.raises(BackupError, match="there already"):
        back_up(full.engine, kept)
    with pytest.raises(BackupError, match="choose a folder"):
        back_up(full.engine, tmp_path / "nowhere" / "kept")


def test_an_empty_or_absent_database_is_nothing_to_keep(tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(BackupError, match="nothing to keep"):
        back_up(make_engine(sqlite_url), tmp_path / "kept")
    with pytest.raises(TryAgainLaterError, match="folder exists"):
        back_up(make_engine("sqlite:////nowhere/guide.db"), tmp_path / "kept")
    assert not list(tmp_path.glob("kept*"))


def guide_command(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_the_commands_say_what_they_did(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = str(tmp_path / "kept")

    async def filled() -> None:
        guide = Guide(Store(store_url))
        await guide.open(small.FILES)
        await fill(guide)
        await guide.store.aclose()

    asyncio.run(filled())
    monkeypatch.setenv("GUIDE_DATABASE_URL", store_url)
    said = guide_command("backup", kept).output
    assert "tables of " in said
    assert str(make_engine(store_url).url.database) in said  # which of two databases it was
    assert guide_command("backup", kept).exit_code == 1
    assert "can be restored" in guide_command("restore", kept, "--rehearsal").output
    refused = guide_command("restore", kept, "--verify")
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    monkeypatch.setenv("GUIDE_DATABASE_URL", f"sqlite:///{tmp_path}/new/guide.db")
    told = json.loads(guide_command("restore", kept, "--verify", "--json").output)
    assert told["tables"]["question"]["rows"] == 3
    assert "each compared" in guide_command("restore", kept, "--replace", "--verify").output


def test_no_command_takes_a_database_made_on_the_spot_for_the_bots(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a unit that sets the database itself, the settings here name another, or none."""
    monkeypatch.setenv("GUIDE_DATABASE_URL", sqlite_url)
    content = tmp_path / "content"
    content.mkdir()
    for name, words_of in small.FILES.items():
        (content / name).write_text(words_of, "utf-8")
    for words in (["backup", str(tmp_path / "kept")], ["publish", str(content), "--reason", "x"]):
        refused = guide_command(*words)
        assert refused.exit_code == 1
        assert f"There is no database {sqlite_url}" in refused.output
    assert not list(tmp_path.glob("guide.db*"))
    monkeypatch.setenv("GUIDE_CONTENT", str(content))
    assert f"one is made: {sqlite_url}" in guide_command("versions").output
    again = guide_command("versions").output
    assert "is made" not in again
    assert f"Kept in {sqlite_url}" in again


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    upgrade(engine)
    with pytest.raises(BackupError, match="choose a folder"):
        back_up(engine, Path("/dev/null/kept"))  # nothing can be made or removed there
    engine.dispose()


async def test_a_database_that_a_bot_has_open_is_not_replaced(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE_URL", store_url)
    kept = str(tmp_path / "kept")
    guide = Guide(Store(store_url))
    await guide.open(small.FILES)
    await fill(guide)
    back_up(guide.store.engine, Path(kept))
    words = ("restore", kept, "--replace", "--verify")
    async with guide.watching():
        async with asyncio.timeout(10):  # until it listens
            while "A bot runs" not in (await asyncio.to_thread(guide_command, *words)).output:
                pass
        before = contents(guide.store.engine)
        refused = await asyncio.to_thread(guide_command, *words)
        assert "nothing was changed" in refused.output
        assert contents(guide.store.engine) == before
    await guide.store.aclose()
    assert "each compared" in (await asyncio.to_thread(guide_command, *words)).output


def test_the_sentence_about_a_damaged_database_leads_out_of_it(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE_URL", sqlite_url)
    engine = make_engine(sqlite_url)
    upgrade(engine)
    kept = str(tmp_path / "kept")
    back_up(engine, Path(kept))
    engine.dispose()
    path = tmp_path / "guide.db"
    path.write_bytes(path.read_bytes()[:4096] + b"scribble" * 5000)
    for words in (["--verify"], ["--verify", "--replace"]):
        refused = guide_command("restore", kept, *words)
        assert "move the file and those beside it" in refused.output
        assert "guide restore FILE --verify" in refused.output
    aside = tmp_path / "aside"
    aside.mkdir()
    for one in tmp_path.glob("guide.db*"):
        one.rename(aside / one.name)
    assert "each compared" in guide_command("restore", kept, "--verify").output


def test_a_newer_releases_database_is_left_alone(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment that is rolled back meets what the newer one made of its tables."""
    engine = make_engine(store_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(GuideError, match=r"newer release \(tables 0099\)\. Update the guide"):
        upgrade(engine)
    engine.dispose()
    monkeypatch.setenv("GUIDE_DATABASE_URL", store_url)
    refused = guide_command("versions")
    assert refused.exit_code == 1
    assert "newer release" in refused.output
