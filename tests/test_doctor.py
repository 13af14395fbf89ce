"""The doctor names the true cause, each finding as it comes, and makes nothing itself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.doctor import Finding, examine
from bot.settings import Settings
from knowledge.store.engine import make_engine
from knowledge.store.migrate import upgrade
from tests import small
from tests.wire import TOKEN, Answer, ok, refused, reply, wire

URL = "https://bot.example"
ME = ok({"id": 1, "is_bot": True, "first_name": "Guide", "username": "g_bot"})
BUSY = "Wrong response from the webhook: 503 Service Unavailable"


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Settings of a machine where all is well."""
    monkeypatch.chdir(tmp_path)
    content = tmp_path / "content"
    content.mkdir()
    for name, words in small.FILES.items():
        (content / name).write_text(words, "utf-8")
    return {"content": content, "database_url": f"sqlite:///{tmp_path}/guide.db"}


async def findings(given: dict[str, Any]) -> dict[str, Finding]:
    """Return what is found, by the word it begins with."""
    settings = Settings(_env_file=None, **given)
    return {one.what.partition(" ")[0].strip(":"): one async for one in examine(settings)}


async def of_telegram(given: dict[str, Any], *answers: Answer, **more: Any) -> dict[str, Finding]:
    async with wire() as server:
        server.answers.extend(answers)
        live = {"token": SecretStr(TOKEN), "api_url": f"http://127.0.0.1:{server.port}"}
        return await findings({**given, **live, **more})


def databases() -> list[Path]:
    return list(Path().glob("guide.db*"))


async def test_a_database_that_is_not_there_yet_is_not_made(given: dict[str, Any]) -> None:
    found = await findings(given)
    assert all(one.well for one in found.values()), found
    assert "not there yet" in found["database"].what
    assert not databases()
    assert [*found][-1] == "content"  # which takes half a minute


async def test_a_newer_releases_database_is_not_well(given: dict[str, Any]) -> None:
    engine = make_engine(given["database_url"])
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    engine.dispose()
    found = (await findings(given))["database"]
    assert not found.well
    assert "newer release (tables 0099)" in found.what


async def test_a_misspelt_setting_is_not_well(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_CURATOR", "5")
    found = (await findings(given))["settings"]
    assert (found.well, found.mend) == (False, "write GUIDE_CURATORS")


async def test_faults_of_ones_own_content_are_shown_with_where_to_look(
    given: dict[str, Any],
) -> None:
    (given["content"] / "bad.yaml").write_text("things: [", "utf-8")
    found = (await findings(given))["content"]
    assert not found.well
    assert "bad.yaml:2" in found.what
    assert found.mend == f"run 'guide check {given['content']}'"


async def test_meaning_that_is_switched_off_is_not_there(given: dict[str, Any]) -> None:
    found = await findings({**given, "meaning": False})
    assert "words alone" in found["understanding"].what


@pytest.mark.parametrize(
    ("answer", "begins", "says"),
    [
        (refused(401), "token", "refuses it"),
        (refused(404), "token", "refuses it"),
        (refused(502), "Telegram", "answers with 502"),
        (reply(502, b"<html>", "text/html"), "Telegram", "answers with 502"),
        (refused(429), "Telegram", "answers with 429"),
    ],
)
async def test_only_telegrams_word_on_the_token_is_about_the_token(
    given: dict[str, Any], answer: Answer, begins: str, says: str
) -> None:
    found = await of_telegram(given, answer)
    assert not found[begins].well
    assert says in found[begins].what


@pytest.mark.parametrize(
    ("hook", "well", "says"),
    [
        ({"url": ""}, True, "not set yet"),
        ({"url": f"{URL}/telegram"}, True, "webhook: set"),
        ({"url": "https://other.example/telegram"}, False, "calls https://other.example"),
        ({"last_error_message": BUSY, "pending_update_count": 0}, True, "nothing waits"),
        ({"last_error_message": BUSY, "pending_update_count": 2}, False, "updates wait"),
    ],
)
async def test_a_webhook_is_as_telegram_has_it(
    given: dict[str, Any], hook: dict[str, Any], well: bool, says: str
) -> None:
    told = {"url": f"{URL}/telegram", "last_error_date": int(time.time()) - 120, **hook}
    webhook = {"webhook_url": URL, "webhook_secret": SecretStr("s")}
    found = (await of_telegram(given, ME, ok(told), **webhook))["webhook"]
    assert (found.well, says in found.what) == (well, True), found
    assert ("2 min ago" in found.what) == ("last_error_message" in hook)
