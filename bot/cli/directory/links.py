"""bot directory links: which web addresses of the directory no longer lead where they should."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Clock, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.ignored_links import IgnoredLink, load_ignored_links, reason_to_ignore
from bot.directory_files.link_titles import load_telling_titles
from bot.directory_files.load import read_directory
from bot.directory_files.problems import Problem
from bot.model.directory import ListedService
from bot.model.record import record
from bot.upkeep.links.addresses import Address, What, Within, collect, lines_of, polite_host
from bot.upkeep.links.findings import ADVICE
from bot.upkeep.links.manners import Manners, announcement
from bot.upkeep.links.report import Report, as_json, as_markdown, as_text, summary
from bot.upkeep.links.state import LinkState, Plan, StateUnusable, open_state, plan_of

if TYPE_CHECKING:
    from bot.upkeep.links.asking_all import Outcome, Tell

STOPPED = 130  # as shells have it after Ctrl+C
SHORTEST_PAUSE = 1.0  # on machines of other people
STATE_FILE = "links.jsonl"


@record
class Lists:
    """What volunteers keep beside the directory for this command."""

    ignored: tuple[IgnoredLink, ...]
    titles: tuple[str, ...]


def links(
    what: Annotated[
        What, typer.Option(help="what people are sent to; where facts were read; all, and what is on hold")
    ] = What.CONTACTS,
    country: Annotated[
        str | None, typer.Option(help="only services of this country: US", metavar="CODE")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="only services of this state or region: TX", metavar="CODE")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="ask at most so many now")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="start over: forget what was found before")] = False,
    state: Annotated[
        Path | None, typer.Option(help="where findings are kept; without it, your cache folder")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=32, help="ask at most so many hosts at once")] = 8,
    pause: Annotated[float, typer.Option(min=0, help="seconds between two requests to one host")] = 1.0,
    allow_local: Annotated[
        bool, typer.Option("--allow-local", help="ask this machine and its network too, to try things out")
    ] = False,
    to_json: Annotated[bool, typer.Option("--json", help="what was found as JSON")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="a list to tick off, for an issue")] = False,
    now: Now = None,
) -> None:
    """Ask each web address of the directory whether it still answers. This needs the network.

    Each site sees your internet address, and whoever can watch your network sees which sites are asked.
    Stop it when you like: the next run goes on from there, and what was asked in the last seven days is not
    asked again. Broken links never fail a change. Example: bot directory links --country US --region TX
    """
    if to_json and markdown:
        stop("Choose one of --json and --markdown.")
    if pause < SHORTEST_PAUSE and not allow_local:
        stop(f"--pause {pause:g} is too fast for other people's machines. Write {SHORTEST_PAUSE:g} or more.")
    within = _within(country, region)
    folder, clock = settings_or_stop().resources, clock_from(now)
    lists = _lists_or_stop(folder)
    addresses, ignored = _apart(collect(_services(folder, clock), what, within), lists)
    kept = _state_or_stop(state, clock, fresh=fresh)
    plan = plan_of(addresses, kept, clock(), limit)
    manners = Manners(pause=pause, hosts_at_once=at_once)
    print(announcement(plan.to_ask, manners, kept.path), file=sys.stderr)
    outcome = _ask_or_stop(plan, kept, manners, lists, clock, allow_local=allow_local)
    report = _report(addresses, ignored, plan, outcome, folder, clock)
    print(as_json(report) if to_json else as_markdown(report) if markdown else as_text(report))
    print(summary(report), file=sys.stderr)


def _within(country: str | None, region: str | None) -> Within:
    if country is not None and not (len(country) == 2 and country.isalpha()):
        stop(f"--country {country!r} is not a country. Write two letters, like US or FR.")
    if region is not None and country is None:
        stop(f"--region {region!r} needs its country: --country US --region TX.")
    return Within(country=country and country.upper(), region=region and region.upper())


def _lists_or_stop(folder: Path) -> Lists:
    problems: list[Problem] = []
    lists = Lists(ignored=load_ignored_links(folder, problems), titles=load_telling_titles(folder, problems))
    if problems:
        stop("\n".join(str(p) for p in problems))
    return lists


def _services(folder: Path, clock: Clock) -> tuple[ListedService, ...]:
    """Every service that can be read, the held ones too."""
    reading = read_directory(folder, clock().date(), compiled_cache())
    broken = {p.file for p in reading.errors}
    if broken:
        print(f"{len(broken)} file(s) have problems: see bot directory check.", file=sys.stderr)
    return reading.services


def _apart(addresses: tuple[Address, ...], lists: Lists) -> tuple[list[Address], list[tuple[Address, str]]]:
    """What is asked, and what is not with the reason why."""
    judged = [(a, reason_to_ignore(a.url, lists.ignored)) for a in addresses]
    return [a for a, reason in judged if reason is None], [(a, reason) for a, reason in judged if reason]


def _state_or_stop(path: Path | None, clock: Clock, *, fresh: bool) -> LinkState:
    try:
        return open_state(path or _usual_place(), clock(), fresh=fresh)
    except StateUnusable as error:
        stop(str(error))


def _usual_place() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("marigold-bot")) / STATE_FILE


def _ask_or_stop(
    plan: Plan, kept: LinkState, manners: Manners, lists: Lists, clock: Clock, *, allow_local: bool
) -> "Outcome":
    # Here, not above: --help and a wrong option can do without an HTTP library.
    from bot.upkeep.links.asking import Asker, anywhere, is_public
    from bot.upkeep.links.asking_all import ask_all

    async def ask(tell: "Tell") -> "Outcome":
        may_call = anywhere if allow_local else is_public
        async with Asker(clock=clock, manners=manners, titles=lists.titles, may_call=may_call) as asker:
            return await ask_all(plan, kept, asker, tell)

    try:
        outcome = _with_a_bar(len(plan.to_ask), ask)
    except StateUnusable as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("Stopped. Run the same command again to go on from here.", STOPPED)
    if not outcome.is_network_there:
        stop("This needs the network; nothing answered.", PROBLEMS)
    return outcome


def _with_a_bar(total: int, ask: Callable[["Tell"], Coroutine[Any, Any, "Outcome"]]) -> "Outcome":
    """Run it, with a bar on stderr where somebody can see it move."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[host]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total, host="")
        return asyncio.run(
            ask(lambda address, _: bar.update(task, advance=1, host=escape(polite_host(address.url))))
        )


def _report(
    addresses: list[Address],
    ignored: list[tuple[Address, str]],
    plan: Plan,
    outcome: "Outcome",
    folder: Path,
    clock: Clock,
) -> Report:
    found = tuple((a, outcome.found[a.key]) for a in addresses if a.key in outcome.found)
    places = (place for a, finding in found if finding.kind in ADVICE for place in a.places)
    return Report(
        now=clock(),
        found=found,
        ignored=tuple(ignored),
        lines=lines_of(places, folder),
        asked=outcome.asked,
        waiting=plan.waiting,
        lost=outcome.lost,
    )


app = one_command(links)
