"""Why a place stands where it does, and who was turned away by what: for volunteers and developers."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from bot.matching.directory import Directory
from bot.matching.find import Asked, ask_directory, shown_order
from bot.matching.rank import Step, standing
from bot.model.directory import ListedService
from bot.model.profile import Profile
from bot.model.record import record


@record
class Placed:
    """A service in the order shown. `ahead_by`: the step that puts it before the next one; None where the two are
    equal, or where the next ranks higher and this one stands here for what it adds to the screen."""

    listed: ListedService
    ahead_by: Step | None
    for_balance: bool


@record
class Order:
    """The first places for a profile, and those that would help here but are not shown: a reason -> who."""

    placed: tuple[Placed, ...]
    turned_away: dict[str, tuple[ListedService, ...]]


FOR_OTHER_PEOPLE = "only"


def explain_order(
    profile: Profile, directory: Directory, now: datetime, home: str | None, count: int
) -> Order:
    """The first `count` places with what puts each before the next."""
    asked = ask_directory(profile, directory, now, home)
    shown = shown_order(asked, profile, count + 1)
    placed = [
        _placed(asked, one, following) for one, following in pairwise([*shown, None]) if one is not None
    ]
    turned_away = {**asked.turned_away, FOR_OTHER_PEOPLE: asked.not_for_them}
    return Order(
        placed=tuple(placed[:count]),
        turned_away={why: tuple(asked.view.services(who)) for why, who in turned_away.items() if who},
    )


def _placed(asked: Asked, one: int, following: int | None) -> Placed:
    listed = asked.view.service(one)
    if following is None:
        return Placed(listed=listed, ahead_by=None, for_balance=False)
    mine, theirs = standing(one, asked.steps), standing(following, asked.steps)
    step = next((s for (s, _), a, b in zip(asked.steps, mine, theirs, strict=True) if a != b), None)
    ahead = mine < theirs
    return Placed(listed=listed, ahead_by=step if ahead else None, for_balance=mine > theirs)


def counted(turned_away: dict[str, tuple[ListedService, ...]], most: int) -> Iterable[tuple[str, str]]:
    """Each reason with the services it turned away, the first few by id."""
    for why, who in turned_away.items():
        named = ", ".join(one.id for one in who[:most])
        yield why, f"{named} and {len(who) - most} more" if len(who) > most else named
