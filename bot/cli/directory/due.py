"""bot directory due: what to check next, with the script of each call."""

import json
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import process

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.emergency import load_emergency
from bot.directory_files.load import DirectoryReading, read_directory
from bot.directory_files.problems import Problem
from bot.directory_files.scripts import BASE, FOLDER, load_scripts
from bot.matching.reports import ENOUGH, open_reports
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, ListedService
from bot.model.record import record
from bot.storage.reports import read_counts
from bot.understanding.places import Gazetteer
from bot.upkeep.round.calling import Desk, country_languages, plan_call
from bot.upkeep.round.due import Due, due, look_at
from bot.upkeep.round.script import as_lines, call_script, name_of
from bot.upkeep.round.todo import Reader, Task, as_markdown, as_row, lines_of, script_row
from bot.upkeep.round.voice import Voice

LANGUAGE = re.compile(r"[a-z]{2,3}")
PAPER_WIDTH = 92
ALIKE = 70  # how alike (0-100) a wrong id must be to be offered as the right one


@record
class Wanted:
    """Which part of the list, and for whom."""

    country: str | None
    region: str | None
    language: str | None
    held: bool


def due_list(
    country: Annotated[str | None, typer.Option(help="only this country, like US")] = None,
    region: Annotated[str | None, typer.Option(help="only this state or region of it, like TX")] = None,
    language: Annotated[str | None, typer.Option(help="only places that speak it, like es")] = None,
    held: Annotated[bool, typer.Option("--held", help="only what is on hold, with the reason")] = False,
    limit: Annotated[int, typer.Option(min=1, help="how many to show")] = 10,
    script: Annotated[
        str | None, typer.Option(help="the script of the call to one service", metavar="ID")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="a to-do list for an issue")] = False,
    now: Now = None,
) -> None:
    """What to check next, most needed first, and the script of each call in the language of the place.

    Example: bot directory due --country US --region TX --language es
    """
    if markdown and (as_json or script is not None):
        stop("Choose one: --markdown is for the list alone. (--script with --json is all right.)")
    time = clock_from(now)()
    settings = settings_or_stop()
    reading, desk = _opened(settings.resources, time)
    reports = _reported(reading, settings.state_dir, time)
    wanted = _wanted(country, region, language, held, reading.book.gazetteer)
    if script is not None:
        listed = _service(script, reading)
        _print_script(listed, desk, wanted, time, as_json, reports=reports.get(listed.id, 0))
        return
    found = [d for d in due(reading.services, time.date(), reports) if _is_wanted(d, wanted)]
    tasks = [Task(due=d, call=plan_call(d.listed, desk, time, wanted.language)) for d in found[:limit]]
    reader = _reader(reading, desk, wanted)
    if as_json:
        _print_json([as_row(task) for task in tasks])
    elif markdown:
        print("\n".join(as_markdown(tasks, reader, time.date())))
    else:
        _print_list(tasks, reader)
    print(_counted(found, tasks), file=sys.stderr)


# -- what is read -------------------------------------------------------------------------------------------


def _opened(folder: Path, time: datetime) -> tuple[DirectoryReading, Desk]:
    """The directory and what is needed to plan a call. Ends with the problems if the words cannot be used."""
    if not (folder / "organizations").is_dir():
        stop(f"{folder} has no folder organizations/; is BOT_RESOURCES right?", PROBLEMS)
    problems: list[Problem] = []
    scripts = load_scripts(folder / FOLDER, problems)
    emergency = load_emergency(folder / "emergency", problems)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        raise typer.Exit(PROBLEMS)
    reading = read_directory(folder, time.date(), compiled_cache())
    if reading.errors:
        count = len(reading.errors)
        print(
            f"{count} problem(s) in the directory; what is broken is not listed. See: bot directory check",
            file=sys.stderr,
        )
    desk = Desk(
        scripts=scripts,
        gazetteer=reading.book.gazetteer,
        emergency=emergency,
        services=_by_organization(reading.services),
    )
    return reading, desk


def _by_organization(services: Iterable[ListedService]) -> dict[str, tuple[ListedService, ...]]:
    together: dict[str, tuple[ListedService, ...]] = {}
    for one in services:
        together[one.organization_id] = (*together.get(one.organization_id, ()), one)
    return together


def _reported(reading: DirectoryReading, state: Path, time: datetime) -> dict[str, int]:
    """Services that enough people reported from the bot on this machine, since they were last checked."""
    troubles = open_reports(reading.services, read_counts(state), time.date())
    return {service: told.total() for service, told in troubles.items() if told.total() >= ENOUGH}


# -- what is wanted -----------------------------------------------------------------------------------------


