"""Commands for staff who refresh the knowledge base: check, compare, publish, take back."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from bot.folders import base_of, note_base, write_folder
from bot.opening import is_absent, name_of, opened, refuse_absent
from bot.terminal import AsJson, as_text, done, fail, settings
from knowledge.editing.checks import PAST_REVIEW, examine
from knowledge.editing.publishing import QUESTIONS, Draft, Examination, Publisher, compiled
from knowledge.editing.replay import Progress
from knowledge.editing.reports import report, version_lines
from knowledge.editing.spreadsheets import export_book
from knowledge.errors import ContentError, Fault
from knowledge.reading import PACKAGED, read_folder
from knowledge.verdicts import outcome

app = typer.Typer()

T = TypeVar("T")
ContentFolder = Annotated[Path, typer.Argument(help="The content folder.")]
Base = Annotated[int | None, typer.Option(help="The version the folder was made from.")]
By = Annotated[str | None, typer.Option(help="Who does this; by default your login name.")]
ENGLISH = "en"


def run(work: Callable[[Publisher], Awaitable[T]], *, new: bool = True) -> T:
    """Do something with the publisher of the configured database; say plainly what fails.

    Args:
        work: what to do.
        new: whether a database may be made for that, where there is none.
    """
    chosen = settings()
    if new and is_absent(chosen.database_url):
        made = name_of(chosen.database_url)
        print(f"There is no database yet, so one is made: {made}", file=sys.stderr)

    async def use() -> T:
        if not new:
            refuse_absent(chosen.database_url)
        async with opened(chosen, answering=False) as guide:
            return await work(guide.publisher)

    return done(use())


def files_of(folder: Path) -> dict[str, str]:
    """Return the files of a folder; stop with their faults where they cannot be read."""
    if not folder.is_dir():
        fail(f"There is no folder {folder}. Name the folder that holds the content files.", 2)
    try:
        return read_folder(folder)
    except ContentError as error:
        fail(str(error))


def me(by: str | None) -> str:
    """Return who does this."""
    return by or getpass.getuser()


@app.command()
def check(
    folder: ContentFolder = PACKAGED,
    *,
    release: Annotated[
        bool, typer.Option(help="Also refuse missing and outdated translations.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check content files: every fault with its file, line, column and how to mend it."""
    if not folder.is_dir():
        fail(f"There is no folder {folder}. Name the folder that holds the content files.", 2)
    try:
        files = read_folder(folder)
        print(
            f"Checking {len(files)} files; every phrasing is asked, which can take a minute …",
            file=sys.stderr,
        )
        checked = examine(files, release=release)
        content, faults = checked.content, checked.faults
    except ContentError as error:
        content, faults = None, error.faults
    errors = [fault for fault in faults if fault.level == "error"]
    if as_json:
        print(json.dumps([asdict(fault) for fault in faults], ensure_ascii=False))
    else:
        _print_faults(faults)
        held = f"{len(content.things)} things, {len(content.topics)} topics" if content else "none"
        warned = len(faults) - len(errors)
        print(f"{len(errors)} errors, {warned} warnings; content: {held}")
    if errors:
        raise typer.Exit(1)


def _print_faults(faults: Sequence[Fault]) -> None:
    """Print faults; those past their review in one line, since guide stale lists them."""
    stale = [fault for fault in faults if PAST_REVIEW in fault.what]
    for fault in faults:
        if fault not in stale:
            print(fault, file=sys.stderr)
    if stale:
        what = f"{len(stale)} facts are past their review date, such as {stale[0].what}"
        print(f"{stale[0].file}: warning: {what} — guide stale lists them", file=sys.stderr)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show on standard error how far a replay is."""
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Asking logged questions", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@app.command()
def diff(
    folder: ContentFolder = PACKAGED,
    *,
    base: Base = None,
    questions: Annotated[
        int, typer.Option(min=0, help="How many of the newest logged questions to try.")
    ] = QUESTIONS,
    most: Annotated[int, typer.Option(min=1, help="Entries listed of each kind.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Say what a folder would change: facts and topics in words, and for real questions."""
    files = files_of(folder)

    async def work(publisher: Publisher) -> Examination:
        draft = Draft(files=files, base=await base_of(folder, base, publisher))
        with progress_bar() as progress:
            return await publisher.examine(draft, questions=questions, progress=progress)

    examined = run(work)
    if as_json:
        plain = asdict(replace(examined, snapshot=None))
        del plain["snapshot"]  # the draft compiled is for programs of ours
        print(json.dumps(plain, ensure_ascii=False))
    else:
        print("\n".join(report(examined, ENGLISH, most=most)))
    if examined.errors or examined.golden.lost:
        raise typer.Exit(1)


