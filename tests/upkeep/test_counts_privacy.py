"""The argument of docs/counts.md, put to the test: what the published figures give away of one person."""

import math
from fractions import Fraction
from pathlib import Path

import pytest
from bot.model.counts import (
    FALSE_ROWS,
    FLOOR,
    PER_MONTH,
    PER_YEAR,
    REGIONS,
    TABLES,
    CountTable,
    chance_of_at_least,
    give_or_take,
    smallest_shown,
)
from bot.storage.noise import discrete_laplace

from tests.upkeep.two_worlds import HIDDEN, TRIALS, events, outcomes, seen_loss, shown_with, surely_lost


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_the_figures_give_away_of_one_person_stays_within_the_budget(
    table: CountTable, tmp_path: Path
) -> None:
    """D5: all that a person may add in a month falls into one cell, where it is seen best, at the edge of the shown."""
    count = smallest_shown(TRIALS, table.scale)
    without = outcomes(table, count, tmp_path / "without", seed=1)
    within = outcomes(table, count + table.most, tmp_path / "with", seed=2)
    assert len(events(without, within)) > 10
    assert surely_lost(without, within) <= table.budget
    assert seen_loss(without, within) > table.budget / 2, "the test sees what there is to be seen"


def test_the_test_would_notice_half_the_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert worst >= table.budget * 0.99 or count < smallest - 20, (
        "what is allowed is used where figures are shown"
    )
    assert worst <= table.budget + Fraction(1, 10**6)


def test_the_budgets_add_up_to_what_is_written_everywhere() -> None:
    assert sum(table.budget for table in TABLES) == PER_MONTH == 2
    assert PER_YEAR == 24
    assert [table.scale for table in TABLES] == [4, 2, 2]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_cell_hardly_ever_shows(table: CountTable, tmp_path: Path) -> None:
    """One row in twenty tables, on average; a third one in this table would be one seed in fifty thousand."""
    seen = outcomes(table, 0, tmp_path, seed=3)
    assert seen.total() - seen[HIDDEN] <= 2
    smallest = smallest_shown(TRIALS, table.scale)
    assert TRIALS * chance_of_at_least(smallest, table.scale) <= FALSE_ROWS
    assert TRIALS * chance_of_at_least(smallest - 1, table.scale) > FALSE_ROWS


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nineteen_of_twenty_figures_are_as_near_as_is_said(table: CountTable) -> None:
    near = {
        n: p for n, p in shown_with(200, table, FLOOR).items() if abs(n - 200) <= give_or_take(table.scale)
    }
    assert sum(near.values()) >= 0.95
