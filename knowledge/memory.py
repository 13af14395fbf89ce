"""Takes little memory from the system, and gives back what is free again."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8
"""What glibc's ``mallopt`` calls the number of places that memory is taken from."""


def give_back() -> None:
    """Return what is free inside this process to the system, where the C library can (glibc).

    Compiling a content and loading the embedding need for a moment what answers never do: with the
    embedding a hundred megabytes, which would stay in the process for good.
    """
    _ask("malloc_trim", 0)


def share() -> None:
    """Let all threads take memory from one place from now on, where the C library can.

    Else each has its own and keeps there what it once needed, though Python lets but one of them
    run at a time. To be called before there are threads.
    """
    _ask("mallopt", _ARENA_MAX, 1)


def _ask(function: str, *numbers: int) -> None:
    with suppress(OSError, AttributeError, TypeError):  # macOS, musl and Windows have no such call
        getattr(ctypes.CDLL(None), function)(*numbers)
