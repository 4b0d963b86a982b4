"""bot directory review: which strings a native reader has signed, and signing them."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.messages import load_messages
from bot.directory_files.problems import Problem, errors_among
from bot.directory_files.reading import Document
from bot.directory_files.review import (
    Signature,
    Signatures,
    hash_of,
    standing,
    strings_in,
    write_signatures,
)

EVERYTHING = "all"


def review(
    language: Annotated[str | None, typer.Argument(help="one language: each string that waits")] = None,
    sign: Annotated[
        list[str] | None, typer.Option(help="a key to sign, as often as needed; `all` for every string")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="the reader: initials, or a name that may stand there")
    ] = None,
    now: Now = None,
) -> None:
    """Which strings a native reader has read and signed. Nothing is signed by a machine.

    Example: bot directory review es --sign welcome --sign danger_now --by "M. R."
    """
    folder, today = settings_or_stop().resources / "messages", clock_from(now)().date()
    documents, signatures = _files_or_stop(folder)
    if language is None:
        _print_all(documents, signatures)
        return
    if language not in documents:
        stop(f"There are no messages in {language!r}. Languages: {', '.join(documents)}.")
    if sign:
        signatures = _signed(documents[language], language, signatures, sign, by, today)
        write_signatures(folder, signatures)
    _print_one(documents[language], signatures.get(language, ()))


def _files_or_stop(folder: Path) -> tuple[dict[str, Document], Signatures]:
    problems: list[Problem] = []
    files = load_messages(folder, problems)
    if errors := errors_among(problems):
        print(*errors, sep="\n", file=sys.stderr)
        raise typer.Exit(PROBLEMS)
    return dict(files.documents), files.signatures


def _signed(
    document: Document, language: str, signatures: Signatures, keys: list[str], by: str | None, today: date
) -> Signatures:
    strings = strings_in(document)
    wanted = list(strings) if keys == [EVERYTHING] else keys
    if unknown := [key for key in wanted if key not in strings]:
        stop(f"There is no string {unknown[0]!r} in {document.file}. Nothing was signed.")
    if not by or not by.strip():
        stop('Say who read them: --by "M. R.". Nothing was signed.')
    new = {k: Signature(key=k, hash=hash_of(strings[k]), by=by.strip(), on=today.isoformat()) for k in wanted}
    kept = {s.key: s for s in signatures.get(language, ()) if s.key in strings}
    return {**signatures, language: tuple({**kept, **new}.values())}


def _print_all(documents: dict[str, Document], signatures: Signatures) -> None:
    table = Table("language", "strings", "signed", "changed since", "machine-made")
    for language, document in documents.items():
        one = standing(document, signatures.get(language, ()))
        waiting = len(one.changed) + len(one.unsigned)
        table.add_row(language, str(one.total), str(len(one.signed)), str(len(one.changed)), str(waiting))
    Console().print(table)


def _print_one(document: Document, signatures: tuple[Signature, ...]) -> None:
    one, strings = standing(document, signatures), strings_in(document)
    for key in (*one.changed, *one.unsigned):
        note = "changed since it was signed" if key in one.changed else "waits for a reader"
        print(f"{key}  ({note})\n    {strings[key]}")
    print(f"{len(one.signed)} of {one.total} strings are signed.")


app = one_command(review)
