"""What anybody can do: ask in plain words, browse by buttons, follow links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers import prompts
from handlers.buttons import Button, is_id
from handlers.context import App, Context, Run, keyboard, language_of, message_of, send, show
from handlers.dialogue import answer_turn, wait_for_more
from handlers.replies import Reply, answer, ask_for, chooser, menu_page
from handlers.speaking import open_answer, say
from knowledge.guide import Asked
from knowledge.matching.words import fold, tokenize
from knowledge.named import HOME
from knowledge.schema import Content, Kind
from knowledge.texts import translator
from knowledge.verdicts import Reading

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database can keep: zero bytes and halves of characters."""

_ACTIONS = frozenset("aepl")
"""What a button does with a reading: answer anew, exchange the message, pick, or show it whole."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: one table feeds the handlers, /help, the command menu and the docs."""

    name: str
    help: str
    run: Run


async def on_question(update: Update, context: Context) -> None:
    """Answer a message in a private chat, or a caption."""
    message = message_of(update)
    text = (message.text or message.caption or "").strip()
    if not tokenize(text):
        await on_other_message(update, context)
        return
    question = asked(update, context, text, may_wait=True)
    turn = await context.guide.ask(
        replace(question, may_be_typed=message.text is not None and not message.reply_to_message)
    )
    if turn.typed_for:
        if await prompts.fill(update, context, turn.typed_for):
            return
        turn = await context.guide.ask(question)
    if turn.held:
        wait_for_more(update, context)
    await answer_turn(message, turn, context)


async def on_edited_question(update: Update, context: Context) -> None:
    """Answer a question that was edited, in reply to it; the answer given before stays."""
    message = update.edited_message
    text = (message.text or message.caption or "") if message else ""
    if message is None or not tokenize(text):
        return
    turn = await context.guide.ask(asked(update, context, text))
    await answer_turn(message, turn, context, answer_to=message.message_id)


def asked(update: Update, context: Context, text: str, *, may_wait: bool = False) -> Asked:
    """Return the update as the guide takes it."""
    chat, user, message = update.effective_chat, update.effective_user, update.effective_message
    return Asked(
        text=_NOT_TEXT.sub(" ", text),
        chat=chat.id if chat else 0,
        bot=context.bot.id,
        update_id=update.update_id,
        client_language=user.language_code if user else None,
        message_id=message.message_id if message else None,
        may_wait=may_wait and context.guide.burst_seconds > 0,
    )


async def on_start(update: Update, context: Context) -> None:
    """Greet, or open what a deep link such as ``?start=role_trainer`` names."""
    message = message_of(update)
    language = await language_of(update, context)
    payload = (context.args or [""])[0]
    content = context.snapshot.content
    if linked := payload and deep_link(payload, content):
        await open_answer(message, linked, context, language)
    elif payload and (moved := await context.guide.restore(message.chat_id, payload, language)):
        await say(message, answer(moved.worded, content), context)
    else:
        await send(message, home(context, language))


def deep_link(payload: str, content: Content) -> Reading | None:
    """Return the reading of a link payload: a topic, or ``kind_thing``."""
    if payload in content.topics and not content.topics[payload].needs:
        return Reading(topic=payload)
    kind, _, key = payload.partition("_")
    return _named(kind, key, content) or _named(kind, key.replace("_", "-"), content)


def home(context: Context, language: str) -> Reply:
    """Return the main menu."""
    content = context.snapshot.content
    return menu_page(content.menus[HOME], content, language, HOME)


async def on_menu_command(update: Update, context: Context) -> None:
    """Open the page of the menu that a command names, or the answer of that name."""
    message = update.effective_message
    if message is None or not message.text:
        return
    name = message.text.split()[0].lstrip("/").partition("@")[0]
    content = context.snapshot.content
    language = await language_of(update, context)
    if named := context.args and _named(name, " ".join(context.args), content):
        await open_answer(message, named, context, language)
    elif context.args:
        await on_question(update, context)
    elif name in content.menus:
        await send(message, menu_page(content.menus[name], content, language, HOME))
    elif name in content.topics:
        await open_answer(message, Reading(topic=name), context, language)
    else:
        await send(message, home(context, language))


