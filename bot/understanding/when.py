"""When it happened: "last night" makes an assault a matter of hours; "ten years ago" does not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.model.profile import Danger
from bot.understanding.lexicon import Section
from bot.understanding.phrases import Grammar, Sighting
from bot.understanding.words import Word

SAME_BREATH = 6  # words between what happened and when
ASSAULT = "sexual_assault"
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
            phrase = replace(s.phrase, section=Section.DANGER, code=Danger.RECENT_ASSAULT.value)
            yield s._replace(
                phrase=phrase,
                first=min(s.first, when.first),
                last=max(s.last, when.last),
                sure=min(s.sure, COMPOSED),
            )


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


def _together(one: Sighting, other: Sighting, words: Sequence[Word]) -> bool:
    """They overlap, or few words and no end of a sentence stand between them."""
    first, second = sorted((one, other), key=lambda s: s.first)
    between = range(first.last + 1, second.first + 1)
    return len(between) <= SAME_BREATH + 1 and not any(words[i].after_stop for i in between)
