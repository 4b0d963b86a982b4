"""What the published counts give away of one person, and how wrong they are for it.

Three parts: the privacy loss beside the budget, computed and measured through the real storage; how far published
figures are from what was counted; and how much of a made-up month can be shown, by how many people wrote.
Usage: python benchmarks/counts_privacy.py [--seed 1]
"""

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.model.counts import (
    FOUND,
    NEEDS,
    NOT_FOUND,
    PER_MONTH,
    PER_YEAR,
    REGIONS,
    TABLES,
    Cell,
    CountTable,
    Domain,
    give_or_take,
    smallest_shown,
)
from bot.settings import Settings
from bot.storage.counts import CountsInSqlite, read_periods
from bot.storage.state_file import open_state_file
from bot.wiring.counts import domain_of
from bot.wiring.knowledge import load_knowledge
from tests.upkeep.two_worlds import HIDDEN, TRIALS, outcomes, seen_loss, shown_with, surely_lost

NOVEMBER, DECEMBER = date(2026, 11, 25), date(2026, 12, 10)
SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000)


def computed_loss(table: CountTable) -> float:
    """The largest log ratio of the chances of any outcome, with one person more, over counts from 0 to 60."""
    smallest = smallest_shown(13_000, table.scale)
    worst = 0.0
    for count in range(61):
        one = shown_with(count, table, smallest)
        other = shown_with(count + table.most, table, smallest)
        likely = [o for o in one if one[o] > 1e-12 and other.get(o, 0) > 1e-12]
        worst = max(worst, *(abs(math.log(other[o] / one[o])) for o in likely))
    return worst


def privacy(seed: int) -> None:
    """The loss beside the budget."""
    print(f"Privacy loss of a person's month, {TRIALS:,} trials in each of two worlds\n")
    print(f"{'table':17}{'budget':>8}{'computed':>10}{'measured':>10}{'sure':>7}   within")
    for table in TABLES:
        count = smallest_shown(TRIALS, table.scale)
        with tempfile.TemporaryDirectory() as name:
            without = outcomes(table, count, Path(name) / "without", seed)
            within = outcomes(table, count + table.most, Path(name) / "with", seed + 1)
        sure = surely_lost(without, within)
        print(
            f"{table.name:17}{float(table.budget):8.2f}{computed_loss(table):10.4f}"
            f"{seen_loss(without, within):10.3f}{max(0.0, sure):7.3f}   {'yes' if sure <= table.budget else 'NO'}"
        )
    print(f"all tables: epsilon {float(PER_MONTH):g} a month, {float(PER_YEAR):g} a year\n")


def error(seed: int) -> None:
    """Of published figures, for cells in which 100 people are."""
    print("How far a published figure is from what was counted (100 people in a cell)\n")
    print(f"{'table':17}{'scale':>6}{'mean':>7}{'19 of 20 within':>17}{'promised':>10}{'shown from':>12}")
    for table in TABLES:
        with tempfile.TemporaryDirectory() as name:
            seen = outcomes(table, 100, Path(name), seed)
        errors = sorted(abs(n - 100) for n in seen.elements() if n != HIDDEN)
        print(
            f"{table.name:17}{float(table.scale):6g}{statistics.mean(errors):7.2f}"
            f"{errors[int(0.95 * len(errors))]:17}{give_or_take(table.scale):10}"
            f"{smallest_shown(13_000 if table is REGIONS else 40 if table is NEEDS else 10, table.scale):12}"
        )
    print()


def a_month(people: int, domain: Domain, chance: random.Random) -> Counter[tuple[str, str, Cell]]:
    """Made up: needs as 1/rank, half of the people in ten regions, four of five needs found."""
    counted: Counter[tuple[str, str, Cell]] = Counter()
    regions = [r for r in domain.regions if r.startswith("US-")] + ["unknown"]
    chance.shuffle(regions)
    by_rank = [1 / (rank + 1) for rank in range(len(domain.needs))]
    by_region = [5.0] * 10 + [1.0] * (len(regions) - 10)
    for _ in range(people):
        (region,) = chance.choices(regions, by_region)
        for need in dict.fromkeys(chance.choices(domain.needs, by_rank, k=chance.choice((1, 1, 2)))):
            outcome = FOUND if chance.random() < 0.8 else NOT_FOUND
            counted[NEEDS.name, "2026-11", (need, outcome)] += 1
            counted[REGIONS.name, "2026-11", (need, region, outcome)] += 1
    return counted


def usefulness(seed: int) -> None:
    """How much of what was counted is in the figures that are shown."""
    domain = domain_of(load_knowledge(Settings(), NOVEMBER))
    print("How much of a made-up month can be shown\n")
    print(f"{'':12}{'needs':>14}{'':16}{'needs by region':>22}")
    print(
        f"{'people':>8}{'cells':>18}{'of all counted':>16}{'cells':>22}{'of all counted':>16}{'false rows':>12}"
    )
    for people in SIZES:
        counted = a_month(people, domain, random.Random(seed))
        with tempfile.TemporaryDirectory() as name:
            book = CountsInSqlite(open_state_file(Path(name)), random.Random(seed + people).randrange)
            book.write({}, domain, NOVEMBER)
            book.write(counted, domain, NOVEMBER)
            book.write({}, domain, DECEMBER)
            shown = {
                p.table: [f.cell for f in p.figures]
                for p in read_periods(Path(name))
                if p.period == "2026-11"
            }
        cells, shares = {}, {}
        for table in (NEEDS, REGIONS):
            cells[table.name] = len(shown[table.name])
            inside = sum(counted[table.name, "2026-11", cell] for cell in shown[table.name])
            shares[table.name] = inside / sum(n for (name, _, _), n in counted.items() if name == table.name)
        false = sum(
            counted[table.name, "2026-11", cell] == 0
            for table in (NEEDS, REGIONS)
            for cell in shown[table.name]
        )
        print(
            f"{people:8,}{'':4}{cells[NEEDS.name]:14}{shares[NEEDS.name]:16.0%}{'':4}"
            f"{cells[REGIONS.name]:18}{shares[REGIONS.name]:16.0%}{false:12}"
        )


def main() -> None:
    """All three."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, default=1)
    seed = arguments.parse_args().seed
    privacy(seed)
    error(seed)
    usefulness(seed)


if __name__ == "__main__":
    main()
