"""Gives memory that is free again back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return what is free inside this process to the system, where the C library can (glibc).

    Compiling a content and loading the embedding need for a moment what answers never do: with the
    embedding a hundred megabytes, which would stay in the process for good.
    """
    with suppress(OSError, AttributeError, TypeError):  # macOS, musl and Windows have no such call
        ctypes.CDLL(None).malloc_trim(0)
