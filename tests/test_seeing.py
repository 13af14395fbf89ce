"""What Prometheus reads is true of a bot that runs, and dashboards and alerts read what exists."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.servers import free_port
from bot.metrics import Metrics
from bot.sandbox.client import Talk
from bot.sandbox.room import Fault, Room
from bot.seeing import look, seeing
from bot.settings import Settings
from knowledge.errors import TryAgainLaterError
from knowledge.guide import Asked, Guide
from knowledge.meanwhile import meanwhile
from knowledge.store.engine import Store
from tests import small
from tests.bots import running_bot

DEPLOY = Path(__file__).parent.parent / "deploy"
KNOWN, UNKNOWN = "how long is training for a trainer", "qwzx vvkk plugh zzkq mmrr"
DONE = "guide_updates_total done"
BUILT_IN = {"up"}
"""What Prometheus itself makes."""


async def read_metrics(port: int) -> dict[str, float]:
    """Return every sample, under its name and the values of its labels."""
    async with httpx.AsyncClient() as client:
        page = await client.get(f"http://127.0.0.1:{port}/metrics")
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


def at(seen: dict[str, float]) -> tuple[float, float]:
    """Return how many updates are open, and for how long the oldest is."""
    return seen["guide_open_updates"], seen["guide_watermark_lag_seconds"]


async def test_what_people_do_shows_in_the_metrics(settings: Settings, room: Room) -> None:
    settings = settings.model_copy(update={"port": free_port()})
    async with running_bot(settings, small.FILES) as bot:
        talk = Talk(room)
        await talk(KNOWN)
        room.faults.append(Fault("sendMessage", 1, "429", seconds=0.01))
        await talk(UNKNOWN)
        await talk(KNOWN)
        async with asyncio.timeout(10):  # Telegram has an answer a moment before we know so
            while (seen := await read_metrics(settings.port)).get(DONE, 0) < 3 or any(at(seen)):
                pass
            room.faults.append(Fault("sendMessage", 1, "delay", seconds=0.5))
            await room.say(talk.person, KNOWN)
            while not all(at(held := await read_metrics(settings.port))):
                pass
    assert held["guide_open_updates"] == 1
    assert 0 < held["guide_watermark_lag_seconds"] < 5
    assert not bot.errors
    assert seen["guide_answers_total answer"] == 2
    assert seen["guide_answers_total unknown"] == 1
    for step in ("look_up", "understand", "keep", "send", "update"):
        assert seen[f"guide_step_seconds_count {step}"] >= 2, step
    assert seen["guide_sends_total sendMessage ok"] == 3
    assert seen["guide_sends_total sendMessage flood"] == 1
    assert seen["guide_flood_waits_total"] == 1
    assert seen["guide_retries_total send"] == 1
    assert seen[DONE] == 3
    assert seen["guide_content_version"] == 1
    assert 0 <= seen["guide_content_age_seconds"] < 600
    assert seen["guide_database_up"] == 1
    assert seen["guide_database_seconds_count"] > 5
    assert seen["guide_queue_updates"] == 0
    assert seen["guide_parked_chats"] == 0


async def test_a_watch_that_ends_by_itself_is_told_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken() -> None:
        raise ValueError("no such version")

    async def watched() -> None:
        async with meanwhile(broken()):
            await asyncio.sleep(0.01)
            told.append(caplog.text)

    told: list[str] = []
    with pytest.raises(ValueError, match="no such version"):
        await watched()
    assert "no such version" in told[0]


async def test_the_backlog_is_what_waits_for_curators(guide: Guide) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    for number in range(3):
        await guide.ask(Asked(text=UNKNOWN, chat=7, bot=1, update_id=number))
    await look(guide, metrics)
    assert registry.get_sample_value("guide_backlog_questions") == 3
    assert (registry.get_sample_value("guide_content_age_seconds") or -1) < 600


async def test_a_database_that_fails_shows_and_so_does_its_return(sqlite_url: str) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    read = registry.get_sample_value
    store = Store(sqlite_url)
    guide = Guide(store)
    await guide.open(small.FILES)
    async with seeing(guide, metrics):
        async with asyncio.timeout(10):
            while not read("guide_database_up"):  # noqa: ASYNC110 - a gauge tells nobody
                await asyncio.sleep(0)
        await rename(store, "question", "away")
        with pytest.raises(TryAgainLaterError):
            await look(guide, metrics)
        assert read("guide_database_up") == 0
        assert read("guide_database_errors_total", {"kind": "OperationalError"}) == 1
        await rename(store, "away", "question")
        await look(guide, metrics)
        assert read("guide_database_up") == 1
    await store.aclose()


async def rename(store: Store, table: str, name: str) -> None:
    """Take a table away, or bring it back."""
    statement = f"ALTER TABLE {table} RENAME TO {name}"
    await store.write(lambda session: session.connection().exec_driver_sql(statement).close())


def names_read(text: str) -> set[str]:
    """Return the metrics that expressions of Prometheus read."""
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", "", text)
    words = set(re.findall(r"[a-z_]{2,}(?![a-z_(]|\s*\()", plain))
    return words - {"by", "sum", "rate", "max", "min", "or"}


def expressions() -> dict[str, str]:
    board = json.loads((DEPLOY / "grafana" / "guide.json").read_text("utf-8"))
    found = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in board["panels"]
        for target in panel["targets"]
    }
    alerts = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    return found | {rule["alert"]: rule["expr"] for rule in rules}


def test_dashboards_and_alerts_read_metrics_that_exist() -> None:
    registry = CollectorRegistry()
    Metrics(registry)
    made = set(registry._names_to_collectors)
    read = {metric for one in expressions().values() for metric in names_read(one)} - BUILT_IN
    assert len(expressions()) > 15
    assert read <= made, read - made
    unread = {family.name for family in registry.collect()} - {
        re.sub(r"_(total|bucket|count|sum)$", "", name) for name in read
    }
    assert not unread, "no panel and no alert shows these"
