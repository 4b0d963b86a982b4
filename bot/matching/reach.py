"""How near every service of a view is, as sets: what area.py says of one service, said of all at once."""

from collections.abc import Mapping

from bot.matching.area import MEMBER_STATES, Nearness, bare
from bot.matching.shelf import Fact, View
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.place import Place


def how_near(view: View, place: Place | None, home: str | None) -> Mapping[Nearness, int]:
    """The services that serve `place`, by nearness; what is far comes last, what serves elsewhere is in none."""
    near = {Nearness.WORLD: view.having(Fact.COUNTRY, WORLDWIDE)}
    if place is None:
        if home:
            near[Nearness.COUNTRY] = view.having(Fact.COUNTRY, home) & view.having(Fact.WHOLE)
        return near
    if place.country in MEMBER_STATES:
        near[Nearness.UNION] = view.having(Fact.COUNTRY, EUROPEAN_UNION)
    here = view.having(Fact.COUNTRY, place.country)
    whole = here & view.having(Fact.WHOLE)
    near[Nearness.COUNTRY] = whole
    left = here ^ whole
    near[Nearness.LAND] = left & view.having(Fact.LAND, place.land) if place.land else 0
    left &= ~near[Nearness.LAND]
    anywhere = view.having(Fact.ANY_REGION)
    left &= view.having(Fact.REGION, place.region or "") | anywhere
    finer = view.having(Fact.NARROWER)
    near[Nearness.REGION] = left & ~finer
    left &= finer
    near[Nearness.CITY] = left & view.having(Fact.CITY, bare(place.city)) if place.city else 0
    left &= ~near[Nearness.CITY]
    near[Nearness.COUNTY] = left & view.having(Fact.COUNTY, bare(place.county)) if place.county else 0
    near[Nearness.ELSEWHERE_IN_REGION] = left & ~near[Nearness.COUNTY] & ~anywhere
    return {nearness: near.get(nearness, 0) for nearness in Nearness}
