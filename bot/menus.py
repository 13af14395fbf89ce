"""What Telegram shows of the bot: its description, and its commands by person and language."""

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

from handlers import console_link, curator, everyone, people, staff
from handlers.trainee import Command
from knowledge.errors import GuideError
from knowledge.people import Right
from knowledge.rights import Listed, Rights
from knowledge.schema import LANGUAGES, SOURCE_LANGUAGE
from knowledge.texts import translator

log = structlog.get_logger(__name__)


class Menus:
    """Tells Telegram what the bot is, and everybody which commands they have."""

    def __init__(self, bot: Bot, rights: Rights) -> None:
        self._bot = bot
        self._rights = rights
        self._told: dict[int, Right] = {}

    async def announce(self) -> None:
        """Set commands, description and short description; a failure is logged, never fatal."""
        try:
            for language in LANGUAGES:
                await _describe(self._bot, language)
                await _commands(
                    self._bot, everyone.COMMANDS, BotCommandScopeAllPrivateChats(), language
                )
            await self.follow()
        except (TelegramError, GuideError) as error:
            log.warning("menu not set", reason=str(error))

    async def follow(self) -> None:
        """Give those whose right has changed since the last time the menu they have now."""
        for member in await self._rights.everybody():
            if self._told.get(member.id) != member.right:
                try:
                    await self._tell(member)
                except TelegramError as error:  # such as one who never wrote to the bot
                    log.debug("menu of a member not set yet", reason=str(error))
                else:
                    self._told[member.id] = member.right

    async def _tell(self, member: Listed) -> None:
        scope = BotCommandScopeChat(member.id)
        for language in LANGUAGES:
            if member.right:
                await _commands(self._bot, table(member.right), scope, language)
            else:
                await self._bot.delete_my_commands(scope, _code(language))


def table(right: Right) -> tuple[Command, ...]:
    """Return the commands of a person with a right: their own first, then everybody's."""
    own = (
        (Right.CURATOR, curator.COMMANDS),
        (Right.VIEWER, console_link.COMMANDS),
        (Right.PUBLISHER, staff.COMMANDS),
        (Right.ADMIN, people.COMMANDS),
    )
    return (*(one for least, all_ in own if right >= least for one in all_), *everyone.COMMANDS)


async def _commands(
    bot: Bot, table: tuple[Command, ...], scope: BotCommandScope, language: str
) -> None:
    _ = translator(language)
    commands = [BotCommand(command.name, _(command.help)) for command in table]
    await bot.set_my_commands(commands, scope=scope, language_code=_code(language))


def _code(language: str) -> str | None:
    """Return a language as Telegram takes it: none is for everybody else."""
    return None if language == SOURCE_LANGUAGE else language


async def _describe(bot: Bot, language: str) -> None:
    _, code = translator(language), _code(language)
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
