"""What the coverage report compares and how it says it: coverage/page/*.yaml read, places named, sentences made.

The command, the page and the JSON form all speak through here, so that a gap is named the same everywhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from bot.conversation.speak import country_name, list_of
from bot.directory_files.reading import read_document
from bot.matching.freshness import Freshness
from bot.model.directory import Cost
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.places import Gazetteer
from bot.upkeep.coverage.counting import Axes, Coverage, Desert, Found, Group, Reach, Spot, deserts, spots

HERE = Path(__file__).resolve().parent / "page"
LANGUAGE = "en"  # of the volunteers' tools
HELP = "help"  # of any kind

Tile = tuple[int, int]  # row and column

FRESHNESS: Mapping[Freshness, str] = {
    Freshness.CONFIRMED: "confirmed by a person",
    Freshness.NEVER: "not confirmed yet",
    Freshness.EXPIRED: "confirmed too long ago",
}
SERVED_BY: Mapping[Reach, str] = {
    Reach.NATIONAL: "National lines serve {them}.",
    Reach.WORLDWIDE: "Only worldwide services serve {them}.",
    Reach.NONE: "Nothing listed serves {them}.",
}


@record
class Words:
    """Names of needs, groups, kinds of holds and places, in English."""

    nouns: Mapping[str, str]  # "shelter", as in "No listed shelter in Wyoming"
    shorts: Mapping[str, str]  # "A place to stay", as on a button
    groups: Mapping[str, str]
    group_shorts: Mapping[str, str]
    holds: tuple[tuple[str, str, tuple[str, ...]], ...]  # code, name, words of the reason; the last has none
    tiles: Mapping[Spot, Tile]
    continents: Mapping[str, str]
    no_tile: frozenset[str]
    territories: frozenset[str]
    gazetteer: Gazetteer = field(repr=False)

    def place(self, spot: Spot) -> str:
        """'Wyoming', 'France', 'Île-de-France, France'."""
        country, region = spot
        if region is None:
            return country_name(country, LANGUAGE)
        if country == "US" and region in self.territories:
            return country_name(region, LANGUAGE)
        name = self.gazetteer.region_name(country, region, LANGUAGE)
        return name if spot in self.tiles else f"{name}, {country_name(country, LANGUAGE)}"

    def option(self, group: str) -> str:
        """'People without money', as in a list to choose from."""
        name = self.groups[group]
        return name[:1].upper() + name[1:]

    def kind_of_hold(self, reason: str) -> str:
        """The kind of a hold, by the words of its reason."""
        folded = reason.casefold()
        return next(code for code, _, words in self.holds if not words or any(w in folded for w in words))

    def help_for(self, need: str | None, group: str | None) -> str:
        """'shelter for Native people', 'help'."""
        what = self.nouns[need] if need else HELP
        return f"{what} for {self.groups[group]}" if group else what


def read_axes(taxonomy: Taxonomy, words: Words) -> Axes:
    """The needs of the taxonomy, the groups of groups.yaml and the states of tiles.yaml, states by name."""
    return Axes(
        needs=tuple(taxonomy.needs),
        groups=tuple(_group(code, entry) for code, entry in _read("groups").items()),
        states=tuple(sorted(words.tiles, key=words.place)),
    )


def read_words(taxonomy: Taxonomy, gazetteer: Gazetteer) -> Words:
    """The words of words.yaml; a need without one is called by its name in the taxonomy."""
    words, groups = _read("words"), _read("groups")
    return Words(
        nouns=_nouns(taxonomy, words["needs"]),
        shorts={c: t.short.get(LANGUAGE) or t.name(LANGUAGE) for c, t in taxonomy.needs.items()},
        groups={code: entry["name"] for code, entry in groups.items()},
        group_shorts={code: entry["short"] for code, entry in groups.items()},
        holds=tuple((code, kind["name"], tuple(kind["words"])) for code, kind in words["holds"].items()),
        tiles={("US", region): (int(row), int(column)) for region, (row, column) in _read("tiles").items()},
        continents=words["continents"],
        no_tile=frozenset(words["no_tile"]),
        territories=frozenset(words["territories"]),
        gazetteer=gazetteer,
    )


def _read(name: str) -> Any:
    return read_document(HERE / f"{name}.yaml", f"coverage/page/{name}.yaml").data


def _group(code: str, entry: Mapping[str, Any]) -> Group:
    return Group(
        code=code,
        forgotten=entry.get("forgotten") == "yes",
        people=frozenset(entry.get("people", ())),
        needs=frozenset(entry.get("needs", ())),
        cost=frozenset(Cost(c) for c in entry.get("cost", ())),
        languages_besides=frozenset(entry.get("languages_besides", ())),
        outside=entry.get("outside"),
    )


def _nouns(taxonomy: Taxonomy, written: Mapping[str, str]) -> dict[str, str]:
    return {code: written.get(code) or term.name(LANGUAGE) for code, term in taxonomy.needs.items()}


def day(when: date) -> str:
    """'24 November 2026'."""
    return format_date(when, "d MMMM y", locale=LANGUAGE)


# -- sentences ----------------------------------------------------------------------------------------------


def desert_sentence(desert: Desert, group: str | None, words: Words) -> str:
    """'No listed shelter in Wyoming. National lines serve it.'"""
    what = words.help_for(desert.need, group)
    served = SERVED_BY[desert.reach].format(them="it")
    return f"No listed {what} in {words.place(desert.spot)}. {served}"


def gap_sentence(gap: Found, words: Words) -> str:
    """'No listed legal help is made for workers. 210 listed services offer it to others or to everyone.'"""
    what = f"No listed {words.nouns[gap.need]} is made for {words.groups[gap.group]}."
    if not gap.for_anyone:
        return f"{what} There is none for anyone."
    offer = "1 listed service offers" if gap.for_anyone == 1 else f"{gap.for_anyone} listed services offer"
    return f"{what} {offer} it to others or to everyone."


def desert_sentences(coverage: Coverage, words: Words) -> tuple[str, ...]:
    """The deserts of the selection: one place sentence by sentence, the states and territories need by need.

    Countries are left to the page and the JSON form: most have one listed service, and a thousand sentences say
    less than a map.
    """
    found, places = deserts(coverage), spots(coverage)
    group = coverage.selection.group
    if len(places) == 1:
        return tuple(desert_sentence(d, group, words) for d in found)
    states = [s for s in places if s[1]]
    return tuple(
        _of_states(need, [d for d in found if d.need == need and d.spot[1]], states, group, words)
        for need in coverage.needs
    )


def _of_states(
    need: str, missing: Sequence[Desert], states: Sequence[Spot], group: str | None, words: Words
) -> str:
    """One need in all states: those without are named, or those with, whichever are fewer."""
    what = words.help_for(need, group)
    if not missing:
        return f"Listed {what} in every state and territory."
    if len(missing) == 1:
        return desert_sentence(missing[0], group, words)
    if len(missing) == len(states):
        return f"No state or territory has listed {what} of its own. {_served(missing, 'them all')}"
    without = [d.spot for d in missing]
    if len(missing) <= len(states) // 2:
        return f"No listed {what} in {_names(without, words)}. {_served(missing, 'them')}"
    having = _names([s for s in states if s not in without], words)
    return f"Listed {what} only in {having}. {_served(missing, f'the other {len(missing)}')}"


def _served(missing: Sequence[Desert], them: str) -> str:
    """Who serves the places without help of their own; where they differ, how many each."""
    counts = Counter(d.reach for d in missing)
    if len(counts) == 1:
        return SERVED_BY[missing[0].reach].format(them=them)
    return " ".join(
        sentence.format(them=f"{counts[reach]} of them")
        for reach, sentence in SERVED_BY.items()
        if counts[reach]
    )


def _names(places: Iterable[Spot], words: Words) -> str:
    return list_of([words.place(spot) for spot in places], LANGUAGE)


def reach_sentence(
    missing: Sequence[Desert], total: int, places: str, need: str | None, group: str | None, words: Words
) -> str:
    """What a map shows, for those who do not see it: 'Shelter: listed in 27 of 56 states and territories. …'"""
    what = words.help_for(need, group)
    head = f"{what[:1].upper()}{what[1:]}: listed in"
    if not missing:
        return f"{head} all {total} {places}."
    them = "them all" if len(missing) == total else f"the other {len(missing)}"
    count = total - len(missing) or "none"
    return f"{head} {count} of {total} {places}. {_served(missing, them)}"
