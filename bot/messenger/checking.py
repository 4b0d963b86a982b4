"""What Telegram reports of the bot, beside what should be: what the bot sets itself, and what only a person can.

The switches in BotFather protect people: a bot that can be put into groups or called inline shows up where others look.
"""

from collections.abc import Iterator

from telegram import Bot, BotCommandScopeAllPrivateChats, User
from telegram.error import TelegramError

from bot.messenger.presenting import COMMANDS, DEFAULT
from bot.messenger.quiet_logs import describe
from bot.messenger.transport import AiohttpRequest
from bot.model.messages import Messages
from bot.model.record import record

BY_RUNNING = "`bot run` sets it by itself; start it once"


class NotReached(Exception):
    """Telegram did not answer, or knows no such bot. The message is one sentence, without the token."""


@record
class Finding:
    """One thing that was looked at. `mend` says what to do by hand; None: it is as it should be."""

    what: str
    found: str
    mend: str | None = None


async def check_profile(token: str, base_url: str, messages: Messages) -> tuple[Finding, ...]:
    """Everything that can be asked about the bot's profile. Raises NotReached."""
    request, updates = AiohttpRequest(), AiohttpRequest()
    bot = Bot(token, base_url=base_url, request=request, get_updates_request=updates)
    await request.initialize()
    try:
        me = await bot.get_me()
        return (
            *_switches(me),
            *_name(me.first_name, me.username or ""),
            await _picture(bot, me),
            *[await _language(bot, messages, language) for language in messages.languages],
        )
    except TelegramError as error:
        raise NotReached(f"Telegram could not be asked ({describe(error)}). Is BOT_TOKEN right?") from None
    finally:
        await request.shutdown()


def _switches(me: User) -> Iterator[Finding]:
    yield _switch("groups", bool(me.can_join_groups), "/setjoingroups, choose the bot, Disable")
    yield _switch(
        "reading all of a group", bool(me.can_read_all_group_messages), "/setprivacy, choose the bot, Enable"
    )
    yield _switch("inline mode", bool(me.supports_inline_queries), "/setinline, choose the bot, /empty")
    yield _switch(
        "business chats", bool(me.can_connect_to_business), "Bot Settings, Business Mode, turn it off"
    )


def _switch(what: str, is_on: bool, how: str) -> Finding:
    return Finding(what=what, found="on" if is_on else "off", mend=f"In @BotFather: {how}" if is_on else None)


WORDS_THAT_TELL = (
    "rape",
    "assault",
    "abuse",
    "violence",
    "survivor",
    "victim",
    "metoo",
    "crisis",
    "hotline",
    "sexual",
)


def _name(name: str, username: str) -> Iterator[Finding]:
    """It stands in a chat list that somebody else may see."""
    for what, said, how in (
        ("name", name, "/setname"),
        ("username", f"@{username}", "a new bot: it cannot be changed"),
    ):
        tells = [word for word in WORDS_THAT_TELL if word in said.casefold().replace("_", "")]
        mend = f"It says {tells[0]!r} in everybody's chat list. In @BotFather: {how}" if tells else None
        yield Finding(what=what, found=said, mend=mend)


async def _picture(bot: Bot, me: User) -> Finding:
    """A bot without a picture shows the first letters of its name; a neutral one is in deploy/picture.png."""
    pictures = await bot.get_user_profile_photos(me.id, limit=1)
    if pictures.total_count:
        return Finding(what="picture", found="there is one", mend=None)
    return Finding(
        what="picture", found="none", mend="In @BotFather: /setuserpic, and send deploy/picture.png"
    )


async def _language(bot: Bot, messages: Messages, language: str) -> Finding:
    code = None if language == DEFAULT else language.split("-")[0]

    def wanted(key: str) -> str:
        return str(messages.template(language, key))

    commands = await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code=code)
    short = await bot.get_my_short_description(language_code=code)
    whole = await bot.get_my_description(language_code=code)
    as_here = {
        "commands": [(c.command, c.description) for c in commands]
        == [(name, wanted(f"command_{name}")) for name in COMMANDS],
        "short description": short.short_description == wanted("profile_short"),
        "description": whole.description == wanted("profile_description"),
    }
    wrong = [name for name, is_right in as_here.items() if not is_right]
    found = f"other than here: {', '.join(wrong)}" if wrong else "as here"
    return Finding(what=f"words in {language}", found=found, mend=BY_RUNNING if wrong else None)
