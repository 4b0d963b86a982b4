"""The argument of docs/counts.md, put to the test: what the published figures give away of one person.

Two databases that differ in all that one person may add, through the real storage, many times over. Each cell of a table
has noise of its own, so one state file with many cells is as many trials. The seeds are fixed; the margins are those that
a right mechanism would exceed for fewer than one seed in a thousand.
"""

import math
import random
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from bot.model.counts import (
    FLOOR,
    FOUND,
    LINKS,
    NEEDS,
    PER_MONTH,
    PER_YEAR,
    REGIONS,
    TABLES,
    CountTable,
    Domain,
    chance_of_at_least,
    give_or_take,
    rounded,
    smallest_shown,
)
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
        return Domain(needs=(), regions=(), organizations=names), [(name,) for name in names]
    if table is NEEDS:
        return Domain(needs=names, regions=(), organizations=()), [(name, FOUND) for name in names]
    domain = Domain(needs=("legal",), regions=names, organizations=())
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


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_the_figures_give_away_of_one_person_stays_within_the_budget(
    table: CountTable, tmp_path: Path
) -> None:
    """D5: everything a person may add in a month falls into one cell, where it is seen best, at the edge of the shown."""
    count = smallest_shown(TRIALS, table.scale)
    without = outcomes(table, count, tmp_path / "without", seed=1)
    within = outcomes(table, count + table.most, tmp_path / "with", seed=2)
    assert len(events(without, within)) > 10
    assert surely_lost(without, within) <= table.budget
    assert seen_loss(without, within) > table.budget / 2, "the test sees what there is to be seen"


def test_the_test_would_notice_half_the_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.storage.noise import discrete_laplace

    monkeypatch.setattr(
        "bot.storage.counts.discrete_laplace", lambda scale, below: discrete_laplace(scale / 2, below)
    )
    count = smallest_shown(TRIALS, REGIONS.scale)
    without = outcomes(REGIONS, count, tmp_path / "without", seed=1)
    within = outcomes(REGIONS, count + REGIONS.most, tmp_path / "with", seed=2)
    assert surely_lost(without, within) > REGIONS.budget


def test_the_test_would_notice_a_person_who_counts_three_times(tmp_path: Path) -> None:
    count = smallest_shown(TRIALS, REGIONS.scale)
    without = outcomes(REGIONS, count, tmp_path / "without", seed=1)
    within = outcomes(REGIONS, count + REGIONS.most + 2, tmp_path / "with", seed=2)
    assert surely_lost(without, within) > REGIONS.budget


# -- without chance -----------------------------------------------------------------------------------------


def shown_with(count: int, table: CountTable, smallest: int) -> dict[int, float]:
    """The exact chance of every outcome for a cell with `count` people in it."""
    q = math.exp(-1 / table.scale)
    chances: dict[int, float] = {}
    for noise in range(-250, 251):
        number = count + noise
        outcome = rounded(number) if number >= smallest else HIDDEN
        chances[outcome] = chances.get(outcome, 0.0) + (1 - q) / (1 + q) * q ** abs(noise)
    return chances


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("count", [0, 9, 10, 24, 100])
def test_no_outcome_at_all_is_likelier_than_the_budget_allows(table: CountTable, count: int) -> None:
    """Computed, not sampled, for every way to spread what a person adds over two cells."""
    smallest = smallest_shown(13_000, table.scale)
    worst = 0.0
    for here in range(table.most + 1):
        loss = 0.0
        for added in (here, table.most - here):
            before, after = shown_with(count, table, smallest), shown_with(count + added, table, smallest)
            # Outcomes 200 off are cut away above: their chance is below 1e-21, and so is what is lost by it.
            likely = [o for o in before if before[o] > 1e-12 and after.get(o, 0) > 1e-12]
            loss += max(abs(math.log(after[o] / before[o])) for o in likely)
        worst = max(worst, loss)
    assert table.budget * 0.99 <= worst + 1e-9 or count < smallest - 20
    assert worst <= table.budget + Fraction(1, 10**6)


def test_the_budgets_add_up_to_what_is_written_everywhere() -> None:
    assert sum(table.budget for table in TABLES) == PER_MONTH == 2
    assert PER_YEAR == 24
    assert [table.scale for table in TABLES] == [4, 2, 2]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_cell_hardly_ever_shows(table: CountTable, tmp_path: Path) -> None:
    """One row in twenty tables. 24,000 empty cells with the start of a table of 12,000: a tenth of a row expected."""
    shown = sum(
        outcomes(table, 0, tmp_path / f"{n}", seed=n).total()
        - outcomes(table, 0, tmp_path / f"{n}", seed=n)[HIDDEN]
        for n in range(1)
    )
    assert shown <= 1
    smallest = smallest_shown(TRIALS, table.scale)
    assert TRIALS * chance_of_at_least(smallest, table.scale) <= 0.05
    assert smallest == FLOOR or TRIALS * chance_of_at_least(smallest - 1, table.scale) > 0.05


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nineteen_of_twenty_figures_are_as_near_as_is_said(table: CountTable) -> None:
    near = {
        n: p for n, p in shown_with(200, table, FLOOR).items() if abs(n - 200) <= give_or_take(table.scale)
    }
    assert sum(near.values()) >= 0.95
