"""Reads and changes the numbers in an ONNX model file, and what the model gives out. Pure.

A model is a protocol buffer: its field 7 is the graph, whose field 5 lists its arrays and whose
field 12 what it gives out (https://onnx.ai/onnx/repo-docs/IR.html). Nothing else is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_VARINT, _SIZED = 0, 2
_GRAPH, _ARRAY, _OUTPUT = 7, 5, 12
_SHAPE, _TYPE, _NAME, _NUMBERS = 1, 2, 8, 9
_TYPES: Mapping[int, np.dtype[Any]] = {1: np.dtype("<f4"), 3: np.dtype("i1")}
"""32-bit floats and 8-bit integers among ONNX's types; arrays of others are left alone."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a protocol buffer: where it stands, and where its content starts."""

    number: int
    value: int
    """Its content, where that is a single number; otherwise its size."""
    start: int
    content: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """An array in a file."""

    name: str
    kind: np.dtype[Any]
    shape: tuple[int, ...]
    start: int

    def read(self, model: bytes | bytearray) -> Array:
        """Return the array, in its place."""
        count = math.prod(self.shape)
        return np.frombuffer(model, self.kind, count, self.start).reshape(self.shape)


def arrays(model: bytes) -> dict[str, Array]:
    """Return the arrays of a model, by name.

    Raises:
        ValueError: the model has no graph.
    """
    return {stored.name: stored.read(model) for stored in _arrays(model)}


def changed(model: bytes, new: Mapping[str, Array]) -> bytes:
    """Return a model with other numbers in some of its arrays.

    Raises:
        ValueError: it has no such array, or one of another shape.
    """
    made = bytearray(model)
    known = {stored.name: stored for stored in _arrays(model)}
    for name, array in new.items():
        if name not in known or known[name].shape != array.shape:
            raise ValueError(f"This model has no array {name!r} of the shape {array.shape}.")
        known[name].read(made)[...] = array
    return bytes(made)


def biases(model: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the biases of a model and what its norms weigh: its only rows of numbers."""
    rows = (item for item in arrays(model).items() if item[1].ndim == 1)
    return {name: array for name, array in rows if array.dtype == np.float32}


def with_output(model: bytes, name: str) -> bytes:
    """Return a model that also gives out one of its inner values, named as the model names it.

    Raises:
        ValueError: the model has no graph.
    """
    graph = _graph(model)
    more = model[graph.content : graph.end] + _field(_OUTPUT, _field(1, name.encode()))
    return model[: graph.start] + _field(_GRAPH, more) + model[graph.end :]


def _graph(model: bytes) -> _Field:
    for field in _fields(model, 0, len(model)):
        if field.number == _GRAPH:
            return field
    raise ValueError("This is no ONNX model: it has no graph.")


def _arrays(model: bytes) -> Iterator[_Stored]:
    graph = _graph(model)
    for field in _fields(model, graph.content, graph.end):
        if field.number == _ARRAY and (stored := _stored(model, field)):
            yield stored


def _stored(model: bytes, array: _Field) -> _Stored | None:
    """Return an array if it is of a type that is read."""
    shape: list[int] = []
    parts: dict[int, _Field] = {}
    for field in _fields(model, array.content, array.end):
        parts[field.number] = field
        if field.number == _SHAPE:
            shape += _numbers(model, field)
    kind = _TYPES.get(parts[_TYPE].value)
    if kind is None or _NUMBERS not in parts:
        return None
    name = model[parts[_NAME].content : parts[_NAME].end].decode()
    return _Stored(name, kind, tuple(shape), parts[_NUMBERS].content)


def _numbers(model: bytes, field: _Field) -> list[int]:
    """Return the numbers of a field that holds one, or several packed."""
    if field.content == field.end:
        return [field.value]
    numbers, at = [], field.content
    while at < field.end:
        number, at = _varint(model, at)
        numbers.append(number)
    return numbers


def _fields(data: bytes, at: int, end: int) -> Iterator[_Field]:
    while at < end:
        start = at
        key, at = _varint(data, at)
        kind = key & 7
        if kind in (_VARINT, _SIZED):
            value, at = _varint(data, at)
        else:
            value = 4 if kind > _SIZED else 8  # single and double floats
        content, at = at, at if kind == _VARINT else at + value
        yield _Field(key >> 3, value, start, content, at)


def _field(number: int, content: bytes) -> bytes:
    size, marks = len(content), b""
    while size > 0x7F:
        marks, size = marks + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | _SIZED]) + marks + bytes([size]) + content


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at a place, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at
