"""A short run of the crash benchmark: a few kills, nothing lost."""

from __future__ import annotations

import pytest

from benchmarks.crash import cases, run_case
from benchmarks.servers import postgres_server

SHORT = ("polling, SQLite, one replica", "webhook, PostgreSQL, two replicas")


@pytest.mark.parametrize("name", SHORT)
async def test_nothing_is_lost_when_the_bot_is_killed(name: str) -> None:
    (case,) = [case for case in cases() if case.name == name]
    with postgres_server() as server:
        outcome = await run_case(case, 2, server)
    assert outcome.good, outcome
    assert outcome.questions > 20
