"""Commands that keep what the bot knows: a backup of everything, and its way back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.opening import name_of, refuse_absent, store_of
from bot.terminal import AsJson, fail, settings
from knowledge.errors import GuideError
from knowledge.store.backup import Summary, back_up
from knowledge.store.engine import Store
from knowledge.store.restoring import refuse_in_use, rehearse, restore as put_back

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write everything into one file, as of one moment, while the bot runs."""
    chosen = settings()
    store = Store(chosen.database_url)
    try:
        refuse_absent(chosen.database_url)
        kept = back_up(store.engine, file)
    except GuideError as error:
        fail(str(error))
    finally:
        store.engine.dispose()
    words = f"{kept.rows:,} rows of {len(kept.tables)} tables of {name_of(chosen.database_url)}"
    _tell(kept, f"{words} are kept in {file}.", as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that 'guide backup' wrote.")],
    *,
    verify: Annotated[
        bool, typer.Option(help="Read everything back and compare it before it is kept.")
    ] = False,
    replace: Annotated[bool, typer.Option(help="Lose what is in the database now.")] = False,
    rehearsal: Annotated[
        bool, typer.Option(help="Only try: restore beside, compare, and throw that away.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL: all of it or nothing."""
    if rehearsal:
        done = _rehearsed(file)
        _tell(done, f"{file} can be restored: {done.rows:,} rows came back alike.", as_json)
        return
    chosen = settings()
    try:
        store = store_of(chosen)
        try:
            if replace:
                refuse_in_use(store.engine)
            done = put_back(file, store.engine, replace=replace, verify=verify)
        finally:
            store.engine.dispose()
    except GuideError as error:
        fail(str(error))
    compared = ", each compared" if verify else ""
    words = f"{done.rows:,} rows as of {done.made_at[:16]} are restored{compared}"
    _tell(done, f"{words}, to {name_of(chosen.database_url)}.", as_json)


def _rehearsed(file: Path) -> Summary:
    try:
        return rehearse(file)
    except GuideError as error:
        fail(str(error))


def _tell(summary: Summary, words: str, as_json: bool) -> None:
    if not as_json:
        print(words)
        return
    tables = {
        name: {"rows": tally.rows, "sha256_sum": f"{tally.digest:064x}"}
        for name, tally in summary.tables.items()
    }
    print(json.dumps({**asdict(summary), "tables": tables}))
