"""The words a field offers: codes with their names, countries, states, languages."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from bot.conversation.speak import language_name
from bot.directory_files.rules import Rulebook, known_languages
from bot.matching.freshness import CLAIMS
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.record import record
from bot.model.taxonomy import Term

SUGGESTED = (
    "languages",
    "timezone",
)  # too many for a menu: one list for the whole page, offered while typing


@record
class Option:
    """One word of a menu: what stands in the file and what a person reads."""

    value: str
    name: str


Options = tuple[Option, ...]


@record
class Vocabulary:
    """`menus`: by field; what is not in it is a mistake. `suggested`: too long for a menu, or only examples."""

    menus: Mapping[str, Options]
    suggested: Mapping[str, Options]
    regions: Mapping[str, Options]
    languages: tuple[str, ...]  # those the bot speaks: what a text can be written in

    def offered(self, name: str, holder: Mapping[str, Any]) -> Options:
        """What a field of this name offers, given what stands beside it."""
        if name == "regions":
            country = holder.get("country")
            return self.regions.get(country, ()) if isinstance(country, str) else ()
        return self.menus.get(name, ())


def vocabulary_of(book: Rulebook, languages: tuple[str, ...]) -> Vocabulary:
    """The words the checks know."""
    taxonomy = book.taxonomy
    claims = tuple(Option(value=c, name=c.replace("_", " ")) for c in CLAIMS)
    menus = {
        "needs": _named(taxonomy.needs),
        "serves": _named(taxonomy.people),
        "only": _named(taxonomy.people),
        "contexts": _named(taxonomy.contexts),
        "claims": claims,
        "country": _countries(book),
    }
    suggested = {
        "shows": claims,
        "languages": _sorted({code: language_name(code, "en") for code in known_languages()}),
        "timezone": tuple(Option(value=zone, name=zone) for zone in sorted(available_timezones())),
    }
    return Vocabulary(menus=menus, suggested=suggested, regions=_regions(book), languages=languages)


def _named(terms: Mapping[str, Term]) -> Options:
    return tuple(Option(value=code, name=_capital(term.name("en"))) for code, term in terms.items())


def _countries(book: Rulebook) -> Options:
    names = {code: book.gazetteer.country_name(code, "en") for code in book.gazetteer.countries}
    beyond = {WORLDWIDE: "Worldwide", EUROPEAN_UNION: "European Union"}
    return (*(Option(value=c, name=n) for c, n in beyond.items()), *_sorted(names))


def _regions(book: Rulebook) -> dict[str, Options]:
    names: dict[str, dict[str, str]] = {}
    for country, region in book.gazetteer.regions:
        names.setdefault(country, {})[region] = book.gazetteer.region_name(country, region, "en")
    return {country: _sorted(regions) for country, regions in names.items()}


def _sorted(names: Mapping[str, str]) -> Options:
    return tuple(Option(value=c, name=n) for c, n in sorted(names.items(), key=lambda pair: pair[1]))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
