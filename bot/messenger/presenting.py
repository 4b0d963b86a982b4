"""How Telegram shows the bot: commands, names and descriptions for each language, written only on change.

Every method can be flood-limited, so what Telegram already has is compared first.
"""

import logging

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.messenger.quiet_logs import describe
from bot.model.messages import Messages

log = logging.getLogger(__name__)

COMMANDS = ("start", "help", "language", "privacy", "delete")
DEFAULT = "en"


async def present(bot: Bot, messages: Messages) -> None:
    """Set commands and descriptions per language. A failure is logged and never stops the bot."""
    for language in messages.languages:
        try:
            await _present_in(bot, messages, language)
        except TelegramError as error:
            log.warning("the profile in %s could not be set: %s", language, describe(error))


async def _present_in(bot: Bot, messages: Messages, language: str) -> None:
    """English is also what everyone else sees: Telegram looks up the language, then the entry without one."""
    code = None if language == DEFAULT else language.split("-")[0]

    def text(key: str) -> str:
        return str(messages.template(language, key))

    commands = [BotCommand(name, text(f"command_{name}")) for name in COMMANDS]
    scope = BotCommandScopeAllPrivateChats()
    if list(await bot.get_my_commands(scope=scope, language_code=code)) != commands:
        await bot.set_my_commands(commands, scope=scope, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != text("profile_short"):
        await bot.set_my_short_description(text("profile_short"), language_code=code)
    if (await bot.get_my_description(language_code=code)).description != text("profile_description"):
        await bot.set_my_description(text("profile_description"), language_code=code)
