"""What several words say together: an assault and "last night", an assault and a child. "Ten years ago" undoes it."""

from collections.abc import Iterator, Sequence

from bot.model.profile import Danger
from bot.model.record import replace
from bot.understanding.meaning import Section
from bot.understanding.phrases import Grammar, Sighting
from bot.understanding.words import SIGN, Word

SAME_BREATH = 12  # words between what happened and when
NEAR_BY = 12
YOUNG = frozenset({"teen", "child"})
SIGNS_OF_A_WORD = 3  # where every sign is a word: Chinese, Korean
ASSAULT = "sexual_assault"
AT_HOME = frozenset({"sexual_harassment", "partner_violence"})
VIOLENT = frozenset({"partner_violence", "sexual_assault"})
HELD = frozenset({"trafficking", "exploitation"})
COMPOSED = 0.9  # less sure than words that say it outright


def just_now(sightings: Sequence[Sighting], grammar: Grammar, words: Sequence[Word]) -> Iterator[Sighting]:
    """Assaults said to have just happened, each as a danger, with the words for when."""
    long_ago = grammar.get("long_ago", ())
    whens = [s for s in grammar.get("recent", ()) if not any(_together(s, past, words) for past in long_ago)]
    for s in sightings if whens else ():
        if s.phrase.section is not Section.EVENTS or s.phrase.code != ASSAULT:
            continue
        when = next((w for w in whens if _together(s, w, words)), None)
        if when is not None:
            yield _composed(s, when, Danger.RECENT_ASSAULT)


def _composed(event: Sighting, beside: Sighting, danger: Danger) -> Sighting:
    return event._replace(
        phrase=replace(event.phrase, section=Section.DANGER, code=danger.value),
        first=min(event.first, beside.first),
        last=max(event.last, beside.last),
        sure=min(event.sure, COMPOSED),
    )


def to_a_child(sightings: Sequence[Sighting], grammar: Grammar, words: Sequence[Word]) -> Iterator[Sighting]:
    """Assaults on somebody who is a child now: "i am 14", "my daughter" beside it. Of a relative who comes into the
    room or touches, less is enough."""
    if grammar.get("long_ago"):
        return
    children = [s for s in sightings if s.phrase.section is Section.PEOPLE and s.phrase.code in YOUNG]
    at_home = any(s.phrase.section is Section.CONTEXTS and s.phrase.code == "relative" for s in sightings)
    harms = {ASSAULT, *AT_HOME} if at_home else {ASSAULT}
    for s in sightings if children else ():
        if s.phrase.section is not Section.EVENTS or s.phrase.code not in harms:
            continue
        child = next((c for c in children if _together(s, c, words, NEAR_BY)), None)
        if child is not None:
            yield _composed(s, child, Danger.CHILD_IN_DANGER)


def kept_inside(sightings: Sequence[Sighting], grammar: Grammar) -> Iterator[Sighting]:
    """Somebody whose passport was taken, or who is made to work, and who may not go out: a danger now."""
    confined = grammar.get("confined", ())
    for s in sightings if confined else ():
        if s.phrase.code in HELD and s.phrase.section in (Section.NEED_ASK, Section.EVENTS):
            yield _composed(s, confined[0], Danger.DANGER_NOW)


def at_the_neck(sightings: Sequence[Sighting], grammar: Grammar) -> Iterator[Sighting]:
    """Somebody was choked and cannot swallow, breathe or speak: a body in danger, however calm the words."""
    airway = grammar.get("airway", ())
    for s in sightings if airway else ():
        if s.phrase.section is Section.EVENTS and s.phrase.code in VIOLENT:
            yield _composed(s, airway[0], Danger.MEDICAL_EMERGENCY)


def without_what_is_long_over(
    sightings: list[Sighting], grammar: Grammar, words: Sequence[Word]
) -> list[Sighting]:
    """Without the assaults said to be recent that the same breath puts years back."""
    long_ago = grammar.get("long_ago", ())
    if not long_ago:
        return sightings
    return [
        s
        for s in sightings
        if s.phrase.section is not Section.DANGER
        or s.phrase.code != Danger.RECENT_ASSAULT
        or not any(_together(s, past, words) for past in long_ago)
    ]


def _together(one: Sighting, other: Sighting, words: Sequence[Word], reach: int = SAME_BREATH) -> bool:
    """They overlap, or few words and no end of a sentence stand between them."""
    first, second = sorted((one, other), key=lambda s: s.first)
    between = range(first.last + 1, second.first + 1)
    if first.last < len(words) and SIGN.match(words[first.last].folded):
        reach *= SIGNS_OF_A_WORD
    return len(between) <= reach + 1 and not any(words[i].after_stop for i in between)
