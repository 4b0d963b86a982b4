"""bot serve-directory: what people may see, for other programs, as an HSDS 3.0 API."""

import asyncio
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.gazetteer import load_gazetteer
from bot.directory_files.problems import Problem
from bot.directory_files.taxonomy import load_taxonomy
from bot.exchange.exporting import CannotExport, export_of
from bot.exchange.kept import CannotRead, read_kept


def serve_directory(
    host: Annotated[
        str, typer.Option(help="address to listen on; 0.0.0.0 for every one of this machine")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="port; 0: any free one")] = 8090,
    now: Now = None,
) -> None:
    """Serve the directory, read only, to other programs (Open Referral HSDS 3.0): services, organizations, taxonomies.

    Only what people may see is there, and nothing is kept about who asks.
    Example: bot serve-directory --port 8090
    """
    # Here, not above: a web server takes a quarter of a second that no other command needs.
    from bot.exchange.hsds.published import Published, publish
    from bot.exchange.hsds.serving import PortTaken, serve

    resources = settings_or_stop().resources
    clock = clock_from(now)
    problems: list[Problem] = []
    places = load_gazetteer(resources / "places", problems, compiled_cache())

    def read() -> Published:
        taxonomy = load_taxonomy(resources / "taxonomy", problems)
        kept = read_kept(resources).values()
        return publish(export_of(kept, taxonomy, clock(), for_reading=True, gazetteer=places))

    def opened(bound: int) -> None:
        print(
            f"The directory is served at http://{host}:{bound}/ (HSDS 3.0). To stop, press Ctrl+C.",
            flush=True,
        )

    try:
        asyncio.run(serve(read, places.by_zip, resources, host, port, opened))
    except PortTaken as error:
        stop(str(error))
    except (CannotRead, CannotExport) as error:
        stop(f"{error}: `bot directory check` says what to mend.", PROBLEMS)
    except KeyboardInterrupt:
        return


app = one_command(serve_directory)
