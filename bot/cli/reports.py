"""bot reports: what people told by button that did not work, above the floor."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import read_directory
from bot.matching.reports import ENOUGH, MOST_IN_A_DAY, Troubles, days_of_waves, open_reports
from bot.storage.reports import read_counts


def reports(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, for programs")] = False, now: Now = None
) -> None:
    """Places that several people reported since they were last checked. There is nobody in these counts.

    Fewer than three reports of a place are not shown. `bot directory log ID` answers them. Example: bot reports
    """
    settings, today = settings_or_stop(), clock_from(now)().date()
    services = read_directory(settings.resources, today, compiled_cache()).services
    counts = read_counts(settings.state_dir)
    troubles = open_reports(services, counts, today)
    shown = {service: told for service, told in troubles.items() if told.total() >= ENOUGH}
    if as_json:
        rows = [{"id": s, "reports": {t.value: n for t, n in told.items()}} for s, told in shown.items()]
        print(json.dumps(rows, indent=1))
        return
    _tell(shown, hidden=len(troubles) - len(shown))
    for day in sorted(days_of_waves(counts)):
        print(
            f"On {day} more than {MOST_IN_A_DAY} places were reported at once. That looks like an attack, so that day "
            "holds nothing back. Call some of the places; what is really wrong can be held by hand: bot directory hold"
        )


def _tell(shown: Troubles, hidden: int) -> None:
    console = Console()
    if shown:
        table = Table("place", "people", "what they told", title="Reported, and not checked since")
        for service, told in sorted(shown.items(), key=lambda row: -row[1].total()):
            what = ", ".join(
                f"{trouble.value.replace('_', ' ')} {count}" for trouble, count in told.most_common()
            )
            table.add_row(service, str(told.total()), what)
        console.print(table)
    else:
        console.print("Nothing was reported by three people or more.")
    if hidden:
        console.print(f"{hidden} place(s) have fewer reports; these are not shown.")


app = one_command(reports)
