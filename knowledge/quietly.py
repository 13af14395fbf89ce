"""Makes large things beside the answering, without the pauses of Python's cycle collector."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def quietly(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what some work makes; no question waits for the collector meanwhile or afterwards.

    A compiled version is a million objects. The collector would look at each of them, several
    times while they are made and again for as long as they live, and stop every answer for a
    quarter of a second. So it is held off, and what there is then is left out of its rounds for
    good: nearly all of a version that is no longer used is freed by counting references.
    """
    gc.disable()
    try:
        return work(*args, **kwargs)
    finally:
        gc.freeze()
        gc.enable()
