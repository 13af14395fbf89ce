"""Takes spreadsheets into the content as a draft, and writes the content as a spreadsheet.

A file becomes a draft or nothing: every unknown column, bad cell and clash is named by sheet and
cell, and where there is one, nothing is taken over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from knowledge.editing.importing import Import, is_id, slug
from knowledge.editing.other_bots import MAKER, take_maker, take_rasa
from knowledge.editing.sheets import Cell, Row, Sheet, read_sheets, write_book
from knowledge.errors import ContentError, Fault
from knowledge.reading import Files, did_you_mean
from knowledge.schema import LANGUAGES, SOURCE_LANGUAGE, Content, Kind, Topic

PHRASINGS = ("topic", "language", "phrasing")
PAIRS = (
    *("topic", "title_en", "title_es", "question_en", "question_es"),
    *("answer_en", "answer_es", "kind", "next"),
)
FACTS = (
    *("thing", "fact", "value", "unit", "text_en", "text_es", "source", "as_of", "confidence"),
    *("review_days", "valid_from", "valid_to", "scope"),
)
AVAILABILITY = (
    *(Kind.REGION, Kind.STATE, Kind.COLLEGE, Kind.UNIVERSITY, Kind.OPENING, Kind.PROVIDER),
)
"""What is offered where: the things whose facts go into a spreadsheet."""


def import_file(
    raw: bytes, name: str, content: Content, files: Files, *, language: str = SOURCE_LANGUAGE
) -> dict[str, str]:
    """Return the files with what a spreadsheet or an export says taken in.

    Args:
        raw: the file.
        name: its name; the ending tells what it is.
        content: what the files mean.
        files: of the version it is imported into.
        language: of texts whose row does not say.

    Raises:
        ContentError: with everything that is wrong, by sheet and cell.
    """
    home = f"imported/{slug(name.rpartition('.')[0]) or 'file'}.yaml"
    work = Import(content=content, files=dict(files), language=language, home=home)
    if name.lower().endswith((".yml", ".yaml")):
        take_rasa(work, raw, name)
    else:
        for sheet in read_sheets(raw, name):
            _take_sheet(work, sheet)
    if work.faults:
        raise ContentError(tuple(work.faults))
    return work.write()


def _take_sheet(work: Import, sheet: Sheet) -> None:
    columns = [column_name(cell) for cell in sheet.columns]
    way = next((way for way in _WAYS if way[0] in columns), None)
    if way is None:
        work.faults += _unlike_any(sheet, columns)
        return
    _sign, known, take = way
    for at, (cell, column) in enumerate(zip(sheet.columns, columns, strict=True)):
        if column not in known:
            work.faults.append(_unknown_column(cell, column, known))
        elif column in columns[:at]:
            work.faults.append(cell.fault(f"the column {cell.text!r} stands twice"))
    for row in sheet.rows:
        for column, cell in row.items():
            if column not in columns:
                work.faults.append(cell.fault("a cell under no column", "name its column"))
        take(work, row)


def _unlike_any(sheet: Sheet, columns: list[str]) -> Iterator[Fault]:
    """Say what is wrong where no column tells what a table holds."""
    near = _nearest_way(columns)
    if near is None:
        kinds = "; ".join(", ".join(known[:4]) for _sign, known, _take in _WAYS)
        what = f"{sheet.name or 'this table'} has none of the known sets of columns"
        yield sheet.columns[0].fault(what, f"known sets begin: {kinds}")
        return
    sign, known = near
    named = zip(sheet.columns, columns, strict=True)
    faults = [
        _unknown_column(cell, column, known) for cell, column in named if column not in known
    ]
    yield from faults
    if not any(repr(sign) in fault.mend for fault in faults):
        yield sheet.columns[0].fault(f"the column {sign!r} is missing", _known_columns(known))


def _unknown_column(cell: Cell, column: str, known: tuple[str, ...]) -> Fault:
    mend = did_you_mean(column, known) or _known_columns(known)
    return cell.fault(f"unknown column {cell.text!r}", mend)


def _known_columns(known: tuple[str, ...]) -> str:
    return f"known columns: {', '.join(known)}"


def _nearest_way(columns: list[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the set of columns that a table is meant as, where most names are near to its."""
    near = {
        (sign, known): sum(bool(did_you_mean(column, known)) for column in columns)
        for sign, known, _take in _WAYS
    }
    best = max(near, key=near.__getitem__)
    return best if near[best] * 2 > len(columns) else None


def column_name(cell: Cell) -> str:
    """Return the name of a column as it is known, however it is written."""
    return cell.text.lower().replace(" ", "_")


def _take_phrasing(work: Import, row: Row) -> None:
    cells = work.needed(row, "topic", "phrasing")
    if cells and work.topic(cells[0]):
        work.add(cells[0].text, work.language_of(row), cells[1])


