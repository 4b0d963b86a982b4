"""One run of the real bot, in which everything is a canary and everything goes wrong; then the search.

`python -m tests.canary` prints the report for an operator.
"""

import asyncio
import base64
import json
import re
import resource
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import platformdirs
from bot.messenger.webhook import SECRET_HEADER
from bot.sandbox.faults import Fault, Kind
from bot.sandbox.server import StandIn
from bot.sandbox.telegram_like import Message
from bot.storage.sealing import derived
from bot.storage.state_file import FILE
from cryptography.fernet import Fernet

from tests.canary.faulty_bot import STAGES
from tests.canary.plants import Plants
from tests.end_to_end.process import ROOT, BotProcess, a_bot

FAULTS: tuple[Kind, ...] = ("429", "500", "502", "cut", "reset", "not_json", "slow")
FAULTS_OF_A_POLL = frozenset({"500", "cut", "reset", "not_json"})
THE_BOT = ("-m", "tests.canary.faulty_bot", "run")


@dataclass
class Report:
    """What was planted, where was searched, what was found."""

    planted: int = 0
    forms: int = 0
    paths: list[str] = field(default_factory=list)  # ways through the bot that were taken
    searched: dict[str, int] = field(default_factory=dict)  # place -> bytes
    unsealed: int = 0  # rows opened with the secret and found to hold numbers only
    found: set[tuple[str, str]] = field(default_factory=set)  # (kind of canary, place)

    def __str__(self) -> str:
        places = "".join(f"\n  {size:>11,} bytes  {place}" for place, size in self.searched.items())
        ways = ", ".join(
            f"{way} ({count})" if count > 1 else way for way, count in Counter(self.paths).items()
        )
        lines = [
            f"Canaries planted: {self.planted}, searched for in {self.forms} forms.",
            f"Ways through the bot: {ways}.",
            f"Searched:{places}",
            f"Rows of the state file opened with the secret: {self.unsealed}; they hold numbers only.",
            *(f"FOUND {kind} in {place}" for kind, place in sorted(self.found)),
            "Nothing was found." if not self.found else f"{len(self.found)} findings.",
        ]
        return "\n".join(lines)


