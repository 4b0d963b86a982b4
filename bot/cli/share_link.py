"""bot share link: an organization's link to the bot, which leads straight to a topic."""

import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from bot.cli.opening import PROBLEMS, settings_or_stop, stop
from bot.conversation.deep_links import CannotLink, LinkLists, payload_of
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.messages import load_messages
from bot.directory_files.partners import load_partners
from bot.directory_files.problems import Problem, errors_among
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import nearest
from bot.model.links import Link
from bot.model.place import Place
from bot.model.taxonomy import Term


def link(
    bot: Annotated[
        str | None, typer.Option("--bot", help="the bot's username on Telegram", metavar="NAME")
    ] = None,
    need: Annotated[
        list[str] | None, typer.Option("--need", help="what it is about, up to two: legal", metavar="CODE")
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option("--people", help="whom it is for, up to two: undocumented", metavar="CODE"),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="the language it opens in: es", metavar="CODE")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="a country or region: US, US-TX", metavar="CODE")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="your code in resources/partners/: casa-x", metavar="CODE")
    ] = None,
) -> None:
    """The link to hand out. It holds these codes and nothing else, and means nothing to whoever sees it.

    Example: bot share link --bot marigold_bot --need legal --people undocumented --lang es --place US-TX
    """
    lists = link_lists_or_stop()
    wanted = Link(
        needs=known_codes("--need", need or [], lists.taxonomy.needs),
        people=known_codes("--people", people or [], lists.taxonomy.people),
        language=known_language(lang, lists),
        place=known_place(place, lists),
        partner=_partner(from_, lists),
    )
    try:
        payload = payload_of(wanted, lists)
    except CannotLink as error:
        stop(str(error))
    print(f"https://t.me/{(bot or '<bot>').removeprefix('@')}?start={payload}")
    if bot is None:
        print("Put your bot's username in the place of <bot>, or name it with --bot.", file=sys.stderr)


def link_lists_or_stop() -> LinkLists:
    """The lists a link's codes come from; ends the program with a sentence where they are broken."""
    resources = settings_or_stop().resources
    problems: list[Problem] = []
    book = read_rulebook(resources, date.max, problems, compiled_cache())
    languages = load_messages(resources / "messages", problems).messages.languages
    partners = load_partners(resources, book, problems)
    if wrong := errors_among(problems):
        stop(f"{wrong[0]}. `bot directory check` shows every problem.", PROBLEMS)
    return LinkLists(taxonomy=book.taxonomy, gazetteer=book.gazetteer, languages=languages, partners=partners)


def known_codes(option: str, codes: list[str], terms: Mapping[str, Term]) -> tuple[str, ...]:
    """The codes, each once; ends the program for one that is none."""
    for code in codes:
        if code not in terms:
            among = f"it is one of {', '.join(terms)}"
            stop(f"{option} {code[:60]!r} is no code here; {nearest(code, terms, among)}.")
    return tuple(dict.fromkeys(codes))


def known_language(code: str | None, lists: LinkLists) -> str | None:
    """A language answers come in; ends the program for another."""
    if code is not None and code not in lists.languages:
        stop(f"--lang {code[:60]!r}: answers come in {', '.join(sorted(lists.languages))}.")
    return code


def known_place(code: str | None, lists: LinkLists) -> Place | None:
    """A country or region by its code; ends the program for what is none."""
    if code is None:
        return None
    country, _, region = code.upper().partition("-")
    places = lists.gazetteer
    found = places.by_region(country, region) if region else places.by_country(country)
    if found is None:
        stop(f"--place {code[:60]!r} is no country or region; write it like US, US-TX or FR-IDF.")
    return found


def _partner(code: str | None, lists: LinkLists) -> str | None:
    known = {one.code: one for one in lists.partners}
    if code is not None and code not in known:
        stop(
            f"--from {code[:60]!r} is no partner yet. Add resources/partners/{code[:40]}.yaml (its README shows "
            "how), or leave --from out."
        )
    return code