def _take_pair(work: Import, row: Row) -> None:
    cells = work.needed(row, "topic", "question_en", "answer_en")
    if cells is None:
        return
    topic, question, _answer = cells
    if not is_id(topic.text):
        mend = f"write {slug(topic.text) or 'words'!r}"
        work.faults.append(topic.fault(f"{topic.text!r} cannot be an id", mend))
        return
    first = question.text.split("\n")[0]
    titles = {lang: row[f"title_{lang}"].text for lang in LANGUAGES if f"title_{lang}" in row}
    said = {lang: row[f"answer_{lang}"].text for lang in LANGUAGES if f"answer_{lang}" in row}
    work.answer(topic, said, {SOURCE_LANGUAGE: first, **titles})
    item = work.answers[topic.text]
    if "kind" in row and row["kind"].text != "answer":
        item["kind"] = row["kind"].text
    if "next" in row:
        item["next"] = [part.strip() for part in row["next"].text.split(",")]
    for language in LANGUAGES:
        if f"question_{language}" in row:
            _take_wordings(work, topic.text, language, row[f"question_{language}"])


def _take_wordings(work: Import, topic: str, language: str, cell: Cell) -> None:
    """Take the ways to ask that a cell holds, one on each line."""
    for line in filter(None, map(str.strip, cell.text.split("\n"))):
        work.add(topic, language, Cell(line, cell.file, cell.sheet, cell.row, cell.column))


def _take_fact(work: Import, row: Row) -> None:
    cells = work.needed(row, "thing", "fact")
    if cells is None or not work.thing(cells[0]):
        return
    thing, name = cells
    known = name.text in work.content.things[thing.text].facts
    if known or work.needed(row, "source", "as_of", "confidence"):
        work.fact(thing, name, _fact(work, row))


def _fact(work: Import, row: Row) -> dict[str, Any]:
    """Return the fields of a fact that a row fills in."""
    made: dict[str, Any] = {
        column: row[column].text
        for column in ("unit", "as_of", "confidence", "valid_from", "valid_to", "scope")
        if column in row
    }
    made |= {name: _value(row[name].text) for name in ("value", "review_days") if name in row}
    texts = {lang: row[f"text_{lang}"].text for lang in LANGUAGES if f"text_{lang}" in row}
    if texts:
        made["text"] = texts
    if "source" in row:
        made["source"] = _sources(work, row["source"])
    return made


def _sources(work: Import, cell: Cell) -> str | list[str]:
    keys = [key.strip() for key in cell.text.split(",")]
    for key in keys:
        if key not in work.content.sources:
            guess = did_you_mean(key, list(work.content.sources))
            work.faults.append(cell.fault(f"there is no source {key!r}", guess))
    return keys[0] if len(keys) == 1 else keys


def _value(text: str) -> int | float | bool | str:
    plain = text.replace(",", "")
    if re.fullmatch(r"[-+]?\d+", plain):
        return int(plain)
    if re.fullmatch(r"[-+]?\d+\.\d+", plain):
        return float(plain)
    return text.lower() == "true" if text.lower() in ("true", "false") else text


_WAYS: tuple[tuple[str, tuple[str, ...], Callable[[Import, Row], None]], ...] = (
    ("phrasing", PHRASINGS, _take_phrasing),
    ("fact", FACTS, _take_fact),
    ("answer_en", PAIRS, _take_pair),
    ("answer", MAKER, take_maker),
)
"""What a sheet can hold: the column that tells it, its columns, and what takes a row."""


def export_book(content: Content) -> bytes:
    """Return the content as a spreadsheet that :func:`import_file` takes back."""
    return write_book(
        {
            "availability": (FACTS, _fact_rows(content)),
            "phrasings": (PHRASINGS, _phrasing_rows(content)),
            "questions and answers": (PAIRS, _pair_rows(content)),
        }
    )


def _fact_rows(content: Content) -> Iterator[tuple[str, ...]]:
    for thing in content.things.values():
        if thing.kind not in AVAILABILITY:
            continue
        for name, fact in thing.facts.items():
            if fact.items or fact.others or fact.blank:
                continue
            text = fact.text.root if fact.text else {}
            yield (
                *(thing.id, name, _say(fact.value), fact.unit or ""),
                *(text.get("en", ""), text.get("es", ""), ", ".join(fact.source)),
                *(fact.as_of, fact.confidence, _say(fact.review_days)),
                *(_say(fact.valid_from), _say(fact.valid_to), fact.scope or ""),
            )


def _say(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _phrasing_rows(content: Content) -> Iterator[tuple[str, ...]]:
    for topic in content.topics.values():
        for language, said in topic.phrasings.items():
            yield from ((topic.id, language, phrasing) for phrasing in said)


def _pair_rows(content: Content) -> Iterator[tuple[str, ...]]:
    for topic in content.topics.values():
        if topic.answer and _plain_topic(topic):
            title, answer = topic.title.root, topic.answer.root
            asked = {str(lang): said for lang, said in topic.phrasings.items()}
            yield (
                *(topic.id, title["en"], title.get("es", "")),
                *("\n".join(asked.get(language, ())) for language in LANGUAGES),
                *(answer["en"], answer.get("es", "")),
                *(topic.kind, ", ".join(topic.next)),
            )


def _plain_topic(topic: Topic) -> bool:
    """Whether a row can say all of a topic."""
    return not (topic.needs or topic.where or topic.facts)
