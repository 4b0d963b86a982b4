"""bot directory coverage: for whom, with what and where help is listed, and where it is missing."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz import fuzz, process

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import DirectoryReading, read_directory
from bot.upkeep.coverage.as_json import as_json
from bot.upkeep.coverage.counting import Coverage, Selection, gaps, survey
from bot.upkeep.coverage.words import Words, gap_sentence, read_axes, read_words

FEW = 60  # codes that can be named in one sentence


def coverage(
    need: Annotated[str | None, typer.Option(help="only one need, like shelter_housing")] = None,
    group: Annotated[str | None, typer.Option(help="only what is made for one group, like workers")] = None,
    country: Annotated[str | None, typer.Option(help="only what serves one country, like FR")] = None,
    region: Annotated[str | None, typer.Option(help="only what serves one state or region, like WY")] = None,
    as_json_form: Annotated[
        bool, typer.Option("--json", help="the report as JSON, in a stable form")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="write one page with maps and tables to this file", metavar="PATH")
    ] = None,
    fail_on_gap: Annotated[
        bool, typer.Option("--fail-on-gap", help="end with 1 when a group lacks the minimum")
    ] = False,
    now: Now = None,
) -> None:
    """Show for whom, with what and where help is listed, and where it is missing.

    The minimum: every group the headlines forget finds a listed service
    made for them for crisis, legal, medical, worker and immigration needs.

    The page of --html always holds every place; its own filters narrow it.

    Example: bot directory coverage --need shelter_housing --region WY
    """
    if html and (country or region):
        stop("The page always holds every place. Leave out --country and --region, or leave out --html.")
    today = clock_from(now)().date()
    reading = _read(settings_or_stop().resources, today)
    words = read_words(reading.book.taxonomy, reading.book.gazetteer)
    axes = read_axes(reading.book.taxonomy, words)
    selection = _selection(need, group, country, region, words)
    found = survey(reading.services, axes, today, selection)
    if html:
        _write_page(html, survey(reading.services, axes, today), selection, words)
    if as_json_form:
        print(json.dumps(as_json(found, words), ensure_ascii=False, indent=1))
    elif not html:
        _show(found, words)
    if fail_on_gap and gaps(found):
        _tell_gaps(found, words)
        raise typer.Exit(PROBLEMS)


def _read(folder: Path, today: date) -> DirectoryReading:
    reading = read_directory(folder, today, compiled_cache())
    if not reading.services:
        stop(f"There are no services in {folder}; is BOT_RESOURCES right?")
    if reading.errors:
        files = len({p.file for p in reading.errors})
        print(
            f"{files} file(s) have errors and may be missing here. See: bot directory check", file=sys.stderr
        )
    return reading


# -- what was asked for -------------------------------------------------------------------------------------


def _selection(
    need: str | None, group: str | None, country: str | None, region: str | None, words: Words
) -> Selection:
    """The filters, or one sentence for one that does not exist."""
    _one_of(need, words.shorts, "--need")
    _one_of(group, words.group_shorts, "--group")
    if country is None and region is None:
        return Selection(need=need, group=group)
    code = (country or "US").upper()
    known = {c: words.place((c, None)) for c in words.gazetteer.countries if c not in words.no_tile}
    _one_of(code, known, "--country")
    regions = {r: words.place((code, r)) for c, r in words.gazetteer.regions if c == code}
    part = region.upper() if region else None
    _one_of(part, regions, "--region")
    return Selection(need=need, group=group, country=code, region=part)


def _one_of(asked: str | None, known: Mapping[str, str], option: str) -> None:
    """Ends the program when the code is unknown; the nearest code, by its letters or its name, is offered."""
    if asked is None or asked in known:
        return
    by_name = {**{code.casefold(): code for code in known}, **{n.casefold(): c for c, n in known.items()}}
    near = process.extractOne(asked.casefold(), list(by_name), scorer=fuzz.ratio, score_cutoff=60)
    code = by_name[near[0]] if near else None
    meant = f"Did you mean {code} ({known[code]})?" if code else _what_to_write(known)
    stop(f"{option} {asked!r} is unknown. {meant}")


def _what_to_write(known: Mapping[str, str]) -> str:
    return f"There are: {', '.join(known)}." if len(known) <= FEW else "Write its two letters, like GB or FR."


# -- the page -----------------------------------------------------------------------------------------------


def _write_page(path: Path, found: Coverage, selection: Selection, words: Words) -> None:
    from bot.upkeep.coverage.html import coverage_page  # brings jinja2

    page = coverage_page(found, words, need=selection.need, group=selection.group)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        stop(f"{path} cannot be written: {error.strerror}.")
    print(f"{path} is written. Open it in a browser; it needs no network.", file=sys.stderr)


# -- the terminal -------------------------------------------------------------------------------------------


def _show(found: Coverage, words: Words) -> None:
    from rich.console import Console  # these two draw tables; the page and the JSON form need neither

    from bot.upkeep.coverage.terminal import report

    console = Console(highlight=False)
    for piece in report(found, words, console.width):
        console.print(piece)


def _tell_gaps(found: Coverage, words: Words) -> None:
    for gap in gaps(found):
        print(gap_sentence(gap, words), file=sys.stderr)


app = one_command(coverage)
