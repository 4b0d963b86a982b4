"""The coverage report for the terminal: pieces that rich prints one under the other."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.matching.freshness import Freshness
from bot.upkeep.coverage.as_json import overview
from bot.upkeep.coverage.counting import (
    ANY_NEED,
    Coverage,
    countries,
    freshness_of,
    gaps,
    made_for,
    minimum,
)
from bot.upkeep.coverage.words import FRESHNESS, Words, day, desert_sentences, gap_sentence

NEED_WIDTH, GROUP_WIDTH = 25, 9  # characters of a column; six groups fit on a terminal of 80
NOTHING = Text("none", style="bold yellow")  # a word: a colour alone says nothing to many


def report(found: Coverage, words: Words, width: int) -> Iterator[RenderableType]:
    """The whole report, piece by piece, for a terminal `width` characters wide."""
    yield _heading(f"What is listed{_where(found, words)}, on {day(found.today)}")
    yield from map(_line, _overview(found, words))
    yield _heading("Fresh or not")
    yield from map(_line, _fresh(found))
    yield from _tables(found, words, max(1, (width - NEED_WIDTH) // GROUP_WIDTH))
    yield _heading("Where it is missing")
    yield from map(_line, desert_sentences(found, words))
    yield _heading("The minimum for those the headlines forget")
    yield from map(_line, _minimum(found, words))


def _heading(text: str) -> RenderableType:
    return Text(f"\n{text}", style="bold")


def _line(text: str) -> RenderableType:
    return Padding(Text(text), (0, 0, 0, 2), expand=False)


def _where(found: Coverage, words: Words) -> str:
    chosen = found.selection
    name = words.place((chosen.country, chosen.region)) if chosen.country else ""
    what = f": {words.help_for(chosen.need, chosen.group)}" if chosen.need or chosen.group else ""
    return f"{what} in {name}" if name else what


def _overview(found: Coverage, words: Words) -> Iterator[str]:
    facts = overview(found, words)
    yield f"{facts['services']} services of {facts['organizations']} organizations were read."
    yield f"{facts['listed']} are listed: a person may be sent there."
    if facts["unreachable"]:
        yield f"{facts['unreachable']} have no contact that may be used."
    if facts["ended"]:
        yield f"{facts['ended']} have ended."
    yield f"{facts['held']} are held and never shown{':' if facts['held'] else '.'}"
    for code, name, _ in words.holds:
        if facts["held_by_reason"][code]:
            yield f"  {facts['held_by_reason'][code]:>4}  {name}"
    if found.selection.country is None:
        yield _places(found, len(facts["states"]))


def _places(found: Coverage, states: int) -> str:
    return (
        f"Help of their own: {states} of {len(found.axes.states)} US states and territories, "
        f"{len(countries(found.listed))} countries."
    )


def _fresh(found: Coverage) -> Iterator[str]:
    counts = freshness_of(found.listed)
    total = sum(counts.values())
    for kind in Freshness.CONFIRMED, Freshness.NEVER, Freshness.EXPIRED:
        share = f"{100 * counts[kind] / total:.0f}%" if total else "none listed"
        yield f"{counts[kind]:>4} of {total} {FRESHNESS[kind]} ({share})"


# -- tables -------------------------------------------------------------------------------------------------


def _tables(found: Coverage, words: Words, columns: int) -> Iterator[RenderableType]:
    """Needs by groups, as many groups beside each other as fit."""
    forgotten = [g.code for g in found.groups if g.forgotten]
    others = [g.code for g in found.groups if not g.forgotten]
    shown = (
        ("Made for anyone, and for those the headlines forget", [None, *forgotten]),
        ("Made for others", others),
    )
    for title, groups in shown:
        for at in range(0, len(groups), columns):
            yield Text()
            yield _table(found, words, title, groups[at : at + columns])


def _table(found: Coverage, words: Words, title: str, groups: Sequence[str | None]) -> RenderableType:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    table.add_column("", width=NEED_WIDTH - 1, vertical="bottom")
    for code in groups:
        name = Text(words.group_shorts[code] if code else "Anyone")
        table.add_column(name, width=GROUP_WIDTH - 1, justify="right", vertical="bottom")
    for need in (ANY_NEED, *found.needs):
        name = Text(words.shorts.get(need, "Any kind of help"))
        table.add_row(name, *(_count(made_for(found, code, need)) for code in groups))
    return table


def _count(number: int) -> Text:
    return Text(str(number)) if number else NOTHING


def _minimum(found: Coverage, words: Words) -> Iterator[str]:
    missing = gaps(found)
    looked_at = len(minimum(found))
    yield f"{looked_at - len(missing)} of {looked_at} are met{'; these are not:' if missing else '.'}"
    yield from (f"- {gap_sentence(gap, words)}" for gap in missing)
