"""The command line ``guide``: every door to the knowledge base for people at a terminal.

Exit codes: 0 done, 1 done but something is wrong (faults found), 2 the call itself was wrong.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from threadpoolctl import threadpool_limits

from bot import cli_content, cli_keeping, cli_people, cli_review, cli_staff
from bot.terminal import AsJson, Folder, as_plain, as_text, day_of, fail, row_of, settings
from handlers.replies import reply_to
from knowledge.answering.answers import Worded, title_of
from knowledge.editing.checks import load
from knowledge.errors import ContentError, GuideError
from knowledge.matching.evaluation import evaluate as measure
from knowledge.matching.semantic import load_encoder
from knowledge.reading import PACKAGED, read_folder
from knowledge.snapshot import Said, Snapshot
from knowledge.verdicts import Clarify, Reading, best_reading, outcome

app = typer.Typer(
    help="The health IT guide: answers, checks, publishes and runs the bot.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.add_typer(cli_staff.app)
app.add_typer(cli_content.app)
app.add_typer(cli_keeping.app)
app.add_typer(cli_review.review, name="review")
app.add_typer(cli_people.people, name="people")
app.command()(cli_people.console)


def snapshot_of(content: Path | None) -> Snapshot:
    """Return a compiled content; stop with its faults where it has any."""
    try:
        encoder = load_encoder(threads=os.cpu_count() or 1)  # nobody else is asking here
        return Snapshot(load(read_folder(content or PACKAGED)), encoder=encoder)
    except ContentError as error:
        fail(str(error))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question, as a person would type it.")] = "",
    *,
    why: Annotated[bool, typer.Option(help="Show how the question was understood.")] = False,
    batch: Annotated[bool, typer.Option(help="Read JSON lines from standard input.")] = False,
    language: Annotated[str, typer.Option(help="Language where the text does not tell.")] = "en",
    on: Annotated[str | None, typer.Option(help="Answer as on this day (YYYY-MM-DD).")] = None,
    content: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the knowledge base; nothing is logged."""
    today = day_of(on)
    if batch:
        _ask_batch(snapshot_of(content), language, today)
        return
    if not question:
        fail('Say what to ask: guide ask "QUESTION", or --batch for JSON lines.', 2)
    snapshot = snapshot_of(content)
    started = time.perf_counter()
    said = snapshot.say(question, language=language, today=today)
    if any(one.understood.in_doubt for one in said):
        snapshot.understanding.prepare()
        started = time.perf_counter()
        said = snapshot.say(question, language=language, today=today, deeper=True)
    took = (time.perf_counter() - started) * 1000
    if as_json:
        print(json.dumps(as_object(said, snapshot, today, took), ensure_ascii=False))
        return
    for one in said:
        print(as_text(one, snapshot))
        if why:
            print(explain(one, snapshot))


@app.command()
def learn(content: Folder = None) -> None:
    """Embed the phrasings and keep that, so that no later start has to wait for it."""
    snapshot = snapshot_of(content)
    snapshot.understanding.prepare()
    parts = "words and meaning" if snapshot.understanding.has_meaning else "words alone"
    print(f"Ready to understand by {parts}.")


def _ask_batch(snapshot: Snapshot, language: str, today: date) -> None:
    snapshot.understanding.prepare()
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        row = row_of(line, number)
        earlier = [str(text) for text in row.get("context") or []]
        about = snapshot.heard(earlier, today, language)
        started = time.perf_counter()
        said = snapshot.say(
            str(row["q"]), about=about, language=language, today=today, deeper=True
        )
        took = (time.perf_counter() - started) * 1000
        answer = {"id": row.get("id"), **as_object(said, snapshot, today, took)}
        print(json.dumps(answer, ensure_ascii=False), flush=True)


def as_object(said: list[Said], snapshot: Snapshot, today: date, took: float) -> dict[str, Any]:
    """Return an answer as one object for programs."""
    texts = [as_text(one, snapshot) for one in said]
    marked_up = [_html(one, snapshot) for one in said]
    first = said[0]
    reading = best_reading(first.understood.verdict)
    worded = [one.worded for one in said if one.worded]
    return {
        "outcome": _outcome(said),
        "topic": reading.topic if reading else None,
        "text": "\n\n".join(texts),
        "html": "\n\n".join(marked_up),
        "options": [
            {
                "title": title_of(snapshot.content, option, one.understood.language),
                "topic": option.topic,
                "text": _preview(option, one, snapshot, today),
            }
            for one in said
            for option in _options(one)
        ],
        "score": round(reading.score, 4) if reading else 0.0,
        "slots": {
            kind: list(keys)
            for one in said
            for kind, keys in (reading.slots if reading else one.understood.slots).items()
        },
        "sources": _sources(worded),
        "as_of": max((one.as_of for one in worded if one.as_of), default=None),
        "language": first.understood.language,
        "parts": [
            {
                "outcome": outcome(one.understood.verdict),
                "topic": part.topic if (part := best_reading(one.understood.verdict)) else None,
            }
            for one in said
        ],
        "ms": round(took, 3),
    }


