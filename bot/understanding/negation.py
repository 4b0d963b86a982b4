"""What a message denies: "not looking for shelter", "I need no lawyer", "변호사 필요 없어요"."""

from collections.abc import Iterable, Mapping, Sequence

from bot.model.record import record
from bot.understanding.lexicon import USUAL_REACH, Section
from bot.understanding.phrases import Sighting, is_grammar
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

    before: tuple[Sighting, ...]  # deny what follows
    after: tuple[Sighting, ...]  # deny what stood before them
    stops: frozenset[int]
    lacks: frozenset[int]  # "I have no lawyer", "can't find a shelter": denied, and needed all the more
    breaks: frozenset[int]  # words that follow a comma or a full stop


def without_negated(
    sightings: Sequence[Sighting], words: Sequence[Word], reaches: Mapping[str, int]
) -> list[Sighting]:
    """The sightings that are meant. `reaches`: how many words a negation of a language reaches."""
    denials = _denials(sightings, words)
    if not denials.before and not denials.after:
        return list(sightings)
    return [s for s in sightings if s.phrase.section not in NEGATABLE or not _is_denied(s, denials, reaches)]


def _denials(sightings: Sequence[Sighting], words: Sequence[Word]) -> Denials:
    return Denials(
        before=tuple(s for s in sightings if is_grammar(s, "negations")),
        after=tuple(s for s in sightings if is_grammar(s, "negations_after")),
        stops=frozenset(s.first for s in sightings if is_grammar(s, "negation_stops")),
        lacks=frozenset(_indexes(s for s in sightings if is_grammar(s, "lacks"))),
        breaks=frozenset(i for i, word in enumerate(words) if word.after_break),
    )


def _indexes(sightings: Iterable[Sighting]) -> Iterable[int]:
    return (i for s in sightings for i in range(s.first, s.last + 1))


def _is_denied(said: Sighting, denials: Denials, reaches: Mapping[str, int]) -> bool:
    return (
        any(_within(n, said, denials) for n in denials.before)
        or any(_before(n, said, denials, reaches.get(n.phrase.language, USUAL_REACH)) for n in denials.before)
        or any(_after(n, said, denials, reaches.get(n.phrase.language, USUAL_REACH)) for n in denials.after)
    )


def _before(negation: Sighting, said: Sighting, denials: Denials, reach: int) -> bool:
    between = range(negation.last + 1, said.first)
    if negation.last >= said.first or len(between) > reach or _is_stopped((*between, said.first), denials):
        return False
    # In French the verb stands before: "j'ai pas d'avocat".
    return denials.lacks.isdisjoint((negation.first - 1, negation.first, negation.last, *between))


def _within(negation: Sighting, said: Sighting, denials: Denials) -> bool:
    """In a gap of the phrase: "I need no lawyer"."""
    skipped = said.skipped
    if negation.first not in skipped or negation.last not in skipped:
        return False
    following = [i for i in skipped if i > negation.last]
    return not _is_stopped(following, denials) and denials.lacks.isdisjoint((negation.first - 1, *following))


def _after(negation: Sighting, said: Sighting, denials: Denials, reach: int) -> bool:
    between = range(said.last + 1, negation.first)
    if (
        negation.first <= said.last
        or len(between) > reach
        or _is_stopped((*between, negation.first), denials)
    ):
        return False
    return denials.lacks.isdisjoint(between)


def _is_stopped(between: Iterable[int], denials: Denials) -> bool:
    return any(i in denials.stops or i in denials.breaks for i in between)