class Proof:
    """The places, the canaries, the runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plants = Plants()
        self.report = Report()
        self.printed: dict[str, bytes] = {}
        self.token = self.plants.given(
            "bot token", f"{self.plants.number('bot number')}:{'Q' + self.plants.word('token')}{'7' * 18}"
        )
        self.secret = self.plants.word("BOT_SECRET")
        self.webhook_secret = self.plants.word("webhook secret")
        for name in ("home", "temp", "work", "state"):
            (folder / name).mkdir()
        self._cache = self._take_the_compiled_directory_along()

    # -- runs -----------------------------------------------------------------------------------------------

    async def run(self, leak: str = "") -> Report:
        """All of it. `leak` opens holes on purpose (see faulty_bot)."""
        if leak:
            await self._through_the_holes(leak)
        else:
            await self._everything_there_is()
            await self._killed_in_mid_turn()
            await self._with_a_full_disk()
            await self._with_no_disk_and_a_crash()
            await self._by_webhook()
        self._search()
        return self.report

    def _bot(self, stand_in: StandIn, **environment: str) -> AbstractAsyncContextManager[BotProcess]:
        places = {
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "temp"),
            "XDG_CACHE_HOME": "",
            "XDG_STATE_HOME": "",
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": self.token,
            "BOT_SECRET": self.secret,
            "BOT_LOG_LEVEL": "DEBUG",
            **environment,
        }
        state = self.folder / "state"
        return a_bot(
            stand_in,
            state,
            command=THE_BOT,
            cwd=self.folder / "work",
            before=self._limits(environment),
            **places,
        )

    def _limits(self, environment: dict[str, str]) -> Callable[[], None]:
        room = environment.pop("ROOM", "")

        def set_limits() -> None:
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(
                resource.RLIMIT_CORE, (hard, hard)
            )  # as bad as it can be; the bot has to see to it
            if room:
                resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))

        return set_limits

    def _ended(self, name: str, bot: BotProcess) -> None:
        printed = bytes(bot.out + bot.errors)
        self.printed[f"what the bot printed ({name})"] = printed
        reached = sorted(set(re.findall(rb"planted fault at (\w+)", printed)))
        self.report.paths += [f"{stage.decode()} fails" for stage in reached]

    async def _everything_there_is(self) -> None:
        """DEBUG, development mode: each kind of update, each stage failing, each fault of Telegram, SIGTERM."""
        async with StandIn(token=self.token) as stand_in, self._bot(stand_in, PYTHONDEVMODE="1") as bot:
            person = Person(self.plants, bot, "first")
            await person.is_answered("hello")
            for name, update in person.every_kind_of_update():
                person.sends(update)
                self.report.paths.append(name)
            await person.is_answered("after all kinds of updates")
            for stage in (*STAGES, "read"):
                person = Person(self.plants, bot, f"meeting a fault at {stage}")
                person.says(f"need a lawyer in Austin {self.plants.word(f'text at {stage}')} stage-{stage}")
                person.presses(f"{self.plants.word(f'data at {stage}')}.stage-{stage}")
                await person.is_answered(f"after {stage}")
            person.says(f"{self.plants.word('text at an apology')} stage-take_turn stage-apologize")
            await Person(self.plants, bot, "reporting").reports("stage-report")
            await self._meets_the_faults_of_telegram(stand_in, bot)
            person = Person(self.plants, bot, "clearing")
            await person.clears()
            person.says(f"{self.plants.word('text in mid-turn')} stage-hang")
            await asyncio.sleep(0.3)
            assert await bot.end(signal.SIGTERM) == 0
            self.report.paths.append("SIGTERM in mid-turn")
            self._ended("everything", bot)

    async def _meets_the_faults_of_telegram(self, stand_in: StandIn, bot: BotProcess) -> None:
        """Each method the bot calls with each way a call can go wrong, each for a person of their own."""
        planned = []
        for kind in FAULTS:
            for method in ("sendMessage", "editMessageText", "deleteMessages"):
                person = Person(self.plants, bot, f"{method} {kind}")
                await person.looks_for_help()
                planned.append(Fault(method=method, kind=kind, chat=person.chat))
                stand_in.faults.add(planned[-1])
                person.makes_it_call(method)
            if kind in FAULTS_OF_A_POLL:
                planned.append(Fault(method="getUpdates", kind=kind))
                stand_in.faults.add(planned[-1])
        for time in range(20):  # a poll that waits for news does not meet its fault until there are some
            if stand_in.faults.waiting:
                await Person(self.plants, bot, f"knocking {time}").is_answered("once more")
        assert not stand_in.faults.waiting
        self.report.paths += [f"Telegram: {fault.kind} to {fault.method}" for fault in planned]

    async def _killed_in_mid_turn(self) -> None:
        async with StandIn(token=self.token) as stand_in, self._bot(stand_in) as bot:
            person = Person(self.plants, bot, "second")
            await person.is_answered("before the kill")
            await person.sets_a_timer()
            person.says(f"{self.plants.word('text at kill -9')} stage-hang")
            await asyncio.sleep(0.3)
            await bot.end(signal.SIGKILL)
            self.report.paths.append("kill -9 in mid-turn")
            self._ended("killed", bot)

    async def _with_a_full_disk(self) -> None:
        async with StandIn(token=self.token) as stand_in, self._bot(stand_in, ROOM=str(1 << 16)) as bot:
            person = Person(self.plants, bot, "third")
            for at in range(80):
                person.says(f"{self.plants.word('text on a full disk')} {at}")
            await bot.until(lambda: b"cannot be written" in bot.errors)
            await person.is_answered("on a full disk")
            self.report.paths.append("disk full")
            await bot.end()
            self._ended("disk full", bot)

    async def _with_no_disk_and_a_crash(self) -> None:
        """Storage is down and the process aborts with somebody's words in its memory."""
        nowhere = self.folder / "state" / FILE / "nowhere"
        async with (
            StandIn(token=self.token) as stand_in,
            self._bot(stand_in, BOT_STATE_DIR=str(nowhere)) as bot,
        ):
            person = Person(self.plants, bot, "fourth")
            await person.is_answered("without a disk")
            self.report.paths.append("storage down")
            person.says(f"{self.plants.word('text at abort')} stage-abort")
            await bot.until(lambda: bot.process.returncode is not None)
            self.report.paths.append("abort with core files allowed")
            await bot.end()
            self._ended("aborted", bot)

    async def _by_webhook(self) -> None:
        from tests.messenger.test_webhook import free_port

        port = free_port()
        address = f"http://127.0.0.1:{port}/{self.plants.word('webhook path')}"
        hook = address.replace("http:", "https:")
        async with (
            StandIn(token=self.token) as stand_in,
            aiohttp.ClientSession() as web,
            self._bot(
                stand_in,
                BOT_WEBHOOK_URL=hook,
                BOT_WEBHOOK_SECRET=self.webhook_secret,
                BOT_LISTEN=f"127.0.0.1:{port}",
            ) as bot,
        ):
            await bot.until(lambda: any(m == "setWebhook" for m, _ in bot.telegram.calls))
            person = Person(self.plants, bot, "fifth")
            right = {SECRET_HEADER.decode(): self.webhook_secret}
            wrong = {SECRET_HEADER.decode(): self.plants.word("a guessed secret")}
            whole = json.dumps(person.update({"text": self.plants.word("text by webhook")}))
            half = json.dumps(person.update({"text": f"\ud83d {self.plants.word('beside half a sign')}"}))
            cut = whole[: len(whole) - 9]
            for headers in (right, wrong, {}):
                for body in (half, whole, cut, f'"{self.plants.word("poison")}"', "9" * 2_000_000):
                    async with web.post(address, data=body, headers=headers) as answer:
                        await answer.read()
            await bot.until(lambda: bool(bot.telegram.screen(person.chat)))
            self.report.paths += ["webhook", "webhook with a wrong secret", "webhook with poison"]
            await bot.end()
            self._ended("webhook", bot)

    async def _through_the_holes(self, leak: str) -> None:
        async with StandIn(token=self.token) as stand_in, self._bot(stand_in, CANARY_LEAK=leak) as bot:
            await Person(self.plants, bot, "careless").is_answered("what leaks")
            await bot.end()
            self._ended("leaking", bot)

    # -- the search -----------------------------------------------------------------------------------------

    def _search(self) -> None:
        forms = list(self.plants.forms())
        self.report.planted = len(self.plants.by_kind)
        self.report.forms = len(forms)
        for place, held in {**self.printed, **self._files()}.items():
            self.report.searched[place] = len(held)
            self.report.found |= {(kind, place) for kind, form in forms if form in held}
        self._open_the_state()

    def _files(self) -> dict[str, bytes]:
        """Every file in every folder the bot could write to; what was compiled before is as it was."""
        files = {p: p.read_bytes() for p in sorted(self.folder.rglob("*")) if p.is_file()}
        return {
            str(path.relative_to(self.folder)): held
            for path, held in files.items()
            if self._cache.get(path) != held
        }

    def _open_the_state(self) -> None:
        """With the secret itself: rows are numbers of messages and timers, and no table holds a word."""
        seal = Fernet(base64.urlsafe_b64encode(derived(self.secret, b"marigold message numbers")))
        path = self.folder / "state" / FILE
        if not path.is_file():
            return
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            for table in ("messages", "timers"):
                for (sealed,) in database.execute(f"SELECT sealed FROM {table}"):
                    self.report.unsealed += 1
                    if not _only_numbers(json.loads(seal.decrypt(sealed))):
                        self.report.found.add(("something that is no number", f"sealed in {table}"))

    def _take_the_compiled_directory_along(self) -> dict[Path, bytes]:
        """So that a start takes seconds; a copy that is still the same afterwards holds nothing new."""
        source = Path(platformdirs.user_cache_dir("marigold-bot"))
        target = self.folder / "home" / ".cache" / "marigold-bot"
        target.mkdir(parents=True)
        for file in source.glob("*.compiled"):
            shutil.copy(file, target)
        return {p: p.read_bytes() for p in target.iterdir()}


