"""What the guide tells about its work to whoever counts it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Observer:
    """Hears how questions fare and what took how long. This one forgets it at once."""

    def answered(self, outcome: str) -> None:
        """Hear of a question that was kept, by its verdict."""

    def took(self, step: str, seconds: float) -> None:
        """Hear how long a step took."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the block as one step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.took(name, time.perf_counter() - start)
