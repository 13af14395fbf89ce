"""Commands for curators: the queue of unanswered questions and decisions; for scripts too."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer

from bot.opening import opened, rights_of
from bot.terminal import AsJson, Folder, done, fail, row_of, settings
from knowledge.curation.choices import Choice, choice_from
from knowledge.curation.curation import Curation, Decided
from knowledge.curation.exports import FORMATS, as_file
from knowledge.editing.checks import load
from knowledge.errors import GuideError
from knowledge.matching.semantic import load_encoder
from knowledge.people import TERMINAL, Actor
from knowledge.reading import PACKAGED, read_folder
from knowledge.rights import Rights
from knowledge.store.groups import Wanted
from knowledge.store.rows import decision_row, group_row, question_row
from knowledge.understanding.grouping import sketch_of
from knowledge.understanding.shelves import Shelves
from knowledge.understanding.understanding import Understanding

review = typer.Typer(help="Unanswered questions, in groups: list, decide, take back.")

T = TypeVar("T")
Number = Annotated[int, typer.Argument(help="Number of the group.")]
As = Annotated[int | None, typer.Option("--as", help="Telegram id of who does this.")]


def run(work: Callable[[Curation, Rights], Awaitable[T]]) -> T:
    """Do something with the queue of the configured database; say plainly what fails."""

    async def use() -> T:
        chosen = settings()
        async with opened(chosen) as guide:
            return await work(guide.curation, rights_of(chosen, guide.store))

    return done(use())


async def who(rights: Rights, number: int | None) -> Actor:
    """Return the person a command acts for; without one, whoever runs this machine."""
    return TERMINAL if number is None else await rights.actor(number, "command")


def show(value: Any, lines: list[str], *, as_json: bool) -> None:
    """Print for programs or for people."""
    print(json.dumps(value, ensure_ascii=False) if as_json else "\n".join(lines))


@review.command()
def group(
    *,
    batch: Annotated[bool, typer.Option(help="Group JSON lines from standard input.")] = False,
    content: Folder = None,
) -> None:
    """Put what waits into groups; with --batch group lines of {"id", "q"}, storing nothing."""
    if not batch:
        placed = run(lambda curation, _: curation.group_waiting())
        print(f"{placed} questions put into groups.")
        return
    try:
        understanding = Understanding(load(read_folder(content or PACKAGED)), load_encoder())
    except GuideError as error:
        fail(str(error))
    understanding.prepare()
    shelves = Shelves()
    for number, line in enumerate(sys.stdin, start=1):
        if line.strip():
            row = row_of(line, number)
            placed = shelves.place(sketch_of(str(row["q"]), understanding))
            print(json.dumps({"id": row.get("id"), "group": placed}), flush=True)


@review.command("list")
def list_groups(
    *,
    state: Annotated[
        str, typer.Option(help="open, answered, ignored, later, with_staff or all.")
    ] = "open",
    text: Annotated[str, typer.Option(help="Only groups with these words.")] = "",
    language: Annotated[str, typer.Option(help="Only groups asked in this language.")] = "",
    reason: Annotated[str, typer.Option(help="Only groups that wait for this reason.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List groups, the weightiest first."""
    wanted = Wanted(state=state, text=text, language=language, reason=reason, limit=limit)
    found, total = run(lambda curation, _: curation.inbox(wanted))
    lines = [
        f"{one.id:>5}  {one.people:>3} people {one.questions:>4} questions  {one.head[:70]}"
        for one in found
    ]
    show(
        {"total": total, "groups": [group_row(one) for one in found]},
        [*lines, f"{len(found)} of {total} groups"],
        as_json=as_json,
    )


@review.command("show")
def show_group(number: Number, *, as_json: AsJson = False) -> None:
    """Show a group: its questions, nearest topics and what was decided."""

    async def work(curation: Curation, _: Rights) -> dict[str, Any]:
        card = await curation.card(number)
        return {
            **group_row(card.group),
            "recent": card.recent,
            "before": card.before,
            "promised": card.promised,
            "held_back": card.held_back,
            "wordings": [question_row(question) for question in card.samples],
        }

    found = run(work)
    lines = [
        f"{found['head']}  ({found['state']})",
        f"{found['people']} people, {found['questions']} questions, "
        f"{found['recent']} in two weeks, {found['before']} in the two before",
        f"{found['promised']} asked to be told, {found['held_back']} held back",
        *(f"  nearest {topic}  {score:.2f}" for topic, score in found["nearest"]),
        *(
            f"  - {question['text']}  (question {question['id']})"
            for question in found["wordings"]
        ),
    ]
    show(found, lines, as_json=as_json)


