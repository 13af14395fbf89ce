"""The scale benchmark on a log of two thousand."""

from __future__ import annotations

from benchmarks.scale import growth


async def test_a_log_is_written_asked_and_exported(postgres_url: str) -> None:
    figures = dict(await growth(postgres_url, 2_000))
    assert "an answer, 2,000 questions" in figures
    assert int(figures["disk for each question"].split()[0]) > 100
