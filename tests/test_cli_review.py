"""The curators' commands, as people and scripts call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.store.engine import Store
from knowledge.store.tables import Question
from tests import small

runner = CliRunner()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    for name, text in small.FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def call(
    content: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUIDE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("GUIDE_CONTENT", str(content))
    monkeypatch.setenv("GUIDE_CURATORS", "2001")
    assert runner.invoke(app, ["review", "list"]).exit_code == 0
    store = Store(sqlite_url)

    def ask(session: object) -> None:
        for number, text in enumerate(("parking garage", "parking lot", "daycare downtown")):
            row = Question(
                bot=1,
                update_id=number,
                asker=str(number),
                text=text,
                language="en",
                outcome="unknown",
                options='{"readings": []}',
            )
            session.add(row)  # type: ignore[attr-defined]

    store.do(ask)
    store.engine.dispose()
    return runner


def said(call: CliRunner, *words: str, typed: str | None = None) -> str:
    result = call.invoke(app, list(words), input=typed)
    assert result.exit_code == 0, result.output
    return result.output


def test_batches_are_grouped_and_nothing_is_kept(content: Path) -> None:
    lines = "\n".join(
        json.dumps({"id": number, "q": text})
        for number, text in enumerate(("parking garage", "daycare", "where can I park", "kids"))
    )
    result = runner.invoke(
        app, ["review", "group", "--batch", "--content", str(content)], input=lines + "\n\n"
    )
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert [row["id"] for row in rows] == [0, 1, 2, 3]
    groups = [row["group"] for row in rows]
    assert groups[0] == groups[2] != groups[1] == groups[3]


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 1}', "[" * 2000])
def test_a_bad_line_is_named(content: Path, line: str) -> None:
    result = runner.invoke(
        app, ["review", "group", "--batch", "--content", str(content)], input=line + "\n"
    )
    assert result.exit_code == 2
    assert "Line 1" in result.output


def test_list_show_decide_history_undo(call: CliRunner) -> None:
    listed = json.loads(said(call, "review", "list", "--json"))
    assert listed["total"] == 2
    first = str(listed["groups"][0]["id"])
    assert "2 people, 2 questions" in said(call, "review", "show", first)
    choice = json.dumps(
        {"kind": "phrasing", "topic": "cost", "phrasings": {"en": ["parking garage"]}}
    )
    assert "answered: parking garage" in said(call, "review", "decide", first, choice, "--preview")
    done = said(call, "review", "decide", first, "-", "--as", "2001", typed=choice)
    assert "Live as version 2" in done
    assert "phrasing" in said(call, "review", "history")
    assert "parking" in said(call, "review", "undo", "--as", "2001")
    assert json.loads(said(call, "review", "list", "--json"))["total"] == 2


def test_a_kind_alone_is_a_choice(call: CliRunner) -> None:
    listed = json.loads(said(call, "review", "list", "--json"))
    first = str(listed["groups"][0]["id"])
    assert "later" in said(call, "review", "decide", first, "later")
    assert json.loads(said(call, "review", "list", "--json"))["total"] == 1


def test_notices_are_held_back_and_let_go(call: CliRunner) -> None:
    choice = json.dumps(
        {"kind": "phrasing", "topic": "cost", "phrasings": {"en": ["parking garage"]}}
    )
    assert "group" in said(call, "review", "list")
    assert "0 asked to be told, 0 held back" in said(call, "review", "show", "1")
    assert "Live" in said(call, "review", "decide", "1", choice, "--hold")
    assert "0 people are told" in said(call, "review", "tell", "1")


def test_export_merge_split_scrub(call: CliRunner) -> None:
    assert said(call, "review", "export", "questions", "--format", "csv").count("parking") == 2
    assert json.loads(said(call, "review", "export", "groups"))[0]["people"] == 2
    assert "part of group" in said(call, "review", "merge", "1", "2")
    assert "begins with them" in said(call, "review", "split", "2", "3")
    assert "1 questions" in said(call, "review", "scrub", "garage")


def test_what_is_wrong_is_said_with_a_code(call: CliRunner) -> None:
    for words, code in (
        (["review", "show", "99"], 1),
        (["review", "decide", "1", "{"], 2),
        (["review", "decide", "1", "magic"], 2),
        (["review", "decide", "1", '{"kind": "magic"}'], 2),
        (["review", "decide", "1", '{"kind": "phrasing"}'], 2),
        (["review", "decide", "1", '{"kind": "later"}', "--as", "5"], 1),
        (["review", "export", "people"], 1),
        (["review", "export", "groups", "--format", "exe"], 2),
        (["people", "give", "7", "king"], 1),
        (["people", "give", "7", "admin", "--as", "2001"], 1),
    ):
        assert call.invoke(app, words).exit_code == code, words


def test_rights_and_keys(call: CliRunner) -> None:
    assert "2001" in said(call, "people", "list")
    assert "is publisher now" in said(call, "people", "give", "7", "publisher", "--name", "Ana")
    rows = json.loads(said(call, "people", "list", "--json"))
    assert {"id": 7, "right": "publisher", "name": "Ana", "origin": "given by hand"} in rows
    assert "no right now" in said(call, "people", "take", "2001")
    assert len(said(call, "people", "key", "reports").strip()) > 30
    assert "works no more" in said(call, "people", "key", "reports", "--take")
    assert "/console/enter?token=" in said(call, "console", "--link")
