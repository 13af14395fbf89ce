"""Asks a curator to type something for a card, and takes what they typed.

In private the next message is taken, whether or not it is sent as a reply; in a group, where
people talk to each other, only a reply is.
"""

from __future__ import annotations

import re

from telegram import ForceReply, Message, Update

from handlers import cards, deck
from handlers.buttons import ID
from handlers.cards import button
from handlers.context import Context, keyboard, language_of, message_of, send
from handlers.gate import actor_of
from handlers.later import later
from handlers.replies import Reply, Rows
from knowledge.curation.prompts import Prompt
from knowledge.errors import GuideError
from knowledge.people import Actor, Right
from knowledge.texts import say_error, translator

_PROMPT = re.compile(rf"\n\(#(\w+) ({ID})\)\s*$")
"""The last line of a message that asks for words: what for, and for which group."""


async def ask(
    message: Message, words: str, verb: str, number: int, context: Context, language: str
) -> None:
    """Ask for words; what they are for stands in the message itself."""
    _ = translator(language)
    if message.chat.type == "private":
        await context.guide.curation.expect(message.chat_id, verb, number)
    else:
        words += "\n" + _("Reply to this message.")
    await message.reply_text(
        f"{words}\n(#{verb} {number})",
        reply_markup=keyboard(_way_out(message, number, language)) or ForceReply(selective=True),
        reply_to_message_id=message.message_id,
    )


def _way_out(message: Message, number: int, language: str) -> Rows:
    """Return the button that ends our waiting; in a group we wait for nothing but a reply."""
    if message.chat.type != "private":
        return ()
    _ = translator(language)
    return ((button(_("Cancel"), "cancel", number),),)


def asked_for(message: Message) -> tuple[str, int] | None:
    """Return what our own message that this one replies to asks for; others' ask for nothing."""
    replied = message.reply_to_message
    author = replied.from_user if replied else None
    if replied is None or author is None or author.id != message.get_bot().id:
        return None
    found = _PROMPT.search(replied.text or "")
    return (found[1], int(found[2])) if found else None


async def take(
    message: Message,
    text: str,
    asked: tuple[str, int],
    update: Update,
    context: Context,
    actor: Actor,
) -> None:
    """Do what somebody typed for a card; where that fails, they may type again."""
    verb, number = asked
    curation = context.guide.curation
    language = await language_of(update, context)
    try:
        card = await curation.hold(number, actor.id)
        reply = await deck.typed(context, actor, card, verb, text, language)
        await curation.took(message.chat_id, message.message_id)
    except GuideError as error:
        await send(message, await _again(message, asked, error, context, language))
        return
    if isinstance(reply, Reply):
        await send(message, reply)
        return
    work = reply.work

    async def or_again() -> Reply:
        try:
            return await work()
        except GuideError as error:
            return await _again(message, asked, error, context, language, meanwhile=True)

    waiting = await send(message, reply.doing)
    later(waiting, update, context, or_again, reply.broken)


async def _again(
    message: Message,
    asked: tuple[str, int],
    error: GuideError,
    context: Context,
    language: str,
    *,
    meanwhile: bool = False,
) -> Reply:
    """Return what was wrong with what somebody typed, and wait for them to type it again."""
    verb, number = asked
    if message.chat.type == "private":
        await context.guide.curation.expect(message.chat_id, verb, number, again=meanwhile)
    words = cards.long_plain(say_error(error, language))
    return Reply(html=words, buttons=_way_out(message, number, language))


async def fill(update: Update, context: Context, prompt: Prompt) -> bool:
    """Take what was typed while we wait for words; return whether it was ours to take.

    What could as well be a question is asked about first: personal words are taken out for good,
    and a question sent by mistake must neither be published nor counted.
    """
    message = message_of(update)
    actor = await actor_of(update, context)
    if actor.right < Right.CURATOR:
        return False
    text = message.text or ""
    if prompt.verb == "find" or (prompt.verb == "new" and "\n" in text.strip()):
        await take(message, text, (prompt.verb, prompt.number), update, context, actor)
        return True
    language = await language_of(update, context)
    card = await context.guide.curation.card(prompt.number)
    await send(message, _is_it(card.group.head, prompt, language), answer_to=message.message_id)
    return True


def _is_it(head: str, prompt: Prompt, language: str) -> Reply:
    _ = translator(language)
    asked = {
        "new": _("Is this your answer for “{card}”?", card=cards.plain(head)),
        "priv": _("Are these the personal words to remove for good?"),
    }
    yes = button(_("Yes"), "yes", prompt.number, prompt.verb)
    no = button(_("No, it is a question"), "no", prompt.number)
    return Reply(html=asked.get(prompt.verb, asked["priv"]), buttons=((yes, no),))
