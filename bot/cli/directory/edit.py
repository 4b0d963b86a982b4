"""bot directory edit: the directory as a page of forms on this machine."""

import asyncio
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz import process

from bot.cli.knowing import told_problems
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.messages import load_messages
from bot.directory_files.organizations import FOLDER, paths_in
from bot.directory_files.problems import BrokenResources, Problem, errors_among
from bot.directory_files.rulebook import read_rulebook

Address = Callable[[str], str]


def edit(
    entry: Annotated[
        str | None,
        typer.Argument(help="an id like us/tx/example-legal-center, or its file; without it, the list"),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port of the page; 0: any free one")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the address")] = False,
    now: Now = None,
) -> None:
    """Edit the directory in your browser: a list to search, a form to fill in, checks while you type.

    The page is on this machine only. Nothing is saved before you have seen which lines change.
    Example: bot directory edit us/tx/example-legal-center
    """
    # Here, not above: a web server and templates take half a second that no other command needs.
    from bot.upkeep.form.desk import Desk
    from bot.upkeep.form.serving import PortInUse, serve

    folder = settings_or_stop().resources
    clock = clock_from(now)
    page = _page_of(entry, folder / FOLDER)
    problems: list[Problem] = []
    with told_problems():
        book = read_rulebook(folder, clock().date(), problems, compiled_cache())
        messages = load_messages(folder / "messages", problems).messages
        if errors := errors_among(problems):
            raise BrokenResources(errors)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(
                serve(Desk(folder, book, messages, clock), port, _opener(page, open_it=not no_browser))
            )
    except PortInUse as error:
        stop(str(error))


def _opener(page: str, *, open_it: bool) -> Callable[[Address], None]:
    def opened(address: Address) -> None:
        print(f"The directory is open for editing at {address(page)}", flush=True)
        print("Only on this machine, and only with that address. To stop, press Ctrl+C.", flush=True)
        if open_it and not _has_only_text_browsers():
            webbrowser.open(address(page))

    return opened


def _has_only_text_browsers() -> bool:
    """A browser in the terminal would take the place of this program's words."""
    try:
        return type(webbrowser.get()) is webbrowser.GenericBrowser
    except webbrowser.Error:
        return True


def _page_of(entry: str | None, home: Path) -> str:
    """The page of an id or a file; ends the program with a sentence when there is none."""
    if entry is None:
        return "/"
    wanted, _, key = entry.partition("#")
    paths = {p.relative_to(home).with_suffix("").as_posix() for p in paths_in(home)}
    file = Path(wanted).resolve()
    if file.is_relative_to(home.resolve()) and file.suffix == ".yaml":
        wanted = file.relative_to(home.resolve()).with_suffix("").as_posix()
    if wanted not in paths:
        near = process.extractOne(wanted, paths, score_cutoff=70)
        meant = f" Did you mean {near[0]}?" if near else ""
        stop(f"There is no entry {wanted}.{meant} `bot directory edit` alone shows them all.")
    return f"/organization/{wanted}#f.services.{key}" if key else f"/organization/{wanted}"


app = one_command(edit)
