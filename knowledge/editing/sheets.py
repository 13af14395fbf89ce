"""Reads and writes tables: CSV, TSV, XLSX and ODS as rows of named cells. Knows no content."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from python_calamine import CalamineError, CalamineWorkbook

from knowledge.errors import ContentError, Fault
from knowledge.reading import decode

LARGEST_FILE = 5_000_000
LARGEST_UNPACKED = 100_000_000
LARGEST_SHEET = 50_000
_TEXT = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".ods", ".xls")


def letters(column: int) -> str:
    """Return the letters of a column, counted from 1: 28 is AB."""
    named = ""
    while column:
        column, letter = divmod(column - 1, 26)
        named = chr(ord("A") + letter) + named
    return named


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and where it stands."""

    text: str
    file: str
    sheet: str
    row: int
    column: int

    @property
    def place(self) -> str:
        """Return its sheet and cell, as a spreadsheet names them: ``phrasings!B7``."""
        cell = f"{letters(self.column)}{self.row}"
        return f"{self.sheet}!{cell}" if self.sheet else cell

    def fault(self, what: str, mend: str = "") -> Fault:
        """Return a fault at this cell."""
        what = f"{self.place}: {what}"
        return Fault(file=self.file, line=self.row, column=self.column, what=what, mend=mend)


Row = Mapping[str, Cell]
"""The filled cells of a row by their column's name, in small letters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its columns, then its rows."""

    name: str
    columns: tuple[Cell, ...]
    rows: tuple[Row, ...]


def read_sheets(raw: bytes, name: str) -> list[Sheet]:
    """Read every sheet that is not empty.

    Raises:
        ContentError: the file is too large, damaged or of another kind.
    """
    if len(raw) > LARGEST_FILE:
        _refuse(name, f"the file has {len(raw):,} bytes; at most {LARGEST_FILE:,} are read")
    ending = name.lower()[name.rfind(".") :]
    if ending in _TEXT:
        tables = {"": _text_table(raw, name)}
    elif ending in _BOOKS:
        tables = _book_tables(raw, name)
    else:
        _refuse(name, f"files ending in {ending!r} are not read", "send CSV, TSV, XLSX or ODS")
    sheets = [_sheet(name, title, table) for title, table in tables.items()]
    found = [sheet for sheet in sheets if sheet is not None]
    if not found:
        _refuse(name, "there is nothing in it", "the first row names the columns")
    return found


def _refuse(name: str, what: str, mend: str = "") -> NoReturn:
    raise ContentError((Fault(file=name, what=what, mend=mend),))


def _text_table(raw: bytes, name: str) -> list[list[str]]:
    text = decode(raw.removeprefix(b"\xef\xbb\xbf"), name)
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ContentError((Fault(file=name, what=f"this is not a table: {error}"),)) from None


def _book_tables(raw: bytes, name: str) -> dict[str, list[list[str]]]:
    try:
        if zipfile.is_zipfile(io.BytesIO(raw)):
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                    _refuse(name, "it unpacks to far more than a spreadsheet holds")
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return {
            title: [[_plain(value) for value in row] for row in _rows(book, title)]
            for title in book.sheet_names
        }
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        what = f"the spreadsheet cannot be read: {error}"
        raise ContentError((Fault(file=name, what=what, mend="save it again"),)) from None


def _rows(book: CalamineWorkbook, title: str) -> Sequence[Sequence[object]]:
    return book.get_sheet_by_name(title).to_python(skip_empty_area=False)


def _plain(value: object) -> str:
    """Return a cell as a person sees it: 6 and not 6.0, days as 2026-11-22."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _sheet(file: str, title: str, table: list[list[str]]) -> Sheet | None:
    filled = [
        (number, row) for number, row in enumerate(table, start=1) if any(map(str.strip, row))
    ]
    if not filled:
        return None
    if len(filled) > LARGEST_SHEET:
        _refuse(file, f"{title}: {len(filled):,} rows; at most {LARGEST_SHEET:,} are read")
    first, head = filled[0]
    columns = tuple(
        Cell(text.strip(), file, title, first, column)
        for column, text in enumerate(head, start=1)
        if text.strip()
    )
    names = {cell.column: cell.text.lower().replace(" ", "_") for cell in columns}
    rows = tuple(
        {
            names.get(column, f"column {letters(column)}"): Cell(
                text.strip(), file, title, number, column
            )
            for column, text in enumerate(row, start=1)
            if text.strip()
        }
        for number, row in filled[1:]
    )
    return Sheet(title, columns, rows)


def write_book(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return an XLSX file; texts are written as text, so that none is taken for a formula."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # slow, and seldom needed
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    for title, (columns, rows) in sheets.items():
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for row in (columns, *rows):
            cells = [WriteOnlyCell(page, value) for value in row]
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
            page.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
