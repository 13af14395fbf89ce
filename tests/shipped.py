"""The content that travels with the package, read and compiled once for all tests of a process."""

from __future__ import annotations

from functools import cache

from knowledge.editing.checks import load
from knowledge.reading import read_folder
from knowledge.schema import Content
from knowledge.snapshot import Snapshot


@cache
def content() -> Content:
    """Return the content."""
    return load(read_folder())


@cache
def snapshot() -> Snapshot:
    """Return it compiled, to be understood by words alone."""
    return Snapshot(content(), 1)