def _named(command: str, words: str, content: Content) -> Reading | None:
    """Return what ``/role trainer`` names outright, so that nothing need be guessed."""
    menus = (menu for menu in content.menus.values() if menu.overview and command in menu.kinds)
    overview = next((menu.overview for menu in menus), None)
    wanted = fold(words)
    for thing in content.things.values() if overview else ():
        aliases = (alias for some in thing.aliases.values() for alias in some)
        names = (thing.id, *thing.name.root.values(), *aliases)
        if thing.kind == command and wanted in map(fold, names):
            return Reading(topic=str(overview), slots={command: (thing.id,)})
    return None


async def on_press(update: Update, context: Context) -> None:
    """Do what a button says; one from long ago opens the menu instead of failing."""
    query = update.callback_query
    if query is None:
        return
    message = query.message if isinstance(query.message, Message) else None
    if message is None:
        await query.answer()
        return
    action, _, body = (query.data or "").partition(":")
    language = await language_of(update, context)
    if action == "m":
        await _press_menu(query, message, body, context, language)
    elif action == "n":
        await _press_none(query, message, body, context, language)
    else:
        await _press_reading(query, message, action, body, context, language)


async def _press_menu(
    query: CallbackQuery, message: Message, body: str, context: Context, language: str
) -> None:
    await query.answer()
    content = context.snapshot.content
    menu = content.menus[context.book.menu(body) or HOME]
    await show(message, menu_page(menu, content, language, HOME))


async def _press_none(
    query: CallbackQuery, message: Message, body: str, context: Context, language: str
) -> None:
    await query.answer()
    if is_id(body):
        await context.guide.doubt(int(body), message.chat_id, "none_of_these")
    _ = translator(language)
    words = _("Thank you. I have passed your question on, so that I can learn the answer.")
    rows = ((Button(_("Tell me when you know"), data=f"b:t:{body}"),),) if is_id(body) else ()
    await show(message, Reply(html=words, buttons=rows))


async def _press_reading(
    query: CallbackQuery,
    message: Message,
    action: str,
    body: str,
    context: Context,
    language: str,
) -> None:
    reading = context.book.decode(body)
    _ = translator(language)
    if reading is None or action not in _ACTIONS:
        await query.answer(_("That button is from an older version. Here is the menu."))
        await send(message, home(context, language))
        return
    await query.answer()
    content = context.snapshot.content
    topic = content.topics[reading.topic]
    missing = next((need for need in topic.needs if need not in reading.slots), None)
    if missing and action == "p":
        await message.edit_reply_markup(
            keyboard(chooser(reading, Kind(missing), content, language))
        )
    elif missing:
        await show(message, ask_for(reading, Kind(missing), content, language))
    else:
        await open_answer(message, reading, context, language, instead=action != "a")


async def on_other_message(update: Update, context: Context) -> None:
    """Say kindly what we can read."""
    message = message_of(update)
    _ = translator(await language_of(update, context))
    words = _("I can only read text for now. Please type your question in a few words.")
    await send(message, Reply(html=words))


COMMANDS = (
    Command("start", "begin, or see the menu", on_start),
    Command("help", "what I can do and how to ask", on_menu_command),
    Command("roles", "all the roles", on_menu_command),
    Command("role", "one role: /role trainer", on_menu_command),
    Command("programs", "the grant programs", on_menu_command),
    Command("eligibility", "may I enter, and where", on_menu_command),
    Command("about", "who I am and where my facts come from", on_menu_command),
    Command("privacy", "what I keep and what I never keep", on_menu_command),
)


def register(app: App) -> None:
    """Add the handlers that everybody may use."""
    private = filters.ChatType.PRIVATE
    app.add_handlers([CommandHandler(c.name, c.run, private) for c in COMMANDS])
    app.add_handler(CallbackQueryHandler(on_press))
    edited = filters.UpdateType.EDITED_MESSAGE
    app.add_handler(MessageHandler(edited & private, on_edited_question))
    readable = (filters.TEXT | filters.CAPTION) & private
    app.add_handler(MessageHandler(readable, on_question))
    app.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, on_other_message))
