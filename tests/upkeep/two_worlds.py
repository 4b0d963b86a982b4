"""Two worlds that differ in all that one person may add, as the published figures show them.

Each cell of a table has noise of its own, so one state file with many cells is as many trials. The margin is one that a
right mechanism exceeds for fewer than one seed in a thousand.
"""

import math
import random
from collections import Counter
from datetime import date
from pathlib import Path

from bot.model.counts import FOUND, LINKS, NEEDS, CountTable, Domain, rounded
from bot.storage.counts import CountsInSqlite, read_periods
from bot.storage.state_file import open_state_file

DAY, AFTER = date(2026, 11, 25), date(2026, 12, 10)
TRIALS = 12_000  # cells in one file
MARGIN = 4.5  # standard deviations of a log ratio of two counts; about forty are looked at, both ways
ENOUGH = 40  # trials that must show an outcome, for its ratio to say anything
HIDDEN = 0


def cells_of(table: CountTable) -> tuple[Domain, list[tuple[str, ...]]]:
    """A domain with at least TRIALS cells, and the cells that get the counts."""
    names = tuple(f"x{n}" for n in range(TRIALS))
    if table is LINKS:
        return Domain(needs=(), regions=(), partners=names), [(name,) for name in names]
    if table is NEEDS:
        return Domain(needs=names, regions=(), partners=()), [(name, FOUND) for name in names]
    domain = Domain(needs=("legal",), regions=names, partners=())
    return domain, [("legal", name, FOUND) for name in names]


def outcomes(table: CountTable, count: int, folder: Path, seed: int) -> Counter[int]:
    """How often a cell in which `count` people are is published as which number; HIDDEN if it is not shown."""
    domain, cells = cells_of(table)
    book = CountsInSqlite(open_state_file(folder), random.Random(seed).randrange)
    book.write({}, domain, DAY)
    book.write({(table.name, table.period_of(DAY), cell): count for cell in cells}, domain, DAY)
    book.write({}, domain, AFTER)
    period = next(
        p for p in read_periods(folder) if (p.table, p.period) == (table.name, table.period_of(DAY))
    )
    wanted = set(cells)
    seen = Counter(figure.number for figure in period.figures if figure.cell in wanted)
    seen[HIDDEN] = len(cells) - seen.total()
    return seen


def events(one: Counter[int], other: Counter[int]) -> list[tuple[int, int]]:
    """What an observer may look for: each number, each "at least", and "not shown"; how often it is seen in both."""
    numbers = sorted({*one, *other})
    single = [(one[n], other[n]) for n in numbers]
    at_least = [
        (sum(one[m] for m in numbers if m >= n), sum(other[m] for m in numbers if m >= n)) for n in numbers
    ]
    below = [(one.total() - a, other.total() - b) for a, b in at_least]
    return [(a, b) for a, b in (*single, *at_least, *below) if min(a, b) >= ENOUGH]


def surely_lost(one: Counter[int], other: Counter[int]) -> float:
    """The privacy loss that is there beyond doubt: the largest log ratio, less its margin."""
    return max(abs(math.log(a / b)) - MARGIN * math.sqrt(1 / a + 1 / b) for a, b in events(one, other))


def seen_loss(one: Counter[int], other: Counter[int]) -> float:
    return max(abs(math.log(a / b)) for a, b in events(one, other) if min(a, b) >= 1000)


def shown_with(count: int, table: CountTable, smallest: int) -> dict[int, float]:
    """The exact chance of every outcome for a cell with `count` people in it."""
    q = math.exp(-1 / table.scale)
    chances: dict[int, float] = {}
    for noise in range(-250, 251):
        number = count + noise
        outcome = rounded(number) if number >= smallest else HIDDEN
        chances[outcome] = chances.get(outcome, 0.0) + (1 - q) / (1 + q) * q ** abs(noise)
    return chances