@app.command()
def publish(
    folder: ContentFolder = PACKAGED,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept with the version.")],
    by: By = None,
    base: Base = None,
    override: Annotated[
        str | None, typer.Option(help="Why golden questions may be lost, if they may.")
    ] = None,
) -> None:
    """Make a folder live on every running bot: checked, and no golden question lost."""
    files = files_of(folder)

    async def work(publisher: Publisher) -> int:
        draft = Draft(files=files, base=await base_of(folder, base, publisher))
        done = await publisher.publish(draft, by=me(by), reason=reason, override=override)
        for change in done.changes:
            print(change)
        return done.number

    number = run(work, new=False)
    note_base(folder, number)
    print(f"Version {number} is live in {name_of(settings().database_url)}.")


@app.command()
def merge(folder: ContentFolder = PACKAGED, *, base: Base = None) -> None:
    """Take into a folder what was published since it was made, fact by fact."""
    files = files_of(folder)

    async def work(publisher: Publisher) -> tuple[Draft, tuple[str, ...]]:
        draft = Draft(files=files, base=await base_of(folder, base, publisher))
        onto, merged = await publisher.merge(draft)
        return onto, merged.conflicts

    onto, conflicts = run(work)
    write_folder(folder, onto.files, onto.base, replace=True)
    print(f"The folder now holds version {onto.base} and your changes. Look at: guide diff")
    if conflicts:
        both = "\n".join(f"  {conflict}" for conflict in conflicts)
        fail(f"Both sides changed these; yours was kept. Decide each by hand:\n{both}")


@app.command()
def versions(
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List published versions: who, when, why, and what changed."""
    found = run(lambda publisher: publisher.versions(limit=limit))
    if as_json:
        rows = [{**asdict(one), "published_at": one.published_at.isoformat()} for one in found]
        print(json.dumps(rows, ensure_ascii=False))
        return
    print("\n".join(version_lines(found, found[0].number if found else 0)))
    print(f"Kept in {name_of(settings().database_url)}.")


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(help="The version to go back to.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; kept with the version.")] = "",
    by: By = None,
) -> None:
    """Make an earlier version live again, everywhere; history stays as it is."""
    done = run(lambda publisher: publisher.rollback(number, by=me(by), reason=reason))
    print("\n".join(done.changes))
    print(f"Version {done.number} is live, with the content of version {number}.")


@app.command()
def export(
    number: Annotated[
        int | None, typer.Argument(help="A version; by default the live one.")
    ] = None,
    *,
    to: Annotated[Path | None, typer.Option(help="The folder, or the .xlsx, to write.")] = None,
    replace: Annotated[bool, typer.Option(help="Make a folder with files in it match.")] = False,
    xlsx: Annotated[bool, typer.Option(help="Write a spreadsheet for guide import.")] = False,
) -> None:
    """Write a version back as the files it was published from, byte for byte."""

    async def work(publisher: Publisher) -> tuple[int, dict[str, str]]:
        chosen = number or await publisher.live_number()
        return chosen, await publisher.files_of(chosen)

    chosen, files = run(work)
    if xlsx:
        book = to or Path(f"content-{chosen}.xlsx")
        book.write_bytes(export_book(compiled(files, chosen).content))
        print(f"Version {chosen}: written to {book}.")
        return
    folder = to or Path(f"content-{chosen}")
    write_folder(folder, files, chosen, replace=replace)
    print(f"Version {chosen}: {len(files)} files written to {folder}.")


@app.command()
def explain(
    answer: Annotated[int, typer.Argument(help="The number of a logged answer.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Re-create an old answer as it was said, from the version that said it."""
    told = run(lambda publisher: publisher.explain(answer))
    question, snapshot = told.question, told.snapshot
    text = as_text(told.said, snapshot)
    facts: dict[str, Any] = {
        "question": question.text,
        "asked_at": question.asked_at.isoformat(),
        "version": question.version,
        "outcome": outcome(told.said.understood.verdict),
        "topic": question.topic,
        "slots": json.loads(question.slots),
        "score": question.score,
        "runner_up": question.runner_up,
        "runner_up_score": question.runner_up_score,
    }
    if as_json:
        print(json.dumps({**facts, "text": text}, ensure_ascii=False))
        return
    print("\n".join(f"{name:16} {value}" for name, value in facts.items()))
    print(f"\n{text}")
