"""The real bot process is killed and started again, with a disk and a secret that are not always right."""

import os
import signal
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from bot.sandbox.server import StandIn
from bot.storage.state_file import FILE, SET_ASIDE, VERSION

from tests.end_to_end.process import TOKEN, BotProcess, a_bot

ANA = 31


async def a_conversation(bot: BotProcess) -> None:
    """The bot answers."""
    bot.telegram.says(ANA, "mi jefe me acosa, sin policía, Houston")
    await bot.until_screen_says(ANA, "Buscas:")


async def a_chat_that_can_be_cleared(bot: BotProcess) -> None:
    """The bot answers, and clears when it is asked to."""
    await a_conversation(bot)
    bot.telegram.presses_label(ANA, "Borrar este chat")
    await bot.until_screen_says(ANA, "Este chat está borrado")
    assert len(bot.telegram.screen(ANA)) == 1


async def test_after_kill_9_every_button_still_works_and_the_chat_can_still_be_cleared(
    tmp_path: Path,
) -> None:
    """T6: the numbers of the messages outlive the process, because BOT_SECRET is set."""
    async with StandIn(token=TOKEN) as stand_in:
        async with a_bot(stand_in, tmp_path) as bot:
            await a_conversation(bot)
            await bot.until(lambda: rows(tmp_path) > 0)
            await bot.end(signal.SIGKILL)
        async with a_bot(stand_in, tmp_path) as bot:
            bot.telegram.presses_label(ANA, "Afinar")
            await bot.until_screen_says(ANA, "Puedes afinar la búsqueda")
            await bot.until_screen_says(ANA, "sin policía · Houston, TX")
            bot.telegram.presses_label(ANA, "Borrar este chat")
            await bot.until_screen_says(ANA, "Este chat está borrado")
            assert len(stand_in.telegram.screen(ANA)) == 1
            assert await bot.end() == 0
            assert b"Traceback" not in bot.errors
            assert TOKEN.encode() not in bot.errors and b"jefe" not in bot.errors
        assert not stand_in.telegram.problems


async def test_a_timer_that_ran_out_while_the_bot_was_down_clears_the_chat_when_it_is_back(
    tmp_path: Path,
) -> None:
    """T8: timers outlive the process, because BOT_SECRET is set; nothing is left in the file."""
    async with StandIn(token=TOKEN) as stand_in:
        async with a_bot(stand_in, tmp_path) as bot:
            await a_conversation(bot)
            bot.telegram.says(ANA, "/privacy")
            await bot.until_screen_says(ANA, "Están cifrados en disco")
            bot.telegram.presses_label(ANA, "Más privado")
            await bot.until_screen_says(ANA, "Algunas cosas solo")
            bot.telegram.presses_label(ANA, "Borrar después de 15")
            await bot.until_screen_says(ANA, "Este chat se borrará 15 minutos después")
            assert "Si el programa se reinicia" not in bot.screen(ANA)
            assert await bot.end() == 0
        age_the_timer(tmp_path)
        async with a_bot(stand_in, tmp_path) as bot:
            await bot.until(lambda: not bot.telegram.screen(ANA))
            await bot.until(lambda: rows(tmp_path) == 0)


def age_the_timer(folder: Path) -> None:
    """Half an hour passes: the rows are sealed, so their time is moved by sealing them anew."""
    import base64
    import json

    from bot.storage.sealing import derived
    from cryptography.fernet import Fernet

    from tests.end_to_end.process import SECRET

    seal = Fernet(base64.urlsafe_b64encode(derived(SECRET, b"marigold message numbers")))
    with closing(sqlite3.connect(folder / FILE)) as database:
        ((sealed,),) = database.execute("SELECT sealed FROM timers").fetchall()
        chat, minutes, due = json.loads(seal.decrypt(sealed))
        older = seal.encrypt(json.dumps([chat, minutes, due - 1800]).encode())
        database.execute("UPDATE timers SET sealed = ?", (older,))
        database.commit()


def rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE)) as database:
        tables = ("messages", "timers")
        return sum(database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)


async def test_with_another_secret_the_bot_answers_clears_what_is_new_and_says_what_it_cannot(
    tmp_path: Path,
) -> None:
    """T6: a wrong BOT_SECRET after a restart."""
    async with StandIn(token=TOKEN) as stand_in:
        async with a_bot(stand_in, tmp_path) as bot:
            await a_conversation(bot)
            await bot.end()
        before = {m.message_id for m in stand_in.telegram.screen(ANA)}
        async with a_bot(stand_in, tmp_path, BOT_SECRET="not the one of before") as bot:
            bot.telegram.says(ANA, "abogada, Houston")
            await bot.until(
                lambda: (
                    bool(bot.telegram.screen(ANA)[-1].rows)
                    and len(before) < len(bot.telegram.screen(ANA)) - 1
                )
            )
            bot.telegram.presses_label(ANA, "Borrar este chat")
            await bot.until_screen_says(ANA, "Este chat está borrado")
            assert before < {m.message_id for m in stand_in.telegram.screen(ANA)}
            await bot.end()
            assert b"sealed under another BOT_SECRET" in bot.errors
        async with a_bot(stand_in, tmp_path) as bot:
            bot.telegram.says(ANA, "/delete")
            await bot.until(lambda: not before & {m.message_id for m in stand_in.telegram.screen(ANA)})


def a_broken_file(folder: Path) -> None:
    (folder / FILE).write_bytes(b"SQLite format 3\0" + os.urandom(9000))


def a_file_from_the_future(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE)) as database:
        database.execute(f"PRAGMA user_version={VERSION + 1}")
        database.commit()


def no_folder_at_all(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file where the folder should be")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (a_broken_file, "was set aside"),
        (a_file_from_the_future, "is from a newer version"),
        (no_folder_at_all, "Set BOT_STATE_DIR to a folder you may write to"),
    ],
)
async def test_with_a_state_folder_that_is_no_use_the_bot_answers_and_clears_and_tells_the_operator(
    tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    """T6: a disk is not worth a person's answer."""
    folder = tmp_path / "state"
    folder.mkdir()
    damage(folder)
    async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, folder) as bot:
        await a_chat_that_can_be_cleared(bot)
        assert await bot.end() == 0
        assert said.encode() in bot.errors and b"Traceback" not in bot.errors
    if damage is a_broken_file:
        assert stat.S_IMODE((folder / SET_ASIDE).stat().st_mode) == 0o600


async def test_a_full_disk_costs_neither_an_answer_nor_the_clearing(tmp_path: Path) -> None:
    """T6: files of this process cannot grow past 64 KiB; hundreds of messages later all of them can be cleared."""
    import resource

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, tmp_path, before=no_room) as bot:
        for at in range(60):
            bot.telegram.says(ANA, f"abogada gratis en Houston {at}")
            await bot.until(lambda at=at: sum(m.from_bot for m in bot.telegram.screen(ANA)) > at)
        await bot.until(lambda: b"the state file cannot be written" in bot.errors)
        bot.telegram.presses_label(ANA, "Borrar este chat")
        await bot.until_screen_says(ANA, "Este chat está borrado")
        assert len(bot.telegram.screen(ANA)) == 1
        await bot.end()


async def test_a_wrong_token_ends_with_one_sentence_and_code_2(tmp_path: Path) -> None:
    async with StandIn(token="9999999999:" + "x" * 35) as stand_in, a_bot(stand_in, tmp_path) as bot:
        await bot.until(lambda: bot.process.returncode is not None)
        assert await bot.end() == 2
    assert b"Telegram does not accept BOT_TOKEN" in bot.errors
    assert TOKEN.encode() not in bot.out + bot.errors and b"Traceback" not in bot.errors
