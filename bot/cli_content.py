"""Commands for staff who tend the content: take files in, keep facts and translations fresh."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_staff import ENGLISH, By, ContentFolder, files_of, me, run
from bot.folders import write_folder
from bot.terminal import AsJson, fail
from knowledge import content_schema
from knowledge.content_schema import FILE as SCHEMA
from knowledge.editing.checks import load
from knowledge.editing.freshness import Stale
from knowledge.editing.publishing import Publisher, compiled
from knowledge.editing.reports import stale_line
from knowledge.editing.spreadsheets import import_file
from knowledge.editing.translations import FILE as MARKS, mark_reviewed as mark, states
from knowledge.reading import PACKAGED

app = typer.Typer()


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, ODS, or Rasa's nlu.yml.")],
    *,
    to: Annotated[Path | None, typer.Option(help="The folder for the draft.")] = None,
    language: Annotated[str, typer.Option(help="Of rows that do not say.")] = ENGLISH,
) -> None:
    """Turn a spreadsheet or another bot's export into a draft; nothing is published."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.", 2)

    async def work(publisher: Publisher) -> tuple[int, dict[str, str]]:
        live = await publisher.live_number()
        files = await publisher.files_of(live)
        content = compiled(files, live).content
        return live, import_file(raw, file.name, content, files, language=language)

    live, files = run(work)
    folder = to or Path(f"draft-{file.stem}")
    write_folder(folder, files, live, replace=False)
    print(f"A draft on version {live} is in {folder}. Next: guide diff {folder}")


@app.command()
def stale(
    *,
    most: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the facts past their review, those first that most people ask for."""

    async def work(publisher: Publisher) -> tuple[Stale, ...]:
        files = await publisher.files_of()
        return await publisher.stale(load(files))

    found = run(work)
    if as_json:
        print(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found[:most]:
        print(f"{one.fact}\n  {stale_line(one, ENGLISH)}")
        print("\n".join(f"  {source}" for source in one.sources))
    print(f"{len(found)} facts to look at again. Still true: guide confirm THING.FACT")


@app.command()
def confirm(
    facts: Annotated[list[str], typer.Argument(help="Facts, as thing.fact.")], *, by: By = None
) -> None:
    """Note that facts were looked at today and still hold."""
    done = run(lambda publisher: publisher.confirm(facts, by=me(by)))
    print("\n".join(done.changes))
    print(f"Version {done.number} is live.")


@app.command()
def translations(
    folder: ContentFolder = PACKAGED,
    *,
    mark_reviewed: Annotated[
        list[str] | None,
        typer.Option(help="Texts looked at, by their path, or 'all'.", metavar="PATH"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List texts whose translation is missing, outdated or unreviewed, or mark them reviewed."""
    content = load(files_of(folder))
    if mark_reviewed:
        names = None if "all" in mark_reviewed else mark_reviewed
        (folder / MARKS).write_text(mark(content, names), "utf-8")
        print(f"{folder / MARKS} says what was reviewed.")
        return
    found = [place for place in states(content) if place.state != "reviewed"]
    if as_json:
        print(json.dumps([{**asdict(one), "name": one.name} for one in found], ensure_ascii=False))
        return
    for place in found:
        if place.state != "unreviewed":
            print(f"{place.state:10} {place.language}  {place.name}")
    counts = Counter(place.state for place in found)
    print(", ".join(f"{counts[state]} {state}" for state in ("missing", "outdated", "unreviewed")))


@app.command()
def schema(
    to: Annotated[Path, typer.Argument(help="The file to write.")] = PACKAGED.parent / SCHEMA,
) -> None:
    """Write the JSON Schema by which editors complete and check content files."""
    to.write_text(content_schema.as_text(), "utf-8")
    print(f"{to} holds the schema of content files.")
