"""Commands about rights, and the console: who may come in, and the door itself."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer

from bot.cli_review import As, run, show, who
from bot.opening import opened, rights_of
from bot.terminal import AsJson, done, settings
from knowledge.curation.curation import Curation
from knowledge.people import TERMINAL, Right, right_named
from knowledge.rights import Rights
from knowledge.signin import SignIn

people = typer.Typer(help="Who may see, decide, publish and give rights.")


@people.command("list")
def list_people(*, as_json: AsJson = False) -> None:
    """List who has which right."""
    found = run(lambda _, rights: rights.everybody())
    rows = [
        {"id": one.id, "right": one.right.word, "name": one.name, "origin": one.origin}
        for one in found
    ]
    lines = [f"{row['id']:>12}  {row['right']:10} {row['name']} ({row['origin']})" for row in rows]
    show(rows, lines or ["Nobody has a right yet: guide people give ID admin"], as_json=as_json)


@people.command()
def give(
    number: Annotated[int, typer.Argument(help="Telegram id of the person.")],
    right: Annotated[str, typer.Argument(help="viewer, curator, publisher or admin.")],
    *,
    name: Annotated[str, typer.Option(help="What others call them.")] = "",
    by: As = None,
) -> None:
    """Give somebody a right in place of the one they had."""

    async def work(_: Curation, rights: Rights) -> str:
        given = await rights.give(number, right_named(right), await who(rights, by), name)
        return f"{given.id} is {given.right.word} now."

    print(run(work))


@people.command()
def take(
    number: Annotated[int, typer.Argument(help="Telegram id of the person.")], *, by: As = None
) -> None:
    """Take somebody's right, the settings' included; their sessions end at once."""

    async def work(_: Curation, rights: Rights) -> None:
        await rights.give(number, Right.NONE, await who(rights, by))

    run(work)
    print(f"{number} has no right now.")


@people.command()
def key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    *,
    take_back: Annotated[bool, typer.Option("--take", help="Take it back instead.")] = False,
) -> None:
    """Make a key to the read-only API, shown once; or take one back."""

    async def work(curation: Curation, rights: Rights) -> str:
        signin = SignIn(curation.store, rights)
        if take_back:
            gone = await signin.take_api_key(name, TERMINAL)
            return f"The key {name} works no more." if gone else f"There is no key {name}."
        return await signin.api_key(name, TERMINAL)

    print(run(work))


def console(
    *,
    link: Annotated[
        bool, typer.Option("--link", help="Only print a link to the console of the running bot.")
    ] = False,
) -> None:
    """Serve the console without the bot, and print a link that opens it once."""
    # Only here: the web server and Telegram take seconds to import.
    from starlette.applications import Starlette

    from bot.app import console_of, console_url, serving

    chosen = settings()

    async def use() -> None:
        async with opened(chosen) as guide:
            rights = rights_of(chosen, guide.store)
            secret = await SignIn(guide.store, rights).link(TERMINAL)
            print(f"{console_url(chosen)}/enter?token={secret}", flush=True)
            if not link:
                web = Starlette(routes=[console_of(chosen, guide, rights)])
                async with guide.watching(), serving(web, chosen.host, chosen.port):
                    await interrupted()

    done(use())


async def interrupted() -> None:
    """Wait for Ctrl-C or a supervisor's word."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
