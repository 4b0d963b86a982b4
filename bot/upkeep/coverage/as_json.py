"""The coverage report as JSON: a stable form that other programs read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.matching.freshness import Freshness
from bot.upkeep.coverage.counting import (
    ANY_NEED,
    Coverage,
    Desert,
    Entry,
    Found,
    Spot,
    Status,
    Tally,
    countries,
    deserts,
    freshness_of,
    gaps,
    here,
    made_for,
    spots,
    tally,
)
from bot.upkeep.coverage.words import Words, desert_sentence, gap_sentence

FORM = 1
FRESHNESS_KEYS: Mapping[Freshness, str] = {
    Freshness.CONFIRMED: "confirmed",
    Freshness.NEVER: "not_confirmed",
    Freshness.EXPIRED: "expired",
}


def as_json(coverage: Coverage, words: Words) -> dict[str, Any]:
    """The report. Keys are only ever added; `form` changes if one must go.

    ::

        {"form": 1, "today": "2026-11-24",
         "filters": {"need": null, "group": null, "country": null, "region": null},
         "overview": {"services": 964, "organizations": 937,          # all that were read
                      "listed": 572, "held": 392, "unreachable": 0, "ended": 0,
                      "held_by_reason": {"no_contact": 46, …},        # codes of page/words.yaml
                      "countries": ["AR", …], "states": ["AK", …]},   # with listed help of their own
         "freshness": {"confirmed": 0, "not_confirmed": 572, "expired": 0},    # of the listed, by their number
         "groups": {"anyone": {"any": 572, "crisis": 159, …},         # listed services made for the group
                    "workers": {"any": 51, "crisis": 3, …}, …},
         "places": [{"country": "US", "region": "WY", "name": "Wyoming",
                     "needs": {"any": {"reach": "local",              # local | national | worldwide | none
                                       "local": 5, "whole": 2,        # whole: of these, not for one town only
                                       "national": 96, "worldwide": 9}, …}}, …],
         "deserts": [{"need": "shelter_housing", "country": "US", "region": "WY", "reach": "national",
                      "sentence": "No listed shelter in Wyoming. National lines serve it."}, …],
         "minimum": {"met": false,
                     "gaps": [{"group": "military", "need": "workplace", "for_anyone": 27, "sentence": "…"}]}}

    `region` is null for a whole country. `places` and `deserts` look at the place that was asked for, else at the
    US states and territories and at every country with listed help. Groups and needs are narrowed by the filters.
    """
    places = spots(coverage)
    counts = tally(coverage.listed)
    found = gaps(coverage)
    return {
        "form": FORM,
        "today": coverage.today.isoformat(),
        "filters": _filters(coverage),
        "overview": overview(coverage, words),
        "freshness": {FRESHNESS_KEYS[kind]: n for kind, n in freshness_of(coverage.listed).items()},
        "groups": dict(_groups(coverage)),
        "places": [_place(spot, coverage, counts, words) for spot in places],
        "deserts": [_desert(d, coverage, words) for d in deserts(coverage)],
        "minimum": {"met": not found, "gaps": [_gap(gap, words) for gap in found]},
    }


def overview(coverage: Coverage, words: Words) -> dict[str, Any]:
    """How many services there are and what becomes of them."""
    by_status = {status: [e for e in coverage.selected if e.status is status] for status in Status}
    return {
        "services": len(coverage.selected),
        "organizations": len({e.organization_id for e in coverage.selected}),
        **{status.value: len(entries) for status, entries in by_status.items()},
        "held_by_reason": held_by_reason(by_status[Status.HELD], words),
        "countries": list(countries(coverage.listed)),
        "states": states_with_help(coverage),
    }


def held_by_reason(held: list[Entry], words: Words) -> dict[str, int]:
    """How many are held for each kind of reason, also for none."""
    kinds = [words.kind_of_hold(entry.hold or "") for entry in held]
    return {code: kinds.count(code) for code, _, _ in words.holds}


def states_with_help(coverage: Coverage) -> list[str]:
    """The states and territories with listed help of their own."""
    counts = tally(coverage.listed)
    return [
        region for country, region in coverage.axes.states if region and here(counts, (country, region)).local
    ]


def _filters(coverage: Coverage) -> dict[str, str | None]:
    chosen = coverage.selection
    return {"need": chosen.need, "group": chosen.group, "country": chosen.country, "region": chosen.region}


def _groups(coverage: Coverage) -> Iterator[tuple[str, Mapping[str, int]]]:
    needs = (ANY_NEED, *coverage.needs)
    if not coverage.selection.group:
        yield "anyone", {need: made_for(coverage, None, need) for need in needs}
    for group in coverage.groups:
        yield group.code, {need: made_for(coverage, group.code, need) for need in needs}


def _place(spot: Spot, coverage: Coverage, counts: Tally, words: Words) -> dict[str, Any]:
    needs = (ANY_NEED, *coverage.needs)
    return {
        "country": spot[0],
        "region": spot[1],
        "name": words.place(spot),
        "needs": {need: _here(counts, spot, need) for need in needs},
    }


def _here(counts: Tally, spot: Spot, need: str) -> dict[str, Any]:
    found = here(counts, spot, need)
    return {
        "reach": found.reach.value,
        "local": found.local,
        "whole": found.whole,
        "national": found.national,
        "worldwide": found.worldwide,
    }


def _desert(desert: Desert, coverage: Coverage, words: Words) -> dict[str, Any]:
    country, region = desert.spot
    return {
        "need": desert.need,
        "country": country,
        "region": region,
        "reach": desert.reach.value,
        "sentence": desert_sentence(desert, coverage.selection.group, words),
    }


def _gap(gap: Found, words: Words) -> dict[str, Any]:
    return {
        "group": gap.group,
        "need": gap.need,
        "for_anyone": gap.for_anyone,
        "sentence": gap_sentence(gap, words),
    }
