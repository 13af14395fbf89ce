"""The staff commands, as they are typed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from knowledge.guide import Asked, Guide
from knowledge.reading import PACKAGED
from knowledge.store.engine import Store
from tests import small
from tests.test_publishing import FILES, shorter, without_cost


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder on disk."""
    made = tmp_path / "content"
    made.mkdir()
    write(made, FILES)
    return made


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, store_url: str, folder: Path) -> None:
    """Settings of the terminal: the test's database and content."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("GUIDE_DATABASE_URL", store_url)
    monkeypatch.setenv("GUIDE_CONTENT", str(folder))


def guide(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def said(*words: str) -> str:
    result = guide(*words)
    assert result.exit_code == 0, result.output
    return result.output


def test_publish_versions_rollback_and_export(folder: Path) -> None:
    assert "package" in said("versions")
    write(folder, shorter(FILES))
    assert "Trainer: length 6 months or less → 5 months or less" in said("diff", str(folder))
    assert "Version 2 is live" in said(
        "publish", str(folder), "--reason", "amended", "--by", "ann"
    )
    listed = json.loads(said("versions", "--json"))
    assert [(one["number"], one["published_by"]) for one in listed] == [(2, "ann"), (1, "package")]
    assert "with the content of version 1" in said("rollback", "1", "--by", "bob")
    said("export", "2", "--to", "two")
    said("export", "--to", "live")
    assert {p.name: p.read_text("utf-8") for p in Path("two").glob("*.yaml")} == shorter(FILES)
    assert {p.name: p.read_text("utf-8") for p in Path("live").glob("*.yaml")} == FILES


def test_the_second_publisher_merges(folder: Path, tmp_path: Path) -> None:
    said("export", "--to", "mine")
    said("confirm", "trainer.pay", "--by", "ann")
    write(tmp_path / "mine", shorter(FILES))
    refused = guide("publish", "mine", "--reason", "amended")
    assert refused.exit_code == 1
    assert "version 2 by ann: Trainer: pay confirmed" in refused.output
    said("merge", "mine")
    assert "Version 3 is live" in said("publish", "mine", "--reason", "amended")


def test_a_lost_golden_question_needs_a_reason(folder: Path) -> None:
    said("versions")
    write(folder, without_cost(FILES))
    assert "1 lost" in guide("diff", str(folder)).output
    refused = guide("publish", str(folder), "--reason", "x")
    assert refused.exit_code == 1
    assert "was it free" in refused.output
    said("publish", str(folder), "--reason", "x", "--override", "we stopped saying")
    assert "override: we stopped saying" in said("versions")


async def test_an_old_answer_is_explained_from_its_own_version(store_url: str) -> None:
    store = Store(store_url)
    made = Guide(store)
    await made.open(FILES)
    turn = await made.ask(
        Asked(text="how long is training for a trainer", chat=7, bot=1, update_id=1)
    )
    await made.publisher.edit(lambda files: shorter(dict(files)), by="ann", reason="amended")
    told = await made.publisher.explain(turn.question_ids[0])
    (first,) = turn.said
    assert told.said.worded is not None
    assert first.worded is not None
    assert told.said.worded.text == first.worded.text
    assert told.said.worded.cited == first.worded.cited
    assert told.question.version == 1
    await store.aclose()


def test_explain_says_what_there_is_not() -> None:
    refused = guide("explain", "99")
    assert refused.exit_code == 1
    assert "There is no answer 99" in refused.output


async def test_replay_says_what_would_be_lost(store_url: str, folder: Path) -> None:
    store = Store(store_url)
    made = Guide(store)
    await made.open(FILES)
    for number, text in enumerate(("was it free", "was it free", "trainer salary")):
        await made.ask(Asked(text=text, chat=7 + number, bot=1, update_id=number))
    await store.aclose()
    write(folder, without_cost(FILES))
    result = await asyncio.to_thread(guide, "diff", str(folder), "--json")
    told = json.loads(result.stdout)
    assert told["blast"]["asked"] == 3
    (effect,) = told["blast"]["effects"]
    assert (effect["question"], effect["before"], effect["times"]) == ("was it free", "cost", 2)
    assert effect["how"] in ("lost", "changed")
    assert effect["after"] != "cost"


def test_import_makes_a_folder_and_publishes_nothing(tmp_path: Path) -> None:
    (tmp_path / "ways.csv").write_text("topic,phrasing\ncost,price of it all\n", "utf-8")
    assert "guide diff draft-ways" in said("import", "ways.csv")
    assert "+ price of it all" in said("diff", "draft-ways", "--questions", "0")
    assert len(json.loads(said("versions", "--json"))) == 1
    (tmp_path / "bad.csv").write_text("topic,phrasing\ncoast,x\n", "utf-8")
    refused = guide("import", "bad.csv")
    assert refused.exit_code == 1
    assert "A2: there is no topic 'coast'" in refused.output


def test_a_spreadsheet_comes_back_as_the_same_content() -> None:
    said("export", "--xlsx", "--to", "all.xlsx")
    said("import", "all.xlsx", "--to", "back")
    assert {p.name: p.read_text("utf-8") for p in Path("back").glob("*.yaml")} == FILES


def test_stale_facts_are_listed_and_confirmed() -> None:
    assert "trainer.pay" in said("stale")
    said("confirm", "trainer.pay", "--by", "ann")
    assert "0 facts" in said("stale")
    assert guide("confirm", "trainer.nothing").exit_code == 1


def test_translations_are_counted_and_marked(folder: Path) -> None:
    assert "missing    es  topics/physician_is/answer" in said("translations", str(folder))
    said("translations", str(folder), "--mark-reviewed", "all")
    assert "0 unreviewed" in said("translations", str(folder))
    refused = guide("check", str(folder), "--release")
    assert refused.exit_code == 1
    assert "the text in 'es' is missing" in refused.output


def test_wrong_calls_are_told_how_to_mend(tmp_path: Path) -> None:
    for words in (("check", "nowhere"), ("import", "nowhere.csv"), ("export", "--to", "content")):
        assert guide(*words).exit_code == 2
    assert guide("rollback", "9").exit_code == 1
    said("confirm", "trainer.pay")
    other = tmp_path / "other"
    other.mkdir()
    write(other, small.FILES)
    refused = guide("publish", "other", "--reason", "x")
    assert refused.exit_code == 2
    assert "--base" in refused.output


@pytest.mark.parametrize("words", [("versions",), ("review", "list"), ("restore", "backup.zip")])
def test_a_database_folder_that_cannot_be_made_is_said(
    words: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE_URL", f"sqlite:///{folder / 'topics.yaml' / 'guide.db'}")
    refused = guide(*words)
    assert refused.exit_code == 1
    assert "folder cannot be made" in refused.output


def test_check_names_every_fault_of_a_broken_folder_at_once(folder: Path) -> None:
    broken = {
        "bom.yaml": b"\xef\xbb\xbftopics:\n",
        "latin.yaml": "words:\n  fillers: {en: [caf\xe9]}\n".encode("latin-1"),
        "tab.yaml": b"topics:\n\t- id: x\n",
        "conflict.yaml": b"<<<<<<< HEAD\nmenus: []\n",
        "tag.yaml": b"menus: !!python/object/apply:os.system ['true']\n",
        "bomb.yaml": b"menus: &a [1]\nthings: [*a, *a]\n",
        "quotes.yaml": "\u201cmenus\u201d: []\n".encode(),
        "twice.yaml": b"menus: []\nmenus: []\n",
    }
    for name, raw in broken.items():
        (folder / name).write_bytes(raw)
    refused = guide("check", str(folder))
    assert refused.exit_code == 1
    for place in (
        "bom.yaml:1:1: error: starts with a byte order mark",
        "latin.yaml:2:21: error: the byte 0xe9 is not UTF-8",
        "tab.yaml:2:1: error: a tab in the indentation",
        "conflict.yaml:1:1: error: a merge conflict was left",
        "tag.yaml:1:8: error: the tag",
        "bomb.yaml:1:8: error: anchors and aliases",
        "quotes.yaml:1:1: error: curly quotes in a key",
        "twice.yaml:2:1: error: the key 'menus' stands twice",
    ):
        assert place in refused.output


def test_the_whole_shipped_content_comes_back_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GUIDE_CONTENT", str(PACKAGED))
    said("export", "--to", "whole")
    made = {
        p.relative_to(tmp_path / "whole"): p.read_bytes()
        for p in Path.cwd().glob("whole/**/*.yaml")
    }
    assert made == {p.relative_to(PACKAGED): p.read_bytes() for p in PACKAGED.rglob("*.yaml")}
