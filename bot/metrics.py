"""What the bot counts and times, for Prometheus."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram
from typing_extensions import override

from knowledge.observing import Observer
from knowledge.verdicts import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_client import CollectorRegistry

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics(Observer):
    """Every metric of the bot, behind methods named for what happened.

    Gauges that would cost something to keep current take a function, called when Prometheus
    reads. Labels are fixed words, never text from a person and never an address.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"guide_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"guide_{name}", text, registry=registry)

        self._answers = counter("answers", "Questions, by how they were judged", "outcome")
        self._updates = counter("updates", "Updates, by how handling them ended", "result")
        self._sends = counter(
            "sends", "Requests to Telegram, by method and result", "method", "result"
        )
        self._floods = counter("flood_waits", "Times Telegram answered 429")
        self._retries = counter("retries", "Repeats, by what was tried again", "what")
        self._seconds = Histogram(
            "guide_step_seconds", "Time by step", ("step",), buckets=BUCKETS, registry=registry
        )
        self._queue = gauge("queue_updates", "Updates waiting for an earlier one of their chat")
        self._open = gauge("open_updates", "Updates taken but not yet acknowledged")
        self._lag = gauge("watermark_lag_seconds", "Age of the oldest unacknowledged update")
        self._parked = gauge("parked_chats", "Chats waiting out a 429")
        self._backlog = gauge("backlog_questions", "Unanswered questions waiting for a curator")
        self._version = gauge("content_version", "Number of the content version in use")
        self._age = gauge("content_age_seconds", "Time since that version was published")
        self._database = gauge("database_up", "1 while the database answers")
        self._statements = Histogram(
            "guide_database_seconds",
            "Time by database statement",
            buckets=BUCKETS,
            registry=registry,
        )
        self._failures = counter("database_errors", "Database statements that failed", "kind")
        self._begin()

    def _begin(self) -> None:
        """Show at zero what alerts watch: the first event of a new series is no increase."""
        for outcome in OUTCOMES.values():
            self._answers.labels(outcome)
        for result in ("done", "failed", "later", "given_up", "malformed", "turned_away"):
            self._updates.labels(result)
        for what in ("send", "update", "fetch"):
            self._retries.labels(what)
        for kind in ("OperationalError", "InternalError", "DatabaseError"):
            self._failures.labels(kind)

    @override
    def answered(self, outcome: str) -> None:
        """Count a question by its verdict."""
        self._answers.labels(outcome).inc()

    def update(self, result: str) -> None:
        """Count an update: done, failed, later, given_up, malformed or turned_away."""
        self._updates.labels(result).inc()

    def sent(self, method: str, result: str) -> None:
        """Count a request to Telegram by its method and how it went."""
        self._sends.labels(method, result).inc()

    def flooded(self) -> None:
        """Count a 429."""
        self._floods.inc()

    def retried(self, what: str) -> None:
        """Count a repeat of a send, an update or a fetch."""
        self._retries.labels(what).inc()

    @override
    def took(self, step: str, seconds: float) -> None:
        """Record a step that was timed elsewhere."""
        self._seconds.labels(step).observe(seconds)

    def watch_intake(
        self,
        *,
        waiting: Callable[[], float],
        unfinished: Callable[[], float],
        lag: Callable[[], float],
    ) -> None:
        """Read the intake's queue through these functions."""
        self._queue.set_function(waiting)
        self._open.set_function(unfinished)
        self._lag.set_function(lag)

    def watch_parked(self, chats: Callable[[], float]) -> None:
        """Read the number of chats waiting out a 429 through this function."""
        self._parked.set_function(chats)

    def backlog(self, questions: int) -> None:
        """Record how many unanswered questions wait for a curator."""
        self._backlog.set(questions)

    def content(self, version: int, published: float) -> None:
        """Record the content version in use and when it was published (POSIX time)."""
        self._version.set(version)
        self._age.set_function(lambda: time.time() - published)

    def database(self, *, up: bool) -> None:
        """Record whether the database answered."""
        self._database.set(up)

    def statement(self, seconds: float) -> None:
        """Record how long the database took over a statement."""
        self._statements.observe(seconds)

    def database_failed(self, kind: str) -> None:
        """Count a statement that failed, by the name of its error."""
        self._failures.labels(kind).inc()
