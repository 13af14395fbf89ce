"""Who has which right, seen and changed by admins in Telegram."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler, filters

from handlers.cards import plain
from handlers.context import App, Context, language_of, message_of, send
from handlers.gate import guarded
from handlers.replies import Reply
from handlers.trainee import Command, on_menu_command
from knowledge.people import Actor, Right, person_id, right_named
from knowledge.texts import translator

LONGEST_NAME = 64


async def on_people(update: Update, context: Context, actor: Actor) -> None:
    """Show everybody with a right, or give and take one."""
    said = await _done(context, actor, await language_of(update, context))
    await send(message_of(update), Reply(html=said))


async def _done(context: Context, actor: Actor, language: str) -> str:
    """Do what the command's words say, and return what to tell."""
    _ = translator(language)
    match context.args or []:
        case ["give", number, right, *name]:
            spoken = " ".join(name)[:LONGEST_NAME]
            given = await context.rights.give(person_id(number), right_named(right), actor, spoken)
            return _("{id} is {right} now.", id=given.id, right=given.right.word)
        case ["take", number]:
            taken = await context.rights.give(person_id(number), Right.NONE, actor)
            return _("{id} has no right now, and is signed out everywhere.", id=taken.id)
        case _:
            return await _everybody(context, language)


async def _everybody(context: Context, language: str) -> str:
    _ = translator(language)
    lines = [
        f"• <code>{one.id}</code> {one.right.word} {plain(one.name)}".rstrip()
        for one in await context.rights.everybody()
    ]
    how = _("To change one: /people give ID RIGHT NAME, or /people take ID.")
    names = ", ".join(right.word for right in Right if right)
    return "\n".join([*lines, how, _("Rights: {names}.", names=names)])


COMMANDS = (
    Command("people", "who may do what", guarded(Right.ADMIN, on_people, on_menu_command)),
)


def register(app: App) -> None:
    """Add the command; the right is asked for when it is used."""
    private = filters.ChatType.PRIVATE
    app.add_handlers([CommandHandler(c.name, c.run, private) for c in COMMANDS])
