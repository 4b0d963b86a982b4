"""The one file on disk: for its owner's eyes only, of a known version, and set aside when it is broken."""

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zlib import crc32

from bot.conversation.knowledge import WIPE_HOURS

log = logging.getLogger(__name__)

FILE = "marigold.sqlite3"
SET_ASIDE = f"{FILE}.unreadable"
VERSION = 2  # in SQLite's user_version
BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class StateFolderError(Exception):
    """The state folder cannot be used. The message says what to do."""


class AnotherBots(Exception):
    """The state folder belongs to another bot. The message says what to do."""


def open_state_file(folder: Path, wall: Callable[[], float] = time.time, *, bot: str | None = None) -> Path:
    """The file, ready for use: folder 0700, file 0600, version ours. Raises StateFolderError and AnotherBots.

    `bot`: the number of the bot whose messages it is about, as its token names it. The first one to open it owns it,
    for with the numbers of one bot's messages another one would delete strange messages, or none.

    A file that is broken is set aside for two days, in which an operator may want it, and a new one is begun.
    """
    owner = _owner(bot)
    if owner:
        _refuse_another(folder, owner)
    path = _private_file(folder)
    _drop_set_aside(folder, wall())
    try:
        _take_up(path, owner)
    except sqlite3.DatabaseError as error:
        if not _is_broken(error):
            raise StateFolderError(
                f"The state file {path} cannot be used now ({type(error).__name__}). "
                "Is the disk full or read-only, or does another program hold the file?"
            ) from None
        _set_aside(path, wall())
        _take_up(_private_file(folder), owner)
    return path


def _owner(bot: str | None) -> int:
    """The mark of a bot in the head of the file; 0: nobody's."""
    if not bot:
        return 0
    return crc32(b"marigold " + bot.encode()) & 0x7FFFFFFF or 1


def _refuse_another(folder: Path, owner: int) -> None:
    """Before anything is touched: the file is only looked at, without its log. What cannot be read is nobody's."""
    path = folder / FILE
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as database:
            (found,) = database.execute("PRAGMA application_id").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error:
        return
    if found not in (0, owner) and 0 <= version <= VERSION:
        raise AnotherBots(
            f"The state folder {folder} belongs to another bot than the one BOT_TOKEN names. "
            "Set BOT_TOKEN or BOT_STATE_DIR right, or move the folder away to begin anew."
        )


def _private_file(folder: Path) -> Path:
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StateFolderError(
            f"The state folder {folder} cannot be used ({error.strerror}). "
            "Set BOT_STATE_DIR to a folder you may write to."
        ) from None
    return path


def _take_up(path: Path, owner: int) -> None:
    """Check the file, bring it to our version, and mark whose it is."""
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StateFolderError(
                f"The state file {path} is from a newer version of this program and is left as it is. "
                "Start that version, or set BOT_STATE_DIR to another folder."
            )
        (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise _malformed()
        if version < VERSION:
            database.execute("PRAGMA secure_delete=ON")
            database.execute("DROP TABLE IF EXISTS messages")  # of another shape, and two days old at most
            database.execute(f"PRAGMA user_version={VERSION}")
            database.commit()
        if owner:
            database.execute(f"PRAGMA application_id={owner}")
            database.commit()


def _malformed() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in BROKEN


def _set_aside(path: Path, now: float) -> None:
    aside = path.with_name(SET_ASIDE)
    path.replace(aside)
    os.utime(aside, (now, now))
    for rest in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    log.error(
        "the state file could not be read and was set aside as %s; a new one is begun. Messages from before cannot be "
        "cleared by the bot, and reports from before are not counted. It is deleted %d hours from now",
        SET_ASIDE,
        WIPE_HOURS,
    )


def _drop_set_aside(folder: Path, now: float) -> None:
    """What was promised to be gone after two days is gone, readable or not."""
    aside = folder / SET_ASIDE
    if aside.exists() and aside.stat().st_mtime < now - WIPE_HOURS * 3600:
        aside.unlink()
