"""What the reader of content files owes to any bytes at all; hypothesis and atheris try it."""

from __future__ import annotations

from knowledge.errors import ContentError, Fault
from knowledge.reading import decode, gather


def read(raw: bytes) -> None:
    """Read bytes as the one content file; every fault must have a place and words."""
    for fault in _faults(raw):
        assert fault.what
        assert 1 <= fault.line <= raw.count(b"\n") + raw.count(b"\r") + 2, fault
        assert fault.column >= 1, fault


def _faults(raw: bytes) -> tuple[Fault, ...]:
    try:
        text = decode(raw, "fuzz.yaml")
    except ContentError as error:
        return error.faults
    _content, reader = gather({"fuzz.yaml": text})
    return tuple(reader.faults)
