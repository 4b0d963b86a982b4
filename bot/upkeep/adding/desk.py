"""Everything known while somebody answers, put together. What takes long is read when it is first needed. Pure."""

from collections.abc import Iterable
from functools import cache

from bot.directory_files.rules import Rulebook
from bot.directory_files.scripts import Scripts
from bot.model.directory import ListedService
from bot.upkeep.adding.found import Found, found_in
from bot.upkeep.adding.names import Names, country_names, language_names, term_names, zones_in
from bot.upkeep.adding.questions import Desk, NameLists
from bot.upkeep.adding.twins import know
from bot.upkeep.adding.words import Words


def open_desk(
    book: Rulebook,
    services: Iterable[ListedService],
    files: frozenset[str],
    words: Words,
    scripts: Scripts,
    page: str = "",
) -> Desk:
    """`files` are the ids of all organizations' files; `page` is a pasted text, cleaned, or nothing."""

    @cache
    def languages() -> Names:
        return language_names(words.phrases.languages)

    @cache
    def found(country: str) -> Found:
        return found_in(page, country, words.phrases, languages(), book.gazetteer) if page else Found()

    return Desk(
        book=book,
        known=know(services, words.phrases.shared_hosts),
        files=files,
        words=words,
        names=NameLists(
            needs=term_names(book.taxonomy.needs),
            people=term_names(book.taxonomy.people),
            countries=country_names(book.gazetteer, words.phrases.countries),
            languages=languages,
        ),
        scripts=scripts,
        found=found,
        zones=cache(lambda country: zones_in(country, book.gazetteer)),
    )
