"""bot directory hold: one command when something closes that many services stand on."""

from datetime import date
from typing import Annotated, Any

import typer

from bot.cli.directory.changing import change_or_stop, directory_or_stop, show_and_save
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop, stop
from bot.directory_files.rules import nearest
from bot.upkeep.changes.closing import Closure, close, depending_on, keys_in, reopen


def hold(
    key: Annotated[
        str, typer.Argument(help="what it depends on (depends_on:), or a service's or organization's id")
    ],
    reason: Annotated[str, typer.Option(help="why, for volunteers: who says so, and when")] = "closed",
    notice: Annotated[
        list[str] | None,
        typer.Option("--notice", help="what a person reads on the card: en='This option ends on 17 July.'"),
    ] = None,
    ends_on: Annotated[
        str | None, typer.Option("--ends-on", help="its last day; until then it is shown with the notice")
    ] = None,
    release: Annotated[bool, typer.Option("--release", help="take it back")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, save nothing")] = False,
    now: Now = None,
) -> None:
    """Put everything that depends on KEY on hold, at once or from a day on, with a notice for the cards.

    Example: bot directory hold line_option_3 --ends-on 2025-07-17 --notice en="This option ends on 17 July 2025."
    """
    settings, today = settings_or_stop(), clock_from(now)().date()
    reading = directory_or_stop(settings.resources, today)
    touched = depending_on(key, reading.services)
    if not touched:
        known = keys_in(reading.services)
        otherwise = f"keys are: {', '.join(known)}" if known else "no service names a key yet (depends_on:)"
        stop(f"Nothing depends on {key}; {nearest(key, known, otherwise)}")
    closure = Closure(key=key, reason=reason, notice=_notices(notice or []), ends_on=_day(ends_on))
    keys: dict[str, list[str]] = {}
    for listed in touched:
        keys.setdefault(listed.organization_id, []).append(listed.id.rpartition("#")[2])

    def edit_of(names: list[str]) -> Any:
        def edit(data: dict[str, Any]) -> None:
            for name in names:
                service = data["services"][name]
                reopen(service, key) if release else close(service, closure)

        return edit

    changes = [
        change_or_stop(settings.resources, organization, edit_of(names), reading)
        for organization, names in sorted(keys.items())
    ]
    show_and_save(changes, dry_run=dry_run)


def _notices(given: list[str]) -> dict[str, str]:
    notices: dict[str, str] = {}
    for text in given:
        language, sign, words = text.partition("=")
        if sign and 2 <= len(language) <= 3 and language.isalpha():
            notices[language] = words
        else:
            notices["en"] = text
    return notices


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--ends-on {text} is no day; write it like 2026-11-25.")


app = one_command(hold)
