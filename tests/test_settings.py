"""Settings hold to their example file and say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from typer.testing import CliRunner

from bot.app import console_url
from bot.cli import app
from bot.settings import Settings, misspelt

ROOT = Path(__file__).parent.parent


def test_every_setting_is_in_the_example_file_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = dict(line.lstrip("# ").split("=", 1) for line in lines if "GUIDE_" in line)
    assert set(named) == {f"GUIDE_{name}".upper() for name in Settings.model_fields}
    given = {key.removeprefix("GUIDE_").lower(): value for key, value in named.items() if value}
    assert Settings(_env_file=None, **given) == Settings(_env_file=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["1,2", "1, 2", "1;2", " 2,1 ,"])
def test_ids_are_written_as_people_write_lists(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_STAFF", written)
    assert Settings(_env_file=None).staff == {1, 2}


def test_an_empty_list_admits_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_CURATORS", "")
    assert Settings(_env_file=None).curators == frozenset()


def test_a_word_among_the_ids_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_STAFF", "me")
    with pytest.raises(ValidationError, match="staff"):
        Settings(_env_file=None)


def test_the_token_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_TOKEN", "123456:secret-secret-secret-secret-secret")
    assert "secret-secret" not in repr(Settings(_env_file=None))


@pytest.mark.parametrize("address", ["guide.db", "sqlite+aiosqlite:///g.db", "mysql://h/d"])
def test_a_database_of_another_kind_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE_URL", address)
    with pytest.raises(ValidationError, match=r"must begin with sqlite:/// or postgresql://"):
        Settings(_env_file=None)


def test_the_digest_is_at_a_time_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_DIGEST_AT", "14:00+02:00")
    with pytest.raises(ValidationError, match="takes no offset"):
        Settings(_env_file=None)


@pytest.mark.parametrize("secret", ["", "not allowed", "x" * 257])
def test_a_webhook_needs_a_secret_that_telegram_takes(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_WEBHOOK_URL", "https://bot.example")
    monkeypatch.setenv("GUIDE_WEBHOOK_SECRET", secret)
    with pytest.raises(ValidationError, match="webhook_secret"):
        Settings(_env_file=None)
    monkeypatch.setenv("GUIDE_WEBHOOK_SECRET", "a-secret_1")
    assert Settings(_env_file=None).webhook_secret


@pytest.mark.parametrize("address", ["postgresql://u:p@ss@h:port/x", "postgresql://h:54x/x"])
def test_an_address_that_cannot_be_read_is_said_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE_URL", address)
    refused = CliRunner().invoke(app, ["doctor"])
    assert refused.exit_code == 2
    assert "GUIDE_DATABASE_URL" in refused.output
    assert "%40 for @" in refused.output
    assert "p@ss" not in refused.output
    assert "Traceback" not in refused.output


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ["GUIDE_QUESTION_DAY=30", "GUDE_HOST=::", "POSTGRES_PASSWORD=x", "GUIDE_PORT=0"]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    monkeypatch.setenv("GUIDE_CURATOR", "5")
    monkeypatch.setenv("GUIDE_ZZZZ", "1")
    monkeypatch.setenv("HOSTS", "not ours")
    assert dict(misspelt()) == {
        "GUDE_HOST": "GUIDE_HOST",
        "GUIDE_CURATOR": "GUIDE_CURATORS",
        "GUIDE_QUESTION_DAY": "GUIDE_QUESTION_DAYS",
        "GUIDE_ZZZZ": "",
    }


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "http://127.0.0.1:8080/console"),
        ({"webhook_url": "https://bot.example/"}, "https://bot.example/console"),
        (
            {"webhook_url": "https://bot.example", "console_url": "https://inside.example"},
            "https://inside.example/console",
        ),
    ],
)
def test_the_console_is_where_telegram_reaches_us_unless_it_is_said(
    given: dict[str, str], where: str
) -> None:
    made = Settings(_env_file=None, webhook_secret=SecretStr("s"), **given)  # type: ignore[arg-type]
    assert console_url(made) == where
