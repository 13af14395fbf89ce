"""Tells Telegram at start-up what the bot is and which commands it has, by scope and language."""

from __future__ import annotations

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import Application

from bot.settings import Settings
from handlers import console_link, curator, everyone, staff
from handlers.trainee import Command
from knowledge.schema import LANGUAGES, SOURCE_LANGUAGE
from knowledge.texts import translator

log = structlog.get_logger(__name__)


async def announce(application: Application, settings: Settings) -> None:  # type: ignore[type-arg]
    """Set commands, description and short description; a failure is logged, never fatal."""
    try:
        for language in LANGUAGES:
            await _describe(application.bot, language)
            await _commands(
                application.bot, everyone.COMMANDS, BotCommandScopeAllPrivateChats(), language
            )
            for member in settings.staff | settings.curators:
                table = _table(member, settings)
                scope = BotCommandScopeChat(member)
                await _member_commands(application.bot, table, scope, language)
    except TelegramError as error:
        log.warning("menu not set", reason=str(error))


def _table(member: int, settings: Settings) -> tuple[Command, ...]:
    """Return the commands of a person with rights: their own first, then everybody's."""
    own: tuple[Command, ...] = ()
    if member in settings.curators | settings.staff:
        own += (*curator.COMMANDS, *console_link.COMMANDS)
    if member in settings.staff:
        own += staff.COMMANDS
    return (*own, *everyone.COMMANDS)


async def _member_commands(
    bot: Bot, table: tuple[Command, ...], scope: BotCommandScope, language: str
) -> None:
    """Set a member's own menu; one who never wrote to the bot has no chat yet."""
    try:
        await _commands(bot, table, scope, language)
    except TelegramError as error:
        log.info("menu of a member not set yet", reason=str(error))


async def _commands(
    bot: Bot, table: tuple[Command, ...], scope: BotCommandScope, language: str
) -> None:
    _ = translator(language)
    commands = [BotCommand(command.name, _(command.help)) for command in table]
    code = None if language == SOURCE_LANGUAGE else language
    await bot.set_my_commands(commands, scope=scope, language_code=code)


async def _describe(bot: Bot, language: str) -> None:
    _ = translator(language)
    code = None if language == SOURCE_LANGUAGE else language
    await bot.set_my_description(
        _(
            "I answer questions about working in health IT: the 12 roles of the 2010 federal "
            "training program, how long training takes, who could enter, and what is open today. "
            "Every answer shows its source and date. Just type your question."
        ),
        language_code=code,
    )
    await bot.set_my_short_description(
        _("Straight, sourced answers about health IT roles, training and who can enter."),
        language_code=code,
    )
