"""Writes rows as JSON, CSV or XLSX; no cell of a question can be run as a formula. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from knowledge.editing.sheets import write_book

FORMATS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_000


def as_file(rows: Sequence[dict[str, Any]], form: str) -> bytes:
    """Return rows as a file of a format in ``FORMATS``."""
    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()
    return _csv(rows) if form == "csv" else _xlsx(rows)


def cell(value: Any) -> Any:
    """Return a value as a cell holds it; a text that a spreadsheet would run is quoted."""
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _CONTROL.sub(" ", text)[:_LONGEST_CELL]
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    if rows:
        writer.writerow(rows[0])
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _xlsx(rows: Sequence[dict[str, Any]]) -> bytes:
    columns = list(rows[0]) if rows else []
    return write_book({"Table": (columns, [list(map(cell, row.values())) for row in rows])})
