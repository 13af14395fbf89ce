"""Remembers what a method returned, without holding the object it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
T = TypeVar("T")


def remembered(method: Callable[P, T], most: int) -> Callable[P, T]:
    """Return a method that remembers its last calls, to be kept on the object it belongs to.

    The memory of a method that knows its object would make a ring of the two, which only the cycle
    collector frees; and it never looks at compiled content (see ``knowledge.quietly``).

    Args:
        method: a method of an object that lives as long as what is returned is called.
        most: how many calls are remembered.
    """
    known = WeakMethod(method)

    @lru_cache(maxsize=most)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        alive = known()
        if alive is None:
            raise ReferenceError("What remembers outlived the object it belongs to.")
        return alive(*args, **kwargs)

    return cast("Callable[P, T]", call)