def _only_numbers(value: Any) -> bool:
    if isinstance(value, list):
        return all(_only_numbers(one) for one in value)
    return isinstance(value, int | float)


class Person:
    """Somebody whose every detail is a canary."""

    def __init__(self, plants: Plants, bot: BotProcess, which: str) -> None:
        self.plants = plants
        self.bot = bot
        self.which = which
        self.chat = plants.number(f"chat of the {which} person")
        self._numbers = iter(range(1, 100_000))
        self._updates = bot.telegram._update_numbers
        bot.telegram.person(self.chat)

    def update(self, message: dict[str, Any], name: str = "message") -> dict[str, Any]:
        """One update with this person in it."""
        whole = {
            "message_id": next(self._numbers),
            "date": 1,
            "chat": self._chat(),
            "from": self._sender(),
            **message,
        }
        return {"update_id": next(self._updates), name: whole}

    def _chat(self) -> dict[str, Any]:
        word = self.plants.word
        return {
            "id": self.chat,
            "type": "private",
            "first_name": word("first name"),
            "username": word("username"),
        }

    def _sender(self) -> dict[str, Any]:
        word = self.plants.word
        return {
            "id": self.chat,
            "is_bot": False,
            "first_name": word("first name"),
            "last_name": word("last name"),
            "username": word("username"),
            "language_code": "en",
        }

    def sends(self, update: Any) -> None:
        self.bot.telegram.deliver_raw(update)

    def says(self, text: str) -> None:
        self.sends(self.update({"text": text}))

    def presses(self, data: str, message: dict[str, Any] | None = None) -> None:
        query = {
            "id": str(next(self._numbers)),
            "from": self._sender(),
            "message": {"message_id": 1, "date": 1, "chat": self._chat(), **(message or {})},
            "chat_instance": self.plants.word("chat instance"),
            "data": data,
        }
        self.sends({"update_id": next(self._updates), "callback_query": query})

    async def is_answered(self, kind: str) -> None:
        """Somebody else asks, so that it is seen that the bot is still alive."""
        other = self.plants.number(f"chat of whoever asks: {kind} {self.which}")
        self.bot.telegram.person(other)
        asked = Person(self.plants, self.bot, f"asking one: {kind} {self.which}")
        asked.chat = other
        asked.says(f"i was raped, need a lawyer, Austin {self.plants.word(f'text: {kind}')}")
        # The first start of all compiles the word lists, in development mode: that takes a minute or two.
        await self.bot.until(lambda: bool(self.bot.telegram.screen(other)), 240)

    async def looks_for_help(self) -> None:
        for _ in range(5):  # a fault of the one before may have broken the connection: then it apologizes
            before = len(self._shown)
            self.says(f"need a lawyer, Austin {self.plants.word(f'text of {self.which}')}")
            await self.bot.until(lambda before=before: len(self._shown) > before)
            await asyncio.sleep(0.05)
            if self._shown[-1].rows:
                return
        raise AssertionError(f"{self.which} is never answered")

    def makes_it_call(self, method: str) -> None:
        """Do what the bot answers with this method."""
        match method:
            case "editMessageText":
                self._taps("Narrow it down")
            case "deleteMessages":
                self.says(f"/delete {self.plants.word('argument of a command')}")
            case _:
                self.says(f"help at work {self.plants.word(f'more of {self.which}')}")

    @property
    def _shown(self) -> list[Message]:
        return self.bot.telegram.screen(self.chat)

    async def clears(self) -> None:
        self.says(f"/delete {self.plants.word('argument of a command')}")
        ends = ("is gone", "I will try again")
        await self.bot.until(lambda: any(end in self.bot.screen(self.chat) for end in ends))

    async def sets_a_timer(self) -> None:
        self.says("/privacy")
        await self.bot.until(lambda: "What is kept" in self.bot.screen(self.chat))
        for label, answer in (
            ("More private", "only you can change"),
            ("Clear after 24", "after the last message, once"),
        ):
            self._taps(label)
            await self.bot.until_screen_says(self.chat, answer)

    async def reports(self, stage: str) -> None:
        """That a place did not work, up to the last tap."""
        self.says("need a lawyer, Austin")
        await self.bot.until_screen_says(self.chat, "You are looking for")
        for label, answer in (("About 1", "before you"), ("This did not work", "One tap is enough")):
            self._taps(label)
            await self.bot.until_screen_says(self.chat, answer)
        self._taps("Nobody answered", f"{self.plants.word('text over a button')} {stage}")
        await self.bot.until_screen_says(self.chat, "Thank you")

    def _taps(self, label: str, over: str = "") -> None:
        shown = self._shown[-1]
        button = next(b for row in shown.rows for b in row if label in b["text"])
        self.presses(button["callback_data"], {"message_id": shown.message_id, "text": over})

    def every_kind_of_update(self) -> Iterator[tuple[str, Any]]:
        """(name, update) for each kind Telegram has, with canaries in every field somebody could fill."""
        word = self.plants.word
        file = {"file_id": word("file id"), "file_unique_id": word("unique file id")}
        media = {"caption": word("caption"), "caption_entities": [{"type": "bold", "offset": 0, "length": 4}]}
        place = {
            "latitude": float(f"30.{self.plants.number('latitude')}"),
            "longitude": float(f"-97.{self.plants.number('longitude')}"),
        }
        hidden = {
            "type": "hidden_user",
            "date": 1,
            "sender_user_name": word("name of who wrote the forwarded"),
        }
        plain: dict[str, dict[str, Any]] = {
            "text": {
                "text": f"i was raped by {word('a name in a text')}, {word('an employer in a text')}, Austin"
            },
            "a long text": {"text": f"{word('text of a long story')} and then " * 150},
            "a link": {
                "text": f"https://example.org/{word('a link')}",
                "entities": [{"type": "url", "offset": 0, "length": 5}],
            },
            "a reply": {
                "text": word("text of a reply"),
                "reply_to_message": {"text": word("text replied to")},
            },
            "quote": {"text": word("text beside a quote"), "quote": {"text": word("a quote"), "position": 0}},
            "/start with a payload": {"text": f"/start {word('deep link payload')}"},
            "an unknown command": {"text": f"/{word('unknown command')} {word('its argument')}"},
            "photo": {"photo": [{**file, "width": 1, "height": 1}], **media},
            "video": {"video": {**file, "file_name": word("video name")}, **media},
            "voice": {"voice": {**file, "duration": 1}, **media},
            "audio": {
                "audio": {**file, "title": word("audio title"), "performer": word("performer")},
                **media,
            },
            "file": {
                "document": {**file, "file_name": word("file name"), "mime_type": word("mime type")},
                **media,
            },
            "sticker": {"sticker": {**file, "emoji": "🙂", "set_name": word("sticker set")}},
            "location": {"location": place},
            "venue": {
                "location": place,
                "venue": {"location": place, "title": word("venue"), "address": word("address")},
            },
            "contact": {
                "contact": {
                    "phone_number": f"+{self.plants.number('phone number', 11)}",
                    "first_name": word("contact's name"),
                    "vcard": word("vcard"),
                    "user_id": self.plants.number("contact's number"),
                }
            },
            "poll": {
                "poll": {
                    "id": "1",
                    "question": word("poll question"),
                    "options": [{"text": word("poll option")}],
                }
            },
            "forward": {"text": word("forwarded text"), "forward_origin": hidden},
            "web app data": {
                "web_app_data": {"data": word("web app data"), "button_text": word("button text")}
            },
            "a field nobody knows": {word("name of a field"): {word("name in it"): word("its value")}},
        }
        for name, message in plain.items():
            yield name, self.update(message)
        yield "edited", self.update({"text": word("edited text")}, "edited_message")
        group = {
            "chat": {
                "id": -self.plants.number("group", 12),
                "type": "supergroup",
                "title": word("group name"),
            }
        }
        yield "group", self.update({**group, "text": word("text in a group")})
        yield "channel", self.update({**group, "text": word("text in a channel")}, "channel_post")
        inline = {"id": "1", "from": self._sender(), "query": word("inline query"), "offset": ""}
        yield "inline query", {"update_id": next(self._updates), "inline_query": inline}
        blocked = {"chat": self._chat(), "from": self._sender(), "new_chat_member": {"status": "kicked"}}
        yield "blocked", {"update_id": next(self._updates), "my_chat_member": blocked}
        yield from self._poison()

    def _poison(self) -> Iterator[tuple[str, Any]]:
        word = self.plants.word
        yield "poison: text is no text", self.update({"text": {"deep": [word("poison in depth")]}})
        yield "poison: chat is a word", self.update({"chat": word("poison for a chat")})
        yield "poison: entities", self.update({"text": word("poison with entities"), "entities": [{}]})
        yield "poison: a word", word("poison that is a word")
        yield "poison: a list", [word("poison in a list")]
        self.presses(word("forged callback data"))
        self.presses(f"{word('long callback data')}" * 9)


def main() -> int:
    """Run it in a folder that is taken away afterwards, and print the report."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(Proof(Path(folder)).run())
    print(report)
    return 1 if report.found else 0
