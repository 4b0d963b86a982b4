"""bot share directory: the listed services of a place on paper."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.knowing import knowledge_or_stop
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.cli.share_link import known_codes, known_language, known_place
from bot.conversation.deep_links import lists_of
from bot.exchange.placing import CannotPlace
from bot.exchange.placing import place as put_in_place
from bot.model.profile import Profile
from bot.sharing.booklet import booklet_of
from bot.sharing.booklet.html import booklet_html
from bot.sharing.booklet.pdf import booklet_pdf
from bot.sharing.sheet import Paper
from bot.sharing.typefaces import NoLetters, typefaces

MOST = 200


def directory(
    place: Annotated[str, typer.Option("--place", help="a country or region: US, US-TX", metavar="CODE")],
    need: Annotated[
        list[str] | None, typer.Option("--need", help="only what helps with it: legal", metavar="CODE")
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option("--people", help="first what is made for them: veteran", metavar="CODE"),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="the language of the pages", metavar="CODE")] = "en",
    paper: Annotated[Paper, typer.Option("--paper", help="what the printer holds")] = Paper.LETTER,
    most: Annotated[int, typer.Option("--most", min=1, max=MOST, help="how many places at most")] = 48,
    output: Annotated[
        Path | None, typer.Option("--output", help="a name that ends in .pdf or .html", metavar="PATH")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="write over what is there")] = False,
    now: Now = None,
) -> None:
    """The listed services of a place to print, for people without a phone or in custody: black on white, no picture.

    Example: bot share directory --place US-TX --need legal --lang es --output texas.pdf
    """
    clock = clock_from(now)
    knowledge = knowledge_or_stop(settings_or_stop(), clock)
    lists = lists_of(knowledge)
    profile = Profile(
        language=known_language(lang, lists) or "en",
        needs=known_codes("--need", need or [], lists.taxonomy.needs),
        people=known_codes("--people", people or [], lists.taxonomy.people),
        place=known_place(place, lists),
    )
    path = output or Path(f"places-{place.lower()}-{profile.language}.pdf")
    if path.suffix.casefold() not in (".pdf", ".html"):
        stop(f"--output {str(path)!r}: write a name that ends in .pdf or .html.")
    booklet = booklet_of(profile, knowledge, clock(), most)
    if not booklet.entries:
        stop(
            f"Nothing is listed for {place}. `bot directory coverage` shows where help is missing.", PROBLEMS
        )
    try:
        if path.suffix.casefold() == ".html":
            made = booklet_html(booklet).encode()
        else:
            with typefaces(profile.language, booklet.letters) as faces:
                made = booklet_pdf(booklet, faces, paper)
        put_in_place(path, made, replace=replace)
    except (NoLetters, CannotPlace) as error:
        stop(str(error))
    print(f"{path} holds {len(booklet.entries)} places.")
