"""Counts on disk, in a table of their own that nothing connects to a chat, and never as they are.

When a period begins, every cell of it is written with noise in it, before anybody is counted. So the file never holds a
true number; the noise of a period is drawn once, however often it is read; and that a cell or a period is there tells
nothing. When the next period begins, what may be shown of the last one is rounded and the rest is deleted.
"""

import logging
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from bot.model.counts import (
    COUNT_DAYS,
    ROUNDED_TO,
    TABLES,
    Cell,
    CountTable,
    Domain,
    Figure,
    Period,
    last_day,
    smallest_shown,
)
from bot.storage.noise import Below, discrete_laplace
from bot.storage.state_file import FILE

log = logging.getLogger(__name__)

Batch = Mapping[tuple[str, str, Cell], int]  # (table, period, cell) -> how many more

SCHEMA = """
CREATE TABLE IF NOT EXISTS counts_periods (
    name TEXT NOT NULL,
    period TEXT NOT NULL,
    budget TEXT NOT NULL,
    most INTEGER NOT NULL,
    smallest INTEGER,
    PRIMARY KEY (name, period)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts_cells (
    name TEXT NOT NULL,
    period TEXT NOT NULL,
    cell TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, period, cell)
) WITHOUT ROWID;
"""  # without row numbers: they would tell in which order something was written
OURS = ("counts_periods", "counts_cells")
# A period that has begun, is the last one, and was begun with today's budget.
OPEN = "SELECT 1 FROM counts_periods WHERE name = ? AND period = ? AND smallest IS NULL AND budget = ? AND most = ?"


class CountsInSqlite:
    """The counts in the state file. Each call is one transaction, for a thread of its own."""

    def __init__(self, path: Path, below: Below = secrets.randbelow) -> None:
        """`path` is from open_state_file."""
        self._path = path
        self._below = below

    def write(self, batch: Batch, domain: Domain, day: date) -> None:
        """Add what was counted, then begin the periods of `day` if that has not been done. Raises sqlite3.Error."""
        with _transaction(self._path) as database:
            _add(database, batch)
            for table in TABLES:
                self._begin(database, table, domain, day)
            _drop_old(database, day)

    def _begin(self, database: sqlite3.Connection, table: CountTable, domain: Domain, day: date) -> None:
        """Every cell that is not there yet, with noise in it; what is before this period is finished."""
        period = table.period_of(day)
        (latest,) = database.execute(
            "SELECT max(period) FROM counts_periods WHERE name = ?", (table.name,)
        ).fetchone()
        if latest is not None and latest > period:
            log.error("counts: the state file knows %s already; nothing is counted until then", latest)
            return
        database.execute(
            "INSERT OR IGNORE INTO counts_periods VALUES (?, ?, ?, ?, NULL)",
            (table.name, period, str(table.budget), table.most),
        )
        if _is_open(database, table, period):
            there = _cells_there(database, table.name, period)
            missing = [cell for cell in map(_written, domain.cells(table)) if cell not in there]
            database.executemany(
                "INSERT INTO counts_cells VALUES (?, ?, ?, ?)",
                (
                    (table.name, period, cell, discrete_laplace(table.scale, self._below))
                    for cell in sorted(missing)
                ),
            )
        _finish_before(database, table.name, period)


def _add(database: sqlite3.Connection, batch: Batch) -> None:
    """What is no cell, or belongs to a period that is over, is not counted."""
    by_name = {table.name: table for table in TABLES}
    for (name, period, cell), more in sorted(batch.items()):
        if _is_open(database, by_name[name], period):
            database.execute(
                "UPDATE counts_cells SET number = number + ? WHERE name = ? AND period = ? AND cell = ?",
                (more, name, period, _written(cell)),
            )


def _is_open(database: sqlite3.Connection, table: CountTable, period: str) -> bool:
    """A program with another budget counts from its next period on: noise that is there fits the old one."""
    found = database.execute(OPEN, (table.name, period, str(table.budget), table.most)).fetchone()
    return found is not None


def _cells_there(database: sqlite3.Connection, name: str, period: str) -> set[str]:
    rows = database.execute("SELECT cell FROM counts_cells WHERE name = ? AND period = ?", (name, period))
    return {cell for (cell,) in rows}


def _finish_before(database: sqlite3.Connection, name: str, period: str) -> None:
    """Keep of the periods before only what may be shown. From then on nothing in them changes."""
    over = database.execute(
        "SELECT period, budget, most FROM counts_periods WHERE name = ? AND period < ? AND smallest IS NULL",
        (name, period),
    ).fetchall()
    for ended, budget, most in over:
        cells = len(_cells_there(database, name, ended))
        smallest = smallest_shown(cells, int(most) / Fraction(budget))
        database.execute(
            "DELETE FROM counts_cells WHERE name = ? AND period = ? AND number < ?", (name, ended, smallest)
        )
        database.execute(  # as rounded() does
            "UPDATE counts_cells SET number = (number + ?) / ? * ? WHERE name = ? AND period = ?",
            (ROUNDED_TO // 2, ROUNDED_TO, ROUNDED_TO, name, ended),
        )
        database.execute(
            "UPDATE counts_periods SET smallest = ? WHERE name = ? AND period = ?", (smallest, name, ended)
        )


def _drop_old(database: sqlite3.Connection, day: date) -> None:
    oldest = day - timedelta(days=COUNT_DAYS)
    for name, period in database.execute("SELECT name, period FROM counts_periods").fetchall():
        if last_day(period) < oldest:
            for table in OURS:
                database.execute(
                    f"DELETE FROM {table} WHERE name = ? AND period = ?",  # noqa: S608 - our two tables
                    (name, period),
                )


@contextmanager
def _transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """All of it or nothing; what was deleted is overwritten, also in the write-ahead log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=ON").fetchall()
        database.executescript(SCHEMA)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")
        with suppress(sqlite3.Error):  # it is written; whoever took this for a failure would count it twice
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def forget_counts(path: Path) -> bool:
    """Delete the counts and their tables. False where there were none, and then nothing is touched."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        there = database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", OURS[:1]).fetchone()
        if there is None:
            return False
        database.execute("PRAGMA secure_delete=ON").fetchall()
        for table in OURS:
            database.execute(f"DROP TABLE IF EXISTS {table}")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return True


def read_periods(folder: Path) -> tuple[Period, ...]:
    """The finished periods kept in a state folder, for commands; none where no bot has counted. Changes nothing."""
    path = folder / FILE
    if not path.is_file():
        return ()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        try:
            periods = database.execute(
                "SELECT name, period, budget, most, smallest FROM counts_periods WHERE smallest IS NOT NULL "
                "ORDER BY name, period"
            ).fetchall()
            cells = database.execute(
                "SELECT cells.name, cells.period, cell, number FROM counts_cells AS cells "
                "JOIN counts_periods AS periods USING (name, period) WHERE smallest IS NOT NULL ORDER BY cell"
            ).fetchall()
        except sqlite3.OperationalError:  # no bot has counted here yet
            return ()
    figures: dict[tuple[str, str], list[Figure]] = {}
    for name, period, cell, number in cells:
        figures.setdefault((name, period), []).append(Figure(cell=_read(cell), number=int(number)))
    return tuple(
        Period(
            table=name,
            period=period,
            budget=Fraction(budget),
            most=int(most),
            smallest=int(smallest),
            figures=tuple(figures.get((name, period), ())),
        )
        for name, period, budget, most, smallest in periods
    )


def _written(cell: Cell) -> str:
    return " ".join(cell)  # no code has a blank in it


def _read(text: str) -> Cell:
    return tuple(text.split(" "))
