"""A short soak: everybody is answered, and the figures are there."""

from __future__ import annotations

from benchmarks.soak import WINDOWS, run, table


async def test_steady_load_is_answered_to_the_last_question() -> None:
    windows, missing = await run(seconds=6)
    assert missing == 0
    assert len(windows) == WINDOWS
    assert sum(one.answers for one in windows) > 0
    assert all(one.resident_mb > 1 for one in windows)
    assert table(windows).count("\n") == WINDOWS + 1
