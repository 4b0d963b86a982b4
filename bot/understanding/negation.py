"""What a message denies: "not looking for shelter", "I need no lawyer", "변호사 필요 없어요"."""

from collections.abc import Iterable, Mapping, Sequence

from bot.model.record import record
from bot.understanding.lexicon import USUAL_REACH
from bot.understanding.meaning import Section
from bot.understanding.phrases import Grammar, Sighting
from bot.understanding.words import Word

NEGATABLE = frozenset(
    {
        Section.NEED_ASK,
        Section.NEED_HINT,
        Section.PEOPLE,
        Section.CONTEXTS,
        Section.EVENTS,
        Section.DANGER,
        Section.WANTS,
    }
)


@record
class Denials:
    """The words of a message that deny, and those that stop them. Indexes of words."""

    before: Mapping[int, tuple[Sighting, ...]]  # deny what follows; by their last word
    after: Mapping[int, tuple[Sighting, ...]]  # deny what stood before them; by their first
    stops: frozenset[int]  # words that end a denial, or follow a comma or a full stop
    lacks: frozenset[int]  # "I have no lawyer", "can't find a shelter": denied, and needed all the more
    reaches: Mapping[str, int]  # by language
    farthest: int


def without_negated(
    sightings: Sequence[Sighting], grammar: Grammar, words: Sequence[Word], reaches: Mapping[str, int]
) -> list[Sighting]:
    """The sightings that are meant. `reaches`: how many words a negation of a language reaches."""
    denials = Denials(
        before=_by_place((s.last, s) for s in grammar.get("negations", ())),
        after=_by_place((s.first, s) for s in grammar.get("negations_after", ())),
        stops=frozenset(s.first for s in grammar.get("negation_stops", ()))
        | {i for i, word in enumerate(words) if word.after_break},
        lacks=frozenset(i for s in grammar.get("lacks", ()) for i in range(s.first, s.last + 1)),
        reaches=reaches,
        farthest=max(reaches.values(), default=USUAL_REACH),
    )
    if not denials.before and not denials.after:
        return list(sightings)
    near = _near(denials)
    return [
        s
        for s in sightings
        if s.phrase.section not in NEGATABLE
        or (s.first not in near and s.last not in near and not s.skipped)
        or not _is_denied(s, denials)
    ]


def _near(denials: Denials) -> frozenset[int]:
    """The words a denial may reach: of most messages few."""
    reach = denials.farthest + 1
    ahead = (last + step for last in denials.before for step in range(1, reach + 1))
    behind = (first - step for first in denials.after for step in range(1, reach + 1))
    return frozenset((*ahead, *behind))


def _by_place(rows: Iterable[tuple[int, Sighting]]) -> dict[int, tuple[Sighting, ...]]:
    placed: dict[int, tuple[Sighting, ...]] = {}
    for at, sighting in rows:
        placed[at] = (*placed.get(at, ()), sighting)
    return placed


def _is_denied(said: Sighting, denials: Denials) -> bool:
    reach = denials.farthest + 1
    for at in range(said.first - reach, said.first):
        if at in denials.before and any(_before(n, said, denials) for n in denials.before[at]):
            return True
    for at in said.skipped:
        if at in denials.before and any(_within(n, said, denials) for n in denials.before[at]):
            return True
    for at in range(said.last + 1, said.last + 1 + reach) if denials.after else ():
        if at in denials.after and any(_after(n, said, denials) for n in denials.after[at]):
            return True
    return False


def _before(negation: Sighting, said: Sighting, denials: Denials) -> bool:
    between = range(negation.last + 1, said.first)
    if len(between) > denials.reaches.get(negation.phrase.language, USUAL_REACH):
        return False
    if not denials.stops.isdisjoint((*between, said.first)):
        return False
    # In French the verb stands before: "j'ai pas d'avocat".
    return denials.lacks.isdisjoint((negation.first - 1, negation.first, negation.last, *between))


def _within(negation: Sighting, said: Sighting, denials: Denials) -> bool:
    """In a gap of the phrase: "I need no lawyer"."""
    if negation.first not in said.skipped:
        return False
    following = [i for i in said.skipped if i > negation.last]
    return denials.stops.isdisjoint(following) and denials.lacks.isdisjoint((negation.first - 1, *following))


def _after(negation: Sighting, said: Sighting, denials: Denials) -> bool:
    between = range(said.last + 1, negation.first)
    if len(between) > denials.reaches.get(negation.phrase.language, USUAL_REACH):
        return False
    # "जगह नहीं": no place, and so one is needed.
    return denials.stops.isdisjoint((*between, negation.first)) and denials.lacks.isdisjoint(
        (said.last, *between)
    )