@review.command()
def decide(
    number: Number,
    choice: Annotated[
        str,
        typer.Argument(
            help='JSON: {"kind": "phrasing", "topic": …, "phrasings": {"en": […]}}, or a '
            "kind new_answer, not_ours, later, not_reusable, wrong_answer; - reads standard input."
        ),
    ],
    *,
    preview: Annotated[bool, typer.Option(help="Only say what it would do.")] = False,
    hold: Annotated[bool, typer.Option(help="Tell nobody who asked to be told, yet.")] = False,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Decide a group, or with --preview see what that would do."""
    wanted = _choice(sys.stdin.read() if choice == "-" else choice)

    async def work(curation: Curation, rights: Rights) -> tuple[dict[str, Any], list[str]]:
        if preview:
            seen = asdict(await curation.preview(number, wanted))
            return seen, [f"{name}: {said}" for name, all_ in seen.items() for said in all_]
        decided = await curation.decide(number, wanted, await who(rights, by), tell=not hold)
        return _told(decided)

    value, lines = run(work)
    show(value, lines, as_json=as_json)


def _choice(text: str) -> Choice:
    """Read a decision; one that needs no more than its kind may be that word alone."""
    said = text.strip()
    try:
        return choice_from({"kind": said} if said.isidentifier() else json.loads(said))
    except json.JSONDecodeError as error:
        fail(f"The choice is neither a kind such as later nor JSON: {error}", 2)
    except GuideError as error:
        fail(str(error), 2)


def _told(decided: Decided) -> tuple[dict[str, Any], list[str]]:
    decision = decided.decision
    value = {
        **decision_row(decision),
        "proposed": decided.proposed,
        "closed": [group_row(one) for one in decided.closed],
    }
    lines = [f"Decision {decision.id}: {decision.kind} for group {decision.group_id}."]
    if decided.proposed:
        lines.append("It waits for a publisher: guide review approve.")
    if decision.version:
        lines.append(f"Live as version {decision.version}.")
    lines += [f"Also answered now: {one.head}" for one in decided.closed]
    return value, lines


@review.command()
def tell(number: Number, *, by: As = None) -> None:
    """Tell those whose notice was held back with decide --hold."""

    async def work(curation: Curation, rights: Rights) -> int:
        held = (await curation.card(number)).held_back
        await curation.let_go(number, await who(rights, by))
        return held

    print(f"{run(work)} people are told as soon as the bot runs.")


@review.command()
def approve(
    number: Annotated[int, typer.Argument(help="Number of the decision.")], *, by: As = None
) -> None:
    """Publish an answer that a curator proposed."""

    async def work(curation: Curation, rights: Rights) -> list[str]:
        return _told(await curation.approve(number, await who(rights, by)))[1]

    print("\n".join(run(work)))


@review.command()
def undo(
    number: Annotated[int | None, typer.Argument(help="Number of the decision.")] = None,
    *,
    by: As = None,
) -> None:
    """Take a decision back whole: content, group, and what closed because of it."""

    async def work(curation: Curation, rights: Rights) -> list[str]:
        opened_again = await curation.undo(await who(rights, by), number)
        return [f"Open again: group {one.id}, {one.head}" for one in opened_again]

    print("\n".join(run(work)))


@review.command()
def merge(
    source: Number,
    into: Annotated[int, typer.Argument(help="The group that takes it in.")],
    *,
    by: As = None,
) -> None:
    """Let one group take in another; later questions follow."""

    async def work(curation: Curation, rights: Rights) -> int | None:
        return (await curation.merge(source, into, await who(rights, by))).id

    print(f"Decision {run(work)}: group {source} is part of group {into}.")


@review.command()
def split(
    number: Number,
    questions: Annotated[list[int], typer.Argument(help="Numbers of questions that move.")],
    *,
    by: As = None,
) -> None:
    """Let questions begin a group of their own; later ones of the same words follow."""

    async def work(curation: Curation, rights: Rights) -> Any:
        return json.loads((await curation.split(number, questions, await who(rights, by))).detail)

    print(f"Group {run(work)['target']} begins with them.")


@review.command()
def scrub(
    words: Annotated[str, typer.Argument(help="The personal words, exactly as they stand.")],
    *,
    by: As = None,
) -> None:
    """Take personal words out of everything that is kept; this cannot be taken back."""

    async def work(curation: Curation, rights: Rights) -> int:
        return await curation.scrub(words, await who(rights, by))

    print(f"Taken out of {run(work)} questions, and of their groups, index and history.")


@review.command()
def export(
    what: Annotated[str, typer.Argument(help="groups, questions, decisions or audit.")] = "groups",
    *,
    format_: Annotated[str, typer.Option("--format", help="json, csv or xlsx.")] = "json",
    limit: Annotated[int, typer.Option(min=1)] = 10_000,
) -> None:
    """Write a table to standard output."""
    if format_ not in FORMATS:
        fail(f"There is no format {format_!r}; choose json, csv or xlsx.", 2)

    async def work(curation: Curation, _: Rights) -> list[dict[str, Any]]:
        return await curation.rows(what, limit)

    sys.stdout.buffer.write(as_file(run(work), format_))


@review.command()
def history(*, limit: Annotated[int, typer.Option(min=1)] = 20, as_json: AsJson = False) -> None:
    """List decisions, newest first."""

    async def work(curation: Curation, _: Rights) -> list[dict[str, Any]]:
        waiting = {one.number for one in await curation.proposals()}
        made = await curation.rows("decisions", limit)
        return [{**row, "waits": row["id"] in waiting} for row in made]

    found = run(work)
    lines = [
        f"{row['id']:>5}  {row['at'][:16]}  {row['kind']:12} group {row['group']} by {row['by']}"
        f"{' (taken back)' if row['undone_at'] else ''}"
        f"{' (waits for a publisher: guide review approve)' if row['waits'] else ''}"
        f"  {row['reason'][:60]}"
        for row in found
    ]
    show(found, lines, as_json=as_json)