def _outcome(said: list[Said]) -> str:
    """Return the outcome of a message: an answer, if any of its questions was answered."""
    outcomes = [outcome(one.understood.verdict) for one in said]
    return "answer" if "answer" in outcomes else outcomes[0]


def _options(said: Said) -> tuple[Reading, ...]:
    match said.understood.verdict:
        case Clarify(options=options, missing=None):
            return options
        case _:
            return ()


def _preview(option: Reading, said: Said, snapshot: Snapshot, today: date) -> str:
    if not snapshot.content.topics[option.topic].is_filled(option.slots):
        return ""
    return as_plain(snapshot.word(option, said.understood.language, today), snapshot)


def _sources(worded: list[Worded]) -> list[dict[str, str | None]]:
    cited = {cited.id: cited for one in worded for cited in one.cited}
    return [
        {"id": key, "title": one.source.title, "url": one.source.url, "as_of": one.as_of}
        for key, one in cited.items()
    ]


def _html(said: Said, snapshot: Snapshot) -> str:
    return reply_to(said, snapshot.content, "full", 0).html


def explain(said: Said, snapshot: Snapshot) -> str:
    """Return how a question was understood, line by line."""
    understood = said.understood
    policy = snapshot.understanding.policy
    lines = [
        "",
        "Why:",
        f"  outcome      {outcome(understood.verdict)}, decided by {understood.decided_by}",
        f"  language     {understood.language}",
        f"  named        {_slots_text(understood.slots) or 'nothing'}",
        f"  words left   {understood.rest}",
        f"  thresholds   answer {policy['answer_at']:.2f}, offer {policy['offer_at']:.2f}",
    ]
    if understood.excluded:
        lines.append(f"  ruled out    {_slots_text(understood.excluded)}")
    for typed, repaired in understood.corrections:
        lines.append(f"  corrected    {typed} → {repaired}")
    for place, reading in enumerate(understood.ranked, start=1):
        carried = f" (from the chat: {', '.join(reading.carried)})" if reading.carried else ""
        asked = f" (asked next here: {reading.expected:.2f})" if reading.expected else ""
        lines.append(
            f"  {place}. {reading.score:.3f}  {reading.topic}  “{reading.phrase}”{carried}{asked}"
        )
    return "\n".join(lines)


def _slots_text(slots: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{kind}: {', '.join(keys)}" for kind, keys in slots.items())


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="Phrasings, JSON lines of text and intent.")],
    test: Annotated[Path, typer.Option(help="Questions to be matched, likewise.")],
    *,
    oos: Annotated[Path | None, typer.Option(help="Strangers: texts that fit no intent.")] = None,
    meaning: Annotated[
        bool, typer.Option(help="Ask the embedding too where words leave doubt, if installed.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Measure the general matcher on intent data, without the names this bot knows."""
    strangers = [row["text"] for row in _rows(oos)] if oos else []
    encoder = load_encoder(tuned=False) if meaning else None
    figures = measure(_pairs(train), _pairs(test), strangers, encoder)
    if as_json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:8} {figure if figure is not None else 'not measured'}")


def _pairs(path: Path) -> list[tuple[str, str]]:
    return [(row["text"], row["intent"]) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        lines = path.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}.", 2)
    except json.JSONDecodeError as error:
        fail(f'{path} is not JSON lines: {error}. Each line is {{"text": …, "intent": …}}.', 2)


@app.command()
def run() -> None:
    """Start the bot: live with a token, else in the local sandbox with its chat page."""
    # Only here: the web server and Telegram take seconds to import.
    from telegram.error import TelegramError

    from bot.app import serve
    from bot.intake import explain

    chosen = settings()
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(serve(chosen))
    except GuideError as error:
        fail(str(error))
    except TelegramError as error:
        fail(explain(error))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes uvloop's loop, which sends and fetches with less work, where there is one.

    It is not made for Windows; asyncio's own does there.
    """
    try:
        return import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
    except ImportError:
        return None


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Say what is well and what is not: settings, content, database, Telegram, disk, clock."""
    from bot.doctor import Finding, examine  # as above

    async def look() -> list[Finding]:
        found = []
        async for finding in examine(settings()):
            found.append(finding)
            if not as_json:  # each as it comes: the last takes half a minute
                mend = f" — {finding.mend}" if finding.mend else ""
                print(f"{'ok ' if finding.well else 'BAD'}  {finding.what}{mend}", flush=True)
        return found

    findings = asyncio.run(look())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    # The matrices of a question are small: threads of BLAS take longer to meet than to multiply
    # them, and many times longer where answers keep the processors busy.
    threadpool_limits(1, user_api="blas")
    try:
        app()
    except SystemExit as end:
        if not any(thread.daemon for thread in threading.enumerate()):
            raise
        _leave(end.code)


def _leave(code: object) -> NoReturn:
    """End at once, with all work done but what may be left undone: learning what phrasings mean.

    It is deep in a library then, and Python's own way out would pull the ground from under it.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
