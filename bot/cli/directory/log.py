"""bot directory log: what came of a call, written into the file."""

import sys
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.prompt import Prompt

from bot.cli.directory.changing import change_or_stop, directory_or_stop, service_or_stop, show_and_save
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop, stop
from bot.directory_files.rules import nearest
from bot.matching.freshness import CLAIMS
from bot.model.directory import ListedService
from bot.upkeep.changes.results import Result, UnknownField, record_result

HOW = ("phone", "text", "mail", "web", "visit")


def log(
    service: Annotated[
        str, typer.Argument(help="the service's id, like us/tx/example-legal-center#legal-line")
    ],
    confirmed: Annotated[
        list[str] | None,
        typer.Option("--confirmed", help="a claim that is right: number, hours, asks_status, …"),
    ] = None,
    changed: Annotated[
        list[str] | None,
        typer.Option("--changed", help="FIELD=VALUE that is right now: contacts.0.hours='Mo-Fr 10:00-16:00'"),
    ] = None,
    no_answer: Annotated[bool, typer.Option("--no-answer", help="nobody answered")] = False,
    closed: Annotated[str | None, typer.Option("--closed", help="it has closed: who said so")] = None,
    settled: Annotated[bool, typer.Option("--settled", help="what it was on hold for is settled")] = False,
    remark: Annotated[str | None, typer.Option(help="a sentence for other volunteers")] = None,
    how: Annotated[str, typer.Option(help="phone, text, mail, web or visit")] = "phone",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, save nothing")] = False,
    now: Now = None,
) -> None:
    """Record what came of asking: claim by claim, or no answer, or closed. Without options it asks you.

    Example: bot directory log us/tx/raices#legal --confirmed number --changed contacts.0.hours="Mo-Fr 09:00-16:00"
    """
    settings, today = settings_or_stop(), clock_from(now)().date()
    reading = directory_or_stop(settings.resources, today)
    listed = service_or_stop(service, reading)
    if how not in HOW:
        stop(f"--how {how} is not a way to ask; {nearest(how, HOW, 'write phone, text, mail, web or visit')}")
    given = any((confirmed, changed, no_answer, closed is not None, settled, remark))
    if given:
        result = Result(
            on=today,
            how=how,
            confirmed=_claims(confirmed or []),
            changed=_changes(changed or []),
            answered=not no_answer,
            closed=closed,
            settled=settled,
            remark=remark,
        )
    else:
        result = ask(listed, today, how)
    key = listed.id.rpartition("#")[2]

    def edit(data: dict[str, Any]) -> None:
        record_result(data["services"][key], result)

    try:
        change = change_or_stop(settings.resources, listed.organization_id, edit, reading)
    except UnknownField as error:
        stop(str(error))
    show_and_save([change], dry_run=dry_run)


def _claims(given: list[str]) -> tuple[str, ...]:
    claims = tuple(claim for word in given for claim in word.split(",") if claim)
    for claim in claims:
        if claim not in CLAIMS:
            otherwise = "claims are " + ", ".join(CLAIMS)
            stop(f"`{claim}` is not a claim; {nearest(claim, CLAIMS, otherwise)}")
    return claims


def _changes(given: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in given]
    for place, sign, _ in pairs:
        if not sign:
            stop(f"--changed {place}: write FIELD=VALUE, like contacts.0.hours='Mo-Fr 10:00-16:00'.")
    return {place: value for place, _, value in pairs}


# -- asking, claim by claim ---------------------------------------------------------------------------------------


def ask(listed: ListedService, today: date, how: str) -> Result:
    """Ask the volunteer what came of it. Ends the program when nobody is there to be asked."""
    if not sys.stdin.isatty():
        stop("Nobody is there to be asked. Write --confirmed, --changed, --no-answer or --closed.")
    console = Console()
    console.print(f"[bold]{listed.service.name}[/] ({listed.organization})")
    outcome = Prompt.ask("What came of it", choices=["answered", "no answer", "closed"], default="answered")
    if outcome == "no answer":
        return Result(on=today, how=how, answered=False)
    if outcome == "closed":
        return Result(on=today, how=how, closed=Prompt.ask("Who says so"))
    console.print("For each: Enter if it is right, the new value if not, - if you did not ask.")
    confirmed: list[str] = []
    changed: dict[str, str] = {}
    for place, claim, value in questions(listed):
        answer = Prompt.ask(f"{place} [dim]({value or 'not known'})[/]", default="" if value else "-")
        if answer == "":
            confirmed.append(claim)
        elif answer != "-":
            changed[place] = answer
    settled = bool(listed.service.hold) and (
        Prompt.ask(f"On hold: {listed.service.hold} Is that settled", choices=["y", "n"], default="n") == "y"
    )
    unique = tuple(dict.fromkeys(confirmed))
    return Result(on=today, how=how, confirmed=unique, changed=changed, settled=settled)


def questions(listed: ListedService) -> list[tuple[str, str, str]]:
    """(place, claim, what we have) of all that one can ask, the ways to make contact first."""
    service = listed.service
    rows: list[tuple[str, str, str]] = []
    for at, contact in enumerate(service.contacts):
        field = "number" if contact.number else "url" if contact.url else "address"
        rows.append((f"contacts.{at}.{field}", "number" if contact.number else "website", contact.value))
        if contact.number:
            rows.append((f"contacts.{at}.hours", "hours", contact.hours or ""))
    for claim in ("asks_status", "asks_id", "must_report", "confidential", "cost", "interpreters"):
        value = getattr(service, claim).value
        rows.append((claim, claim, "" if value == "unknown" else value))
    for who, verdict in service.shares_with:
        rows.append(
            (f"shares_with.{who}", "shares_with", "" if verdict.value == "unknown" else verdict.value)
        )
    rows.append(("languages", "languages", ", ".join(service.languages)))
    return rows


app = one_command(log)
