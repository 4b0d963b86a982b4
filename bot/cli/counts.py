"""bot counts: what people looked for and who came by link, in figures that cannot point at a person."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import read_directory
from bot.directory_files.partners import load_partners
from bot.model.counts import regions_among
from bot.settings import Settings
from bot.storage.counts import read_periods
from bot.upkeep.counts.publishing import Publication, as_csv, as_json, as_text, publication
from bot.upkeep.counts.words import CountWords, read_count_words


class Form(StrEnum):
    """What the counts are written as."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


def counts(
    form: Annotated[
        Form, typer.Option("--format", help="text, csv, json, or html: one page with charts")
    ] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option(help="write to this file instead of the screen", metavar="PATH")
    ] = None,
    now: Now = None,
) -> None:
    """Show what people looked for, by month and country or state, and visits by link, by week.

    Only finished periods are shown, the same however often you ask; every
    figure has noise in it and is rounded, and small ones are not shown.
    The privacy budget is written beside them. Give them to anybody.

    Example: bot counts --format html --output counts.html
    """
    settings, today = settings_or_stop(), clock_from(now)().date()
    published = publication(read_periods(settings.state_dir), today)
    if settings.counts == "off":
        print("BOT_COUNTS is off: nothing is counted.", file=sys.stderr)
    if output is None:
        _write(published, _words(settings, published), form, sys.stdout)
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write(published, _words(settings, published), form, file)
    except OSError as error:
        stop(f"{output} cannot be written: {error.strerror}.")
    print(f"{output} is written.", file=sys.stderr)


def _words(settings: Settings, published: Publication) -> CountWords:
    reading = read_directory(settings.resources, published.day, compiled_cache())
    gazetteer = reading.book.gazetteer
    regions = regions_among(gazetteer.countries, gazetteer.regions)
    partners = load_partners(settings.resources, reading.book, [])
    return read_count_words(reading.book.taxonomy, gazetteer, partners, regions)


def _write(published: Publication, words: CountWords, form: Form, file: TextIO) -> None:
    match form:
        case Form.TEXT:
            from rich.console import Console  # draws tables; the other forms need none

            console = Console(file=file, highlight=False)
            for piece in as_text(published, words):
                console.print(piece)
        case Form.CSV:
            file.write(as_csv(published))
        case Form.JSON:
            file.write(json.dumps(as_json(published, words), ensure_ascii=False, indent=1) + "\n")
        case Form.HTML:
            from bot.upkeep.counts.html import counts_page  # brings jinja2

            file.write(counts_page(published, words))


app = one_command(counts)
