"""Every named event is seen by Prometheus under the name the dashboards use."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry

from bot.metrics import Metrics
from knowledge.verdicts import OUTCOMES


def test_every_event_shows_under_its_name() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    read = registry.get_sample_value
    metrics.answered("answer")
    metrics.took("match", 0.004)
    with metrics.step("match"):
        pass
    metrics.backlog(12)
    metrics.content(3, published=time.time() - 60)
    metrics.database(up=True)
    assert read("guide_answers_total", {"outcome": "answer"}) == 1
    assert read("guide_step_seconds_count", {"step": "match"}) == 2
    assert read("guide_step_seconds_bucket", {"step": "match", "le": "0.005"}) == 2
    assert read("guide_backlog_questions") == 12
    assert read("guide_content_version") == 3
    assert (read("guide_content_age_seconds") or 0) >= 60
    assert read("guide_database_up") == 1
    metrics.database(up=False)
    assert read("guide_database_up") == 0


def test_what_alerts_watch_is_there_before_it_happens() -> None:
    """Prometheus takes no increase from a series that is born at one."""
    registry = CollectorRegistry()
    Metrics(registry)
    read = registry.get_sample_value
    for result in ("done", "failed", "later", "given_up", "malformed", "turned_away"):
        assert read("guide_updates_total", {"result": result}) == 0, result
    for outcome in OUTCOMES.values():
        assert read("guide_answers_total", {"outcome": outcome}) == 0, outcome
    assert read("guide_database_errors_total", {"kind": "OperationalError"}) == 0


def test_two_bots_in_one_process_do_not_share_metrics() -> None:
    first, second = CollectorRegistry(), CollectorRegistry()
    Metrics(first).flooded()
    Metrics(second)
    assert first.get_sample_value("guide_flood_waits_total") == 1
    assert second.get_sample_value("guide_flood_waits_total") == 0