def _wanted(
    country: str | None, region: str | None, language: str | None, held: bool, gazetteer: Gazetteer
) -> Wanted:
    """The filters, or one sentence about the one that cannot be used."""
    there, part = country and country.upper(), region and region.upper()
    if part and not there:
        stop(f"Say which country {part} is in, like --country US --region {part}.")
    if there and there not in (WORLDWIDE, EUROPEAN_UNION) and not gazetteer.by_country(there):
        stop(f"--country {country!r} is not a country. Write its two letters, like US.")
    if there and part and not gazetteer.by_region(there, part):
        stop(
            f"--region {region!r} is not a part of {there}. Write its ISO 3166-2 code after the dash, like TX."
        )
    if language and not LANGUAGE.fullmatch(language):
        stop(f"--language {language!r} is not a language code. Write two or three small letters, like es.")
    return Wanted(country=there, region=part, language=language, held=held)


def _is_wanted(one: Due, wanted: Wanted) -> bool:
    area = one.service.area
    return (
        (wanted.country in (None, area.country))
        and (wanted.region is None or wanted.region in area.regions)
        and (wanted.language is None or wanted.language in _languages_of(one))
        and (not wanted.held or bool(one.service.hold or one.held_contacts))
    )


def _languages_of(one: Due) -> Iterable[str]:
    """Languages written down for any line; else those of the country."""
    named = one.service.named_languages or country_languages(one.service.area)
    return {code.partition("-")[0] for code in named}


def _service(wanted: str, reading: DirectoryReading) -> ListedService:
    """The service with this id, or a sentence with the one perhaps meant."""
    by_id = {s.id: s for s in reading.services}
    if wanted not in by_id:
        near = process.extractOne(wanted, list(by_id), score_cutoff=ALIKE)
        meant = f" Did you mean {near[0]}?" if near else ""
        stop(f"There is no service {wanted}. An id is <path under organizations>#<key>.{meant}")
    return by_id[wanted]


# -- what is printed ----------------------------------------------------------------------------------------


def _print_script(
    listed: ListedService, desk: Desk, wanted: Wanted, time: datetime, as_json: bool, *, reports: int
) -> None:
    """The script of one call; for a place where all is confirmed, every question."""
    seen = look_at(listed, time.date(), reports=reports)
    if not seen.is_due:
        print(
            "Nothing is due here: all of it is confirmed. This is the script with every question.",
            file=sys.stderr,
        )
        seen = look_at(listed, time.date(), everything=True)
    call = plan_call(listed, desk, time, wanted.language)
    voice = Voice(scripts=desk.scripts, language=call.language, country=listed.service.area.country)
    said = call_script(seen, call, voice)
    if as_json:
        _print_json(script_row(said))
        return
    for line in as_lines(said):
        print(_folded(line, PAPER_WIDTH))


KEPT_TOGETHER = re.compile(
    r"\+\d[\d ()-]*\d"  # phone numbers
    r"|bot directory (?:due --script|log) \S+"
    r"|\d (?:[AP]M\b|[ap]\.[ \u00a0]?m\.|h\b)(?: \d\d)?"  # 9:00 AM, 9 h 30
    r"|« | [»:;?!]"  # as French writes them
)
NO_BREAK = "\u00a0"


def _folded(line: str, width: int, begin: str = "") -> str:
    """A line no wider than `width`, except where a number or a command would break; the rest is indented."""
    indent = " " * (len(begin + line) - len(line.lstrip(" -[]")))
    whole = KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", NO_BREAK), line)
    lines = textwrap.fill(
        begin + whole, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return lines.replace(NO_BREAK, " ")


def _reader(reading: DirectoryReading, desk: Desk, wanted: Wanted) -> Reader:
    """Whoever asks for places that speak a language reads the list in it, if there are words for it."""
    language = wanted.language if wanted.language in desk.scripts.languages else None
    return Reader(
        language=language or BASE,
        scripts=desk.scripts,
        taxonomy=reading.book.taxonomy,
        gazetteer=desk.gazetteer,
    )


def _print_list(tasks: Sequence[Task], reader: Reader) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for number, task in enumerate(tasks, 1):
        console.print(Text.assemble(f"{number}. ", (name_of(task.due), "bold"), f"  {task.due.id}"))
        for line in lines_of(task, reader):
            console.print(Text(_folded(line, console.width, begin="   ")))
        console.print()


def _print_json(rows: Any) -> None:
    print(json.dumps(rows, ensure_ascii=False, indent=1))


def _counted(found: Sequence[Due], tasks: Sequence[Task]) -> str:
    held = sum(bool(d.service.hold) for d in found)
    more = " (--limit shows more)" if len(found) > len(tasks) else ""
    return f"{len(tasks)} of {len(found)} to check{more}; {held} of them on hold and not shown to anyone."


app = one_command(due_list)
