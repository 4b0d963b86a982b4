"""bot directory import, for the feed of another directory (Open Referral HSDS)."""

import contextlib
import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bot.cli.opening import PROBLEMS, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.problems import Problem, errors_among
from bot.directory_files.rulebook import read_rulebook
from bot.exchange.hsds.crosswalks import (
    CannotMap,
    Dictionary,
    FeedSource,
    Mapped,
    load_crosswalks,
    load_mapping,
)
from bot.exchange.hsds.feed import CannotFollow, is_package
from bot.exchange.hsds.importing import Import, Imported
from bot.exchange.hsds.taking import Terms
from bot.exchange.hsds.telling import Told

SHOWN = 40  # lines of each kind in the terminal; a feed can have a million


class FeedOptions(NamedTuple):
    """What was asked for on the command line."""

    mapping: Path | None
    source: str | None
    report: Path | None
    dry_run: bool = False


def import_feed(file: Path, resources: Path, today: date, options: FeedOptions) -> None:
    """Take the feed in, or show what would change. Ends the program with a sentence where it cannot."""
    terms = _terms(resources, today, options)
    with _telling(options.report) as telling, Import(resources, terms, telling) as work:
        try:
            for at, difference in enumerate(work.read(file, is_package=is_package(file)), 1):
                if at <= SHOWN or options.report:
                    print(difference)
        except CannotFollow as error:
            stop(f"{error} Nothing is written.", PROBLEMS)
        telling.sum_up(options.report)
        if work.errors:
            stop(f"{work.errors} error(s). Nothing is written.", PROBLEMS)
        if options.dry_run:
            print(f"{_count(work.would())}. Nothing is written.", file=sys.stderr)
            return
        outcome = work.write()
    if outcome.stopped:
        stop(outcome.stopped, PROBLEMS)
    print(
        f"{_count(outcome)}. Written. `bot directory check` reads them as people will see them.",
        file=sys.stderr,
    )


def _terms(resources: Path, today: date, options: FeedOptions) -> Terms:
    problems: list[Problem] = []
    rules = read_rulebook(resources, today, problems, compiled_cache())
    crosswalks = load_crosswalks(resources, problems)
    if wrong := errors_among(problems):
        for problem in wrong:
            print(problem, file=sys.stderr)
        stop("The lists that a feed is compared with are broken. Nothing is written.", PROBLEMS)
    try:
        mapped = load_mapping(options.mapping) if options.mapping else Mapped()
    except CannotMap as error:
        stop(str(error))
    if options.source:
        is_address = options.source.startswith(("http://", "https://"))
        said = FeedSource(url=options.source) if is_address else FeedSource(title=options.source)
        mapped = mapped.model_copy(update={"source": said})
    dictionary = Dictionary((*mapped.vocabularies, *crosswalks))
    return Terms(mapped=mapped, dictionary=dictionary, rules=rules)


def _count(done: Imported) -> str:
    return f"{done.services} service(s) of {done.organizations} organization(s), {done.new} of them new"


class _Telling:
    """Lines for people: the first of them in the terminal, all of them in the report, and how many of each kind."""

    def __init__(self, write: Callable[[Told], object] | None) -> None:
        self._write = write
        self._counts: Counter[tuple[str, bool]] = Counter()
        self._shown = 0

    def __call__(self, told: Told) -> None:
        self._counts[told.field, told.left_out] += 1
        if self._write:
            self._write(told)
        if self._shown < SHOWN or (not told.left_out and self._counts[told.field, False] <= SHOWN):
            self._shown += 1
            print(told, file=sys.stderr)

    def sum_up(self, report: Path | None) -> None:
        """How much was left out, by field."""
        total = sum(self._counts.values())
        if total > self._shown:
            for (field, left_out), count in self._counts.most_common():
                what = "left out" if left_out else "error"
                print(f"{count} x {field or 'record'}: {what}", file=sys.stderr)
            where = f"{report} has" if report else "--report PATH writes"
            print(f"{total} lines in all; {where} every one.", file=sys.stderr)


@contextlib.contextmanager
def _telling(report: Path | None) -> Iterator[_Telling]:
    if report is None:
        yield _Telling(None)
        return
    try:
        opened = report.open("w", encoding="utf-8", newline="")
    except OSError as error:
        stop(f"{report} cannot be written ({error.strerror}). Name another place.")
    with opened:
        rows = csv.writer(opened)
        rows.writerow(("record", "field", "kind", "message"))
        yield _Telling(
            lambda told: rows.writerow(
                (told.record, told.field, "left out" if told.left_out else "error", told.message)
            )
        )
